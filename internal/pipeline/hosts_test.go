package pipeline_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/kustomize/object"
)

// newHostFixture returns a fixture whose base has these hosts.
func newHostFixture(t *testing.T, selection generator.Selection, hosts ...string) *entryFixture {
	t.Helper()
	f := newEntryFixture(t, selection)
	f.commitHosts(hosts...)
	return f
}

// commitHosts replaces the base by one with these hosts.
func (f *entryFixture) commitHosts(hosts ...string) {
	f.t.Helper()
	ingress := "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: shop}\nspec:\n  rules:\n"
	for _, host := range hosts {
		ingress += "  - host: '" + host + "'\n"
	}
	f.repo.Commit(f.t, "main", "Change the hosts", map[string]string{
		"base/kustomization.yaml": "resources: [ingress.yaml]\n", "base/ingress.yaml": ingress,
	})
}

// A rule for every host serves the host of previews, whatever host the first one becomes.
func TestHostOfPreviewsIsServed(t *testing.T) {
	t.Parallel()
	f := newHostFixture(t, everyPullRequest(), "shop.acme.dev", "")
	f.useNames(naming.Patterns{PullRequests: true, Hosts: map[string]string{"shop.acme.dev": "shop-{{.host}}"}})
	f.list([]generator.Change{pullRequest(1)})
	f.syncWant(writer, "pr-1")
	if len(f.last.Warnings) > 0 {
		t.Errorf("got %q, want no warning", f.last.Warnings)
	}
}

// useNames changes the name templates of the set.
func (f *entryFixture) useNames(p naming.Patterns) {
	f.t.Helper()
	p.Set = "shop"
	namers, err := naming.NewNamers([]naming.Patterns{p})
	if err != nil {
		f.t.Fatal(err)
	}
	f.set.Namer = namers["shop"]
}

// recorded returns the further hosts in the record of an entry.
func (f *entryFixture) recorded(id string) []generator.Host {
	f.t.Helper()
	state, err := f.set.Overlay.Repository.State(f.t.Context(), "shop")
	if err != nil {
		f.t.Fatal(err)
	}
	return state.Entries[id].Record.Preview().Hosts
}

func (f *entryFixture) wantHosts(s *generator.Snapshot, id string, want ...string) {
	f.t.Helper()
	i := slices.IndexFunc(s.Previews, func(p generator.Placed) bool { return p.ID == id })
	if i < 0 {
		f.t.Fatalf("there is no preview %s", id)
	}
	if got := s.Previews[i].Params()["hosts"]; got != strings.Join(want, ",") {
		f.t.Errorf("%s: got hosts %s, want %v", id, got, want)
	}
}

// Every process says the hosts that the entry has, until another commit.
func TestHostsAreThoseOfTheCommit(t *testing.T) {
	t.Parallel()
	f := newHostFixture(t, everyPullRequest(), "shop.acme.dev", "api.acme.dev")
	f.list([]generator.Change{pullRequest(1)})
	plan, err := f.set.Plan(t.Context(), writer)
	if err != nil {
		t.Fatal(err)
	}
	f.wantHosts(plan.Snapshot, "pr-1", "pr-1.shop.preview.localhost", "api-pr-1.shop.preview.localhost")
	rendered, err := f.set.Render(t.Context(), plan, "pr-1")
	if err != nil || !strings.Contains(string(rendered.Overlay.Files["parameters.yaml"]), "pr-1.shop.preview.localhost,api-pr-1.shop.preview.localhost") {
		t.Errorf("got %v, %s", err, rendered.Overlay.Files["parameters.yaml"])
	}
	f.syncWant(writer, "pr-1")
	f.wantHosts(f.last, "pr-1", "pr-1.shop.preview.localhost", "api-pr-1.shop.preview.localhost")
	if got, want := f.recorded("pr-1"), []generator.Host{{Base: "api.acme.dev", Name: "api-pr-1.shop.preview.localhost"}}; !slices.Equal(got, want) {
		t.Errorf("got the record %q, want %q", got, want)
	}

	f.commitHosts("shop.acme.dev", "web.acme.dev")
	for range 2 {
		readOnly, err := f.set.Sync(t.Context(), f.input(gitops.Permissions{}))
		if err != nil {
			t.Fatal(err)
		}
		f.wantHosts(readOnly.Snapshot, "pr-1", "pr-1.shop.preview.localhost", "api-pr-1.shop.preview.localhost")
		f.restart()
	}
	if plan, err = f.set.Plan(t.Context(), writer); err != nil {
		t.Fatal(err)
	}
	f.wantHosts(plan.Snapshot, "pr-1", "pr-1.shop.preview.localhost", "api-pr-1.shop.preview.localhost")
	f.syncWant(writer, "pr-1")
	f.wantHosts(f.last, "pr-1", "pr-1.shop.preview.localhost", "web-pr-1.shop.preview.localhost")
	tip := f.repo.Tip(t, "main")
	f.syncWant(writer, "pr-1")
	if now := f.repo.Tip(t, "main"); now != tip {
		t.Error("a sync without a change has made a commit")
	}
}

