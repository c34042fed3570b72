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

// EntryFiles returns the files of the entry id, by name. The error is
// fs.ErrNotExist if the entry does not exist.
func (s State) EntryFiles(ctx context.Context, id string) (map[string][]byte, error) {
	dir := s.path + "/" + id
	if err := s.tree.Prefetch(ctx, dir); err != nil {
		return nil, err
	}
	root, err := fs.Sub(s.tree.FS(ctx), dir)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	err = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[name], err = fs.ReadFile(root, name)
		return err
	})
	return files, err
}
