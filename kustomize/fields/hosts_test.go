package fields_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/test/fuzzing"
)

// hosts returns the hosts of tokens, and fails if one is not at its place in text.
func hosts(t *testing.T, text string, tokens []fields.Token) []string {
	t.Helper()
	var all []string
	end := 0
	for _, token := range tokens {
		if token.Start < end || token.End <= token.Start || token.End > len(text) || !strings.EqualFold(text[token.Start:token.End], token.Host) {
			t.Fatalf("got %+v in %q after %d", token, text, end)
		}
		end = token.End
		all = append(all, token.Host)
	}
	return all
}

func TestForms(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		form   fields.Form
		text   string
		hosts  string
		extent fields.Extent
	}{
		{fields.Whole, "shop.example.com", "shop.example.com", fields.Limited},
		{fields.Whole, "Shop.Example.COM", "shop.example.com", fields.Limited},
		{fields.Whole, "shop.example.com.", "shop.example.com", fields.Limited},
		{fields.Whole, "shop.example.com:443", "shop.example.com", fields.Limited},
		{fields.Whole, "shop.example.com.:443", "shop.example.com", fields.Limited},
		{fields.Whole, "*.example.com", "*.example.com", fields.Limited},
		{fields.Whole, "*", "*", fields.Limited},
		{fields.Whole, "shop", "shop", fields.Limited},
		{fields.Whole, "a_b.example.com", "a_b.example.com", fields.Limited},
		{fields.Whole, "a.example.com,b.example.com", "a.example.com b.example.com", fields.Limited},
		{fields.Whole, " a.example.com ,\tb.example.com\n", "a.example.com b.example.com", fields.Limited},
		{fields.Whole, "https://shop.example.com", "shop.example.com", fields.Limited},
		{fields.Whole, "https://user@shop.example.com:8443/auth/a.html?x=y#z", "shop.example.com", fields.Limited},
		{fields.Whole, "<https|http>://shop.example.com/<.*>", "shop.example.com", fields.Limited},
		{fields.Whole, "", "", fields.Everything},
		{fields.Whole, " , ", "", fields.Everything},
		{fields.Whole, "${HOST}", "", fields.Unknown},
		{fields.Whole, "${HOST}.example.com", "", fields.Unknown},
		{fields.Whole, "{{ .Values.host }}", "", fields.Unknown},
		{fields.Whole, "shop.example.com:${PORT}", "", fields.Unknown},
		{fields.Whole, "a.example.com, ${HOST}", "", fields.Unknown},
		{fields.Whole, `~^www\d+\.example\.com$`, "", fields.Unknown},
		{fields.Whole, "a*.example.com", "", fields.Unknown},
		{fields.Whole, "10.0.0.1", "", fields.Unknown},
		{fields.Whole, "müller.example.com", "", fields.Unknown},
		{fields.Whole, "shop.example.com/path", "", fields.Unknown},
		{fields.Whole, "https://", "", fields.Unknown},
		{fields.Whole, strings.Repeat("a", 64) + ".com" + strings.Repeat(".com", 60), "", fields.Unknown},
		{fields.Scoped, "shop.example.com", "shop.example.com", fields.Limited},
		{fields.Scoped, "ns/shop.example.com", "shop.example.com", fields.Limited},
		{fields.Scoped, "./*", "*", fields.Limited},
		{fields.Scoped, "*/*.example.com", "*.example.com", fields.Limited},
		{fields.Scoped, "ns/", "", fields.Unknown},
		{fields.Matcher, "Host(`a.example.com`)", "a.example.com", fields.Limited},
		{fields.Matcher, "host(\"A.example.com\") && Path(`/b.example.com`)", "a.example.com", fields.Limited},
		{fields.Matcher, "Host(`a.example.com`,`b.example.com`)", "a.example.com b.example.com", fields.Limited},
		{fields.Matcher, "(Host(`a.example.com`) || HostHeader(`b.example.com`)) && !Path(`/`)", "a.example.com b.example.com", fields.Limited},
		{fields.Matcher, "HostSNI(`*`)", "*", fields.Limited},
		{fields.Matcher, "HostSNI(`a.example.com`)", "a.example.com", fields.Limited},
		{fields.Matcher, "Host(`a.example.com`) || Path(`/x`)", "a.example.com", fields.Everything},
		{fields.Matcher, "!Host(`a.example.com`)", "a.example.com", fields.Everything},
		{fields.Matcher, "PathPrefix(`/`)", "", fields.Everything},
		{fields.Matcher, "", "", fields.Everything},
		{fields.Matcher, "HostRegexp(`.+`)", "", fields.Patterned},
		{fields.Matcher, "HostSNIRegexp(`.+`)", "", fields.Patterned},
		{fields.Matcher, "Host(`a.example.com`) || HostRegexp(`.+`)", "a.example.com", fields.Patterned},
		{fields.Matcher, "Host(`${HOST}`)", "", fields.Unknown},
		{fields.Matcher, "Host(`a.example.com`", "", fields.Unknown},
		{fields.Matcher, "Host()", "", fields.Unknown},
		{fields.Matcher, "Host(a)", "", fields.Unknown},
		{fields.Matcher, `Host("a\.example.com")`, "", fields.Unknown},
		{fields.Matcher, "Host:a.example.com", "", fields.Unknown},
		{fields.Matcher, "a.Host(`a.example.com`)", "", fields.Unknown},
		{fields.Matcher, "Host(`a.example.com`) + 1", "", fields.Unknown},
		{fields.Matcher, strings.Repeat("(", 20<<10), "", fields.Unknown},
		{fields.Pattern, "shop.example.com", "", fields.Patterned},
		{fields.Conditions, `[{"field":"host-header","hostHeaderConfig":{"values":["a.example.com", "*.B.example.com"]}},{"hostHeaderConfig": {"values": ["c.example.com"]}}]`, "a.example.com *.b.example.com c.example.com", fields.Limited},
		{fields.Conditions, `[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"A","values":["a.example.com"]}}]`, "", fields.Limited},
		{fields.Conditions, `[{"field":"host-header","HostHeaderConfig":{"Values":["a?.example.com"]}}]`, "", fields.Unknown},
		{fields.Conditions, `[{"field":"host-header","hostHeaderConfig":{"regexValues":["^a.*$"]}}]`, "", fields.Unknown},
		{fields.Text, "https://a.example.com/b?to=https%3A%2F%2Fb.example.com%2fx", "a.example.com b.example.com", fields.Unknown},
		{fields.Text, `{"Host": "a.example.com", "Port": "443"}`, "a.example.com", fields.Unknown},
		{fields.Text, "http://auth/shop and shop", "auth", fields.Unknown},
		{fields.Text, "shop", "shop", fields.Unknown},
		{fields.Text, `{{ .Release.Name }}.example.com {{ default "a.example.com" $.Values.web.host }}`, "example.com a.example.com", fields.Unknown},
		{fields.Text, ".shop.example.com", "shop.example.com", fields.Unknown},
		{fields.Text, "ops@example.com", "", fields.Unknown},
		{fields.Text, "https://user@example.com/", "example.com", fields.Unknown},
		{fields.Text, "10.0.0.1 2001:db8::1", "", fields.Unknown},
		{fields.Text, "https://müller.example.com/", "", fields.Unknown},
		{fields.Text, "", "", fields.Unknown},
	} {
		got := hosts(t, tt.text, tt.form.Hosts(tt.text))
		if tt.form.Extent(tt.text) == fields.Unknown && tt.form == fields.Matcher {
			got = nil // the hosts that could be read do not matter
		}
		if text := strings.Join(got, " "); text != tt.hosts || tt.form.Extent(tt.text) != tt.extent {
			t.Errorf("%d %.60q: got %q and the extent %d, want %q and %d", tt.form, tt.text, text, tt.form.Extent(tt.text), tt.hosts, tt.extent)
		}
	}
}

