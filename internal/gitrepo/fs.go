package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// maxNeighbours is the maximum number of files that one read fetches: the requested
// file and others of its directory.
const maxNeighbours = 200

// FS returns the tree as an fs.ReadDirFS, fs.ReadFileFS and fs.StatFS. It fetches
// missing objects from the server, within ctx, and the files of a directory
// together. It lists symbolic links and submodules, but opening one, or a path
// through one, returns a *fs.PathError with ErrSymlink: FS never reads anything
// outside of the tree.
func (t *Tree) FS(ctx context.Context) fs.FS { return &treeFS{ctx: ctx, tree: t} }

// treeFS holds a context because the methods of io/fs take none.
type treeFS struct {
	ctx  context.Context
	tree *Tree
}

func isNotExist(err error) bool { return errors.Is(err, fs.ErrNotExist) }

func (f *treeFS) bound() (context.Context, context.CancelFunc) { return f.tree.remote.bound(f.ctx) }

// Open implements fs.FS.
func (f *treeFS) Open(name string) (fs.File, error) {
	e, err := f.stat("open", name)
	if err != nil {
		return nil, err
	}
	if e.isDir() {
		entries, err := f.ReadDir(name)
		if err != nil {
			return nil, err
		}
		return &dirFile{info: info{e: e, name: path.Base(name)}, path: name, entries: entries}, nil
	}
	data, err := f.read("open", name, e)
	if err != nil {
		return nil, err
	}
	return &file{info: info{e: e, name: path.Base(name), size: int64(len(data))}, Reader: bytes.NewReader(data)}, nil
}

// Stat implements fs.StatFS.
func (f *treeFS) Stat(name string) (fs.FileInfo, error) {
	e, err := f.stat("stat", name)
	if err != nil {
		return nil, err
	}
	return f.info("stat", name, e)
}

// ReadFile implements fs.ReadFileFS. The caller owns the returned bytes.
func (f *treeFS) ReadFile(name string) ([]byte, error) {
	e, err := f.stat("read", name)
	if err != nil {
		return nil, err
	}
	if e.isDir() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("is a directory")}
	}
	data, err := f.read("read", name, e)
	return bytes.Clone(data), err
}

// ReadDir implements fs.ReadDirFS. The entries are sorted by name.
func (f *treeFS) ReadDir(name string) ([]fs.DirEntry, error) {
	ctx, cancel := f.bound()
	defer cancel()
	found, err := f.tree.readDir(ctx, "readdir", name)
	if err != nil {
		return nil, err
	}
	entries := make([]fs.DirEntry, len(found))
	for i, e := range found {
		entries[i] = dirEntry{fsys: f, path: path.Join(name, e.name), e: e}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

func (f *treeFS) stat(op, name string) (entry, error) {
	ctx, cancel := f.bound()
	defer cancel()
	e, err := f.tree.lookup(ctx, op, name)
	if err == nil && !e.isDir() && !e.isFile() {
		err = &fs.PathError{Op: op, Path: name, Err: ErrSymlink}
	}
	return e, err
}

func (f *treeFS) info(op, name string, e entry) (fs.FileInfo, error) {
	i := info{e: e, name: path.Base(name)}
	if e.isFile() {
		data, err := f.read(op, name, e)
		if err != nil {
			return nil, err
		}
		i.size = int64(len(data))
	}
	return i, nil
}

// read returns a file. It fetches other files of its directory with it, unless they
// are too large.
func (f *treeFS) read(op, name string, e entry) ([]byte, error) {
	ctx, cancel := f.bound()
	defer cancel()
	wanted := []plumbing.Hash{e.hash}
	if len(f.tree.objects.missing(wanted)) > 0 {
		neighbours, err := f.tree.readDir(ctx, op, path.Dir(name))
		if err != nil {
			return nil, err
		}
		for _, n := range neighbours {
			if n.isFile() && len(wanted) < maxNeighbours {
				wanted = append(wanted, n.hash)
			}
		}
	}
	err := f.tree.fetchMissing(ctx, op, wanted, treeOnly)
	if errors.Is(err, ErrTooLarge) {
		err = f.tree.fetchMissing(ctx, op, wanted[:1], treeOnly)
	}
	if err != nil {
		return nil, &fs.PathError{Op: op, Path: name, Err: err}
	}
	object, _ := f.tree.objects.get(e.hash)
	if object == nil || object.kind != plumbing.BlobObject {
		return nil, &fs.PathError{Op: op, Path: name, Err: errors.New("not a blob")}
	}
	return object.data, nil
}

// info is the fs.FileInfo of a file or a directory. Git stores no times.
type info struct {
	e    entry
	name string
	size int64
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i.e.isDir() }
func (i info) Sys() any           { return nil }
func (i info) Mode() fs.FileMode {
	switch {
	case i.e.isDir():
		return fs.ModeDir | 0o555
	case i.e.mode == modeLink:
		return fs.ModeSymlink | 0o444
	case !i.e.isFile():
		return fs.ModeIrregular
	case strings.HasSuffix(i.e.mode, "755"):
		return 0o555
	}
	return 0o444
}

type dirEntry struct {
	fsys *treeFS
	path string
	e    entry
}

func (d dirEntry) Name() string      { return d.e.name }
func (d dirEntry) IsDir() bool       { return d.e.isDir() }
func (d dirEntry) Type() fs.FileMode { return info{e: d.e}.Mode().Type() }

// Info reads the file to get its size, which Git's directories do not contain.
func (d dirEntry) Info() (fs.FileInfo, error) { return d.fsys.info("stat", d.path, d.e) }

type file struct {
	info info
	*bytes.Reader
}

func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *file) Close() error               { return nil }

type dirFile struct {
	info    info
	path    string
	entries []fs.DirEntry
}

func (d *dirFile) Stat() (fs.FileInfo, error) { return d.info, nil }
func (d *dirFile) Close() error               { return nil }
func (d *dirFile) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.path, Err: errors.New("is a directory")}
}

// ReadDir implements fs.ReadDirFile.
func (d *dirFile) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(d.entries)
	} else if len(d.entries) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(d.entries))
	head := d.entries[:n]
	d.entries = d.entries[n:]
	return head, nil
}
