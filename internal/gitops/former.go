package gitops

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitrepo"
)

// maxVersions bounds the versions of a file that FormerRecord reads.
const maxVersions = 32

// former is the result of FormerRecord.
type former struct {
	preview *generator.Preview
	had     bool
}

// FormerRecord reports whether the directory id was an entry of the set since previewset
// last pruned it, and returns the preview in its newest valid record. The preview is nil if
// there is none, or if it can't be read: some servers do not send files of older commits.
// The directory was an entry if one of the versions of the record was its own. Files of
// somebody else and copies of other entries are no records of the directory.
func (s State) FormerRecord(ctx context.Context, id string) (preview *generator.Preview, had bool, err error) {
	if !entryID.MatchString(id) {
		return nil, false, nil
	}
	dir := s.child(id)
	if known, ok := s.former.get(id, dir); ok {
		return known.preview, known.had, nil
	}
	versions, complete, err := s.recordVersions(ctx, id)
	if err != nil {
		return nil, false, err
	}
	for _, version := range versions {
		contents, err := s.tree.Blobs(ctx, []string{version})
		if err != nil { // some servers do not send files of older commits
			return nil, true, ctx.Err()
		}
		data := contents[version]
		if preview = s.previewIn(data, id); preview != nil {
			had = true
			break
		}
		had = had || isDamagedRecord(data, s.Set, id)
	}
	had = had || !complete
	// A directory that does not change keeps the result: to read the history takes several
	// requests for each directory.
	s.former.put(id, dir, former{preview, had})
	return preview, had, nil
}

// child returns the entry called name of the set's directory, the zero value if there is none.
func (s State) child(name string) gitrepo.TreeEntry {
	if i := slices.IndexFunc(s.children, func(e gitrepo.TreeEntry) bool { return e.Name == name }); i >= 0 {
		return s.children[i]
	}
	return gitrepo.TreeEntry{}
}

// recordVersions returns the hashes of the versions of a record since the newest prune of its
// entry, newest first. complete is false if there are more than maxVersions.
func (s State) recordVersions(ctx context.Context, id string) (versions []string, complete bool, err error) {
	complete = true
	dir, trailer := s.path+"/"+id, "\nPreviewset-Set: "+s.Set+"\n"
	err = s.tree.Versions(ctx, dir, RecordFile, func(v gitrepo.Version) bool {
		//promise:pruned-entries-are-not-in-use
		if v.Hash == "" && strings.Contains(v.Message, trailer) && len(prunesIn(v.Change, func(pruned string) bool { return pruned == id })) > 0 {
			return false
		}
		if complete = len(versions) < maxVersions; complete && v.Hash != "" {
			versions = append(versions, v.Hash)
		}
		return complete
	})
	if err != nil {
		return nil, false, fmt.Errorf("history of %s: %w", dir, err)
	}
	return versions, complete, nil
}

// isDamagedRecord reports whether data has the header of records, and does not show another
// entry.
func isDamagedRecord(data []byte, set, id string) bool {
	if !bytes.HasPrefix(data, []byte(recordHeader)) {
		return false
	}
	r := readLines(data)
	return (r.Set == "" || r.Set == set) && (r.ID == "" || r.ID == id)
}
