package gitops

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitrepo"
)

// Bounds of Leftovers: the number of directories that it reads, and of entries in each of
// them that it reads to find a record.
const (
	maxLeftovers = 100
	maxRecords   = 10
)

// Leftover is a directory with entries of a set that is not configured.
type Leftover struct {
	Set  string
	Path string
	// Entries is the number of directories that have the name of an entry. At least
	// one of them is an entry.
	Entries int
}

// Warning returns a warning with the steps that remove the entries.
func (l Leftover) Warning() generator.Warning {
	return generator.Warning{
		Subject: l.Path,
		Message: fmt.Sprintf("it has entries (%d), but no set of this configuration with this name has an overlay, so previewset does not change them; "+
			"unless another configuration has the set, delete its ApplicationSet, wait until Argo CD has deleted its Applications, "+
			"then run \"git rm -r %s\", commit and push; remove remaining databases with \"previewset db drop\"", l.Entries, l.Path),
	}
}

var setName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$`)

// Leftovers returns the sets that have entries in the repository and are not in sets, in
// the order of their names. It reads at most maxLeftovers directories.
func (r *Repository) Leftovers(ctx context.Context, sets []string) ([]Leftover, error) {
	tree, err := r.committer.Tree(ctx)
	if err != nil {
		return nil, r.explain(err)
	}
	found, err := r.leftovers(ctx, tree, sets)
	if err != nil {
		return nil, r.explain(fmt.Errorf("%s: %w", r.opts.Path, err))
	}
	return found, nil
}

func (r *Repository) leftovers(ctx context.Context, tree *gitrepo.Tree, sets []string) (found []Leftover, err error) {
	children, err := tree.Entries(ctx, r.opts.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, child := range children {
		if child.IsDir && setName.MatchString(child.Name) && !slices.Contains(sets, child.Name) {
			names = append(names, child.Name)
		}
	}
	names = names[:min(len(names), maxLeftovers)]
	dirs, err := tree.Subentries(ctx, r.opts.Path, names)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		entries := slices.DeleteFunc(dirs[name], func(e gitrepo.TreeEntry) bool { return !e.IsDir || !entryID.MatchString(e.Name) })
		owned, err := r.hasEntry(ctx, tree, name, entries[:min(len(entries), maxRecords)])
		if err != nil {
			return nil, err
		}
		if owned {
			found = append(found, Leftover{Set: name, Path: r.SetPath(name), Entries: len(entries)})
		}
	}
	return found, nil
}

// hasEntry reports whether one of the directories is an entry of the set.
func (r *Repository) hasEntry(ctx context.Context, tree *gitrepo.Tree, set string, dirs []gitrepo.TreeEntry) (bool, error) {
	records := map[gitrepo.TreeEntry]parsed{}
	if err := r.parseRecords(ctx, tree, set, dirs, records); err != nil {
		return false, err
	}
	for _, record := range records {
		if record.err == nil || record.preview != nil {
			return true, nil
		}
	}
	return false, nil
}
