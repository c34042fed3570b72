package service

import (
	"slices"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

const (
	// firstLook is the pause between the first list that does not show an announcement
	// and the next list. The pause doubles up to lastLook.
	firstLook = time.Second
	lastLook  = 8 * time.Second
	// maxLag is how much later than an event a list may show its announcement. GitHub's
	// webhooks are ahead of its API by seconds.
	maxLag = 15 * time.Second
	// maxAnnounced bounds the announcements that a set awaits. The oldest is dropped
	// first.
	maxAnnounced = 100
	// maxLabelings and maxLabelingAge bound the labelings that the list of a set does
	// not show.
	maxLabelings   = 1000
	maxLabelingAge = 10 * time.Minute
)

// awaited holds the announcements of events about the source of a set, until a list shows
// them.
// It is safe for concurrent use.
type awaited struct {
	mu        sync.Mutex
	query     generator.Query
	announced []announced // in the order of their arrival
	labelings []labeling  // in the order of their arrival
	listing   generator.Listing
	pause     time.Duration // before the next look
	due       time.Time     // of the next look; zero for none
}

// announced is an announcement that no list has shown.
type announced struct {
	forge.Announcement
	// superseded is true if a newer event announced the head or the end of the change.
	superseded bool
	arrived    time.Time
	looked     time.Time // time of the first list after arrived
}

type labeling struct {
	generator.Labeling
	arrived time.Time
}

// forQuery returns a for lists with another query.
func (a *awaited) forQuery(q generator.Query) *awaited {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.query = q
	return a
}

// add adds what an event announced. It is evidence of a label if it is proven.
func (a *awaited) add(event forge.Event, proven bool, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.addLabeling(event, proven, now)
	e := event.Announcement
	if !canShow(a.query, e) {
		return
	}
	for i := range a.announced {
		a.announced[i].supersede(e)
	}
	a.announced = slices.DeleteFunc(a.announced, func(old announced) bool { return old.Announcement == e || old.isEmpty() })
	a.announced = newest(append(a.announced, announced{Announcement: e, arrived: now}), maxAnnounced)
}

// addLabeling keeps the evidence of a proven event that set a label. An event that removed
// the label drops the evidence.
func (a *awaited) addLabeling(e forge.Event, proven bool, now time.Time) {
	//promise:removed-labels-are-no-evidence
	if e.Unlabeled != "" {
		a.labelings = slices.DeleteFunc(a.labelings, func(l labeling) bool { return l.Key == e.Key && l.Label == e.Unlabeled })
	}
	if proven && e.Labeled != "" && e.HeadSHA != "" {
		evidence := generator.Labeling{RepositoryID: e.RepositoryID, Key: e.Key, Label: e.Labeled, HeadSHA: e.HeadSHA, At: e.At}
		a.labelings = newest(append(a.labelings, labeling{evidence, now}), maxLabelings)
	}
}

// newest returns the last n elements of list, or all.
func newest[T any](list []T, n int) []T {
	return slices.Delete(list, 0, max(0, len(list)-n))
}

// input returns the labelings for the next sync.
func (a *awaited) input(now time.Time) []generator.Labeling {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.labelings = slices.DeleteFunc(a.labelings, func(l labeling) bool { return now.Sub(l.arrived) > maxLabelingAge })
	var input []generator.Labeling
	for _, l := range a.labelings {
		input = append(input, l.Labeling)
	}
	return input
}

// settle drops the announcements and labelings that a list shows, and plans the next look
// if announcements are left. used are the labelings that the successful sync of this list
// had.
func (a *awaited) settle(list generator.Listing, used []generator.Labeling, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.labelings = slices.DeleteFunc(a.labelings, func(l labeling) bool {
		c := find(list, l.Key)
		return slices.Contains(used, l.Labeling) && c != nil && slices.Contains(c.Labels, l.Label)
	})
	begins := false // an announcement waits for its second list
	a.announced = slices.DeleteFunc(a.announced, func(e announced) bool { return e.isShown(a.listing, list, a.query) })
	for i := range a.announced {
		if e := &a.announced[i]; e.looked.IsZero() && !list.TakenAt.Before(e.arrived) {
			e.looked, begins = list.TakenAt, true
		}
	}
	a.announced = slices.DeleteFunc(a.announced, func(e announced) bool {
		return !e.looked.IsZero() && list.TakenAt.Sub(e.looked) >= maxLag
	})
	a.listing = list
	switch {
	case len(a.announced) == 0:
		a.due = time.Time{}
	case begins:
		a.pause, a.due = firstLook, now.Add(firstLook)
	case !a.due.IsZero() && list.TakenAt.After(a.due.Add(-a.pause/2)):
		a.pause = min(2*a.pause, lastLook)
		a.due = now.Add(a.pause)
	}
}

// next returns the time of the next look; zero for none.
func (a *awaited) next() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.due
}

// tooOld returns the time that the next list must be newer than; zero for any list. Sets
// with the same source look at almost the same time, and can share a list.
func (a *awaited) tooOld(now time.Time) time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	//promise:announcements-are-awaited
	if a.due.IsZero() || now.Before(a.due) {
		return time.Time{}
	}
	return now.Add(-a.pause / 2)
}
