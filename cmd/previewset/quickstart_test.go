package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/internal/config"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// withHome gives the test a home directory of its own, and returns it.
func withHome(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	return home
}

// serveRepo starts the service without a configuration. It returns the service and its
// standard output, and sets the token of f to the one in the printed file or variable.
func (f *fixture) serveRepo(args ...string) (*runningService, string) {
	f.t.Helper()
	var out strings.Builder
	s := f.serveWith(args, &out)
	_, _ = f.captured.writer("serve --repo").Write([]byte(out.String()))
	if file := regexp.MustCompile(`PREVIEWSET_TOKEN="\$\(cat (\S+)\)"`).FindStringSubmatch(out.String()); file != nil {
		f.token = readFile(f.t, file[1])
	} else if value := regexp.MustCompile(`export PREVIEWSET_TOKEN=(\S+)`).FindStringSubmatch(out.String()); value != nil {
		f.token = value[1]
	}
	return s, out.String()
}

// failsToServe runs serve with arguments that it must refuse, and returns its message.
func (f *fixture) failsToServe(want int, args ...string) string {
	f.t.Helper()
	var stdout, stderr bytes.Buffer
	ctx, stop := context.WithTimeout(f.t.Context(), 20*time.Second) // a service that starts does not end
	defer stop()
	status := Run(ctx, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...), &stdout, &stderr)
	_, _ = f.captured.writer("serve --repo").Write(append(stdout.Bytes(), stderr.Bytes()...))
	if status != want || stdout.Len() > 0 {
		f.t.Errorf("serve %q: got status %d and output %q, want %d and none: %s", args, status, stdout.String(), want, stderr.String())
	}
	return stderr.String()
}

// printedConfig returns the configuration in the output of serve --repo.
func printedConfig(t *testing.T, out string) string {
	t.Helper()
	_, text, found := strings.Cut(out, "to a file to change it:\n\n")
	text, _, ended := strings.Cut(text, "\nSend the request")
	if !found || !ended {
		t.Fatalf("no configuration in %s", out)
	}
	return text
}

// printedObjects returns the manifests in the output of serve --repo, by kind.
func printedObjects(t *testing.T, out string) map[string]map[string]any {
	t.Helper()
	_, text, _ := strings.Cut(out, "Manifests for Argo CD:\n\n")
	return objectsOf(t, text)
}

func objectsOf(t *testing.T, text string) map[string]map[string]any {
	t.Helper()
	objects := map[string]map[string]any{}
	for document := range strings.SplitSeq(text, "\n---\n") {
		var object map[string]any
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			t.Fatalf("%v in %s", err, document)
		}
		objects[fmt.Sprint(object["kind"])] = object
	}
	return objects
}

// at returns the value at a path of keys.
func at(object any, keys ...string) any {
	for _, key := range keys {
		m, _ := object.(map[string]any)
		object = m[key]
	}
	return object
}

func TestQuickstartConfigurationIsComplete(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	s, out := f.serveRepo("--repo", app.Dir, "--gitops", f.gitops.Dir)
	first := s.awaitIDs("shop", "br-cart", "br-search") // main is the default branch
	s.stop()

	saved := printedConfig(t, out)
	f.write("config.yaml", saved)
	second := f.serve().awaitIDs("shop", "br-cart", "br-search")
	if !maps.Equal(revisions(first), revisions(second)) {
		t.Errorf("with the saved configuration: got revisions %v, want %v", revisions(second), revisions(first))
	}
	c, err := config.Parse("with images", []byte(strings.Replace(saved, "# images:", "images:", 1)))
	if err != nil || len(c.Sets[0].Overlay.Images) != 1 || c.Sets[0].Overlay.Images[0].NewTag != "{{.head_sha}}" {
		t.Errorf("with the commented images: got %v in %s", err, saved)
	}
}

