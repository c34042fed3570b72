package gitrepo

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
	gitobject "github.com/go-git/go-git/v5/plumbing/object"
)

// raw is one object of Git. It is immutable.
type raw struct {
	kind plumbing.ObjectType
	data []byte
	tree func() ([]entry, error) // parses data once
}

func newRaw(kind plumbing.ObjectType, data []byte) *raw {
	o := &raw{kind: kind, data: data}
	o.tree = sync.OnceValues(func() ([]entry, error) { return parseTree(data) })
	return o
}

func (o *raw) hash() plumbing.Hash { return plumbing.ComputeHash(o.kind, o.data) }

// entry is an entry of a tree. It keeps the mode as it was read, so that rewriting
// a tree does not change any byte of its other entries.
type entry struct {
	mode string
	name string
	hash plumbing.Hash
}

const (
	modeDir     = "40000"
	modeFile    = "100644"
	modeLink    = "120000"
	modeModule  = "160000"
	hashBytes   = len(plumbing.ZeroHash)
	maxTreeSize = 1 << 20 // entries of one directory
)

func (e entry) isDir() bool { return e.mode == modeDir || e.mode == "0"+modeDir }

// isFile is true for regular files, whatever their permissions.
func (e entry) isFile() bool { return strings.HasPrefix(strings.TrimLeft(e.mode, "0"), "100") }

// fileMode returns the mode of a file or a link as Git shows it: other permissions than
// that to execute do not count.
func (e entry) fileMode() string {
	switch {
	case e.mode == modeLink:
		return ModeLink
	case strings.HasSuffix(e.mode, "755"):
		return ModeExecutable
	}
	return ModeRegular
}

// sortKey returns the key by which git sorts a tree: directories sort as if their
// names ended in a slash.
func (e entry) sortKey() string {
	if e.isDir() {
		return e.name + "/"
	}
	return e.name
}

var errBadTree = errors.New("malformed tree object")

func parseTree(data []byte) ([]entry, error) {
	var entries []entry
	for len(data) > 0 {
		mode, rest, ok := bytes.Cut(data, []byte{' '})
		if !ok || len(mode) == 0 || len(mode) > 7 {
			return nil, errBadTree
		}
		name, rest, ok := bytes.Cut(rest, []byte{0})
		if !ok || len(name) == 0 || len(rest) < hashBytes || bytes.IndexByte(name, '/') >= 0 {
			return nil, errBadTree
		}
		e := entry{mode: string(mode), name: string(name)}
		copy(e.hash[:], rest)
		entries = append(entries, e)
		data = rest[hashBytes:]
		if len(entries) > maxTreeSize {
			return nil, fmt.Errorf("%w: a directory has more than %d entries", ErrTooLarge, maxTreeSize)
		}
	}
	return entries, nil
}

func encodeTree(entries []entry) *raw {
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.sortKey(), b.sortKey()) })
	var b bytes.Buffer
	for _, e := range entries {
		b.WriteString(e.mode + " " + e.name + "\x00")
		b.Write(e.hash[:])
	}
	return newRaw(plumbing.TreeObject, b.Bytes())
}

func find(entries []entry, name string) (entry, bool) {
	for _, e := range entries {
		if e.name == name {
			return e, true
		}
	}
	return entry{}, false
}

func parseCommit(o *raw) (*gitobject.Commit, error) {
	if o.kind != plumbing.CommitObject {
		return nil, errors.New("not a commit")
	}
	m := &plumbing.MemoryObject{}
	m.SetType(o.kind)
	if _, err := m.Write(withoutExtras(o.data)); err != nil {
		return nil, err
	}
	return gitobject.DecodeCommit(nil, m)
}

// withoutExtras returns a commit without the headers after the committer, such as
// signatures: no caller needs them, and go-git copies a header once for each of its lines.
func withoutExtras(commit []byte) []byte {
	headers, message, _ := bytes.Cut(commit, []byte("\n\n"))
	kept := 0
	for line := range bytes.Lines(headers) {
		name, _, _ := bytes.Cut(line, []byte(" "))
		if !slices.Contains([]string{"tree", "parent", "author", "committer"}, string(name)) {
			break
		}
		kept += len(line)
	}
	return slices.Concat(bytes.TrimSuffix(headers[:kept], []byte("\n")), []byte("\n\n"), message)
}

// maxYoungBytes is the size at which a new generation begins.
const maxYoungBytes = 32 << 20

// objects holds the objects that trees have read, in two generations. The trees of
// successive tips share it until the young generation has maxYoungBytes. Then the
// young generation becomes the old one. Using an object moves it to the young
// generation; unused objects are dropped with the old one.
type objects struct {
	mu    sync.Mutex
	young map[plumbing.Hash]*raw
	old   map[plumbing.Hash]*raw
	bytes int // in young
}

func newObjects() *objects { return &objects{young: map[plumbing.Hash]*raw{}} }

func (o *objects) get(h plumbing.Hash) (*raw, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if found, ok := o.young[h]; ok {
		return found, true
	}
	found, ok := o.old[h]
	if ok {
		o.put(h, found)
	}
	return found, ok
}

func (o *objects) put(h plumbing.Hash, object *raw) {
	o.young[h] = object
	o.bytes += len(object.data)
}

func (o *objects) add(received map[plumbing.Hash]*raw) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for h, object := range received {
		if o.young[h] == nil {
			o.put(h, object)
		}
	}
}

// missing returns the hashes whose objects were not read, each once.
func (o *objects) missing(hashes []plumbing.Hash) []plumbing.Hash {
	var missing []plumbing.Hash
	seen := map[plumbing.Hash]bool{}
	for _, h := range hashes {
		if seen[h] {
			continue
		}
		seen[h] = true
		if _, ok := o.get(h); !ok {
			missing = append(missing, h)
		}
	}
	return missing
}

// next returns the objects for a newer tip.
func (o *objects) next() *objects {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bytes < maxYoungBytes {
		return o
	}
	return &objects{young: map[plumbing.Hash]*raw{}, old: maps.Clone(o.young)}
}

func (o *objects) ofKind(kind plumbing.ObjectType) map[plumbing.Hash]*raw {
	o.mu.Lock()
	defer o.mu.Unlock()
	found := map[plumbing.Hash]*raw{}
	for h, object := range o.young {
		if object.kind == kind {
			found[h] = object
		}
	}
	return found
}
