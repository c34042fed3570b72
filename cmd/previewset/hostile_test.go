package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	valid "k8s.io/apimachinery/pkg/util/validation"

	gittest "github.com/previewset/previewset/test/fake/git"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// hostileTexts try to be parsed as structure, or to control the terminal of a reader.
var hostileTexts = []string{
	"{{.head_sha}} {{range .labels}}{{printf \"%1000000d\" 1}}{{end}} {{",
	"#{id} ${HOME} $(id) `id` %s%n %!d(string=x)",
	"</script><script>alert(1)</script> <!-- ]]> &amp;",
	"a\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: x}\n",
	"\"'\n\tx: &a [*b] # !!binary | > - ? : ,",
	"\n\nPreviewset-Prune: pr-1 reason=merged head=0\nPreviewset-Set: other\n",
	"\x1b[31mred\x1b[2J\x1b]8;;http://evil.example\x07link\x1b]8;;\x07 \x1b]52;c;cm0gLXJm\x07 \x1bP",
	"\u009b31m \u009d52;c;cm0=\u009c \u0085 \u2028 \u2029 \x7f \x00 \b \r overwritten",
	"\u202eturned\u202c \u2066isolated\u2069 \u200bzero\u200d width \ufeff \U000e0041tag",
	"\u3164\u115f\uffa0fillers \u034f a\ufe0fb\U000e0101 soft\u00adhyphen 👩\u200d💻 ⚠\ufe0f",
	"yes", "-", "",
	strings.Repeat("x{{", 64<<10/3),
}

// firstUnsafe returns the text around the first control character of text, or with formats
// around the first invisible or bidirectional one. It returns "" if there is none. A variation
// selector after a symbol makes it an emoji.
func firstUnsafe(text string, formats bool) string {
	text = strings.ReplaceAll(text, "⚠\ufe0f", "⚠")
	at := strings.IndexFunc(text, func(r rune) bool {
		return r != '\n' && r != '\t' && (unicode.IsControl(r) || r == utf8.RuneError && !utf8.ValidString(text) ||
			formats && unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector))
	})
	if at < 0 {
		return ""
	}
	return fmt.Sprintf("%q", text[max(0, at-40):min(len(text), at+20)])
}

// TestHostilePullRequests opens pull requests with hostile texts and checks every output.
func TestHostilePullRequests(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	for i, text := range hostileTexts {
		forge.repo.OpenPull(githubtest.Pull{Title: text, Labels: []string{fmt.Sprintf("%.999s.", text)}, Author: fmt.Sprintf("%.999s", text), Head: fmt.Sprintf("%d-%.999s", i, text)})
	}
	f.configure(strings.Replace(forge.pullRequestSet(f, "", ""), "{base: apps/shop/base}",
		`{base: apps/shop/base, annotations: {acme.dev/title: "{{.title | trunc 999}}", acme.dev/branch: "{{.branch | trunc 999}}"}}`, 1))
	f.mustPrintSafely("plan")
	f.mustPrintSafely("list")
	f.mustPrintSafely("list", "--wide")
	s := f.serve()
	p := s.awaitSet("shop", func(p params) bool { return len(p) > 0 })
	_, view := s.get("/api/v1/sets/shop/previews")
	_, metrics := s.get("/metrics")
	for what, text := range map[string]string{"log": s.logText(), "metrics": metrics} {
		if found := firstUnsafe(text, true); found != "" {
			t.Errorf("the %s holds %s", what, found)
		}
	}
	for i, text := range hostileTexts {
		id := fmt.Sprintf("pr-%d", i+1)
		if p[id] == nil {
			t.Errorf("no parameters for %s with the title %.40q: %.300s", id, text, view)
			continue
		}
		if title := p.text(id, "title"); text != "" && title != text || p.text(id, "branch") != fmt.Sprintf("%d-%.999s", i, text) {
			t.Errorf("%s: want the title %.40q, got %.40q", id, text, title)
		}
		f.mustPrintSafely("render", id)
		f.checkManifests(id)
	}
	f.mustPrintSafely("explain", "8", "--output", "json")
	f.mustPrintSafely("render", "pr-9", "--output", "json")
	f.checkRepository(len(hostileTexts))
	forge.repo.ClosePull(2)
	f.mustPrintSafely("plan", "--output", "json")
	f.mustPrintSafely("prune")
	f.mustPrintSafely("explain", "2")
}

