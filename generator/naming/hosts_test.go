package naming_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/test/fuzzing"
)

// hostsOf returns the hosts of subject by the hosts of its base. It adds those that the
// host of the preview replaces.
func hostsOf(t testing.TB, n *naming.Namer, subject naming.Subject, bases ...string) map[string]string {
	t.Helper()
	own := mustName(t, n, subject).Host
	hosts, err := n.Hosts(subject, params(subject), own, nil, bases)
	if err != nil {
		t.Fatalf("hosts of %+v: %v", subject, err)
	}
	byBase := map[string]string{}
	for _, base := range bases {
		byBase[strings.ToLower(base)] = own
	}
	for _, h := range hosts {
		byBase[h.Base] = h.Name
	}
	return byBase
}

func withHosts(p naming.Patterns, hosts map[string]string) naming.Patterns {
	p.Hosts = hosts
	return p
}

// These are hosts of running environments: see TestGoldenNames.
func TestHosts(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("l", 60)
	tests := []struct {
		name     string
		patterns naming.Patterns
		subject  naming.Subject
		bases    []string
		want     map[string]string
	}{
		{"none", bothKinds("shop", "", "", ""), pr("shop", 42), nil, map[string]string{}},
		{"one", bothKinds("shop", "", "", ""), pr("shop", 42), []string{"Shop.example.com"}, map[string]string{"shop.example.com": "pr-42.shop.preview.localhost"}},
		{"several", bothKinds("shop", "", "{{.id}}.p.dev", ""), pr("shop", 42), []string{"shop.example.com", "api.example.com", "admin.eu.example.com"}, map[string]string{
			"shop.example.com": "pr-42.p.dev", "api.example.com": "api-pr-42.p.dev", "admin.eu.example.com": "admin-pr-42.p.dev",
		}},
		{"more labels", bothKinds("shop", "", "{{.id}}.p.dev", ""), pr("shop", 42), []string{"shop.example.com", "api.us.example.com", "api.eu.example.com", "API.eu.example.com"}, map[string]string{
			"shop.example.com": "pr-42.p.dev", "api.us.example.com": "api-pr-42.p.dev", "api.eu.example.com": "api-eu-pr-42.p.dev",
		}},
		{"hashed", bothKinds("shop", "", "{{.id}}.p.dev", ""), branch("shop", "feature/x"), []string{"shop.example.com", "api.example.com"}, map[string]string{
			"shop.example.com": "br-feature-x-hvl2p6pv2c.p.dev", "api.example.com": "api-br-feature-x-hvl2p6pv2c.p.dev",
		}},
		{"long label", bothKinds("shop", "", "{{.id}}.p.dev", ""), pr("shop", 42), []string{"shop.example.com", long + ".example.com"}, map[string]string{
			"shop.example.com": "pr-42.p.dev", long + ".example.com": strings.Repeat("l", 52) + "-qjlptbsstp.p.dev",
		}},
		{"ambiguous label", bothKinds("shop", "", "{{.id}}.p.dev", ""), branch("shop", "a-br-b"), []string{"shop.example.com", "api.example.com"}, map[string]string{
			"shop.example.com": "br-a-br-b.p.dev", "api.example.com": "api-br-a-br-b-zjvf989pm2.p.dev",
		}},
		{"label of an id", bothKinds("shop", "", "{{.id}}.p.dev", ""), pr("shop", 42), []string{"shop.example.com", "br.example.com"}, map[string]string{
			"shop.example.com": "pr-42.p.dev", "br.example.com": "br-pr-42-qjlptbsstp.p.dev",
		}},
		{"one label", bothKinds("shop", "", "{{.id}}", ""), pr("shop", 42), []string{"shop", "api"}, map[string]string{"shop": "pr-42", "api": "api-pr-42"}},
		{"other characters", bothKinds("shop", "", "{{.id}}.p.dev", ""), pr("shop", 42), []string{"shop.dev", "xn--caf-dma.dev", "my_api.dev", "日本.dev"}, map[string]string{
			"shop.dev": "pr-42.p.dev", "xn--caf-dma.dev": "xn-caf-dma-pr-42.p.dev", "my_api.dev": "my-api-pr-42.p.dev", "日本.dev": "host-pr-42.p.dev",
		}},
		{"wildcards", bothKinds("shop", "", "{{.id}}.p.dev", ""), pr("shop", 42), []string{"*.shop.dev", "shop.dev", "api.dev", "*.api.dev", "*.eu.dev"}, map[string]string{
			"*.shop.dev": "*.pr-42.p.dev", "shop.dev": "pr-42.p.dev", "api.dev": "api-pr-42.p.dev", "*.api.dev": "*.api-pr-42.p.dev", "*.eu.dev": "*.eu-pr-42.p.dev",
		}},
		{"only wildcards", bothKinds("shop", "", "{{.id}}.p.dev", ""), pr("shop", 42), []string{"*.shop.dev", "*.api.dev"}, map[string]string{
			"*.shop.dev": "*.pr-42.p.dev", "*.api.dev": "*.api-pr-42.p.dev",
		}},
		{
			"template", withHosts(bothKinds("shop", "", "{{.id}}.p.dev", ""), map[string]string{"API.dev": "api.{{.host}}", "cdn.dev": "cdn-{{.id}}.q.dev", "other.dev": "x-{{.id}}"}),
			pr("shop", 42),
			[]string{"shop.dev", "api.dev", "cdn.dev", "web.dev"},
			map[string]string{"shop.dev": "pr-42.p.dev", "api.dev": "api.pr-42.p.dev", "cdn.dev": "cdn-pr-42.q.dev", "web.dev": "web-pr-42.p.dev"},
		},
		{
			"template of the host", withHosts(bothKinds("shop", "", "{{.id}}.p.dev", ""), map[string]string{"api.dev": "{{ .host }}"}),
			pr("shop", 42),
			[]string{"shop.dev", "api.dev"},
			map[string]string{"shop.dev": "shop-pr-42.p.dev", "api.dev": "pr-42.p.dev"},
		},
		{
			"template for the first host", withHosts(bothKinds("shop", "", "{{.id}}.p.dev", ""), map[string]string{"shop.dev": "shop-{{.id}}.q.dev"}),
			pr("shop", 42),
			[]string{"shop.dev", "api.dev"},
			map[string]string{"shop.dev": "shop-pr-42.q.dev", "api.dev": "api-pr-42.p.dev"},
		},
		{
			"constant template", withHosts(bothKinds("shop", "", "{{.id}}.p.dev", ""), map[string]string{"api.dev": "api.q.dev"}),
			pr("shop", 42),
			[]string{"shop.dev", "api.dev"},
			map[string]string{"shop.dev": "pr-42.p.dev", "api.dev": "api-qjlptbsstp.q.dev"},
		},
		{
			"template with a hashed host", withHosts(withVariants(bothKinds("shop", "", "{{.id}}.p.dev", ""), "blue"), map[string]string{"api.dev": "api.{{.host}}"}),
			withVariant("blue", branch("shop", "feature/x")),
			[]string{"shop.dev", "api.dev"},
			map[string]string{"shop.dev": "br-feature-x-hvl2p6pv2c-blue.p.dev", "api.dev": "api.br-feature-x-hvl2p6pv2c-blue.p.dev"},
		},
		{
			"derived hosts avoid templates", withHosts(bothKinds("shop", "", "{{.id}}.p.dev", ""), map[string]string{"z.dev": "api-{{.host}}"}),
			pr("shop", 42),
			[]string{"shop.dev", "api.dev", "z.dev"},
			map[string]string{"shop.dev": "pr-42.p.dev", "api.dev": "api-pr-42-qjlptbsstp.p.dev", "z.dev": "api-pr-42.p.dev"},
		},
		{
			"wildcard templates", withHosts(bothKinds("shop", "", "{{.id}}.p.dev", ""), map[string]string{"api.dev": "{{.id}}.q.dev", "*.api.dev": "*.{{.id}}.q.dev", "*.eu.dev": "*.{{.host}}"}),
			pr("shop", 42),
			[]string{"shop.dev", "api.dev", "*.api.dev", "*.eu.dev"},
			map[string]string{"shop.dev": "pr-42.p.dev", "api.dev": "pr-42.q.dev", "*.api.dev": "*.pr-42.q.dev", "*.eu.dev": "*.pr-42.p.dev"},
		},
		{
			"wildcard with the host", withHosts(bothKinds("shop", "", "{{.id}}.p.dev", ""), map[string]string{"*.api.dev": "*.{{.host}}"}),
			pr("shop", 42),
			[]string{"*.shop.dev", "*.api.dev"},
			map[string]string{"*.shop.dev": "*.shop-pr-42.p.dev", "*.api.dev": "*.pr-42.p.dev"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := newNamers(t, tt.patterns)["shop"]
			if got := hostsOf(t, n, tt.subject, tt.bases...); !maps.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// The host of a preview does not depend on the templates of further hosts in any set, and
// these do not depend on those of later sets.
func TestHostsAcrossSets(t *testing.T) {
	t.Parallel()
	first := withHosts(bothKinds("a", "", "{{.id}}.a.dev", ""), map[string]string{"api.dev": "api-{{.id}}.b.dev", "web.dev": "web-{{.id}}.dev"})
	second := withHosts(bothKinds("b", "", "api-{{.id}}.b.dev", ""), map[string]string{"web.dev": "web-{{.id}}.dev"})
	third := bothKinds("c", "", "{{.id}}.b.dev", "")
	all := newNamers(t, first, second, third)
	if got := mustName(t, all["b"], pr("b", 1)).Host; got != "api-pr-1.b.dev" {
		t.Errorf("the template of another set changes a host: got %s", got)
	}
	for _, tt := range []struct {
		set, base string
		plain     bool
	}{{"a", "api.dev", false}, {"a", "web.dev", true}, {"b", "web.dev", false}, {"c", "api.dev", false}, {"c", "cdn.dev", true}} {
		got := hostsOf(t, all[tt.set], pr(tt.set, 1), "shop.dev", tt.base)[tt.base]
		label, _, _ := strings.Cut(got, ".")
		if plain := !endsInHash(label); plain != tt.plain {
			t.Errorf("%s of set %s: got %s, want a plain host: %v", tt.base, tt.set, got, tt.plain)
		}
	}
}

// A preview with a former host keeps the hosts that it had, and others are hashed.
func TestHostsOfFormerNames(t *testing.T) {
	t.Parallel()
	n := newNamers(t, withHosts(bothKinds("shop", "", "{{.id}}.p.dev", ""), map[string]string{"cdn.dev": "cdn-{{.id}}.dev"}))["shop"]
	recorded := []generator.Host{{Base: "api.dev", Name: "api-pr-42.old.dev"}, {Base: "*.gone.dev", Name: "*.gone-pr-42.old.dev"}}
	tests := []struct {
		name  string
		own   string
		bases []string
		want  []generator.Host
	}{
		{"former", "pr-42.old.dev", []string{"shop.dev", "api.dev", "web.dev", "cdn.dev"}, []generator.Host{
			{Base: "api.dev", Name: "api-pr-42.old.dev"}, {Base: "web.dev", Name: "web-pr-42-qjlptbsstp.old.dev"}, {Base: "cdn.dev", Name: "cdn-pr-42-qjlptbsstp.dev"},
		}},
		{"other order", "pr-42.old.dev", []string{"api.dev", "shop.dev"}, []generator.Host{{Base: "api.dev", Name: "api-pr-42.old.dev"}}},
		{"only kept", "pr-42.old.dev", []string{"api.dev"}, nil},
		{"present", "pr-42.p.dev", []string{"shop.dev", "api.dev"}, []generator.Host{{Base: "api.dev", Name: "api-pr-42.p.dev"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := n.Hosts(pr("shop", 42), params(pr("shop", 42)), tt.own, recorded, tt.bases)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("got %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestSharedHosts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		hosts map[string]string
		bases []string
		want  [2]string
	}{
		{"labels", nil, []string{"shop.x", "a.x", "a-b.x", "a-b-c.x", "a.b.c"}, [2]string{"a-b-c.x", "a.b.c"}},
		{"templates", map[string]string{"a.x": "{{.number}}-{{.id}}.dev", "b.x": "{{$x := .number}}{{$x}}-{{.id}}.dev"}, []string{"shop.x", "a.x", "b.x"}, [2]string{"a.x", "b.x"}},
		{"template and host", map[string]string{"a.x": "{{.id | lower}}.{{.set}}.preview.localhost"}, []string{"shop.x", "a.x"}, [2]string{}},
		{"wildcards", map[string]string{"*.a.x": "*.{{.host}}"}, []string{"shop.x", "*.shop.x", "*.a.x"}, [2]string{"*.shop.x", "*.a.x"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := newNamers(t, withHosts(bothKinds("shop", "", "", ""), tt.hosts))["shop"]
			own := mustName(t, n, pr("shop", 1)).Host
			hosts, err := n.Hosts(pr("shop", 1), params(pr("shop", 1)), own, nil, tt.bases)
			var shared *naming.SharedHostError
			switch {
			case tt.want == [2]string{}:
				if err != nil {
					t.Errorf("got %v, want no error", err)
				}
			case !errors.As(err, &shared) || shared.Bases != tt.want || !strings.Contains(err.Error(), "overlay.hosts"):
				t.Errorf("got %q, %v; want an error about %q", hosts, err, tt.want)
			}
		})
	}
}

func TestHostTemplateProblems(t *testing.T) {
	t.Parallel()
	tests := []struct {
		hosts map[string]string
		key   string
		want  string
	}{
		{map[string]string{"api.dev": "{{.title}}.x"}, "overlay.hosts.api.dev", "would rename the preview when its title is edited"},
		{map[string]string{"api.dev": "{{.namespace}}.x"}, "overlay.hosts.api.dev", "use branch, branchNormalized, branch_slug, change_url, host, id,"},
		{map[string]string{"api.dev": "{{.id"}, "overlay.hosts.api.dev", "{{ without }}"},
		{map[string]string{"api.dev": ""}, "overlay.hosts.api.dev", "the template is empty"},
		{map[string]string{"api.dev": "*.{{.id}}.x"}, "overlay.hosts.api.dev", "remove *."},
		{map[string]string{"*.api.dev": "{{.id}}.x"}, "overlay.hosts.*.api.dev", "begin the template with *."},
		{map[string]string{"https://api.dev": "{{.id}}.x"}, "overlay.hosts.https://api.dev", "the key is not a host"},
		{map[string]string{"": "{{.id}}.x"}, "overlay.hosts.", "the key is not a host"},
		{map[string]string{"a.dev": "{{.id}}.x", "b.dev": "{{ .id }}.x"}, "overlay.hosts.b.dev", "the template is also that of a.dev"},
		{map[string]string{"a.dev": "{{.id}}.x", "A.dev": "{{.id}}.y"}, "overlay.hosts.a.dev", "listed twice"},
		{map[string]string{"a.dev": "{{.id}}.x", "*.a.dev": "*.{{.id}}.x"}, "", ""},
	}
	for _, tt := range tests {
		problems := naming.CheckTemplates(withHosts(bothKinds("shop", "", "", ""), tt.hosts))
		if tt.key == "" {
			if len(problems) > 0 {
				t.Errorf("%q: got %v, want no problem", tt.hosts, problems)
			}
			continue
		}
		if len(problems) != 1 || problems[0].Key != tt.key || !strings.Contains(problems[0].Err.Error(), tt.want) {
			t.Errorf("%q: got %v, want %s: %s", tt.hosts, problems, tt.key, tt.want)
		}
	}
}

func TestHostWarnings(t *testing.T) {
	t.Parallel()
	n := newNamers(t, withHosts(bothKinds("shop", "", "", ""), map[string]string{
		"a.dev": "api.x", "b.dev": "{{.host}}", "c.dev": "x-{{.host}}", "d.dev": "{{.id}}.y", "e.dev": "{{.id}}..z",
	}))["shop"]
	var subjects []string
	for _, w := range n.Warnings() {
		subjects = append(subjects, w.Subject)
	}
	if want := []string{"overlay.hosts.a.dev", "overlay.hosts.e.dev"}; !slices.Equal(subjects, want) {
		t.Errorf("got %q, want %q", subjects, want)
	}
}

// hostRegistry records the owner of each host.
type hostRegistry map[string]naming.Subject

func (r hostRegistry) register(t *testing.T, hosts map[string]string, subject naming.Subject) {
	t.Helper()
	for base, host := range hosts {
		if other, taken := r[host]; taken && other != subject {
			t.Fatalf("%+v and %+v share the host %s (%s)", subject, other, host, base)
		}
		r[host] = subject
		name := strings.TrimPrefix(host, "*.")
		problems := validation.IsDNS1123Subdomain(name)
		for label := range strings.SplitSeq(name, ".") {
			problems = append(problems, validation.IsDNS1123Label(label)...)
		}
		if len(problems) > 0 || strings.HasPrefix(base, "*.") != strings.HasPrefix(host, "*.") {
			t.Fatalf("%+v: %s became the invalid host %q: %v", subject, base, host, problems)
		}
	}
}

// All triples of small templates over a few letters, with labels of the base that could
// make the same host.
func TestNoSharedHostOfSmallTemplates(t *testing.T) {
	t.Parallel()
	templates := []string{"{{.id}}", "{{.number}}", "b-{{.id}}", "br-{{.id}}", "{{.id}}-br-b", "br-b.{{.id}}", "{{.set}}-{{.id}}", "1-{{.number}}", "{{.id | lower}}"}
	further := []string{"b-{{.host}}", "b.{{.host}}", "{{.host}}", "br-b-{{.id}}", "b-{{.number}}", "x", "b-b-{{.host}}"}
	bases := []string{"shop.dev", "b.dev", "br.dev", "*.b.dev", "br-b.dev", "pr-1.dev", "b.b.dev", "*.dev", "1.dev", "*.shop.dev"}
	for i, first := range templates {
		for j, second := range templates {
			for k := range 3 {
				p, q := bothKinds("b", "", first, ""), bothKinds("b-b", "", second, "")
				p.Branches, q.Branches = i%2 > 0, j%3 > 0
				p.Hosts = map[string]string{"b.dev": further[(i+k)%len(further)], "*.dev": "*." + further[(j+2*k+1)%len(further)]}
				if k > 0 {
					q.Hosts = map[string]string{"br.dev": further[(j+k)%len(further)]}
				}
				all, registry := newNamers(t, p, q, bothKinds("br-b", "", "{{.id}}", "")), hostRegistry{}
				for set, n := range all {
					for _, subject := range smallChanges(set) {
						own := mustName(t, n, subject).Host
						if _, err := n.Hosts(subject, params(subject), own, nil, bases); err == nil {
							registry.register(t, hostsOf(t, n, subject, bases...), subject)
						}
					}
				}
			}
		}
	}
}

func smallChanges(set string) []naming.Subject {
	changes := []naming.Subject{pr(set, 1), pr(set, 11)}
	for _, ref := range []string{"b", "1", "b-1", "br-b", "b-br-b", "br-br-b", "pr-1", "b-pr-1", "b/b", "b-b"} {
		changes = append(changes, branch(set, ref))
	}
	return changes
}

func FuzzHosts(f *testing.F) {
	f.Add("{{.id}}.p.dev", "{{.set}}-{{.id}}.p.dev", "api-{{.host}}", "api.shop.dev", "api.eu.dev", "feature-x", "feature/x", int64(1))
	f.Add("{{.id}}", "br-{{.id}}", "{{.host}}", "br", "br-br", "br-x", "x", int64(1))
	f.Add("a.{{.id}}", "{{.number}}", "a-{{.number}}", "*.a", "a", "1", "a-1", int64(11))
	f.Add("{{.branch}}.dev", "preview.dev", "x.dev", "preview", "*.preview", "preview", "x-preview", int64(7))
	f.Add(strings.Repeat("d", 50)+"{{.id}}."+strings.Repeat(strings.Repeat("d", 60)+".", 3)+"dev", "{{.id}}", "{{.host}}.{{.host}}", strings.Repeat("l", 70), "xn--a", "x", "y", int64(3))
	judged := fuzzing.Judged(f, 4)
	f.Fuzz(func(t *testing.T, first, second, further, base, other, a, b string, number int64) {
		if a == b {
			b += "x"
		}
		p := withHosts(bothKinds("a", "", first, ""), map[string]string{"other.dev": further})
		q := withHosts(bothKinds("a-b", "", second, ""), map[string]string{"shop.dev": further})
		all, err := naming.NewNamers([]naming.Patterns{p, q, bothKinds("b", "", "{{.id}}.p.dev", "")})
		if err != nil {
			return
		}
		registry := hostRegistry{}
		for set, n := range all {
			for _, subject := range []naming.Subject{branch(set, a), branch(set, b), pr(set, number)} {
				names, err := n.Name(subject, params(subject))
				if err != nil {
					return
				}
				bases := []string{"shop.dev", base, other, "other.dev", "*." + strings.TrimLeft(base, "*.")}
				hosts, err := n.Hosts(subject, params(subject), names.Host, nil, bases)
				var shared *naming.SharedHostError
				if err != nil && !errors.As(err, &shared) {
					return
				}
				byBase := map[string]string{"": names.Host}
				for _, h := range hosts {
					byBase[h.Base] = h.Name
				}
				registry.register(t, byBase, subject)
				judged()
			}
		}
	})
}
