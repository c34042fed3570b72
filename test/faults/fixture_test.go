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

// writeAndPrune are the permissions of a service with --prune.
var writeAndPrune = gitops.Permissions{Write: true, Prune: true}

// base has the files that overlays are built on.
var base = map[string]string{
	"apps/shop/base/kustomization.yaml": "resources: [settings.yaml]\n",
	"apps/shop/base/settings.yaml":      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {color: blue}\n",
}

// fixture is an application whose branches get previews, and a GitOps repository
// behind a server with faults.
type fixture struct {
	t        *testing.T
	app      *gittest.Repo
	gitops   *gittest.Repo
	faults   gittest.Faults
	requests requests
	// notGit makes the server identify itself as another program than git: clients then
	// read the references before each push.
	notGit atomic.Bool
	server *gittest.Server
	// timeout bounds each Git operation of the processes that are started later. 0 is
	// previewset's default.
	timeout time.Duration
	people  []string // commits by people to the GitOps repository
}

func newFixture(t *testing.T, branches ...string) *fixture {
	t.Helper()
	f := &fixture{t: t, app: gittest.NewRepo(t, "shop"), gitops: gittest.NewRepo(t, "gitops")}
	f.app.Commit(t, "main", "Begin", map[string]string{"README": "shop\n"})
	for _, name := range branches {
		f.app.Branch(t, name, "main")
	}
	f.gitops.Commit(t, "main", "Add the base", base)
	f.server = gittest.Serve(t, f.gitops, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
		return f.requests.middleware(f.faults.Middleware(f.identified(next)))
	}})
	return f
}

// identified returns git as a handler that identifies itself as another program if notGit is set.
func (f *fixture) identified(git http.Handler) http.Handler {
	otherAgent := gittest.OtherAgent(git)
	return http.HandlerFunc(func(a http.ResponseWriter, req *http.Request) {
		if f.notGit.Load() {
			otherAgent.ServeHTTP(a, req)
		} else {
			git.ServeHTTP(a, req)
		}
	})
}

// process has the state that a process keeps of a set: caches and the last snapshot.
type process struct {
	set         *pipeline.Set
	permissions gitops.Permissions
	last        *generator.Snapshot
}

func (f *fixture) start() *process { return f.startSet("shop", writeAndPrune, func() {}) }

func (f *fixture) startSet(name string, permissions gitops.Permissions, onRetry func()) *process {
	f.t.Helper()
	remote, source := f.open(f.server.URL), f.open(f.app.URL())
	branches, err := gitsource.New(source)
	if err != nil {
		f.t.Fatal(err)
	}
	namers, err := naming.NewNamers([]naming.Patterns{{Set: name, Branches: true}})
	if err != nil {
		f.t.Fatal(err)
	}
	renderer, err := kustomize.New(kustomize.Spec{RepoURL: f.server.URL, Base: "apps/shop/base"})
	if err != nil {
		f.t.Fatal(err)
	}
	main, err := generator.ParseGlob("main")
	if err != nil {
		f.t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	repository := gitops.New(remote, gitops.Options{
		Branch: "main", Path: "previews", Author: gitrepo.Signature{Name: "previewset", Email: "previewset@localhost"},
		Now: time.Now, Log: log, OnRetry: func(string) { onRetry() },
	})
	return &process{permissions: permissions, set: &pipeline.Set{
		Name: name, Source: branches, Guard: generator.Guard{Removals: 10, Percent: 50},
		Selection: generator.Selection{Branches: &generator.BranchRules{Exclude: []generator.Glob{main}}},
		Namer:     namers[name], Now: time.Now, Log: log,
		Overlay: &pipeline.Overlay{Renderer: renderer, Repository: repository, Paths: []string{"apps/shop/base"}},
	}}
}

func (f *fixture) open(url string) *gitrepo.Remote {
	f.t.Helper()
	remote, err := gitrepo.Open(url, gitrepo.Options{Timeout: f.timeout})
	if err != nil {
		f.t.Fatal(err)
	}
	return remote
}

// sync syncs the set, and keeps the snapshot as the service does.
func (p *process) sync(ctx context.Context) error {
	_, err := p.commit(ctx)
	return err
}

// commit is sync. It returns the hash of the sync's commit, "" for none.
func (p *process) commit(ctx context.Context) (string, error) {
	outcome, err := p.set.Sync(ctx, pipeline.Input{Previous: p.last, Permissions: p.permissions})
	if err != nil {
		return "", err
	}
	if p.permissions.Write { // a pruner uses only the entries
		p.last = outcome.Snapshot
	}
	return outcome.Commit, nil
}

// commitAsPerson commits to the GitOps repository on disk, not through the server.
// Nobody else may commit at the same time.
func (f *fixture) commitAsPerson(message string, changes map[string]string) {
	f.t.Helper()
	f.people = append(f.people, f.gitops.Commit(f.t, "main", message, changes))
}

// entries returns the ids of the entries of the set shop at the tip.
func (f *fixture) entries() []string { return f.entriesOf("shop") }

func (f *fixture) entriesOf(set string) []string {
	f.t.Helper()
	var ids []string
	dir := "previews/" + set + "/"
	for name := range strings.FieldsSeq(f.gitops.Git(f.t, "ls-tree", "-r", "--name-only", "main", dir)) {
		if id, ok := strings.CutSuffix(strings.TrimPrefix(name, dir), "/preview.yaml"); ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// checkHistory checks what must be true at any time: the repository passes git fsck,
// and the branch has all commits by people. It first waits for the pushes of processes
// that were killed: git fsck can report an object as missing that a push adds meanwhile.
func (f *fixture) checkHistory() {
	f.t.Helper()
	f.requests.wait()
	f.gitops.Git(f.t, "fsck", "--strict", "--no-dangling")
	for _, commit := range f.people {
		if _, ok := gittest.TryGit(f.t, f.gitops.Dir, "merge-base", "--is-ancestor", commit, "main"); !ok {
			f.t.Errorf("the branch lacks the commit %s by a person", commit)
		}
	}
}

// checkEntries checks the ids of the entries at the tip.
func (f *fixture) checkEntries(want ...string) {
	f.t.Helper()
	if got := f.entries(); !slices.Equal(got, want) {
		f.t.Errorf("got the entries %v, want %v", got, want)
	}
}

// commits returns the number of commits by previewset on the branch.
func (f *fixture) commits() string {
	f.t.Helper()
	return f.gitops.Git(f.t, "rev-list", "--count", "--author=previewset", "main")
}

// checkRecovery ends all faults. It checks that one sync then reaches the desired state,
// and that further syncs, of the same process and of a new one, commit nothing.
func (f *fixture) checkRecovery(p *process, ids ...string) {
	f.t.Helper()
	f.faults.Set()
	f.gitops.FreeDisk()
	if err := p.sync(f.t.Context()); err != nil {
		f.t.Errorf("the next sync without faults: %v", err)
	}
	f.checkHistory()
	f.checkEntries(ids...)
	before := f.gitops.Tip(f.t, "main")
	for name, again := range map[string]*process{"the same process": p, "a new process": f.start()} {
		if err := again.sync(f.t.Context()); err != nil || f.gitops.Tip(f.t, "main") != before {
			f.t.Errorf("%s still has something to do: error %v, last commit %s", name, err, f.gitops.Git(f.t, "log", "-1", "--format=%s", "main"))
		}
	}
}