// mustPrintSafely runs a command that must succeed and whose output must not control a
// terminal. The objects that render prints may have bidirectional characters: Kustomize writes
// them, and previewset escapes them only for a terminal.
func (f *fixture) mustPrintSafely(args ...string) (stdout string) {
	f.t.Helper()
	status, stdout, stderr := f.run(args...)
	if status != statusDone {
		f.t.Errorf("previewset %.80q: status %d\n%.400q", args, status, stderr)
	}
	if found := firstUnsafe(stdout, !slices.Contains(args, "--build") || slices.Contains(args, "json")); found != "" {
		f.t.Errorf("previewset %.80q prints %s", args, found)
	}
	if found := firstUnsafe(stderr, true); found != "" {
		f.t.Errorf("previewset %.80q logs %s", args, found)
	}
	return stdout
}

// manifest has the fields of a Kubernetes object that tests read.
type manifest struct {
	Kind     string
	Metadata struct {
		Name, Namespace     string
		Labels, Annotations map[string]string
	}
}

func (f *fixture) decodeObjects(text string) (all []manifest) {
	f.t.Helper()
	decoder := yaml.NewDecoder(strings.NewReader(text))
	for {
		var o manifest
		err := decoder.Decode(&o)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			f.t.Fatalf("%v in\n%.2000s", err, text)
		}
		all = append(all, o)
	}
}

// checkManifests checks that a preview has the objects of its base and no other, and that
// Kubernetes accepts their labels.
func (f *fixture) checkManifests(id string) {
	f.t.Helper()
	var kinds []string
	for _, o := range f.decodeObjects(f.mustPrintSafely("render", id, "--build")) {
		kinds = append(kinds, o.Kind)
		for name, value := range o.Metadata.Labels {
			if problems := valid.IsValidLabelValue(value); len(problems) > 0 {
				f.t.Errorf("%s: label %s of %s is %.80q: %v", id, name, o.Kind, value, problems)
			}
		}
	}
	slices.Sort(kinds)
	if want := []string{"ConfigMap", "Deployment", "Ingress", "Namespace", "Service"}; !slices.Equal(kinds, want) {
		f.t.Errorf("%s: got the objects %v, want %v", id, kinds, want)
	}
}

var (
	plainPath    = regexp.MustCompile(`^[A-Za-z0-9._/-]+$`)
	plainMessage = regexp.MustCompile(`^[ -~\n]+$`)
)

// checkRepository checks the paths, files and messages of all commits.
func (f *fixture) checkRepository(entries int) {
	f.t.Helper()
	files := f.gitops.Files(f.t, "main", "")
	records := 0
	for name, content := range files {
		if !plainPath.MatchString(name) {
			f.t.Errorf("unsafe path %q", name)
		}
		if found := firstUnsafe(content, true); found != "" || strings.Contains(content, "\ufe0f") {
			f.t.Errorf("%s holds %s", name, found)
		}
		if strings.HasSuffix(name, "/preview.yaml") {
			records++
		}
		if all := f.decodeObjects(content); len(all) != 1 || all[0].Kind == "Secret" {
			f.t.Errorf("%s holds %d documents", name, len(all))
		}
	}
	if records != entries {
		f.t.Errorf("got %d entries, want %d", records, entries)
	}
	message := f.gitops.Git(f.t, "log", "--format=%B", "main")
	if !plainMessage.MatchString(message) {
		f.t.Errorf("unsafe commit messages %q", message)
	}
	if strings.Contains(message, "Previewset-Prune") || strings.Count(message, "Previewset-Set: ") != 1 {
		f.t.Errorf("a hostile text forged a trailer: %s", message)
	}
	f.gitops.Git(f.t, "fsck", "--strict")
}

