package pipeline

import (
	"slices"

	"github.com/previewset/previewset/generator"
)

// keepUnreadable decides on listed changes that could not be read. It repeats the last
// decision on each variant: a preview is held as it is, also one that only an entry of
// another process records, and a change without a preview gets none. Its entry stays.
func (s *Set) keepUnreadable(f *facts, all []*candidate) error {
	for _, c := range all {
		if c.unreadable == nil {
			continue
		}
		why, dropped := f.dropped[c.Origin()]
		if !dropped || why.Reason == generator.ReasonUnreadable {
			f.adopt(c)
		}
		switch {
		//promise:unreadable-changes-keep-their-preview
		case c.existing != nil:
			s.hold(c, *c.existing, describeUnreadable(*c.unreadable))
		case dropped && c.entry:
			c.status, c.why = drop, why
		default:
			c.status, c.unsure = drop, true
			c.why = generator.Verdict{Reason: generator.ReasonUnreadable, Detail: describeUnreadable(*c.unreadable)}
		}
	}
	return nil
}

// unreadablePreviews returns the changes that could not be read but have a preview, as
// their previews have them.
func (f *facts) unreadablePreviews() (changes []generator.Change) {
	pending := map[generator.Key]bool{}
	for _, u := range f.unreadable {
		pending[u.Key] = true
	}
	for _, p := range slices.Concat(f.before, f.recorded) {
		origin := p.Origin()
		why, dropped := f.dropped[origin]
		leftover := f.known[origin] == nil && dropped && why.Reason != generator.ReasonUnreadable
		if pending[p.Key()] && !leftover && origin.RepositoryID == f.repository.Identity() {
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
