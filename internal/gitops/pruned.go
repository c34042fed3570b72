package gitops

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitrepo"
)

// Pruned is a deleted entry, as its prune commit describes it.
type Pruned struct {
	ID     string
	Reason generator.Reason
	// Head is the commit of the entry's change.
	Head string
	// RepositoryID is the recorded ID of the repository; "" if there was none.
	RepositoryID string
	// CommittedAt is the time of the commit.
	CommittedAt time.Time
	// Preview is the preview as the deleted record described it. It is nil if that can't
	// be read. State.PrunedSince does not read it.
	Preview *generator.Preview
}

// IsOf reports whether the entry was of the repository with this ID. Without a recorded
// ID, it was of the only repository that the set is known to have had.
func (p Pruned) IsOf(repositoryID string) bool {
	return p.RepositoryID == "" || p.RepositoryID == repositoryID
}

// pruneTrailer and repositoryTrailer match the trailers of Step.trailer.
var (
	pruneTrailer      = regexp.MustCompile(`(?m)^Previewset-Prune: (\S+) reason=(\S+) head=([0-9a-f]{40})$`)
	repositoryTrailer = regexp.MustCompile(`(?m)^Previewset-Repository: (\S+) (\S+)$`)
)

// Removal is the newest commit that removed entries.
type Removal struct {
	Commit      string
	CommittedAt time.Time
	// Pruned are the entries that the commit pruned. It is empty if somebody else
	// deleted them.
	Pruned []Pruned
}

// Pruned finds the newest commit that changed an entry of a pull request, in any
// variant that ever existed, and returns the entries that the commit pruned. It returns
// none if that commit was not a prune. It reads only as much of the history as
// necessary, but all of it for a pull request that never had an entry.
func (s State) Pruned(ctx context.Context, number int64) ([]Pruned, error) {
	removal, _, err := s.newestChange(ctx, ofPullRequest(number))
	return removal.Pruned, err
}

// ofPullRequest matches the ids of the entries of a pull request, in any variant that ever
// existed.
func ofPullRequest(number int64) func(name string) bool {
	id := fmt.Sprintf("pr-%d", number)
	//promise:pins-are-found-for-every-variant
	match := func(name string) bool { return name == id || strings.HasPrefix(name, id+"-") }
	return match
}

// RemovalOfPullRequest returns the removal of the entries of a pull request, and false if no
// entry was removed. It finds a prune in any variant that ever existed, and a removal by
// somebody else for these ids. It reads as much as Pruned.
func (s State) RemovalOfPullRequest(ctx context.Context, number int64, ids ...string) (Removal, bool, error) {
	return s.removal(ctx, ofPullRequest(number), ids)
}

// Removal returns the removal of the entries with these ids, and false if no entry was
// removed. It reads as much as Pruned.
func (s State) Removal(ctx context.Context, ids ...string) (Removal, bool, error) {
	return s.removal(ctx, func(name string) bool { return slices.Contains(ids, name) }, ids)
}

func (s State) removal(ctx context.Context, match func(id string) bool, ids []string) (Removal, bool, error) {
	newest, ok, err := s.newestChange(ctx, match)
	//promise:only-entries-are-removed
	if err != nil || !ok || len(newest.Pruned) > 0 {
		return newest, ok, err
	}
	return s.newestRemoval(ctx, match, ids)
}

// newestChange returns the newest commit that changed a matching directory, with the entries
// that it pruned, and false if there never was such a directory.
func (s State) newestChange(ctx context.Context, match func(id string) bool) (Removal, bool, error) {
	changed, ok, err := s.tree.LastChangedOf(ctx, s.path, match)
	if err != nil {
		return Removal{}, false, fmt.Errorf("history: %w", err)
	}
	if !ok {
		return Removal{}, false, nil
	}
	return s.removalBy(ctx, changed, match), true, ctx.Err()
}

