package pipeline

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
)

// maxProofs bounds the lookups of one sync that prove that an entry without a
// repository ID is of the listed repository. The other entries wait for the next sync.
const maxProofs = 50

// proof identifies the lookup of a recorded change in a repository. It is comparable.
type proof struct {
	repositoryID string
	key          generator.Key
	head         string
	createdAt    time.Time
}

// identify sets the facts of the listed repository in the previews of that repository.
// They keep the name that their names are made from. A preview without a repository ID is
// only identified if there is evidence that it is of the listed repository, or if the
// configuration names the ID of the repository. lookups is the number of lookups that the
// sync has done.
func (s *Set) identify(ctx context.Context, found generator.Listing, previews []generator.Preview, lookups int) error {
	adoptReplaced(found.Repository, previews)
	// Most syncs do not need it: all previews are known to be of the listed repository.
	listed := sync.OnceValue(func() map[generator.Key]generator.Change { return changesByKey(found) })
	for i, p := range previews {
		same := false
		switch found.Repository.RelationOf(p.Repository) {
		case generator.Same:
			same = true
		case generator.Unproven:
			same = found.Confirmed || s.proven(ctx, found.Repository.ID, p.Change, listed()[p.Key()], &lookups)
		case generator.Different:
			same = found.Repository.CanBeRenamed(p.Repository) && showsRename(found, p.Change, listed()[p.Key()])
		case generator.Replaced:
		}
		if same {
			previews[i] = identified(p, found.Repository) //nolint:gosec // i is an index of previews
		}
	}
	former := formerNames(found.Repository, previews)
	for i, p := range previews {
		if former.has(found.Repository, p) && s.proven(ctx, found.Repository.ID, p.Change, listed()[p.Key()], &lookups) {
			previews[i] = identified(p, found.Repository)
		}
	}
	return ctx.Err()
}

func changesByKey(found generator.Listing) map[generator.Key]generator.Change {
	changes := make(map[generator.Key]generator.Change, len(found.Changes))
	for _, c := range found.Changes {
		changes[c.Key()] = c
	}
	return changes
}

// adoptReplaced sets the repository ID of previews without one, if others of the same
// repository name have an ID, and the listed repository has replaced theirs.
func adoptReplaced(listed generator.Repository, previews []generator.Preview) {
	replaced := map[string]string{} // IDs, by Repository.Source
	for _, p := range previews {
		if listed.RelationOf(p.Repository) == generator.Replaced {
			replaced[p.Repository.Source()] = p.Repository.ID
		}
	}
	for i, p := range previews {
		//promise:replaced-repositories-keep-older-entries
		if p.Repository.ID == "" {
			previews[i].Repository.ID = replaced[p.Repository.Source()]
		}
	}
}

// showsRename reports whether the listed change shows that the recorded one, without a
// repository ID, is of the listed repository, which has another name. Copies of a
// repository have its commits, so that the head of a branch is only evidence if the
// configuration names the ID.
func showsRename(found generator.Listing, recorded, listed generator.Change) bool {
	if listed.Kind == generator.PullRequest {
		return listed.SameCreation(recorded)
	}
	return found.Confirmed && listed.Kind == generator.Branch && listed.HeadSHA == recorded.HeadSHA
}

// repositoryNames are names of one repository.
type repositoryNames map[generator.RepositoryName]bool

// formerNames returns the names that the listed repository had according to its previews.
func formerNames(listed generator.Repository, previews []generator.Preview) repositoryNames {
	names, identity := repositoryNames{}, listed.Identity()
	for _, p := range previews {
		if p.NamedAfter != (generator.RepositoryName{}) && p.Repository.Identity() == identity {
			names[p.NamedAfter] = true
		}
	}
	return names
}

// has reports whether p has no repository ID and one of these names of the listed
// repository.
func (n repositoryNames) has(listed generator.Repository, p generator.Preview) bool {
	return n[p.Repository.RepositoryName()] && listed.CanBeRenamed(p.Repository)
}

// identified returns p with the facts of the listed repository.
func identified(p generator.Preview, listed generator.Repository) generator.Preview {
	urls := p.OriginalURLs()
	p.NamedAfter = p.OriginalRepository()
	if p.NamedAfter == listed.RepositoryName() {
		p.NamedAfter = generator.RepositoryName{}
	}
	p.Repository, p.NamedURLs = listed, generator.URLs{}
	p.NamedURLs = differing(urls, p.OriginalURLs())
	return p
}

