package faults_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	gitsource "github.com/previewset/previewset/generator/git"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/kustomize"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// both is what a service with --prune may do.
var both = gitops.Permissions{Write: true, Prune: true}

// base is what the overlays are built on.
var base = map[string]string{
	"apps/shop/base/kustomization.yaml": "resources: [settings.yaml]\n",
	"apps/shop/base/settings.yaml":      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {color: blue}\n",
}

// world is an application whose branches get previews, and a GitOps repository
// behind a server that can misbehave.
type world struct {
	t      *testing.T
	app    *gittest.Repo
	gitops *gittest.Repo
	faults gittest.Faults
	// foreign makes the server one that is asked before each push.
	foreign atomic.Bool
	server  *gittest.Server
	people  []string // their commits to the GitOps repository
}

func newWorld(t *testing.T, branches ...string) *world {
	t.Helper()
	w := &world{t: t, app: gittest.NewRepo(t, "shop"), gitops: gittest.NewRepo(t, "gitops")}
	w.app.Commit(t, "main", "Begin", map[string]string{"README": "shop\n"})
	for _, name := range branches {
		w.app.Branch(t, name, "main")
	}
	w.gitops.Commit(t, "main", "Add the base", base)
	w.server = gittest.Serve(t, w.gitops, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
		return w.faults.Middleware(w.named(next))
	}})
	return w
}

func (w *world) named(git http.Handler) http.Handler {
	foreign := gittest.OtherAgent(git)
	return http.HandlerFunc(func(a http.ResponseWriter, req *http.Request) {
		if w.foreign.Load() {
			foreign.ServeHTTP(a, req)
		} else {
			git.ServeHTTP(a, req)
		}
	})
}

// process is one process's view of the set: its caches and its last snapshot.
type process struct {
	set  *pipeline.Set
	mask gitops.Permissions
	last *generator.Snapshot
}

func (w *world) start() *process { return w.startSet("shop", both, func() {}) }

func (w *world) startSet(name string, mask gitops.Permissions, onRetry func()) *process {
	w.t.Helper()
	remote, source := w.open(w.server.URL), w.open(w.app.URL())
	branches, err := gitsource.New(source)
	if err != nil {
		w.t.Fatal(err)
	}
	namers, err := naming.NewNamers([]naming.Patterns{{Set: name, Branches: true}})
	if err != nil {
		w.t.Fatal(err)
	}
	renderer, err := kustomize.New(kustomize.Spec{RepoURL: w.server.URL, Base: "apps/shop/base"})
	if err != nil {
		w.t.Fatal(err)
	}
	main, err := generator.ParseGlob("main")
	if err != nil {
		w.t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	repository := gitops.New(remote, gitops.Options{
		Branch: "main", Path: "previews", Author: gitrepo.Signature{Name: "previewset", Email: "previewset@localhost"},
		Now: time.Now, Log: log, OnRetry: func(string) { onRetry() },
	})
	return &process{mask: mask, set: &pipeline.Set{
		Name: name, Source: branches, Guard: generator.Guard{Removals: 10, Percent: 50},
		Selection: generator.Selection{Branches: &generator.BranchRules{Exclude: []generator.Glob{main}}},
		Namer:     namers[name], Now: time.Now, Log: log,
		Overlay: &pipeline.Overlay{Renderer: renderer, Repository: repository, Paths: []string{"apps/shop/base"}},
	}}
}

func (w *world) open(url string) *gitrepo.Remote {
	w.t.Helper()
	remote, err := gitrepo.Open(url, gitrepo.Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	return remote
}

// sync is one sync, whose snapshot is kept as the service does.
func (p *process) sync(ctx context.Context) error {
	_, err := p.commit(ctx)
	return err
}

// commit is a sync that returns the hash of its commit, "" for none.
func (p *process) commit(ctx context.Context) (string, error) {
	outcome, err := p.set.Sync(ctx, p.last, p.mask)
	if err != nil {
		return "", err
	}
	if p.mask.Write { // the pruner goes by the entries alone
		p.last = outcome.Snapshot
	}
	return outcome.Commit, nil
}

// person commits to the GitOps repository, past the server and its faults.
func (w *world) person(message string, changes map[string]string) {
	w.t.Helper()
	w.people = append(w.people, w.gitops.Commit(w.t, "main", message, changes))
}

// entries returns the ids of the entries of the set shop at the tip.
func (w *world) entries() []string { return w.entriesOf("shop") }

func (w *world) entriesOf(set string) []string {
	w.t.Helper()
	var ids []string
	dir := "previews/" + set + "/"
	for name := range strings.FieldsSeq(w.gitops.Git(w.t, "ls-tree", "-r", "--name-only", "main", dir)) {
		if id, ok := strings.CutSuffix(strings.TrimPrefix(name, dir), "/preview.yaml"); ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// sound checks what must hold at every moment: git's own check passes, and no
// person's commit is lost.
func (w *world) sound() {
	w.t.Helper()
	w.gitops.Git(w.t, "fsck", "--strict", "--no-dangling")
	for _, commit := range w.people {
		if _, ok := gittest.TryGit(w.t, w.gitops.Dir, "merge-base", "--is-ancestor", commit, "main"); !ok {
			w.t.Errorf("the commit %s of a person is lost", commit)
		}
	}
}

// expect checks the entries.
func (w *world) expect(ids ...string) {
	w.t.Helper()
	if got := w.entries(); !slices.Equal(got, ids) {
		w.t.Errorf("entries %v, want %v", got, ids)
	}
}

// commits returns how many commits previewset has made on the branch.
func (w *world) commits() string {
	w.t.Helper()
	return w.gitops.Git(w.t, "rev-list", "--count", "--author=previewset", "main")
}

// heal ends all faults, and checks that two syncs do what was left to do and
// that a third finds nothing.
func (w *world) heal(p *process, ids ...string) {
	w.t.Helper()
	w.faults.Set()
	w.gitops.FreeDisk()
	if err := p.sync(w.t.Context()); err != nil {
		w.t.Errorf("the next healthy sync: %v", err)
	}
	w.sound()
	w.expect(ids...)
	before := w.gitops.Tip(w.t, "main")
	for name, again := range map[string]*process{"the same process": p, "a new one": w.start()} {
		if err := again.sync(w.t.Context()); err != nil || w.gitops.Tip(w.t, "main") != before {
			w.t.Errorf("%s is not at rest: %v, %s", name, err, w.gitops.Git(w.t, "log", "-1", "--format=%s", "main"))
		}
	}
}
