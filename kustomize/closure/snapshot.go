package closure

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

var errUnsupported = errors.New("files can only be read")

// snapshot has the files of a closure, by path in the repository. It is immutable, so
// any number of builds can share it.
type snapshot struct {
	files map[string][]byte
	dirs  map[string]bool
}

func newSnapshot(files map[string][]byte) *snapshot {
	s := &snapshot{files: files, dirs: map[string]bool{".": true}}
	for p := range files {
		for dir := path.Dir(p); !s.dirs[dir]; dir = path.Dir(dir) {
			s.dirs[dir] = true
		}
	}
	return s
}

// with returns a file system with the files of s, and files in dir.
func (s *snapshot) with(dir string, files map[string][]byte) *overlaid {
	over := make(map[string][]byte, len(files))
	for name, content := range files {
		over[path.Join(dir, name)] = content
	}
	return &overlaid{under: s, over: newSnapshot(over)}
}

// overlaid is the file system for Kustomize: two snapshots, where files of over
// replace files of under. Its root is the root of the repository. It is safe for
// concurrent use.
type overlaid struct {
	under, over *snapshot
}

var (
	_ filesys.FileSystem = (*overlaid)(nil)
	_ source             = (*overlaid)(nil)
)

// key converts a path of Kustomize to a path in the repository.
func key(p string) string {
	return path.Clean(strings.TrimLeft(p, "/"))
}

func (o *overlaid) file(p string) ([]byte, bool) {
	if content, ok := o.over.files[key(p)]; ok {
		return content, true
	}
	content, ok := o.under.files[key(p)]
	return content, ok
}

func (o *overlaid) mode(p string) (fs.FileMode, error) {
	if o.IsDir(p) {
		return fs.ModeDir, nil
	}
	if _, ok := o.file(p); ok {
		return 0, nil
	}
	return 0, fs.ErrNotExist
}

func (o *overlaid) read(p string) ([]byte, error) { return o.ReadFile(p) }

// IsDir implements filesys.FileSystem.
func (o *overlaid) IsDir(p string) bool { return o.over.dirs[key(p)] || o.under.dirs[key(p)] }

// Exists implements filesys.FileSystem.
func (o *overlaid) Exists(p string) bool {
	_, ok := o.file(p)
	return ok || o.IsDir(p)
}

// ReadFile implements filesys.FileSystem. It returns a copy, because builds run
// concurrently.
func (o *overlaid) ReadFile(p string) ([]byte, error) {
	content, ok := o.file(p)
	if !ok {
		return nil, fmt.Errorf("'%s' doesn't exist: %w", p, fs.ErrNotExist)
	}
	return bytes.Clone(content), nil
}

// CleanedAbs implements filesys.FileSystem.
func (o *overlaid) CleanedAbs(p string) (filesys.ConfirmedDir, string, error) {
	abs := path.Clean("/" + key(p))
	if o.IsDir(p) {
		return filesys.ConfirmedDir(abs), "", nil
	}
	if _, ok := o.file(p); !ok {
		return "", "", fmt.Errorf("'%s' doesn't exist: %w", p, fs.ErrNotExist)
	}
	return filesys.ConfirmedDir(path.Dir(abs)), path.Base(abs), nil
}

// The rest of filesys.FileSystem is not supported: the build of an overlay does not
// list directories or write.

// ReadDir implements filesys.FileSystem.
func (o *overlaid) ReadDir(string) ([]string, error) { return nil, errUnsupported }

// Create implements filesys.FileSystem.
func (o *overlaid) Create(string) (filesys.File, error) { return nil, errUnsupported }

// Mkdir implements filesys.FileSystem.
func (o *overlaid) Mkdir(string) error { return errUnsupported }

// MkdirAll implements filesys.FileSystem.
func (o *overlaid) MkdirAll(string) error { return errUnsupported }

// RemoveAll implements filesys.FileSystem.
func (o *overlaid) RemoveAll(string) error { return errUnsupported }

// Open implements filesys.FileSystem.
func (o *overlaid) Open(string) (filesys.File, error) { return nil, errUnsupported }

// Glob implements filesys.FileSystem.
func (o *overlaid) Glob(string) ([]string, error) { return nil, errUnsupported }

// WriteFile implements filesys.FileSystem.
func (o *overlaid) WriteFile(string, []byte) error { return errUnsupported }

// Walk implements filesys.FileSystem.
func (o *overlaid) Walk(string, filepath.WalkFunc) error { return errUnsupported }