// TestMentions has texts that mention hosts beside those that they select.
func TestMentions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		form       fields.Form
		text, want string
	}{
		{fields.Matcher, "Host(`a.example.com`) && Header(`X-Forwarded-Host`, `B.example.com`)", "b.example.com"},
		{fields.Matcher, "headers(`a.example.com`, `b.example.com:443`) || Headers(`X`, `c.example.com`)", "b.example.com c.example.com"},
		{fields.Matcher, "HeaderRegexp(`X`, `b.example.com`) && Path(`/b.example.com`) && Query(`x`, `b.example.com`) && Header(`b.example.com`)", ""},
		{fields.Matcher, "Header(`X`, `b\\.example.com`) && Header(`X`, a) && Header(", ""},
		{fields.Matcher, strings.Repeat("(", 20<<10), ""},
		{fields.Conditions, `[{"hostHeaderConfig":{"values":["a.example.com"]}},{"httpHeaderConfig":{"values":["https://b.example.com"]}}]`, "b.example.com"},
		{fields.Whole, "a.example.com", ""},
	} {
		if got := strings.Join(hosts(t, tt.text, tt.form.Mentions(tt.text)), " "); got != tt.want {
			t.Errorf("%.60q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

// FuzzForms replaces each host by itself, in texts of each form.
func FuzzForms(f *testing.F) {
	for _, text := range []string{
		"shop.example.com", "*", "a.b:80, c.d.", "https://u@a.b/c?d=e", "./a.b", "Host(`a.b`) && !Host(`c`)", "${A}.b", "%2Fa.b", "é.a.b", "a@b.c",
		"Host(`a\r`)", "\x00", "`", "Host(`" + strings.Repeat("a.", 200) + "`)", `"hostHeaderConfig": {"values": ["a.b"]}, "c.d"`,
	} {
		f.Add(text)
	}
	judged := fuzzing.Judged(f, 15)
	f.Fuzz(func(t *testing.T, text string) {
		judged()
		for form := fields.Whole; form <= fields.Pattern; form++ {
			tokens := form.Hosts(text)
			hosts(t, text, tokens)
			hosts(t, text, form.Mentions(text))
			if form.Extent(text) == fields.Limited && len(tokens) == 0 && form != fields.Conditions {
				t.Errorf("%d %q: limited to no host", form, text)
			}
		}
		hosts(t, text, fields.HostsIn(text))
	})
}

func TestIsInternal(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"localhost": true, "web.shop.svc": true, "web.shop.svc.cluster.local": true, "x.cluster.local": true,
		"shop.example.com": false, "svc.example.com": false, "localhost.example.com": false,
	} {
		if got := fields.IsInternal(host); got != want {
			t.Errorf("%s: got %v", host, got)
		}
	}
}