func TestQuickstartManifestsAgreeWithExamples(t *testing.T) {
	t.Parallel()
	for name, example := range map[string]string{"overlays": "branches", "parameters": "parameters"} {
		f, app := newFixture(t), shopRepository(t)
		args := []string{"--repo", app.URL()}
		if name == "overlays" {
			args = append(args, "--gitops", f.gitops.URL())
		}
		_, out := f.serveRepo(args...)
		got := printedObjects(t, out)
		file, err := os.ReadFile("../../examples/" + example + "/applicationset.yaml")
		if err != nil {
			t.Fatal(err)
		}
		want := objectsOf(t, string(file))
		for _, keys := range [][]string{
			{"apiVersion"},
			{"metadata", "namespace"},
			{"spec", "goTemplate"},
			{"spec", "goTemplateOptions"},
			{"spec", "template", "metadata"},
			{"spec", "template", "spec", "source", "repoURL"},
			{"spec", "template", "spec", "source", "path"},
			{"spec", "template", "spec", "source", "targetRevision"},
			{"spec", "template", "spec", "destination"},
			{"spec", "template", "spec", "syncPolicy", "automated"},
			{"spec", "template", "spec", "syncPolicy", "retry"},
		} {
			if g, w := at(got["ApplicationSet"], keys...), at(want["ApplicationSet"], keys...); g == nil || !reflect.DeepEqual(g, w) {
				t.Errorf("%s: got %v at %s, want %v as in the example", name, g, strings.Join(keys, "."), w)
			}
		}
		if options := at(got["ApplicationSet"], "spec", "template", "spec", "syncPolicy", "syncOptions"); fmt.Sprint(options) != "[CreateNamespace=true]" {
			t.Errorf("%s: got the sync options %v, want CreateNamespace=true", name, options)
		}
	}
}

// Without quotes, YAML reads these names as numbers and other values.
func TestQuickstartQuotesNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"2048", "0x1f", "true", "null", "on"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, app := newFixture(t), gittest.NewRepo(t, name)
			app.Branch(t, "cart", app.Commit(t, "main", "Begin", map[string]string{"a": "1"}))
			s, out := f.serveRepo("--repo", app.Dir)
			s.awaitIDs(name, "br-cart")
			generators, _ := at(printedObjects(t, out)["ApplicationSet"], "spec", "generators").([]any)
			if got := at(generators[0], "plugin", "input", "parameters", "set"); got != name {
				t.Errorf("the ApplicationSet requests the set %v (%[1]T), want the string %s", got, name)
			}
		})
	}
}

func TestQuickstartPrintsItsAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"127.0.0.1": "http://localhost:1", "127.0.0.2": "http://127.0.0.2:1", "::1": "http://[::1]:1",
		"0.0.0.0": "http://localhost:1", "::": "http://localhost:1", "192.0.2.1": "http://192.0.2.1:1",
	} {
		p := quickstartPage{address: &net.TCPAddr{IP: net.ParseIP(address), Port: 1}}
		if got := p.Local(); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

// Argo CD resolves $previewset:token only in a Secret with this label
// (argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Plugin).
func TestQuickstartSecretHasLabelOfArgoCD(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	s, out := f.serveRepo("--repo", app.URL())
	objects := printedObjects(t, out)
	for _, kind := range []string{"ConfigMap", "Secret"} {
		if got := at(objects[kind], "metadata", "labels", "app.kubernetes.io/part-of"); got != "argocd" {
			t.Errorf("%s: got the label %v, want argocd", kind, got)
		}
		if got := at(objects[kind], "metadata", "name"); got != "previewset" {
			t.Errorf("%s: got the name %v, want previewset", kind, got)
		}
	}
	port := s.url[strings.LastIndex(s.url, ":"):]
	if got := at(objects["ConfigMap"], "data", "baseUrl"); got != "http://HOST"+port || !strings.Contains(out, "--listen "+port) {
		t.Errorf("got baseUrl %v, want a placeholder and its explanation in %s", got, out)
	}
}

func TestQuickstartExcludesDefaultBranch(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"trunk", "größer/v1+2", "]x", "!important"} {
		f, app := newFixture(t), gittest.NewRepo(t, "shop")
		tip := app.Commit(t, name, "Begin", map[string]string{"a": "1"})
		app.Branch(t, "v11112", tip)
		app.Git(t, "symbolic-ref", "HEAD", "refs/heads/"+name)
		s, _ := f.serveRepo("--repo", app.Dir)
		s.awaitIDs("shop", "br-v11112")
	}
}