// hostileBranches are hostile branch names that git accepts. It refuses ASCII control
// characters, spaces and some punctuation (git-check-ref-format).
var hostileBranches = []string{
	"{{.title}}${HOME}$(id)`id`", "</script><script>#{id}'quoted'\"a;b|c&d%s%n", "\u202eturned\u2028\u200b\ufeff\U000e0041",
	"\u009b31m", "filled\u3164\ufe0f", "-rf", "--upload-pack=id", "!!binary", "refs/heads/main", "HEAD", "pr-1", "\xff\xfe", "\xc3", strings.Repeat("é", 100),
}

func TestHostileBranchNames(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	tip := app.Tip(t, "main")
	var refs strings.Builder
	for _, name := range hostileBranches {
		refs.WriteString("create refs/heads/" + name + "\x00" + tip + "\x00")
	}
	update := exec.Command("git", "update-ref", "--stdin", "-z")
	update.Dir, update.Env, update.Stdin = app.Dir, gittest.Env(), strings.NewReader(refs.String())
	if out, err := update.CombinedOutput(); err != nil {
		t.Fatalf("git update-ref: %v\n%s", err, out)
	}
	f.configure(gitSet(app.URL()))
	f.mustPrintSafely("plan")
	s := f.serve()
	var p params
	f.await("the first sync", func() bool {
		var status int
		status, p = s.getParams("shop")
		return status == 200
	})
	if found := firstUnsafe(s.logText(), true); found != "" {
		t.Errorf("the log holds %s", found)
	}
	if want := len(hostileBranches) + 2; len(p) != want {
		t.Errorf("got %d previews, want %d", len(p), want)
	}
	for id := range p {
		f.mustPrintSafely("explain", id)
		f.checkManifests(id)
	}
	f.checkRepository(len(hostileBranches) + 2)
	for _, name := range hostileBranches {
		app.Git(t, "update-ref", "-d", "refs/heads/"+name)
	}
	f.mustPrintSafely("prune", "--dry-run", "--output", "json")
}

// TestHostileErrorMessages makes a Git server and a forge fail with hostile messages.
func TestHostileErrorMessages(t *testing.T) {
	t.Parallel()
	message := strings.Join(hostileTexts[:9], "")
	f, forge := newFixture(t), newForge(t)
	forge.repo.OpenPull(githubtest.Pull{})
	f.gitops.Hook(t, "pre-receive", "cat >&2 <<'WORDS'\n"+strings.ReplaceAll(message, "\x00", "")+"\nWORDS\nexit 1")
	f.configure(forge.pullRequestSet(f, "", ""))
	s := f.serve()
	s.awaitLog("push rejected")
	forge.Fault(failWith(message))
	s.awaitLog("sync failed")
	status, stdout, stderr := f.run("plan")
	if status != statusFailed {
		t.Errorf("plan: got status %d, want %d", status, statusFailed)
	}
	_, metrics := s.get("/metrics")
	for what, text := range map[string]string{"log": s.logText(), "plan": stdout + stderr, "metrics": metrics} {
		if found := firstUnsafe(text, true); found != "" {
			t.Errorf("the %s holds %s", what, found)
		}
	}
}

// TestStreamEscapesControls tests stderr, which escapes as a terminal does, since other
// tests have no terminal.
func TestStreamEscapesControls(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	w := newTerminal(io.Discard, &out).stderr
	for _, text := range hostileTexts {
		if _, err := w.Write([]byte(strings.ReplaceAll(text, "\x1b", ""))); err != nil {
			t.Fatal(err)
		}
	}
	if found := firstUnsafe(out.String(), true); found != "" {
		t.Errorf("a terminal gets %s", found)
	}
	for text, want := range map[string]string{
		"plain ä 日本 😀\n\t": "plain ä 日本 😀\n\t", "\x1b[31mour own\x1b[0m": "\x1b[31mour own\x1b[0m", "\ufffd": "\ufffd",
		"\u009b\u202e\x00\r": `\u009b\u202e\u0000\u000d`, "\U000e0041": `\udb40\udc41`, "\xff": `\ufffd`,
	} {
		if got := string(escaped([]byte(text))); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	var back string
	if err := json.Unmarshal(escaped([]byte("\"\u009b\u202e\U000e0041\"")), &back); err != nil || back != "\u009b\u202e\U000e0041" {
		t.Errorf("escaped JSON decodes as %q, %v", back, err)
	}
}
