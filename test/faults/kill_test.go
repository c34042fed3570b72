package faults_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/gitops"
	gittest "github.com/previewset/previewset/test/fake/git"
	"github.com/previewset/previewset/test/fake/previewset"
	processtest "github.com/previewset/previewset/test/fake/process"
)

var (
	seed  = flag.Uint64("seed", uint64(time.Now().UnixNano()), "the seed of the times at which processes are killed")
	kills = flag.Int("kills", 32, "the number of processes that are killed")
)

// killFixtures is the number of fixtures in which processes are killed at the same time.
const killFixtures = 4

// waitLimit bounds every wait for a condition. Only a test that fails reaches it.
const waitLimit = 5 * time.Minute

var program = previewset.New(previewset.Race)

func TestMain(m *testing.M) { os.Exit(program.Main(m)) }

// commands are the commands that are killed. Each does all of the work, or half of it.
func commands() [][]string {
	return [][]string{
		{"serve", "--listen", "127.0.0.1:0"},
		{"serve", "--listen", "127.0.0.1:0", "--prune"},
		{"prune", "--once"},
		{"prune", "--interval", "1s"},
	}
}

// Processes are killed at random times of their first sync, which begins with their
// first request to the server of the GitOps repository.
func TestKilledProcessesLoseNothing(t *testing.T) {
	t.Parallel()
	t.Logf("to repeat: go test ./test/faults -run TestKilledProcessesLoseNothing -seed %d", *seed)
	for i := range killFixtures {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			k := newKillFixture(t, rand.New(rand.NewPCG(*seed, uint64(i))))
			for n := range *kills / killFixtures {
				k.change(n)
				k.kill(k.commands[k.random.IntN(len(k.commands))])
				k.checkState()
			}
			k.checkHistory()
			k.converge()
			k.checkState()
			k.checkHistory()
			t.Logf("%s commits by previewset, %d kills, each at most %v after the first request",
				k.commits(), *kills/killFixtures, k.longestLife())
		})
	}
}

// killFixture is a fixture in which processes are killed.
type killFixture struct {
	*fixture
	config   string // path
	commands [][]string
	random   *rand.Rand
	reader   *gitops.Repository
	span     time.Duration   // of the last sync that was not killed
	created  map[string]bool // ids of all branches so far
	live     []string        // branches now, without keep
}

func newKillFixture(t *testing.T, random *rand.Rand) *killFixture {
	t.Helper()
	f := newFixture(t, "keep")
	k := &killFixture{
		fixture: f, config: filepath.Join(t.TempDir(), "config.yaml"), commands: commands(),
		random: random, reader: f.start().set.Overlay.Repository, created: map[string]bool{"br-keep": true},
	}
	f.commitAsPerson("A person's", map[string]string{"docs/a": "a\n", "previews/shop/NOTES": "notes\n", "previews/shop/mine/x": "x\n"})
	token := filepath.Join(filepath.Dir(k.config), "token")
	for name, content := range map[string]string{
		token: "a-token-for-argo-cd\n",
		k.config: fmt.Sprintf(`apiVersion: previewset.dev/v1alpha1
kind: Config
auth: {tokenFile: %q}
poll: 1s
gitops: {url: %q}
sets:
- name: shop
  source: {git: {url: %q}}
  select: {branches: {exclude: [main]}}
  overlay: {base: apps/shop/base}
`, token, f.server.URL, f.app.URL()),
	} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k.converge()
	return k
}

// change gives the next sync an entry to add, one to update and, usually, one to delete.
func (k *killFixture) change(n int) {
	k.t.Helper()
	name := fmt.Sprintf("f%d", n)
	k.app.Branch(k.t, name, "main")
	k.created["br-"+name] = true
	k.live = append(k.live, name)
	if len(k.live) > 4 {
		deleted := k.random.IntN(len(k.live))
		k.app.DeleteBranch(k.t, k.live[deleted])
		k.live = slices.Delete(k.live, deleted, deleted+1)
	}
	k.app.Commit(k.t, k.live[k.random.IntN(len(k.live))], "More", map[string]string{"n": fmt.Sprint(n)})
	if n%10 == 0 {
		k.commitAsPerson("Another", map[string]string{fmt.Sprintf("docs/%d", n): "x\n"})
	}
}

