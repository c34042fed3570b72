package feedback

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/previewset/previewset/generator"
)

// section is what one set says about one change, in one variant: a status, the end of a
// preview, or, with neither, that the state is not known. It is immutable.
type section struct {
	*member
	private bool
	status  *generator.Status
	ended   *generator.Ended
	// removed is true if the preview of the change was removed lately.
	removed bool
}

// sections returns those of a report: one for each status, and one for each preview that ended
// and has no state.
func (m *member) sections() (all []section) {
	if m.report == nil {
		return nil
	}
	byID := map[string]int{}
	for i := range m.report.Statuses {
		status := &m.report.Statuses[i]
		byID[status.ID] = len(all)
		all = append(all, section{member: m, private: m.report.Private, status: status})
	}
	for i := range m.report.Ended {
		ended := &m.report.Ended[i]
		at, known := byID[ended.ID]
		switch {
		case !known:
			all = append(all, section{member: m, private: m.report.Private, ended: ended, removed: true})
		case all[at].status != nil && all[at].status.Key() == ended.Key():
			all[at].removed = true
			if all[at].dropped() {
				all[at].ended = ended
			}
		}
	}
	return all
}

// dropped reports whether s is of an open change without a preview.
func (s section) dropped() bool {
	return s.status != nil && s.status.State == generator.StateDropped
}

// orphan reports whether nothing but an Application is known of the change. The snapshot can be
// older than an Application that another process has led to.
func (s section) orphan() bool {
	return s.status != nil && s.status.Reason == generator.ReasonOrphan
}

// wanted reports whether the change has, or waits for, a preview.
func (s section) wanted() bool {
	return s.status != nil && s.status.State != generator.StateDropped && s.status.State != generator.StateRemoving
}

func (s section) change() generator.Change {
	switch {
	case s.status != nil:
		return s.status.Change
	case s.ended != nil:
		return s.ended.Change
	}
	return generator.Change{}
}

func (s section) id() string {
	switch {
	case s.status != nil:
		return s.status.ID
	case s.ended != nil:
		return s.ended.ID
	}
	return ""
}

func (s section) variant() string {
	switch {
	case s.status != nil:
		return s.status.Variant
	case s.ended != nil:
		return s.ended.Variant
	}
	return ""
}

// planComments adds the wishes for comments. While a set has no report, they wait for it.
func (s *site) planComments(wishes map[key]wish, now, started time.Time) {
	byNumber := map[int64][]section{}
	var unknown []section
	for _, m := range s.members {
		if !m.Comment {
			continue
		}
		if m.report == nil {
			unknown = append(unknown, section{member: m})
		}
		for _, one := range m.sections() {
			if c := one.change(); c.Kind == generator.PullRequest {
				byNumber[c.Number] = append(byNumber[c.Number], one)
			}
		}
	}
	if until := started.Add(patience); len(unknown) > 0 && now.Before(until) {
		s.replan = until
		return
	}
	for number, all := range byNumber {
		k := key{kindComment, strconv.FormatInt(number, 10)}
		if slices.ContainsFunc(all, section.orphan) {
			s.keep(k, wishes)
			continue
		}
		wanted := newComment(s, number, all, unknown)
		if next := wanted.nextNotice(now); !next.IsZero() && (s.replan.IsZero() || next.Before(s.replan)) {
			s.replan = next
		}
		wishes[k] = wanted
	}
}

// keep leaves a target as it is.
func (s *site) keep(k key, wishes map[key]wish) {
	if t := s.targets[k]; t != nil {
		wishes[k] = t.wish
	}
}

// newComment returns the wish for the comment of a pull request. If it has or waits for a
// preview, the comment leaves out sets that do not select it.
func newComment(s *site, number int64, all, unknown []section) comment {
	selected := slices.DeleteFunc(slices.Clone(all), func(one section) bool { return one.dropped() && one.ended == nil })
	c := comment{number: number, create: slices.ContainsFunc(all, section.wanted), marker: s.marker, sections: all}
	if len(selected) > 0 {
		c.sections = selected
	}
	slices.SortStableFunc(c.sections, func(a, b section) int {
		return cmp.Or(cmp.Compare(slices.Index(s.members, a.member), slices.Index(s.members, b.member)), cmp.Compare(a.id(), b.id()))
	})
	c.sections = append(slices.Clip(c.sections), unknown...)
	return c
}
