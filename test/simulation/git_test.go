package simulation_test

import (
	"io"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"go.yaml.in/yaml/v3"
)

// files are a tree's, by path.
type files map[string]string

// bare reads and writes the GitOps repository beside its server, where no fault
// reaches: for what people do to it, and for seeing what is in it.
type bare struct {
	w     *world
	git   *filesystem.Storage
	blobs map[plumbing.Hash]string
	trees map[plumbing.Hash]files
	// records are parsed once, by their content; nil for one that is none.
	records map[string]*record
}

func openBare(w *world, dir string) *bare {
	return &bare{w: w, git: filesystem.NewStorage(osfs.New(dir), cache.NewObjectLRUDefault()), blobs: map[plumbing.Hash]string{}, trees: map[plumbing.Hash]files{}, records: map[string]*record{}}
}

const mainRef = plumbing.ReferenceName("refs/heads/main")

// tip returns the branch's commit; the zero hash where it was deleted.
func (b *bare) tip() plumbing.Hash {
	ref, err := b.git.Reference(mainRef)
	if err != nil {
		return plumbing.ZeroHash
	}
	return ref.Hash()
}

func (b *bare) commit(hash plumbing.Hash) *object.Commit {
	c, err := object.GetCommit(b.git, hash)
	b.w.must(err)
	return c
}

func (b *bare) files(commit plumbing.Hash) files {
	if commit.IsZero() {
		return files{}
	}
	tree := b.commit(commit).TreeHash
	if known, ok := b.trees[tree]; ok {
		return known
	}
	found := files{}
	b.walk(tree, "", found)
	b.trees[tree] = found
	return found
}

func (b *bare) walk(tree plumbing.Hash, dir string, found files) {
	t, err := object.GetTree(b.git, tree)
	b.w.must(err)
	for _, e := range t.Entries {
		if e.Mode == filemode.Dir {
			b.walk(e.Hash, path.Join(dir, e.Name), found)
		} else {
			found[path.Join(dir, e.Name)] = b.blob(e.Hash)
		}
	}
}

func (b *bare) blob(hash plumbing.Hash) string {
	if known, ok := b.blobs[hash]; ok {
		return known
	}
	o, err := object.GetBlob(b.git, hash)
	b.w.must(err)
	r, err := o.Reader()
	b.w.must(err)
	data, err := io.ReadAll(r)
	b.w.must(err)
	b.blobs[hash] = string(data)
	return string(data)
}

// between returns the commits that are in the history of to, along first
// parents, and not in that of from, oldest first. It reports whether from is in
// the history of to at all.
func (b *bare) between(from, to plumbing.Hash) (commits []*object.Commit, forward bool) {
	for !to.IsZero() {
		if to == from {
			return commits, true
		}
		c := b.commit(to)
		commits = slices.Insert(commits, 0, c)
		if to = plumbing.ZeroHash; len(c.ParentHashes) > 0 {
			to = c.ParentHashes[0]
		}
	}
	return commits, from.IsZero()
}

// put commits what change makes of the files, as a person.
func (b *bare) put(message string, change func(files)) {
	next := files{}
	for name, content := range b.files(b.tip()) {
		next[name] = content
	}
	change(next)
	var parents []plumbing.Hash
	if tip := b.tip(); !tip.IsZero() {
		parents = append(parents, tip)
	}
	who := object.Signature{Name: "A Person", Email: "person@example.test", When: b.w.now}
	made := b.store(&object.Commit{Author: who, Committer: who, Message: message, TreeHash: b.storeTree(next), ParentHashes: parents})
	b.move(made)
	if b.w.promises != nil {
		b.w.promises.written = append(b.w.promises.written, made)
	}
}

// move makes the branch point at a commit.
func (b *bare) move(to plumbing.Hash) {
	b.w.must(b.git.SetReference(plumbing.NewHashReference(mainRef, to)))
}

func (b *bare) store(o interface {
	Encode(plumbing.EncodedObject) error
}) plumbing.Hash {
	encoded := b.git.NewEncodedObject()
	b.w.must(o.Encode(encoded))
	hash, err := b.git.SetEncodedObject(encoded)
	b.w.must(err)
	return hash
}

