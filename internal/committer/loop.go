package committer

import (
	"context"
	"slices"
	"time"
)

const (
	// maxGather is how long a push waits for callers that are planning.
	maxGather = 20 * time.Millisecond
	// maxDirs bounds how many directories are pushed together. Those of one
	// caller are never split.
	maxDirs = 500
)

// loop is the state of the goroutine in run. A caller is in at most one of the
// lists. At most one operation at the server is under way, in a goroutine of its
// own that has the branch until it is done.
type loop struct {
	asking   []*caller        // wait for a look that has not begun
	looking  []*caller        // wait for the tree of the operation under way
	planning map[*caller]bool // have a tree, and may push soon
	queue    []*caller        // wait for a push that has not begun

	branch branch
	done   chan answer        // what the operation under way found; nil for none
	stop   context.CancelFunc // ends the look under way; nil for none
	looked bool               // the next push has had its look: who asks now waits for its end
	gather <-chan time.Time   // ends the wait for those who plan
}

// run serves the callers until the last one has ended.
func (c *Committer) run() {
	l := &c.loop
	for {
		ended := false
		select {
		case caller := <-c.looks:
			l.asking = append(l.asking, caller)
		case caller := <-c.pushes:
			delete(l.planning, caller)
			l.queue = append(l.queue, caller)
		case caller := <-c.cancels:
			l.cancel(caller)
		case caller := <-c.ends:
			delete(l.planning, caller)
			ended = true
		case found := <-l.done:
			l.finish(found)
			ended = true
		case <-l.gather:
			c.start(l.push())
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

// next returns the next operation, nil for none. Those who ask for a tree before
// a push get it first, once, so that their changes come along.
func (l *loop) next() (operation func() answer) {
	if len(l.queue) == 0 {
		l.looked, l.gather = false, nil
	}
	switch {
	case l.done != nil:
	case len(l.asking) > 0 && !l.looked:
		return l.look()
	case len(l.queue) == 0:
	case len(l.planning) == 0:
		return l.push()
	case l.gather == nil:
		l.looked, l.gather = true, time.After(maxGather)
	}
	return nil
}

// look is for all who have asked, and ends early when the last of them leaves.
func (l *loop) look() func() answer {
	ctx, stop := context.WithCancel(context.WithoutCancel(l.asking[0].ctx))
	l.looking, l.asking = l.asking, nil
	l.stop, l.looked = stop, len(l.queue) > 0
	return func() answer { return l.branch.look(ctx) }
}

// push takes as many of the queue as go together. Its success is a look for
// those who asked before it.
func (l *loop) push() func() answer {
	n, dirs := 0, 0
	for _, caller := range l.queue {
		dirs += len(caller.change.Edit.Dirs) + len(caller.change.Edit.Remove)
		if n > 0 && dirs > maxDirs {
			break
		}
		n++
	}
	batch := slices.Clone(l.queue[:n])
	l.queue = slices.Delete(l.queue, 0, n)
	l.looking, l.asking = l.asking, nil
	l.looked, l.gather = false, nil
	return func() answer { return answer{tree: l.branch.push(batch)} }
}

// finish answers those who wait for the operation's tree. After a push that
// changed nothing they wait for a look.
func (l *loop) finish(found answer) {
	if l.stop != nil {
		l.stop()
	}
	waiting := l.looking
	l.looking, l.done, l.stop = nil, nil, nil
	if found == (answer{}) {
		l.asking = append(waiting, l.asking...)
		return
	}
	for _, caller := range waiting {
		if caller.commits && found.err == nil {
			l.planning[caller] = true
		}
		caller.answer <- found
	}
}

// cancel answers a caller whose context has ended, unless its push has begun.
func (l *loop) cancel(gone *caller) {
	for _, list := range []*[]*caller{&l.asking, &l.looking, &l.queue} {
		if at := slices.Index(*list, gone); at >= 0 {
			*list = slices.Delete(*list, at, at+1)
			gone.answer <- answer{err: gone.ctx.Err()}
		}
	}
	if l.stop != nil && len(l.looking) == 0 {
		l.stop()
	}
}
