package applications

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
)

const (
	// maxApplications bounds the Applications that are kept.
	maxApplications = 20_000
	// maxUnreadable bounds the names of Applications that can't be decoded.
	maxUnreadable = 1000
)

// index has the Applications of entries.
type index struct {
	sets map[string]map[string]*entry // by set and name
	// setOf has the set of each name.
	setOf map[string]string
	// unreadable has the names of Applications whose newest version can't be decoded. What was
	// known of them before stays.
	unreadable map[string]bool
	// full is true if there are more than maxApplications.
	full bool
	// changed are the sets whose Applications have changed since the last report.
	changed map[string]bool
}

type entry struct {
	facts *application
	shown generator.Application
	until time.Time
}

func newIndex() index {
	return index{
		sets: map[string]map[string]*entry{}, setOf: map[string]string{}, unreadable: map[string]bool{}, changed: map[string]bool{},
	}
}

// listed is an Application of a list or an event.
type listed struct {
	name string
	// facts are nil for an Application that deploys no entry, and set is its set otherwise.
	facts *application
	set   string
	// err is the reason why it can't be decoded; nil for none.
	err error
}

// replace makes the index that of a complete list.
func (x *index) replace(all []listed, full bool, now time.Time) {
	x.full = full
	clear(x.unreadable)
	present := make(map[string]bool, len(all))
	for _, l := range all {
		present[l.name] = true
	}
	for _, name := range slices.Collect(maps.Keys(x.setOf)) {
		if !present[name] {
			x.remove(name)
		}
	}
	for _, l := range all {
		x.put(l, now)
	}
}

// put adds an Application or replaces it.
func (x *index) put(l listed, now time.Time) {
	if l.err != nil {
		if len(x.unreadable) < maxUnreadable {
			x.unreadable[l.name] = true
		}
		return
	}
	delete(x.unreadable, l.name)
	var before *entry
	if set, ok := x.setOf[l.name]; ok {
		before = x.sets[set][l.name]
		if set != l.set || l.facts == nil {
			x.remove(l.name)
		}
	}
	if l.facts == nil {
		return
	}
	if before == nil && len(x.setOf) >= maxApplications {
		x.full = true
		return
	}
	e := &entry{facts: l.facts}
	if before != nil {
		e.facts.remember(before.facts)
	}
	e.shown, e.until = e.facts.at(now)
	if before == nil || before.shown != e.shown {
		x.changed[l.set] = true
	}
	if x.sets[l.set] == nil {
		x.sets[l.set] = map[string]*entry{}
	}
	x.sets[l.set][l.name], x.setOf[l.name] = e, l.set
}

func (x *index) remove(name string) {
	delete(x.unreadable, name)
	set, ok := x.setOf[name]
	if !ok {
		return
	}
	delete(x.setOf, name)
	delete(x.sets[set], name)
	if len(x.sets[set]) == 0 {
		delete(x.sets, set)
	}
	x.changed[set] = true
}

// advance computes the states that have changed with the time, and returns the time of the
// next change; zero for none.
func (x *index) advance(now time.Time) (next time.Time) {
	for set, entries := range x.sets {
		for _, e := range entries {
			if !e.until.IsZero() && !now.Before(e.until) {
				e.shown, e.until = e.facts.at(now)
				x.changed[set] = true
			}
			if !e.until.IsZero() && (next.IsZero() || e.until.Before(next)) {
				next = e.until
			}
		}
	}
	return next
}

// problem returns the reason why the index is not complete; "" if it is.
func (x *index) problem() string {
	switch {
	case x.full:
		return fmt.Sprintf("more than %d Applications deploy entries: use another argocd.namespace or another gitops.path for some of them", maxApplications)
	case len(x.unreadable) > 0:
		first := slices.Min(slices.Collect(maps.Keys(x.unreadable)))
		return line(fmt.Sprintf("%d of the Applications can't be decoded, such as %q: compare them with the CustomResourceDefinition of Argo CD", len(x.unreadable), first))
	}
	return ""
}