// commitAsPerson commits on a branch of its own, and moves main only if main is where
// that branch began: git may still work on a push of a process that was killed.
func (k *killFixture) commitAsPerson(message string, changes map[string]string) {
	k.t.Helper()
	for {
		k.requests.wait()
		tip := k.gitops.Tip(k.t, "main")
		k.gitops.Branch(k.t, "person", tip)
		commit := k.gitops.Commit(k.t, "person", message, changes)
		_, moved := gittest.TryGit(k.t, k.gitops.Dir, "update-ref", "refs/heads/main", commit, tip)
		k.gitops.DeleteBranch(k.t, "person")
		if moved {
			k.people = append(k.people, commit)
			return
		}
	}
}

// run starts previewset and returns the process after its first request to the GitOps
// repository.
func (k *killFixture) run(args []string) *processtest.Process {
	k.t.Helper()
	k.requests.wait() // the next request is of the new process
	begun := make(chan struct{})
	k.faults.Set(gittest.Fault{Kind: gittest.Pass, Do: func() { close(begun) }})
	p := program.Start(k.t, nil, append(slices.Clone(args), "--config", k.config)...)
	select {
	case <-begun:
	case <-p.Ended():
		k.t.Fatalf("%v ended without a request:\n%s", args, p.Log())
	case <-time.After(waitLimit):
		k.t.Fatalf("%v made no request for %v:\n%s", args, waitLimit, p.Log())
	}
	return p
}

// longestLife is the longest time from the first request of a process until it is
// killed: some processes complete their sync.
func (k *killFixture) longestLife() time.Duration { return k.span + k.span/4 }

func (k *killFixture) kill(args []string) {
	k.t.Helper()
	p := k.run(args)
	select {
	case <-p.Ended():
	case <-time.After(time.Duration(k.random.Int64N(int64(k.longestLife())))):
	}
	p.Kill()
	if out := p.Log(); strings.Contains(out, "DATA RACE") || strings.Contains(out, "panic:") {
		k.t.Errorf("%v:\n%s", args, out)
	}
}

// checkState checks what a reader sees after a kill.
func (k *killFixture) checkState() {
	k.t.Helper()
	state, err := k.reader.State(k.t.Context(), "shop")
	if err != nil {
		k.t.Fatal(err)
	}
	for id := range state.Entries {
		if !k.created[id] {
			k.t.Errorf("got the entry %s of a branch that never existed", id)
		}
	}
	if _, ok := state.Entries["br-keep"]; !ok {
		k.t.Error("the entry br-keep was deleted, and its branch still exists")
	}
	if names := slices.Sorted(maps.Keys(state.Foreign)); !slices.Equal(names, []string{"NOTES", "mine"}) {
		k.t.Errorf("got %v as files that previewset does not own, want NOTES and mine", state.Foreign)
	}
}

// converge runs a service until the entries are up to date.
func (k *killFixture) converge() {
	k.t.Helper()
	want := []string{"br-keep"}
	for _, name := range k.live {
		want = append(want, "br-"+name)
	}
	slices.Sort(want)
	p := k.run([]string{"serve", "--listen", "127.0.0.1:0", "--prune"})
	defer p.Kill()
	start := time.Now()
	if err := p.Await(waitLimit, 20*time.Millisecond, func() error {
		if got := k.entries(); !slices.Equal(got, want) || !k.upToDate() {
			return fmt.Errorf("got the entries %v, want %v at the heads of their branches", got, want)
		}
		return nil
	}); err != nil {
		k.t.Fatalf("%v\n%s", err, p.Log())
	}
	k.span = time.Since(start)
}

// upToDate reports whether each entry is at the head of its branch.
func (k *killFixture) upToDate() bool {
	k.t.Helper()
	state, err := k.reader.State(k.t.Context(), "shop")
	if err != nil {
		k.t.Fatal(err)
	}
	for _, p := range state.Known() {
		if p.HeadSHA != k.app.Tip(k.t, p.Branch) {
			return false
		}
	}
	return true
}
