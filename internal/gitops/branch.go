package gitops

import (
	"context"
	"sync"
	"time"

	"github.com/previewset/previewset/internal/gitrepo"
)

// maxGather is how long a push waits for sets that are about to join it.
const maxGather = 20 * time.Millisecond

// branch is the branch as this process knows it. One at a time talks to the
// server; those who wait meanwhile share what comes back, and go together in
// the next push, each with a commit of its own. It is safe for concurrent use.
type branch struct {
	remote *gitrepo.Remote
	name   string
	wire   turns // of those who talk to the server

	mu   sync.Mutex
	tree *gitrepo.Tree // at the newest tip that is known
	// own are the tips that nobody but this process has moved the branch on
	// from: what was planned on one of them still holds.
	own map[string]bool
	// clock counts those who look and those who ask for a look; looked is when
	// the newest look began, and fault what went wrong with it.
	clock, looked uint64
	fault         error
	queue         []*push
	// asking is how many sets wait for a tree to plan on; planning is how many
	// have one, and may push soon; idle is closed when those are none.
	asking, planning int
	idle             chan struct{}
}

func newBranch(remote *gitrepo.Remote, name string) *branch {
	idle := make(chan struct{})
	close(idle)
	return &branch{remote: remote, name: name, wire: make(turns, 1), own: map[string]bool{}, idle: idle}
}

// current returns the tree at a tip that the branch had after current was
// called.
func (b *branch) current(ctx context.Context) (*gitrepo.Tree, error) {
	asked := b.tick()
	if err := b.wire.take(ctx); err != nil {
		return nil, err
	}
	defer b.wire.release()
	return b.look(ctx, asked)
}

// join is current for somebody who may push soon. Without an error, leave or
// push has to follow.
func (b *branch) join(ctx context.Context) (*gitrepo.Tree, error) {
	asked := b.tick()
	b.ask(1)
	err := b.wire.take(ctx)
	b.ask(-1)
	if err != nil {
		return nil, err
	}
	defer b.wire.release()
	tree, err := b.look(ctx, asked)
	if err == nil {
		b.count(1)
	}
	return tree, err
}

func (b *branch) ask(change int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asking += change
}

func (b *branch) anyAsking() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.asking > 0
}

// leave takes join back.
func (b *branch) leave() { b.count(-1) }

func (b *branch) tick() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clock++
	return b.clock
}

func (b *branch) count(change int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.recount(change)
}

func (b *branch) recount(change int) {
	before := b.planning
	b.planning += change
	switch {
	case b.planning == 0:
		close(b.idle)
	case before == 0:
		b.idle = make(chan struct{})
	}
}

// look returns what is known since asked, or asks the server. The caller has
// the wire.
func (b *branch) look(ctx context.Context, asked uint64) (*gitrepo.Tree, error) {
	b.mu.Lock()
	tree, known, fault := b.tree, b.looked > asked, b.fault
	b.mu.Unlock()
	if known {
		return tree, fault
	}
	begun := b.tick()
	tree, err := b.remote.Fetch(ctx, b.name, tree)
	if ctx.Err() == nil { // the end of one caller's context is no other's fault
		b.learn(begun, tree, err)
	}
	return tree, err
}

// learn takes in what the server said.
func (b *branch) learn(begun uint64, tree *gitrepo.Tree, fault error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.looked, b.fault = begun, fault
	if fault != nil {
		return
	}
	if b.tree == nil || b.tree.Tip() != tree.Tip() {
		b.own = map[string]bool{tree.Tip(): true}
	}
	b.tree = tree
}

// gather waits until nobody is planning, or long enough.
func (b *branch) gather() {
	b.mu.Lock()
	idle := b.idle
	b.mu.Unlock()
	timer := time.NewTimer(maxGather)
	defer timer.Stop()
	select {
	case <-idle:
	case <-timer.C:
	}
}
