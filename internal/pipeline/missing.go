package pipeline

import "github.com/previewset/previewset/generator"

// judgeMissing decides on previews and entries whose change is not listed. Evidence
// that its change ended removes one, and so may a configuration that no longer
// asks for it. Any other stays as it was: a preview is held, and an entry without
// one gets none.
func (s *Set) judgeMissing(f *facts, all []*candidate) error {
	for _, c := range all {
		if c.status != unknown {
			continue
		}
		ending, unselected := f.endings[c.Origin()], s.unselected(c.Preview, f.repository)
		switch {
		case ending.Ended():
			c.status, c.why = gone, endingVerdict(ending)
		case !unselected.Kept():
			c.reject(unselected)
		case c.there != nil:
			s.hold(c, c.Preview, "it left the list, and is not known to have ended")
		}
	}
	return nil
}

// unselected returns why the configuration no longer asks for p at all.
func (s *Set) unselected(p generator.Preview, now generator.Repository) generator.Verdict {
	q := s.Selection.Query()
	switch {
	case p.Repository.Identity() != now.Identity():
		return generator.Verdict{Reason: generator.ReasonSource, Detail: "the set's source was " + p.Repository.CloneURL}
	case p.Kind == generator.PullRequest && !q.PullRequests, p.Kind == generator.Branch && !q.Branches:
		return generator.Verdict{Reason: generator.ReasonKind, Detail: "the set no longer selects its kind"}
	}
	return generator.Verdict{}
}
