package committer

import (
	"context"
	"slices"
	"time"
)

const (
	// maxGather bounds how long a push waits for callers that are planning.
	maxGather = 20 * time.Millisecond
	// maxDirs bounds the number of directories in one push. The directories of one
	// caller are never split, even if they are more.
	maxDirs = 500
)

// loop is the state of the goroutine of run. A caller is in at most one of the
// lists. At most one operation at the server is running, in a goroutine of its own
// that owns branch until the operation is done.
type loop struct {
	awaitFetch []*caller        // wait for a fetch that has not begun
	awaitTree  []*caller        // wait for the tree of the running operation
	planning   map[*caller]bool // have a tree, and may push
	awaitPush  []*caller        // wait for a push that has not begun

	branch        branch
	done          chan answer        // receives the result of the running operation; nil if none is running
	stop          context.CancelFunc // ends the running fetch; nil if none is running
	fetched       bool               // the fetch before the next push was done: later callers wait for that push
	gatherTimeout <-chan time.Time   // ends the wait for planning callers
}

// run serves the callers until the last one has ended.
func (c *Committer) run() {
	l := &c.loop
	for {
		ended := false
		select {
		case caller := <-c.fetches:
			l.awaitFetch = append(l.awaitFetch, caller)
		case caller := <-c.pushes:
			delete(l.planning, caller)
			l.awaitPush = append(l.awaitPush, caller)
		case caller := <-c.cancels:
			l.cancel(caller)
		case caller := <-c.ends:
			delete(l.planning, caller)
			ended = true
		case result := <-l.done:
			l.finish(result)
			ended = true
		case <-l.gatherTimeout:
			c.start(l.pushOperation())
		}
		c.start(l.next())
		if ended && c.running.Add(-1) == 0 {
			return
		}
	}
}

func (c *Committer) start(operation func() answer) {
	if operation == nil {
		return
	}
	c.running.Add(1)
	done := make(chan answer)
	c.loop.done = done
	go func() { done <- operation() }()
}

// next returns the next operation, nil for none. Callers that wait for a fetch when
// a push is due get their tree first, so that the push can include their changes.
// There is at most one such fetch before a push.
func (l *loop) next() (operation func() answer) {
	if len(l.awaitPush) == 0 {
		l.fetched, l.gatherTimeout = false, nil
	}
	switch {
	case l.done != nil:
	case len(l.awaitFetch) > 0 && !l.fetched:
		return l.fetchOperation()
	case len(l.awaitPush) == 0:
	case len(l.planning) == 0:
		return l.pushOperation()
	case l.gatherTimeout == nil:
		l.fetched, l.gatherTimeout = true, time.After(maxGather)
	}
	return nil
}

// fetchOperation returns a fetch for all callers in awaitFetch. It ends early when
// the last of these callers is cancelled.
func (l *loop) fetchOperation() func() answer {
	ctx, stop := context.WithCancel(context.WithoutCancel(l.awaitFetch[0].ctx))
	l.awaitTree, l.awaitFetch = l.awaitFetch, nil
	l.stop, l.fetched = stop, len(l.awaitPush) > 0
	return func() answer { return l.branch.fetch(ctx) }
}

// pushOperation returns a push for the first callers in awaitPush, as many as
// maxDirs permits. If it succeeds, its tree also answers the callers in awaitFetch.
func (l *loop) pushOperation() func() answer {
	n, dirs := 0, 0
	for _, caller := range l.awaitPush {
		dirs += len(caller.change.Edit.Dirs) + len(caller.change.Edit.Remove)
		if n > 0 && dirs > maxDirs {
			break
		}
		n++
	}
	batch := slices.Clone(l.awaitPush[:n])
	l.awaitPush = slices.Delete(l.awaitPush, 0, n)
	l.awaitTree, l.awaitFetch = l.awaitFetch, nil
	l.fetched, l.gatherTimeout = false, nil
	return func() answer { return answer{tree: l.branch.push(batch)} }
}

// finish answers the callers that wait for the operation's tree. After a push that
// did not move the branch they wait for a fetch.
func (l *loop) finish(result answer) {
	if l.stop != nil {
		l.stop()
	}
	waiting := l.awaitTree
	l.awaitTree, l.done, l.stop = nil, nil, nil
	if result == (answer{}) {
		l.awaitFetch = append(waiting, l.awaitFetch...)
		return
	}
	for _, caller := range waiting {
		if caller.mayPush && result.err == nil {
			l.planning[caller] = true
		}
		caller.answer <- result
	}
}

// cancel answers a caller whose context has ended, unless its push has begun.
func (l *loop) cancel(c *caller) {
	for _, list := range []*[]*caller{&l.awaitFetch, &l.awaitTree, &l.awaitPush} {
		if i := slices.Index(*list, c); i >= 0 {
			*list = slices.Delete(*list, i, i+1)
			c.answer <- answer{err: c.ctx.Err()}
		}
	}
	if l.stop != nil && len(l.awaitTree) == 0 {
		l.stop()
	}
}
