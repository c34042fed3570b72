package closure

import (
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/previewset/previewset/internal/limit"
	"github.com/previewset/previewset/kustomize/object"
)

// Bounds of one base with its components.
const (
	maxFiles = 2000
	maxBytes = 32 << 20
)

// source is a file tree from which a closure is read.
type source interface {
	// mode returns the type of the file at p, or fs.ErrNotExist. If p or one of its
	// parents is a symbolic link or a submodule, the result is fs.ModeSymlink or
	// fs.ModeIrregular.
	mode(p string) (fs.FileMode, error)
	// read returns the content of a regular file.
	read(p string) ([]byte, error)
}

// treeSource reads a tree and enforces the bounds.
type treeSource struct {
	tree fs.FS
	// listed has the types of the entries of each directory that was read.
	listed map[string]map[string]fs.FileMode
	bytes  int
	count  int
}

func newTreeSource(tree fs.FS) *treeSource {
	return &treeSource{tree: tree, listed: map[string]map[string]fs.FileMode{}}
}

// mode uses the listings of directories, which never follow a symbolic link. On a
// disk, Kustomize would follow a link, but Git stores a link as a file: the target
// would be read, but would not be part of the recorded inputs.
func (s *treeSource) mode(p string) (fs.FileMode, error) {
	if p == "." {
		return fs.ModeDir, nil
	}
	dir := path.Dir(p)
	mode, err := s.mode(dir)
	switch {
	case err != nil || mode&(fs.ModeSymlink|fs.ModeIrregular) != 0:
		return mode, err
	case !mode.IsDir():
		return 0, fs.ErrNotExist
	}
	if s.listed[dir] == nil {
		if err := s.list(dir); err != nil {
			return 0, err
		}
	}
	mode, ok := s.listed[dir][path.Base(p)]
	if !ok {
		return 0, fs.ErrNotExist
	}
	return mode, nil
}

func (s *treeSource) list(dir string) error {
	entries, err := fs.ReadDir(s.tree, dir)
	if err != nil {
		return err
	}
	s.listed[dir] = make(map[string]fs.FileMode, len(entries))
	for _, e := range entries {
		s.listed[dir][e.Name()] = e.Type()
	}
	return nil
}

func (s *treeSource) read(p string) ([]byte, error) {
	if s.count++; s.count > maxFiles {
		return nil, tooBig(p, fmt.Sprintf("the base and its components have more than %d files", maxFiles))
	}
	f, err := s.tree.Open(p)
	if err != nil {
		return nil, err
	}
	content, err := limit.ReadAll(f, object.MaxFileBytes)
	err = errors.Join(err, f.Close())
	switch {
	case errors.Is(err, limit.ErrTooLarge):
		return nil, tooBig(p, fmt.Sprintf("the file is larger than %d MiB", object.MaxFileBytes>>20))
	case err != nil:
		return nil, err
	}
	if s.bytes += len(content); s.bytes > maxBytes {
		return nil, tooBig(p, fmt.Sprintf("the base and its components are larger than %d MiB", maxBytes>>20))
	}
	return content, nil
}

func tooBig(p, reason string) error {
	return &object.RefusedError{Path: p, Reason: reason, Fix: "remove files that previews do not need"}
}