// A preview that can't be written keeps its hosts in the answer.
func TestHostsOfFailedOverlay(t *testing.T) {
	t.Parallel()
	f := newHostFixture(t, everyPullRequest(), "shop.acme.dev", "api.acme.dev")
	f.list([]generator.Change{pullRequest(1)})
	f.syncWant(writer, "pr-1")
	f.repo.Commit(t, "main", "Break the base", map[string]string{"base/kustomization.yaml": "resources: [none.yaml]\n"})
	f.syncWant(writer, "pr-1")
	f.wantHosts(f.last, "pr-1", "pr-1.shop.preview.localhost", "api-pr-1.shop.preview.localhost")
}

// A renamed repository keeps all hosts.
func TestRenameKeepsHosts(t *testing.T) {
	t.Parallel()
	f := newHostFixture(t, everyPullRequest(), "shop.acme.dev", "api.acme.dev")
	f.useNames(naming.Patterns{PullRequests: true, Host: "preview.dev", Hosts: map[string]string{"api.acme.dev": "api.dev"}})
	f.list([]generator.Change{pullRequest(1)})
	f.source.repository.ID = "7"
	f.syncWant(writer, "pr-1")
	before := f.recorded("pr-1")
	if len(before) != 1 || !strings.HasPrefix(before[0].Name, "api-") {
		t.Fatalf("got the record %q", before)
	}
	f.source.repository.Name += "-renamed"
	for range 2 {
		f.syncWant(writer, "pr-1")
		if got := f.recorded("pr-1"); !slices.Equal(got, before) {
			t.Errorf("got %q, want %q", got, before)
		}
	}
}

// A held preview keeps the hosts of former templates.
func TestHeldPreviewKeepsHosts(t *testing.T) {
	t.Parallel()
	f := newHostFixture(t, everyPullRequest(), "shop.acme.dev", "api.acme.dev")
	f.list([]generator.Change{pullRequest(1), pullRequest(2)})
	f.syncWant(writer, "pr-1", "pr-2")
	before := f.recorded("pr-1")
	f.useNames(naming.Patterns{PullRequests: true, Host: `{{if eq .number "1"}}{{if eq .number 1}}{{end}}{{end}}{{.id}}.new.dev`})
	f.commitHosts("shop.acme.dev", "api.acme.dev", "web.acme.dev")
	f.syncWant(writer, "!pr-1", "pr-2")
	got := f.recorded("pr-1")
	if len(got) != 2 || got[0] != before[0] || !strings.HasPrefix(got[1].Name, "web-pr-1-") {
		t.Errorf("got %q, want %q and a hashed host", got, before)
	}
	if got := f.recorded("pr-2"); len(got) != 2 || !strings.HasSuffix(got[0].Name, ".new.dev") {
		t.Errorf("got %q, want hosts in new.dev", got)
	}
}

