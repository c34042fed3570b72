package gitops

import (
	"context"
	"io/fs"

	"github.com/previewset/previewset/internal/gitrepo"
)

// Files contains the files of the repository at a state's commit. It implements
// kustomize.Tree, for reading a base.
type Files struct {
	fs.FS
	ctx  context.Context
	tree *gitrepo.Tree
}

// Files returns the files of the repository at s. It fetches everything below paths
// in as few requests as possible. Paths that do not exist are no error here: the
// reader reports them.
func (s State) Files(ctx context.Context, paths ...string) (Files, error) {
	if err := s.tree.Prefetch(ctx, paths...); err != nil {
		return Files{}, err
	}
	return Files{FS: s.tree.FS(ctx), ctx: ctx, tree: s.tree}, nil
}

// Hash returns the Git hash of the file or directory at path.
func (f Files) Hash(path string) (string, error) { return f.tree.Hash(f.ctx, path) }

// EntryFiles returns the files of the entry id, and the symbolic links that somebody added
// to it, by name. The error is fs.ErrNotExist if the entry does not exist.
func (s State) EntryFiles(ctx context.Context, id string) (map[string]gitrepo.File, error) {
	return s.tree.Files(ctx, s.path+"/"+id)
}

// writable returns the contents of the files that previewset can write again. It leaves out
// what somebody added by hand that it never writes: links, and names that Commit refuses.
func writable(files map[string]gitrepo.File) map[string][]byte {
	contents := make(map[string][]byte, len(files))
	for name, file := range files {
		//promise:odd-files-in-entries-stop-no-sync
		if file.Mode != gitrepo.ModeLink && gitrepo.ValidPath(name) {
			contents[name] = file.Content
		}
	}
	return contents
}
