package forge

import (
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
)

// Activity remembers the comments that previewset wrote itself, so that they do not count
// as activity of their pull requests: a comment moves the time of the last update. The zero
// value remembers nothing. It is safe for concurrent use.
type Activity struct {
	mu     sync.Mutex
	writes map[int64]write // by the number of the pull request
}

type write struct{ at, activity time.Time }

// writeTolerance is the largest difference between the time of a comment and the time of
// the update that it causes. Forges round both to seconds.
const writeTolerance = 2 * time.Second

// Wrote records a write to a pull request: the time of the forge at which it took effect,
// and the time of the newest activity before it. A write that is older than the recorded
// one is ignored.
func (a *Activity) Wrote(number int64, at, activity time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.writes == nil {
		a.writes = map[int64]write{}
	}
	if !at.Before(a.writes[number].at) {
		a.writes[number] = write{at, activity}
	}
}

// Correct returns l with the time of the newest activity of others in each pull request
// whose last update is a recorded write. It modifies the changes of l. It forgets the pull
// requests that l no longer has, unless l has none: then l may be a list of branches.
func (a *Activity) Correct(l generator.Listing) generator.Listing {
	a.mu.Lock()
	defer a.mu.Unlock()
	kept := map[int64]write{}
	pulls := 0
	keep := func(k generator.Key) (write, bool) {
		if k.Kind != generator.PullRequest {
			return write{}, false
		}
		pulls++
		w, ok := a.writes[k.Number]
		if ok {
			kept[k.Number] = w
		}
		return w, ok
	}
	for i := range l.Changes {
		c := &l.Changes[i]
		w, ok := keep(c.Key())
		if ok && !c.UpdatedAt.After(w.at.Add(writeTolerance)) && w.activity.Before(c.UpdatedAt) {
			c.UpdatedAt = w.activity
		}
	}
	for _, u := range l.Unreadable {
		keep(u.Key)
	}
	if pulls > 0 {
		a.writes = kept
	}
	return l
}