// A new preview waits until another one has given up its host.
func TestFurtherHostsAreClaimed(t *testing.T) {
	t.Parallel()
	f := newHostFixture(t, everyPullRequest(), "shop.acme.dev", "br.acme.dev")
	f.useNames(naming.Patterns{PullRequests: true, Host: "{{.id}}.dev"})
	f.list([]generator.Change{pullRequest(1)})
	f.syncWant(writer, "pr-1")
	f.wantHosts(f.last, "pr-1", "pr-1.dev", "br-pr-1.dev")

	f.set.Selection.Branches = &generator.BranchRules{}
	f.useNames(naming.Patterns{PullRequests: true, Branches: true, Host: "{{.id}}.dev"})
	f.list([]generator.Change{pullRequest(1), branch("main"), branch("pr-1")})
	f.syncWant(writer, "br-main", "pr-1")
	if d := f.last.Dropped; len(d) != 1 || d[0].Reason != generator.ReasonName || !strings.Contains(d[0].Detail, "host br-pr-1.dev") {
		t.Errorf("got %+v, want that the branch waits for its host", d)
	}
	f.syncWant(writer, "br-main", "br-pr-1", "pr-1")
	if got := f.recorded("pr-1"); len(got) != 1 || !strings.HasPrefix(got[0].Name, "br-pr-1-") {
		t.Errorf("got %q, want a hashed host", got)
	}
}

func TestSharedHostRefusesOverlay(t *testing.T) {
	t.Parallel()
	f := newHostFixture(t, everyPullRequest(), "shop.acme.dev", "a.x", "a-b.x", "a-b-c.x", "a.b.c")
	f.list([]generator.Change{pullRequest(1)})
	outcome, err := f.set.Sync(t.Context(), f.input(writer))
	if err != nil {
		t.Fatal(err)
	}
	var refused *object.RefusedError
	if failures := outcome.Plan.Failures; len(failures) != 1 || !errors.As(failures[0].Err, &refused) ||
		refused.Error() != "base: its hosts a-b-c.x and a.b.c would both become a-b-c-pr-1.shop.preview.localhost: set another host for one of them in overlay.hosts" {
		t.Errorf("got %v", failures)
	}
	_, _, err = f.set.Rehearse(t.Context(), outcome.Snapshot.Repository, pullRequest(1))
	if !errors.As(err, &refused) {
		t.Errorf("got %v, want the same refusal", err)
	}
}

// A wildcard of a listener must match the hosts of its routes in previews. overlay.hosts can
// make it so.
func TestListenerWarnings(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, everyPullRequest())
	f.repo.Commit(t, "main", "Use Emissary", map[string]string{
		"base/kustomization.yaml": "resources: [x.yaml]\n",
		"base/x.yaml": `
apiVersion: getambassador.io/v3alpha1
kind: Host
metadata: {name: all}
spec: {hostname: '*.acme.dev'}
---
apiVersion: getambassador.io/v3alpha1
kind: Mapping
metadata: {name: shop}
spec: {prefix: /, hostname: shop.acme.dev}
---
apiVersion: getambassador.io/v3alpha1
kind: Mapping
metadata: {name: api}
spec: {prefix: /, hostname: api.acme.dev}
`,
	})
	f.list([]generator.Change{pullRequest(1)})
	f.syncWant(writer, "pr-1")
	about := func() (n int) {
		_, rehearsed, err := f.set.Rehearse(t.Context(), f.last.Repository, pullRequest(1))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range f.last.Warnings {
			if w.Subject == "Host all" && slices.Contains(rehearsed, w) {
				n++
			}
		}
		return n
	}
	if n := about(); n != 2 {
		t.Errorf("got %q, want a warning for each Mapping", f.last.Warnings)
	}
	f.useNames(naming.Patterns{PullRequests: true, Hosts: map[string]string{"*.acme.dev": "*.{{.host}}", "shop.acme.dev": "shop.{{.host}}", "api.acme.dev": "api.{{.host}}"}})
	f.syncWant(writer, "pr-1")
	if n := about(); n != 0 {
		t.Errorf("with overlay.hosts, got %q", f.last.Warnings)
	}
}

