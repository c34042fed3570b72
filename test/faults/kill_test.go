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
	seed    = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the moments at which processes are killed")
	kills   = flag.Int("kills", 200, "how many processes are killed")
	lasting = flag.Duration("lasting", time.Minute, "for how long many write at once")
)

// beds is how many worlds there are to kill in, side by side.
const beds = 4

// patience bounds every wait.
const patience = time.Minute

var program = previewset.New(previewset.Race)

func TestMain(m *testing.M) { os.Exit(program.Main(m)) }

// commands are what is killed: each has all, or its half, of the work to do.
func commands() [][]string {
	return [][]string{
		{"serve", "--listen", "127.0.0.1:0"},
		{"serve", "--listen", "127.0.0.1:0", "--prune"},
		{"prune", "--once"},
		{"prune", "--interval", "1s"},
	}
}

// Processes are killed at random moments of their first sync, which begins with
// the first request that they make of the GitOps repository.
func TestKill(t *testing.T) {
	t.Parallel()
	t.Logf("again with -args -seed=%d", *seed)
	for i := range beds {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			b := newKillBed(t, rand.New(rand.NewPCG(*seed, uint64(i))))
			for n := range *kills / beds {
				b.change(n)
				b.kill(b.commands[b.random.IntN(len(b.commands))])
				b.consistent()
			}
			b.sound()
			b.converge()
			b.consistent()
			b.sound()
			t.Logf("%s commits by previewset in spite of %d kills, each up to %v after the first request",
				b.commits(), *kills/beds, b.reach())
		})
	}
}

// killBed is a world in which processes are killed.
type killBed struct {
	*world
	config   string
	commands [][]string
	random   *rand.Rand
	reader   *gitops.Repository
	span     time.Duration   // of a complete sync
	ever     map[string]bool // ids of all branches that there were
	live     []string        // branches
}

func newKillBed(t *testing.T, random *rand.Rand) *killBed {
	t.Helper()
	w := newWorld(t, "keep")
	b := &killBed{
		world: w, config: filepath.Join(t.TempDir(), "config.yaml"), commands: commands(),
		random: random, reader: w.start().set.Overlay.Repository, ever: map[string]bool{"br-keep": true},
	}
	w.person("A person's", map[string]string{"docs/a": "a\n", "previews/shop/NOTES": "notes\n", "previews/shop/mine/x": "x\n"})
	token := filepath.Join(filepath.Dir(b.config), "token")
	for name, content := range map[string]string{
		token: "a-token-for-argo-cd\n",
		b.config: fmt.Sprintf(`apiVersion: previewset.dev/v1alpha1
kind: Config
auth: {tokenFile: %q}
poll: 1s
gitops: {url: %q}
sets:
- name: shop
  source: {git: {url: %q}}
  select: {branches: {exclude: [main]}}
  overlay: {base: apps/shop/base}
`, token, w.server.URL, w.app.URL()),
	} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b.converge()
	return b
}

// change gives the next sync an entry to add, one to update and mostly one to
// delete.
func (b *killBed) change(n int) {
	b.t.Helper()
	name := fmt.Sprintf("f%d", n)
	b.app.Branch(b.t, name, "main")
	b.ever["br-"+name] = true
	b.live = append(b.live, name)
	if len(b.live) > 4 {
		gone := b.random.IntN(len(b.live))
		b.app.DeleteBranch(b.t, b.live[gone])
		b.live = slices.Delete(b.live, gone, gone+1)
	}
	b.app.Commit(b.t, b.live[b.random.IntN(len(b.live))], "More", map[string]string{"n": fmt.Sprint(n)})
	if n%10 == 0 {
		b.person("Another", map[string]string{fmt.Sprintf("docs/%d", n): "x\n"})
	}
}

// run starts a previewset and returns it after its first request to the GitOps
// repository.
func (b *killBed) run(args []string) *processtest.Process {
	b.t.Helper()
	begun := make(chan struct{})
	b.faults.Set(gittest.Fault{Kind: gittest.Pass, Do: func() { close(begun) }})
	p := program.Start(b.t, nil, append(slices.Clone(args), "--config", b.config)...)
	select {
	case <-begun:
	case <-time.After(patience):
		b.t.Fatalf("%v makes no request:\n%s", args, p.Log())
	}
	return p
}

// reach is how long after its first request a process lives at most: some get
// to their end.
func (b *killBed) reach() time.Duration { return b.span + b.span/4 }

func (b *killBed) kill(args []string) {
	b.t.Helper()
	p := b.run(args)
	select {
	case <-p.Ended():
	case <-time.After(time.Duration(b.random.Int64N(int64(b.reach())))):
	}
	p.Kill()
	if out := p.Log(); strings.Contains(out, "DATA RACE") || strings.Contains(out, "panic:") {
		b.t.Errorf("%v:\n%s", args, out)
	}
}

// consistent checks what any reader sees between two kills.
func (b *killBed) consistent() {
	b.t.Helper()
	state, err := b.reader.State(b.t.Context(), "shop")
	if err != nil {
		b.t.Fatal(err)
	}
	for id := range state.Entries {
		if !b.ever[id] {
			b.t.Errorf("an entry %s, of which there never was a branch", id)
		}
	}
	if _, ok := state.Entries["br-keep"]; !ok {
		b.t.Error("the entry of a branch that is there was taken away")
	}
	if names := slices.Sorted(maps.Keys(state.Foreign)); !slices.Equal(names, []string{"NOTES", "mine"}) {
		b.t.Errorf("not entries: %v", state.Foreign)
	}
}

// converge lets a service end what others have begun.
func (b *killBed) converge() {
	b.t.Helper()
	want := []string{"br-keep"}
	for _, name := range b.live {
		want = append(want, "br-"+name)
	}
	slices.Sort(want)
	p := b.run([]string{"serve", "--listen", "127.0.0.1:0", "--prune"})
	defer p.Kill()
	start := time.Now()
	if err := p.Await(patience, 20*time.Millisecond, func() error {
		if got := b.entries(); !slices.Equal(got, want) || !b.current() {
			return fmt.Errorf("entries %v, want %v at their branches' heads", got, want)
		}
		return nil
	}); err != nil {
		b.t.Fatalf("%v\n%s", err, p.Log())
	}
	b.span = time.Since(start)
}

// current reports whether each entry is at its branch's head.
func (b *killBed) current() bool {
	b.t.Helper()
	state, err := b.reader.State(b.t.Context(), "shop")
	if err != nil {
		b.t.Fatal(err)
	}
	for _, p := range state.Known() {
		if p.HeadSHA != b.app.Tip(b.t, p.Branch) {
			return false
		}
	}
	return true
}
