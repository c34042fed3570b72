package pipeline

import (
	"errors"
	"fmt"

	"github.com/previewset/previewset/generator"
)

// judgeMissing decides on previews and entries whose change is not listed. Evidence
// that the change ended removes them, and so may a configuration that no longer
// selects them. Otherwise nothing changes: a preview is held, and an entry without a
// preview stays without one.
func (s *Set) judgeMissing(f *facts, all []*candidate) error {
	for _, c := range all {
		if c.status != unknown {
			continue
		}
		ending, unselected := f.endings[c.Origin()], s.unselected(f, c.Preview)
		switch {
		//promise:removals-need-evidence
		case ending.Ended():
			c.status, c.why = gone, endingVerdict(ending)
		case !unselected.Kept():
			c.reject(unselected)
		case c.existing != nil && c.Repository.Identity() != f.repository.Identity():
			s.hold(c, c.Preview, generator.Verdict{Reason: generator.ReasonUnproven, Detail: fmt.Sprintf("nothing proves that it is of %s: if it is, set id: %s in the set's source", f.repository.Source(), f.repository.ID)})
		case c.existing != nil:
			s.hold(c, c.Preview, f.unlisted(c.Key()))
		}
	}
	return nil
}

// unlisted returns the verdict on a preview whose change is not listed and has no known
// ending. Its text does not depend on which changes this sync looked up.
func (f *facts) unlisted(k generator.Key) generator.Verdict {
	v := generator.Verdict{Reason: generator.ReasonUnlisted, Detail: "the source no longer lists it, but there is no evidence that it ended"}
	err := f.lookupErrors[k]
	switch {
	//promise:messages-do-not-change-by-chance
	case f.lookupsLeft:
		v.Detail += ": more changes are missing than one sync looks up: check that the credentials may read them"
	case errors.Is(err, generator.ErrNotFound):
		v.Detail = "the source neither lists nor finds it, which is no evidence that it ended: check that the credentials may read it"
	case err != nil:
		v.Detail = "the source no longer lists it, and it can't be looked up: " + sourceCause(err)
	}
	return v
}

// unselected returns the reason why the configuration excludes p, whatever its change
// is.
func (s *Set) unselected(f *facts, p generator.Preview) generator.Verdict {
	q := s.Selection.Query()
	switch relation := f.repository.RelationOf(p.Repository); {
	//promise:renamed-repositories-keep-older-entries
	case f.formerNames.has(f.repository, p):
	case relation == generator.Different:
		return generator.Verdict{Reason: generator.ReasonSource, Detail: "the set's source was " + p.Repository.CloneURL}
	case relation == generator.Replaced:
		return generator.Verdict{Reason: generator.ReasonSource, Detail: "the set's source was the repository with the id " + p.Repository.ID}
	case p.Kind == generator.PullRequest && !q.PullRequests, p.Kind == generator.Branch && !q.Branches:
		return generator.Verdict{Reason: generator.ReasonKind, Detail: "the set no longer selects its kind"}
	}
	return generator.Verdict{}
}
