package pipeline

import (
	"fmt"
	"slices"

	"github.com/previewset/previewset/generator"
)

// keepUnreadable decides on listed changes that could not be read. It repeats the last
// decision on each variant: a preview is held as it is, even if only an entry of
// another process records it, and a change without a preview gets no preview. Its entry
// stays.
func (s *Set) keepUnreadable(f *facts, all []*candidate) error {
	for _, c := range all {
		if c.unreadable == nil {
			continue
		}
		why, rejected := f.lastRejection(c.Preview)
		if !rejected {
			f.adopt(c)
		}
		switch {
		case rejected:
			c.status, c.why = drop, why
		//promise:unreadable-changes-keep-their-preview
		case c.existing != nil:
			s.hold(c, *c.existing, generator.Verdict{Reason: generator.ReasonUnreadable, Detail: describeUnreadable(*c.unreadable)})
		default:
			c.status, c.unsure = drop, true
			c.why = generator.Verdict{Reason: generator.ReasonUnreadable, Detail: describeUnreadable(*c.unreadable)}
		}
	}
	return nil
}

// lastRejection returns the reason for which an earlier sync has rejected p although it
// has an entry, which waits for the pruner.
func (f *facts) lastRejection(p generator.Preview) (generator.Verdict, bool) {
	entry := f.byID[p.ID]
	if entry == nil || entry.Origin() != p.Origin() {
		return generator.Verdict{}, false
	}
	if why, ok := f.dropped[p.Origin()]; ok && why.Reason != generator.ReasonUnreadable {
		return why, true
	}
	if objection := entry.Objection; objection != nil && objection.Guard == nil {
		return generator.Verdict{Reason: objection.Reason, Detail: fmt.Sprintf("a rule excluded it (%s) before it became unreadable", objection.Reason)}, true
	}
	return generator.Verdict{}, false
}

// unreadablePreviews returns the changes that could not be read but have a preview, as
// their previews have them.
func (f *facts) unreadablePreviews() (changes []generator.Change) {
	pending := map[generator.Key]bool{}
	for _, u := range f.unreadable {
		pending[u.Key] = true
	}
	for _, p := range slices.Concat(f.before, f.recorded) {
		if !pending[p.Key()] || p.Repository.Identity() != f.repository.Identity() {
			continue
		}
		if _, rejected := f.lastRejection(p); !rejected {
			pending[p.Key()] = false
			changes = append(changes, p.Change)
		}
	}
	return changes
}

func describeUnreadable(u generator.Unreadable) string {
	return "the source lists it, but " + u.Field + " " + u.Problem
}

func unreadableWarnings(all []generator.Unreadable) (warnings []generator.Warning) {
	for _, u := range all {
		warnings = append(warnings, generator.Warning{
			Subject: u.Key.String(),
			Message: describeUnreadable(u) + ": its preview stays as it is, or waits, until the source returns a valid value",
		})
	}
	return warnings
}
