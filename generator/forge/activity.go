package forge

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
)

// Activity remembers the comments that previewset wrote itself, so that they do not count
// as activity of their pull requests: a comment moves the time of the last update. The zero
// value remembers nothing. It is safe for concurrent use.
type Activity struct {
	mu      sync.Mutex
	writes  map[int64]write  // by the number of the pull request
	lookups map[int64]lookup // the newest of each pull request
	turn    chan struct{}    // has a value while lookups run; nil before the first
	paused  time.Time        // no lookups before
	failing bool             // the newest lookups were incomplete, which the log says
}

// write is the newest write to a pull request.
type write struct{ at, activity time.Time }

// explains reports whether w, or an earlier write, or an earlier activity led to the update
// of a pull request.
func (w write) explains(updatedAt time.Time) bool {
	return !w.at.IsZero() && !updatedAt.After(w.at.Add(writeTolerance))
}

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
// whose last update is a known write. Before, it looks up unknown writes as o says. It
// modifies the changes of l. It forgets the pull requests that l no longer has, unless l
// has none: then l may be a list of branches.
func (a *Activity) Correct(ctx context.Context, l generator.Listing, o Lookup) generator.Listing {
	o.run(ctx, a, l.Changes)
	a.mu.Lock()
	defer a.mu.Unlock()
	listed := map[int64]bool{}
	for i := range l.Changes {
		c := &l.Changes[i]
		if c.Kind != generator.PullRequest {
			continue
		}
		listed[c.Number] = true
		if w, ok := a.writes[c.Number]; ok && w.explains(c.UpdatedAt) && w.activity.Before(c.UpdatedAt) {
			c.UpdatedAt = w.activity
		}
	}
	for _, u := range l.Unreadable {
		if u.Key.Kind == generator.PullRequest {
			listed[u.Key.Number] = true
		}
	}
	if len(listed) > 0 {
		maps.DeleteFunc(a.writes, func(number int64, _ write) bool { return !listed[number] })
		maps.DeleteFunc(a.lookups, func(number int64, _ lookup) bool { return !listed[number] })
	}
	return l
}

// certain returns the time of the newest activity of others that is known of c. The caller
// holds a.mu.
func (a *Activity) certain(c generator.Change) time.Time {
	newest, w := c.CreatedAt, a.writes[c.Number]
	if w.activity.After(newest) {
		newest = w.activity
	}
	// The comments do not explain the last update, so others have made it.
	if found := a.lookups[c.Number]; !found.failed && !w.explains(found.updatedAt) && found.updatedAt.After(newest) {
		newest = found.updatedAt
	}
	return newest
}
