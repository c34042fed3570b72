package service

import (
	"reflect"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// supersede records a newer announcement of the head or the end of the same change: no
// list will show the older one.
func (a *announced) supersede(newer forge.Announcement) {
	if a.Key != newer.Key || a.Key == (generator.Key{}) {
		return
	}
	a.superseded = a.superseded || newer.Ended || newer.HeadSHA != "" || a.Ended
	if a.Labeled == newer.Unlabeled {
		a.Labeled = ""
	}
	if a.Unlabeled == newer.Labeled {
		a.Unlabeled = ""
	}
}

// isEmpty reports whether newer announcements have superseded all of a.
func (a *announced) isEmpty() bool {
	return a.superseded && a.Labeled == "" && a.Unlabeled == "" && !a.Vague
}

// canShow reports whether lists for a query can show an announcement.
func canShow(q generator.Query, e forge.Announcement) bool {
	switch e.Key.Kind {
	case generator.PullRequest:
		return q.PullRequests
	case generator.Branch:
		return q.Branches || !e.Ended // it may be the head branch of a pull request
	}
	return e.Vague
}

// isShown reports whether a list for a query shows a. before is the list before it.
func (a *announced) isShown(before, list generator.Listing, q generator.Query) bool {
	if !a.superseded && !showsState(list, a.Announcement, q) || !showsLabels(list, a.Announcement) {
		return false
	}
	return !a.Vague || !list.TakenAt.Before(a.arrived) && a.changed(before, list)
}

// changed reports whether the change of a differs between two lists or, if a names no
// change, whether the lists differ.
func (a *announced) changed(before, list generator.Listing) bool {
	if before.TakenAt.IsZero() {
		return false // nothing is known about the time before the event
	}
	if a.Key != (generator.Key{}) {
		return !reflect.DeepEqual(find(before, a.Key), find(list, a.Key))
	}
	return !sameChanges(before.Changes, list.Changes)
}

// sameChanges reports whether two lists are equal in any order.
func sameChanges(before, after []generator.Change) bool {
	if len(before) != len(after) {
		return false
	}
	known := make(map[generator.Key]*generator.Change, len(before))
	for i := range before {
		known[before[i].Key()] = &before[i]
	}
	return !slices.ContainsFunc(after, func(c generator.Change) bool { return !reflect.DeepEqual(known[c.Key()], &c) })
}

// showsState reports whether a list shows the head or the end of a change.
func showsState(list generator.Listing, e forge.Announcement, q generator.Query) bool {
	if e.Key.Kind == generator.Branch && !showsHeads(list, e) {
		return false
	}
	if e.Key == (generator.Key{}) || e.Key.Kind == generator.Branch && !q.Branches {
		return true
	}
	c := find(list, e.Key)
	if c == nil || e.Ended {
		return (c == nil) == e.Ended
	}
	return e.HeadSHA == "" || c.HeadSHA == e.HeadSHA
}

// showsHeads reports whether all pull requests from a branch have its announced head.
func showsHeads(list generator.Listing, e forge.Announcement) bool {
	return e.HeadSHA == "" || !slices.ContainsFunc(list.Changes, func(c generator.Change) bool {
		return c.Kind == generator.PullRequest && !c.Fork && c.Branch == e.Key.Branch && c.HeadSHA != e.HeadSHA
	})
}

// showsLabels reports whether a list shows the labels of an announcement. A change that
// is not listed has none.
func showsLabels(list generator.Listing, e forge.Announcement) bool {
	if e.Labeled == "" && e.Unlabeled == "" {
		return true
	}
	c := find(list, e.Key)
	if c == nil {
		return true
	}
	return (e.Labeled == "" || slices.Contains(c.Labels, e.Labeled)) && (e.Unlabeled == "" || !slices.Contains(c.Labels, e.Unlabeled))
}

func find(list generator.Listing, k generator.Key) *generator.Change {
	i := slices.IndexFunc(list.Changes, func(c generator.Change) bool { return c.Key() == k })
	if i < 0 {
		return nil
	}
	return &list.Changes[i]
}
