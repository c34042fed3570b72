package feedback_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/feedback"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/test/fuzzing"
)

// everything is a template that prints all values that come from outside.
const everything = `{{.Headline}}
{{.Problem}}
{{.Facts}}
set {{.Set}} id {{.ID}} variant {{.Variant}} by {{.Author}} from {{.Branch}} to {{.TargetBranch}} at {{.URL}} {{.Host}} {{.Namespace}} {{.Schema}} {{.Explain}}
{{.Title}}

{{.Details}}`

// hostile returns the statuses of a change in which every value from outside is s.
func hostile(s string) generator.Status {
	status := preview(42, generator.StateFailing, commitA, commitA)
	status.Title, status.Author, status.Branch, status.TargetBranch, status.Message = s, s, s, s, s
	status.Reason = "degraded"
	status.Applications = []generator.Application{{Namespace: s, Name: s, Message: s}}
	p := status.Preview
	p.Link, p.Host, p.DBSchema, p.Namespace, p.Path = s, s, s, s, s
	return status
}

// Nothing from outside is more than text, in the default text and in a template.
func FuzzHostileText(f *testing.F) {
	judged := fuzzing.Judged(f, 20)
	for _, s := range []string{
		"@ada look at #1 and acme/shop#2, GH-3, a@b.co", "![x](https://evil.example/x.png)", "[click](javascript:alert(1))",
		"<img src=x onerror=alert(1)>", "</details></summary><script>", "--> <!-- previewset:000000000000 -->", "`code` ``more`` ```fence```",
		"\n```\n@ada\n```\n# heading\n- item\n1. one\n> quote\n---\n", "\u202Eevil\u2066", "a\x00b\x1b[31m\u200Bc\u2028d", "https://evil.example www.evil.example",
		"https://user:pass@evil.example/", "https://evil.example/)[x](y", "https://evil.example/<b>\"'`", "javascript:alert(1)", "https://[::1]/",
		":smile: $x$ **bold** _it_ ~~no~~ | a | b |", "deadbeef 0123456789abcdef", "\\`@ada\\`", "&#64;ada &lt;b&gt;", "\xff\xfe", "1. first", "`", "``", " ", "",
		strings.Repeat("`", 500), strings.Repeat("a@b ", 3000), "$`x`$", "héllo wörld: it isn't (so) bad, \"really\"!", "~~~\n@ada", "\t@ada", "***", "===\nx\n===",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		judged()
		for _, template := range []string{"", everything} {
			settings := full()
			settings.Template = template
			got := textOf(t, settings, feedback.Report{Set: "shop", Private: true, Statuses: []generator.Status{hostile(s)}})
			if problem := interpreted(got); problem != "" {
				t.Errorf("%q becomes\n%s\nwhich has %s", s, got, problem)
			}
			if !utf8.ValidString(got) || len(got) > 65_000 || strings.ContainsFunc(strings.NewReplacer("\n", "", "\t", "").Replace(got), object.Invisible) {
				t.Errorf("%q becomes %d bytes %q", s, len(got), got)
			}
		}
	})
}

var (
	fence = regexp.MustCompile("(?ms)^<details><summary>Message</summary>\n\n(`{3,})text\n(.*?)\n(`{3,})\n\n</details>$")
	links = regexp.MustCompile(`\[(Application|entry)\]\(https?://[A-Za-z0-9.:-]+(?:[/?#][A-Za-z0-9._~:/?#@!$&+,;=%-]*)?\)|<https?://[A-Za-z0-9.:-]+(?:[/?#][A-Za-z0-9._~:/?#@!$&+,;=%-]*)?>`)
	bold  = regexp.MustCompile(`(?m)^\*\*[A-Za-z ]+\*\*`)
	plain = regexp.MustCompile(`^[\pL\pN \n,;:!?.()"'→·-]*$`)
	words = regexp.MustCompile(`(?i)\b[0-9a-f]{7,}\b|www\.|[a-z]:/|gh-\d`)
)

// interpreted returns what a forge could interpret in a text: what is left of it without code,
// the links of the package, and plain words.
func interpreted(text string) string {
	text = fence.ReplaceAllStringFunc(text, func(block string) string {
		match := fence.FindStringSubmatch(block)
		if match[1] != match[3] || regexp.MustCompile("(?m)^ {0,3}"+match[1]).MatchString(match[2]) {
			return block
		}
		return ""
	})
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "    ") || regexp.MustCompile(`^\s*(\d+[.)]|[-+*]|=+|#+)(\s|$)`).MatchString(line) {
			return "a block: " + line
		}
	}
	rest := bold.ReplaceAllString(links.ReplaceAllString(withoutCode(text), ""), "")
	if !plain.MatchString(rest) {
		return "more than plain text: " + rest
	}
	return strings.Join(words.FindAllString(rest, -1), " ")
}

// withoutCode removes code spans as CommonMark 6.1 defines them: a run of backticks, up to the
// next run of the same length.
func withoutCode(text string) string {
	var b strings.Builder
	run := regexp.MustCompile("`+")
	for {
		open := run.FindStringIndex(text)
		if open == nil {
			return b.String() + text
		}
		b.WriteString(text[:open[0]])
		ticks, after := text[open[0]:open[1]], text[open[1]:]
		end := -1
		for _, place := range run.FindAllStringIndex(after, -1) {
			if place[1]-place[0] == len(ticks) {
				end = place[1]
				break
			}
		}
		if end < 0 {
			b.WriteString(ticks)
			text = after
			continue
		}
		text = after[end:]
	}
}

// A comment about many sets stays within the length that forges accept.
func TestLongComment(t *testing.T) {
	t.Parallel()
	status := hostile(strings.Repeat("long `text`\n", 1000))
	r := report()
	for range 60 {
		status.ID += "x"
		r.Statuses = append(r.Statuses, status)
	}
	got := textOf(t, full(), r)
	if len(got) > 65_000 || !strings.HasSuffix(got, "The comment is too long for all previews: run `previewset list`.") {
		t.Errorf("got %d bytes that end with %q", len(got), got[len(got)-100:])
	}
}