// The directory .git of a clone is named like its worktree.
func TestQuickstartServesDirectoryOfGit(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	app.Git(t, "config", "core.bare", "false")
	worktree := filepath.Join(t.TempDir(), "shop")
	if err := os.Mkdir(worktree, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(app.Dir, filepath.Join(worktree, ".git")); err != nil {
		t.Fatal(err)
	}
	s, _ := f.serveRepo("--repo", filepath.Join(worktree, ".git"))
	s.awaitIDs("shop", "br-cart", "br-search")
}

func TestQuickstartRefusesContradictions(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for name, c := range map[string]struct{ args, want string }{
		"empty address":    {"--repo /x --listen=", "--listen is empty"},
		"config":           {"--repo /x --config /y", "use either --repo or --config"},
		"empty repo":       {"--repo=", "--repo is empty"},
		"empty gitops":     {"--repo /x --gitops=", "--gitops is empty"},
		"gitops only":      {"--gitops /x", "--gitops and --base need --repo"},
		"base only":        {"--repo /x --base y", "--base needs --gitops"},
		"feedback":         {"--repo /x --feedback", "--repo writes no feedback"},
		"base outside":     {"--repo /x --gitops /x --base ../y", "--base must be a directory"},
		"base is absolute": {"--repo /x --gitops /x --base /y", "--base must be a directory"},
	} {
		if got := f.failsToServe(statusUsage, strings.Fields(c.args)...); !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestQuickstartFailsIfNothingCanBeRead(t *testing.T) {
	t.Parallel()
	f, app, empty := newFixture(t), shopRepository(t), gittest.NewRepo(t, "empty")
	private := gittest.Serve(t, app, gittest.ServeOptions{User: "ada", Password: gitPassword})
	gone := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(gone.Close)
	headless := gittest.NewRepo(t, "headless")
	headless.Commit(t, "other", "one", map[string]string{"a": "1"})
	for name, c := range map[string]struct{ url, want string }{
		"no such path":      {t.TempDir() + "/nope", "use the URL or the path of a Git repository"},
		"no repository":     {t.TempDir(), "use the path of a Git repository"},
		"relative path":     {"nope", "use the URL or the path of a Git repository"},
		"empty repository":  {empty.Dir, "push a first commit"},
		"no default branch": {headless.Dir, "has no default branch"},
		"private":           {private.URL, "access denied: add a login for 127.0.0.1 to ~/.netrc"},
		"not found":         {gone.URL + "/acme/shop", "check the URL"},
		"no server":         {"http://127.0.0.1:1/acme/shop", "check the URL and the network"},
		"no ssh agent":      {"ssh://git@127.0.0.1:1/acme/shop", "ssh-add"},
		"no scheme":         {"gopher://127.0.0.1/x", "must be https, http, ssh or file"},
		"secret in the URL": {"https://ada:" + "canary-in-url" + "@127.0.0.1/x", "contains credentials: remove them, and add the login to ~/.netrc or to Git's credential helper"},
		"token in a query":  {"https://127.0.0.1/x?token=" + "canary-in-url", "contains credentials: remove them"},
		"password for ssh":  {"ssh://ada:" + "canary-in-url" + "@127.0.0.1/x", "contains credentials: remove them, and add a key to the ssh agent"},
	} {
		t.Run(name, func(t *testing.T) {
			for flag, args := range map[string][]string{"--repo": {"--repo", c.url}, "--gitops": {"--repo", app.URL(), "--gitops", c.url}} {
				if got := f.failsToServe(statusFailed, args...); !strings.Contains(got, flag+": ") || !strings.Contains(got, c.want) || strings.Contains(got, "canary") {
					t.Errorf("%s: got %q, want %q", flag, got, c.want)
				}
			}
		})
	}
	if got := f.failsToServe(statusFailed, "--repo", app.URL(), "--gitops", app.URL()); !strings.HasSuffix(got, "with --base\n") {
		t.Errorf("without a kustomization: got %q, want the flag --base alone", got)
	}
}

// The error without a base names kustomizations that exist, the ones with short paths first.
func TestQuickstartNamesCandidatesForBase(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	gitops := gittest.NewRepo(t, "gitops")
	gitops.Commit(t, "main", "Add bases", map[string]string{
		"a/b/c/d/e/kustomization.yaml": "{}", "teams/web/base/kustomization.yml": "{}", "teams/api/Kustomization": "{}",
		".hidden/kustomization.yaml": "{}", "kustomization.yaml": "{}", "platform/kustomization.yaml": "{}", "x/README": "x",
	})
	const want = "with --base, such as platform, teams/api or teams/web/base\n"
	for _, args := range [][]string{nil, {"--base", "teams/nope"}} {
		if got := f.failsToServe(statusFailed, append(args, "--repo", app.URL(), "--gitops", gitops.URL())...); !strings.HasSuffix(got, want) {
			t.Errorf("%v: got %q, want %q", args, got, want)
		}
	}
}

func TestQuickstartListensOnLoopback(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--repo", "/x"}, {"--repo", "/x", "--listen", ":1"}} {
		c := serveCommand(newTerminal(&bytes.Buffer{}, &bytes.Buffer{}))
		if err := c.ParseFlags(args); err != nil {
			t.Fatal(err)
		}
		want := map[int]string{2: "127.0.0.1:4355", 4: ":1"}[len(args)]
		f := serveFlags{flags: newFlags(nil, c), repo: "/x", listen: c.Flag("listen").Value.String()}
		if err := f.checkRepo(); err != nil || f.listen != want {
			t.Errorf("%q: got address %q and error %v, want %q", args, f.listen, err, want)
		}
	}
}