func (b *bare) storeBlob(content string) plumbing.Hash {
	encoded := b.git.NewEncodedObject()
	encoded.SetType(plumbing.BlobObject)
	wr, err := encoded.Writer()
	b.w.must(err)
	_, err = io.WriteString(wr, content)
	b.w.must(err)
	b.w.must(wr.Close())
	hash, err := b.git.SetEncodedObject(encoded)
	b.w.must(err)
	return hash
}

func (b *bare) storeTree(from files) plumbing.Hash {
	tree, dirs := &object.Tree{}, map[string]files{}
	for name, content := range from {
		dir, rest, nested := strings.Cut(name, "/")
		if !nested {
			tree.Entries = append(tree.Entries, object.TreeEntry{Name: name, Mode: filemode.Regular, Hash: b.storeBlob(content)})
			continue
		}
		if dirs[dir] == nil {
			dirs[dir] = files{}
		}
		dirs[dir][rest] = content
	}
	for dir, inside := range dirs {
		tree.Entries = append(tree.Entries, object.TreeEntry{Name: dir, Mode: filemode.Dir, Hash: b.storeTree(inside)})
	}
	slices.SortFunc(tree.Entries, func(x, y object.TreeEntry) int { return strings.Compare(sortName(x), sortName(y)) })
	return b.store(tree)
}

// sortName is what Git sorts a tree's entry by.
func sortName(e object.TreeEntry) string {
	if e.Mode == filemode.Dir {
		return e.Name + "/"
	}
	return e.Name
}

// record is what the walk reads of an entry's record, by itself.
type record struct {
	APIVersion string `yaml:"apiVersion"`
	Set        string `yaml:"set"`
	ID         string `yaml:"id"`
	Variant    string `yaml:"variant"`
	Repository struct {
		Name string `yaml:"name"`
	} `yaml:"repository"`
	Change struct {
		Kind   string `yaml:"kind"`
		Number int64  `yaml:"number"`
		Branch string `yaml:"branch"`
		Head   string `yaml:"head"`
		Fork   bool   `yaml:"fork"`
	} `yaml:"change"`
	Names struct {
		Application, Namespace, Host string
		Schema                       string `yaml:"dbSchema"`
	} `yaml:"names"`
	Objection *struct {
		Reason string `yaml:"reason"`
		Guard  *struct {
			Removals int  `yaml:"removals"`
			Percent  int  `yaml:"percent"`
			AllowAll bool `yaml:"allowAll"`
		} `yaml:"guard"`
	} `yaml:"objection"`
}

const (
	shopDir    = "previews/" + shop + "/"
	recordFile = "preview.yaml"
	ownHeader  = "# Written by previewset"
)

// entries are the directories of the set shop that carry a valid record.
func (b *bare) entries(f files) map[string]record {
	found := map[string]record{}
	for name, content := range f {
		id, file, ok := strings.Cut(strings.TrimPrefix(name, shopDir), "/")
		if !strings.HasPrefix(name, shopDir) || !ok || file != recordFile {
			continue
		}
		if r := b.record(content); r != nil && r.ID == id {
			found[id] = *r
		}
	}
	return found
}

func (b *bare) record(content string) *record {
	known, ok := b.records[content]
	if ok {
		return known
	}
	var r record
	if yaml.Unmarshal([]byte(content), &r) == nil && r.APIVersion == "previewset.dev/v1alpha1" && r.Set == shop {
		known = &r
	}
	b.records[content] = known
	return known
}

// entriesAt are those at a commit.
func (b *bare) entriesAt(commit plumbing.Hash) map[string]record { return b.entries(b.files(commit)) }

// dir returns the files below the entry id, as one text to compare.
func (f files) dir(id string) string {
	var lines []string
	for name, content := range f {
		if strings.HasPrefix(name, shopDir+id+"/") {
			lines = append(lines, name+"\x00"+content)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\x01")
}
