package kustomize

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
)

// Bounds of what one base may be made of.
const (
	maxFiles     = 2000
	maxFileBytes = 1 << 20
	maxBytes     = 32 << 20
	maxDepth     = 20
)

// source is where a closure is read from.
type source interface {
	// mode returns the type of what is at p, or fs.ErrNotExist. A symbolic
	// link anywhere on the way is itself the answer.
	mode(p string) (fs.FileMode, error)
	// read returns the content of a regular file.
	read(p string) ([]byte, error)
}

// treeSource reads a Tree within the bounds.
type treeSource struct {
	tree  Tree
	modes map[string]fs.FileMode
	bytes int
	count int
}

func newTreeSource(tree Tree) *treeSource {
	return &treeSource{tree: tree, modes: map[string]fs.FileMode{}}
}

func (s *treeSource) mode(p string) (fs.FileMode, error) {
	if p == "." {
		return fs.ModeDir, nil
	}
	if parent := path.Dir(p); parent != "." {
		// Kustomize follows symbolic links on a disk, Git stores them as
		// files: what is behind one would be read, but not recorded.
		mode, err := s.mode(parent)
		if err != nil || mode&fs.ModeSymlink != 0 {
			return mode, err
		}
		if !mode.IsDir() {
			return 0, fs.ErrNotExist
		}
	}
	if mode, ok := s.modes[p]; ok {
		return mode, nil
	}
	info, err := fs.Lstat(s.tree, p)
	if err != nil {
		return 0, err
	}
	s.modes[p] = info.Mode().Type()
	return s.modes[p], nil
}

func (s *treeSource) read(p string) ([]byte, error) {
	if s.count++; s.count > maxFiles {
		return nil, tooBig(p, fmt.Sprintf("the base and its components have more than %d files", maxFiles))
	}
	f, err := s.tree.Open(p)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if len(content) > maxFileBytes {
		return nil, tooBig(p, fmt.Sprintf("it is larger than %d MiB", maxFileBytes>>20))
	}
	if s.bytes += len(content); s.bytes > maxBytes {
		return nil, tooBig(p, fmt.Sprintf("the base and its components are larger than %d MiB", maxBytes>>20))
	}
	return content, nil
}

func tooBig(p, reason string) error {
	return &RefusedError{Path: p, Reason: reason, Fix: "take out what previews don't need"}
}
