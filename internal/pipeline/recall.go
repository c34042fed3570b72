package pipeline

import (
	"cmp"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
)

// recall fills in facts that the source did not return, from the entries and the last
// snapshot. A fact that is unknown now must not replace one that is recorded.
func (v inventory) recall(changes []generator.Change, repository generator.Repository) []generator.Change {
	recalled := slices.Clone(changes)
	for i := range recalled {
		for _, earlier := range v.earlier[repository.Origin(recalled[i], "")] {
			recallFrom(&recalled[i], earlier)
		}
	}
	return recalled
}

// recallFrom fills in empty facts of c from an earlier state of the same change. Author
// and UpdatedAt of a branch are facts of its head commit. UpdatedAt of a pull request is
// not recalled, because a lifetime must not end because of an old date.
func recallFrom(c *generator.Change, earlier generator.Change) {
	c.Title, c.URL = cmp.Or(c.Title, earlier.Title), cmp.Or(c.URL, earlier.URL)
	if c.CreatedAt.IsZero() {
		c.CreatedAt = earlier.CreatedAt
	}
	sameHead := c.Kind == generator.Branch && c.HeadSHA == earlier.HeadSHA
	if c.Kind == generator.PullRequest || sameHead {
		c.Author = cmp.Or(c.Author, earlier.Author)
	}
	if sameHead && c.UpdatedAt.IsZero() {
		c.UpdatedAt = earlier.UpdatedAt
	}
}

// recallDefaultBranch returns the default branch of found. If the source only assumes it,
// the recorded one is used while it exists.
func recallDefaultBranch(found generator.Listing, recorded []generator.Preview) string {
	assumed := found.Repository.DefaultBranch
	if !found.DefaultAssumed {
		return assumed
	}
	for _, p := range recorded {
		if p.Repository.Identity() != found.Repository.Identity() || p.Repository.DefaultBranch == assumed {
			continue
		}
		found.Repository.DefaultBranch = p.Repository.DefaultBranch
		if listsDefaultBranch(found) {
			return p.Repository.DefaultBranch
		}
		break
	}
	return assumed
}

// ranked returns changes with dates for generator.Selection.Cap. If the update time of a
// change is unknown, the latest known one is used: otherwise a push could cost the change
// its preview until the date of the new commit is known.
func (v inventory) ranked(changes []generator.Change, repository generator.Repository) []generator.Change {
	ranked := slices.Clone(changes)
	for i := range ranked {
		if !ranked[i].UpdatedAt.IsZero() {
			continue
		}
		var latest time.Time
		for _, earlier := range v.earlier[repository.Origin(ranked[i], "")] {
			if earlier.UpdatedAt.After(latest) {
				latest = earlier.UpdatedAt
			}
		}
		ranked[i].UpdatedAt = latest
	}
	return ranked
}
