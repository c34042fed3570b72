package wiring_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/wiring"
	gittest "github.com/previewset/previewset/test/fake/git"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// parse returns the configuration with these keys.
func parse(t *testing.T, keys string) *config.Config {
	t.Helper()
	c, err := config.Parse("config.yaml", []byte("apiVersion: previewset.dev/v1alpha1\nkind: Config\nauth: {tokenEnv: TOKEN}\n"+keys))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func wire(t *testing.T, keys string, o wiring.Options) *wiring.Parts {
	t.Helper()
	o.Log = slog.New(slog.DiscardHandler)
	if o.Now == nil {
		o.Now = time.Now
	}
	p, err := wiring.Wire(parse(t, keys), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func set(name, source string) string {
	return fmt.Sprintf("- name: %s\n  source: {%s}\n  select: {branches: {}}\n", name, source)
}

func newApp(t *testing.T) *gittest.Repo {
	t.Helper()
	r := gittest.NewRepo(t, "shop")
	r.Commit(t, "main", "Begin", map[string]string{"a": "1"})
	return r
}

// Sets share a source if they read the same repository with the same credentials.
func TestSetsShareEqualSources(t *testing.T) {
	t.Parallel()
	const base = "github: {owner: acme, repo: shop, tokenEnv: A}"
	for source, want := range map[string]bool{
		base: true,
		"github: {owner: acme, tokenEnv: A, repo: shop}":                                       true,
		"github: {owner: other, repo: shop, tokenEnv: A}":                                      false,
		"github: {owner: acme, repo: other, tokenEnv: A}":                                      false,
		"github: {owner: acme, repo: shop, tokenEnv: B}":                                       false,
		"github: {owner: acme, repo: shop, tokenFile: A}":                                      false,
		"github: {owner: acme, repo: shop}":                                                    false,
		"github: {owner: acme, repo: shop, tokenEnv: A, apiURL: 'https://ghe.acme.dev'}":       false,
		"gitea: {url: 'https://git.acme.dev', owner: acme, repo: shop, tokenEnv: A}":           false,
		"git: {url: 'https://github.com/acme/shop.git'}":                                       false,
		"github: {owner: acme, repo: shop, app: {id: 1, installationID: 2, privateKeyEnv: A}}": false,
	} {
		p := wire(t, "sets:\n"+set("a", base)+set("b", source), wiring.Options{})
		if shared := p.Sources["a"] == p.Sources["b"]; shared != want {
			t.Errorf("%s: got a shared source: %t, want %t", source, shared, want)
		}
		if len(p.Sets) != 2 || p.Sets[0].Name != "a" || p.Sets[1].Name != "b" || p.Sets[0].Source != generator.Source(p.Sources["a"]) {
			t.Errorf("%s: got sets %+v", source, p.Sets)
		}
	}
}

// A list is cached for half a poll, and for at most ten seconds, so that sets that poll at
// the same time share it.
func TestListsAreSharedForHalfOfPoll(t *testing.T) {
	t.Parallel()
	for poll, want := range map[string]time.Duration{"1s": time.Second / 2, "10s": 5 * time.Second, "20s": 10 * time.Second, "1h": 10 * time.Second} {
		for _, fresh := range []bool{false, true} {
			app, now := newApp(t), time.Now()
			p := wire(t, "poll: "+poll+"\nsets:\n"+set("a", "git: {url: "+app.URL()+"}"), wiring.Options{Fresh: fresh, Now: func() time.Time { return now }})
			branches := func() int {
				listing, err := p.Sources["a"].List(t.Context(), generator.Query{Branches: true})
				if err != nil {
					t.Fatal(err)
				}
				return len(listing.Changes)
			}
			first := branches()
			app.Branch(t, "new", app.Tip(t, "main"))
			now = now.Add(want - 1)
			if got := branches() - first; (got == 0) != !fresh {
				t.Errorf("poll %s, fresh %t: got %d new branches before %s", poll, fresh, got, want)
			}
			now = now.Add(1)
			if got := branches() - first; got != 1 {
				t.Errorf("poll %s, fresh %t: got %d new branches after %s, want 1", poll, fresh, got, want)
			}
		}
	}
}

// OnRate gets the name of the set and the numbers of the forge.
func TestOnRateGetsSet(t *testing.T) {
	t.Parallel()
	forge := githubtest.New(t)
	forge.Repo("acme", "shop")
	forge.Quota(77, time.Now().Add(time.Hour))
	var calls []string
	p := wire(t, "sets:\n"+set("shop", fmt.Sprintf("github: {owner: acme, repo: shop, apiURL: %q}", forge.APIURL())), wiring.Options{
		OnRate: func(set, resource string, remaining, limit int) {
			calls = append(calls, fmt.Sprint(set, " ", resource, " ", remaining < 77 && remaining > 70, " ", limit))
		},
	})
	if _, err := p.Sources["shop"].List(t.Context(), generator.Query{}); err != nil {
		t.Fatal(err)
	}
	if len(calls) == 0 || slices.ContainsFunc(calls, func(c string) bool { return c != "shop core true 5000" }) {
		t.Errorf("got %q, want calls with shop core true 5000", calls)
	}
}

// The error for a secret that can't be read at the start names its file.
func TestWireNeedsSecrets(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	absent := filepath.Join(t.TempDir(), "key")
	gitops := func(file string) string {
		return fmt.Sprintf("gitops: {url: %q, signingKeyFile: %s}\nsets:\n%s", app.URL(), file, set("shop", "git: {url: "+app.URL()+"}"))
	}
	for content, name := range map[string]string{"": "absent file", "not a key\n": "not a key", "\n": "empty file"} {
		file := absent
		if content != "" {
			file = filepath.Join(t.TempDir(), "key")
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, err := wiring.Wire(parse(t, gitops(file)), wiring.Options{Log: slog.New(slog.DiscardHandler), Now: time.Now})
		if err == nil || !strings.Contains(err.Error(), file) || strings.Contains(err.Error(), "not a key\n") {
			t.Errorf("%s: got %v, want an error with the place of the key", name, err)
		}
	}
}

// A set has an overlay only if it is configured, and all sets share the repository.
func TestPartsOfSets(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	source := "git: {url: " + app.URL() + "}"
	p := wire(t, fmt.Sprintf("gitops: {url: %q, path: env/previews}\nsets:\n", app.URL())+
		set("a", source)+"  overlay: {base: base}\n"+set("b", source)+set("c", source)+"  overlay: {base: other, components: [components/x]}\n", wiring.Options{})
	if p.Sets[0].Overlay == nil || p.Sets[1].Overlay != nil || p.Sets[2].Overlay == nil {
		t.Fatalf("got overlays of the wrong sets: %+v", p.Sets)
	}
	if p.Sets[0].Overlay.Repository != p.Repository || p.Sets[2].Overlay.Repository != p.Repository {
		t.Error("got a repository for each set, want one for all")
	}
	if got := p.Repository.SetPath("a"); got != "env/previews/a" {
		t.Errorf("got path %s, want env/previews/a", got)
	}
	if got := p.Sets[2].Overlay.Paths; !slices.Equal(got, []string{"other", "components/x"}) {
		t.Errorf("got paths %q, want those of the base and its component", got)
	}
	if p := wire(t, "sets:\n"+set("b", source), wiring.Options{}); p.Repository != nil {
		t.Error("got a repository without gitops")
	}
}

// The overlays of a set depend on the limits of all sets with databases on its server.
func TestWirePassesDatabasePreviews(t *testing.T) {
	t.Parallel()
	renderer := func(other string) string {
		t.Helper()
		text := database("{engine: postgres}") + "  limits: {previews: 5}\n"
		_, set, _ := strings.Cut(text, "sets:\n")
		text += strings.Replace(set, "name: shop", "name: other", 1)
		text = strings.TrimSuffix(text, "previews: 5}\n") + "previews: " + other + "}\n"
		c, err := config.Parse("config.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		parts, err := wiring.Wire(c, wiring.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return dump(parts.Sets[0].Overlay.Renderer)
	}
	if renderer("6") == renderer("7") {
		t.Error("the limit of another set has no effect")
	}
}