func TestHostWarnings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		patterns naming.Patterns
		want     map[string]string
	}{
		{naming.Patterns{}, map[string]string{}},
		{naming.Patterns{Hosts: map[string]string{"API.acme.dev": "api-{{.host}}", "acme.dev": "x.{{.host}}"}}, map[string]string{}},
		{naming.Patterns{Hosts: map[string]string{"web.acme.dev": "web-{{.host}}"}}, map[string]string{"overlay.hosts.web.acme.dev": "the base in base does not have this host"}},
		{naming.Patterns{Hosts: map[string]string{"shop.acme.dev": "shop-{{.host}}"}}, map[string]string{"overlay.hosts.shop.acme.dev": "nothing answers at the host of previews"}},
		{naming.Patterns{Hosts: map[string]string{"shop.acme.dev": "shop-{{.host}}", "api.acme.dev": "{{.host}}"}}, map[string]string{}},
		{naming.Patterns{Hosts: map[string]string{"shop.acme.dev": "shop-{{.host}}"}, URL: "https://shop-{{.host}}"}, map[string]string{}},
		{naming.Patterns{Hosts: map[string]string{"shop.acme.dev": "shop-{{.host}}"}, URL: "https://{{.host}}:8443/shop"}, map[string]string{"overlay.hosts.shop.acme.dev": "nothing answers at the host of previews"}},
		{naming.Patterns{URL: `https://{{if eq .number "1"}}:{{end}}{{.host}}`}, map[string]string{"pull request 1": "its URL is https:// and its host: names.url: the template makes text that is not a URL"}},
	}
	for _, tt := range tests {
		f := newHostFixture(t, everyPullRequest(), "shop.acme.dev", "api.acme.dev", "*.acme.dev")
		tt.patterns.PullRequests = true
		f.useNames(tt.patterns)
		f.list([]generator.Change{pullRequest(1)})
		f.syncWant(writer, "pr-1")
		got := map[string]string{}
		for _, w := range f.last.Warnings {
			got[w.Subject] = w.Message
		}
		if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(tt.want))) {
			t.Errorf("%+v: got %q, want %q", tt.patterns, got, tt.want)
		}
		for subject, message := range tt.want {
			if !strings.HasPrefix(got[subject], message) && !strings.Contains(got[subject], message) {
				t.Errorf("%+v: got %q, want %q", tt.patterns, got[subject], message)
			}
		}
	}
}

// names.url changes the URL of each preview that stays, also of held ones, and no name.
func TestURL(t *testing.T) {
	t.Parallel()
	f := newHostFixture(t, everyPullRequest(), "shop.acme.dev")
	f.list([]generator.Change{pullRequest(1)})
	f.syncWant(writer, "pr-1")
	before := f.preview("pr-1")
	if got := before.Params()["preview_url"]; got != "https://pr-1.shop.preview.localhost" {
		t.Errorf("got %s", got)
	}
	f.useNames(naming.Patterns{PullRequests: true, URL: "http://{{.host}}:8080/{{.id}}"})
	f.restart()
	f.set.Selection.PullRequests.Labels.All = []string{"preview"}
	f.set.Guard = generator.Guard{Removals: 0, Percent: 0}
	f.syncWant(writer, "!pr-1")
	after := f.preview("pr-1")
	if got := after.Params()["preview_url"]; got != "http://pr-1.shop.preview.localhost:8080/pr-1" || after.Names != before.Names {
		t.Errorf("got %s, names %+v", got, after.Names)
	}
	if text := f.repo.Git(t, "show", "main:previews/shop/pr-1/namespace.yaml"); !strings.Contains(text, "Preview|http://pr-1.shop.preview.localhost:8080/pr-1") {
		t.Errorf("the Namespace does not have the URL:\n%s", text)
	}
}