// proven reports whether the recorded change is of the listed repository. listed is the
// change with the same key, zero if none is listed. If their comparison is no evidence,
// proven looks the recorded change up, unless there were maxProofs lookups. Each lookup
// with a result is done once.
func (s *Set) proven(ctx context.Context, repositoryID string, recorded, listed generator.Change, lookups *int) bool {
	prover, ok := s.Source.(generator.Prover)
	p := proof{repositoryID, recorded.Key(), recorded.HeadSHA, recorded.CreatedAt}
	switch proven, known := s.memory.proofs[p]; {
	case listed.Kind == generator.PullRequest:
		//promise:entries-without-an-id-need-evidence
		return listed.SameCreation(recorded)
	case listed.Kind == generator.Branch && listed.HeadSHA == recorded.HeadSHA:
		return true
	case known:
		return proven
	case !ok || *lookups == maxProofs:
		return false
	}
	*lookups++
	proven, err := prover.Proves(ctx, repositoryID, recorded)
	if err != nil {
		s.Log.DebugContext(ctx, "nothing proves that an entry is of the listed repository, because its change can't be looked up: its preview stays", "change", recorded.Key().String(), "error", err)
		return false
	}
	if s.memory.proofs == nil {
		s.memory.proofs = map[proof]bool{}
	}
	s.memory.proofs[p] = proven
	return proven
}

// identifySnapshot returns a copy of the snapshot with identified previews; nil for nil.
func (s *Set) identifySnapshot(ctx context.Context, found generator.Listing, last *generator.Snapshot) (*generator.Snapshot, error) {
	if last == nil {
		return nil, nil
	}
	lookups := 0
	if s.Overlay != nil {
		lookups = maxProofs // the entries are looked up
	}
	previews := previewsOf(last)
	if err := s.identify(ctx, found, previews, lookups); err != nil {
		return nil, err
	}
	identified := *last
	identified.Previews = make([]generator.Placed, len(previews))
	for i, p := range previews {
		identified.Previews[i] = generator.Placed{Preview: p, Placement: last.Previews[i].Placement}
	}
	if found.Repository.RelationOf(last.Repository) == generator.Same {
		identified.Repository = found.Repository
	}
	return &identified, nil
}

// unproven returns a warning if entries are of a repository that may be the listed one, and
// nothing proves it.
func (f *facts) unproven() []generator.Warning {
	listed := f.repository
	var ids []string
	for _, p := range f.recorded {
		if listed.RelationOf(p.Repository) == generator.Unproven || f.formerNames.has(listed, p) {
			ids = append(ids, p.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return []generator.Warning{{
		Subject: "entry " + ids[0],
		Message: fmt.Sprintf("nothing proves that %d entries are of the repository %s, so they are kept as they are: if they are of this repository, set id: %s in the set's source", len(ids), listed.Source(), listed.ID),
	}}
}

// checkReplaced returns a generator.ErrOtherRepository if another repository has the name
// of the one that previews are of. Nothing in the list is about these previews then. If the
// configuration names the ID of the listed repository, the previews are those of a former
// source. It also returns an error if a listed pull request has another creation time than
// the recorded one: a forge that was installed again can give an ID a second time.
func checkReplaced(found generator.Listing, previews []generator.Preview) error {
	listed := changesByKey(found)
	for _, p := range previews {
		//promise:recreated-repositories-stop-the-sync
		if c := listed[p.Key()]; !found.Confirmed && p.Repository.Identity() == found.Repository.Identity() && c.OtherCreation(p.Change) {
			return fmt.Errorf("%w: %w: %s of %s was created at %s, and the pull request of the preview %s at %s: "+
				"remove the entries of the former repository from Git, or set id: %s in the set's source if it is the same one",
				errList, generator.ErrOtherRepository, p.Key(), found.Repository.Source(), c.CreatedAt.UTC().Format(time.RFC3339), p.ID, p.CreatedAt.UTC().Format(time.RFC3339), found.Repository.ID)
		}
		//promise:other-repositories-stop-the-sync
		if !found.Confirmed && found.Repository.RelationOf(p.Repository) == generator.Replaced {
			return fmt.Errorf("%w: %w: %s has the id %s, and the preview %s is of the repository with the id %s: "+
				"restore the repository of the preview, or set id: %s in the set's source to remove its previews and continue with the other repository",
				errList, generator.ErrOtherRepository, found.Repository.Source(), found.Repository.ID, p.ID, p.Repository.ID, found.Repository.ID)
		}
	}
	return nil
}