// newestRemoval returns the newest commit that removed the record of one of the entries ids:
// anybody can add and delete directories that never were entries.
func (s State) newestRemoval(ctx context.Context, match func(id string) bool, ids []string) (Removal, bool, error) {
	var newest gitrepo.Change
	for _, id := range ids {
		if has, err := s.hasRecord(ctx, id); has || err != nil {
			return Removal{}, false, err
		}
		changed, _, err := s.recordChange(ctx, id)
		if err != nil {
			return Removal{}, false, err
		}
		if changed.CommittedAt.After(newest.CommittedAt) {
			newest = changed
		}
	}
	if newest.SHA == "" {
		return Removal{}, false, nil
	}
	return s.removalBy(ctx, newest, match), true, ctx.Err()
}

// removalBy returns the removal by a commit.
func (s State) removalBy(ctx context.Context, c gitrepo.Change, match func(id string) bool) Removal {
	pruned := prunesIn(c, match)
	for i := range pruned {
		pruned[i].Preview = s.previewBefore(ctx, c.SHA, pruned[i].ID)
	}
	return Removal{Commit: c.SHA, CommittedAt: c.CommittedAt, Pruned: pruned}
}

// previewBefore returns the preview in the record of an entry before a commit deleted
// it, nil if that can't be read: some servers do not send files of older commits.
func (s State) previewBefore(ctx context.Context, commit, id string) *generator.Preview {
	if !entryID.MatchString(id) {
		return nil
	}
	data, err := s.tree.FileBefore(ctx, commit, s.path+"/"+id, RecordFile)
	if err != nil {
		return nil
	}
	return s.previewIn(data, id)
}

// previewIn returns the preview in the record of an entry, nil if it is not valid.
func (s State) previewIn(data []byte, id string) *generator.Preview {
	record, err := parseRecord(data, s.Set, id)
	if err != nil {
		return nil
	}
	preview := record.Preview()
	return &preview
}

// prunesIn returns the matching entries that a commit pruned, according to its message.
func prunesIn(c gitrepo.Change, match func(id string) bool) (all []Pruned) {
	repositories := map[string]string{}
	for _, found := range repositoryTrailer.FindAllStringSubmatch(c.Message, -1) {
		repositories[found[1]] = found[2]
	}
	for _, found := range pruneTrailer.FindAllStringSubmatch(c.Message, -1) {
		if match(found[1]) {
			all = append(all, Pruned{
				ID: found[1], Reason: generator.Reason(found[2]), Head: found[3],
				RepositoryID: repositories[found[1]], CommittedAt: c.CommittedAt,
			})
		}
	}
	return all
}

// recordChange returns the newest commit that changed the record of the directory id, and
// false if it never contained a record.
func (s State) recordChange(ctx context.Context, id string) (gitrepo.Change, bool, error) {
	dir := s.path + "/" + id
	changed, _, err := s.tree.LastChanged(ctx, dir, []string{RecordFile}, nil)
	if err != nil {
		return gitrepo.Change{}, false, fmt.Errorf("history of %s: %w", dir, err)
	}
	change, had := changed[RecordFile]
	return change, had, nil
}

// hasRecord reports whether the directory id contains a record, which may not be valid.
func (s State) hasRecord(ctx context.Context, id string) (bool, error) {
	if _, foreign := s.Foreign[id]; !foreign {
		_, entry := s.Entries[id]
		_, damaged := s.Damaged[id]
		return entry || damaged, nil
	}
	files, err := s.tree.Subentries(ctx, s.path, []string{id})
	return recordHash(files[id]) != "", err
}

// Bounds of PrunedSince. Commits of a process whose clock is wrong may be among younger
// ones: maxOlder is the number of older commits in a row that end the search. maxRecent
// is the number of commits that it reads at most.
const (
	maxOlder  = 16
	maxRecent = 4096
)

// PrunedSince returns the entries of the set that commits after a time have pruned,
// newest first. A commit in the future counts.
func (s State) PrunedSince(ctx context.Context, since time.Time) (all []Pruned, err error) {
	trailer := "\nPreviewset-Set: " + s.Set + "\n"
	older, read := 0, 0
	err = s.tree.Log(ctx, func(c gitrepo.Change) bool {
		if read++; !c.CommittedAt.After(since) {
			older++
		} else if older = 0; strings.Contains(c.Message, trailer) {
			all = append(all, prunesIn(c, func(string) bool { return true })...)
		}
		return older < maxOlder && read < maxRecent
	})
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	return all, nil
}
