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

// files are the contents of the files of a tree, by path.
type files map[string]string

// gitopsRepo reads and writes the GitOps repository on disk, without its server and the
// faults of the server. People use it to commit, and the checks to read.
type gitopsRepo struct {
	h     *harness
	git   *filesystem.Storage
	blobs map[plumbing.Hash]string
	trees map[plumbing.Hash]files
	// records are the parsed records by content; nil for a content that is no record.
	records map[string]*record
	// stored are the hashes of the blobs that this value has stored, by content, and
	// storedObjects those of all its objects.
	stored        map[string]plumbing.Hash
	storedObjects map[plumbing.Hash]bool
}

func openGitOpsRepo(h *harness, dir string) *gitopsRepo {
	return &gitopsRepo{
		h: h, git: filesystem.NewStorage(osfs.New(dir), cache.NewObjectLRUDefault()), blobs: map[plumbing.Hash]string{}, trees: map[plumbing.Hash]files{}, records: map[string]*record{},
		stored: map[string]plumbing.Hash{}, storedObjects: map[plumbing.Hash]bool{},
	}
}

const mainRef = plumbing.ReferenceName("refs/heads/main")

// tip returns the commit of the branch, or the zero hash if there is no branch.
func (b *gitopsRepo) tip() plumbing.Hash {
	ref, err := b.git.Reference(mainRef)
	if err != nil {
		return plumbing.ZeroHash
	}
	return ref.Hash()
}

func (b *gitopsRepo) commit(hash plumbing.Hash) *object.Commit {
	c, err := object.GetCommit(b.git, hash)
	b.h.must(err)
	return c
}

func (b *gitopsRepo) files(commit plumbing.Hash) files {
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

func (b *gitopsRepo) walk(tree plumbing.Hash, dir string, found files) {
	t, err := object.GetTree(b.git, tree)
	b.h.must(err)
	for _, e := range t.Entries {
		if e.Mode == filemode.Dir {
			b.walk(e.Hash, path.Join(dir, e.Name), found)
		} else {
			found[path.Join(dir, e.Name)] = b.blob(e.Hash)
		}
	}
}

func (b *gitopsRepo) blob(hash plumbing.Hash) string {
	if known, ok := b.blobs[hash]; ok {
		return known
	}
	o, err := object.GetBlob(b.git, hash)
	b.h.must(err)
	r, err := o.Reader()
	b.h.must(err)
	data, err := io.ReadAll(r)
	b.h.must(err)
	b.blobs[hash] = string(data)
	return string(data)
}

// between returns the commits after from up to to, oldest first. It follows first
// parents only, and reports whether it reached from.
func (b *gitopsRepo) between(from, to plumbing.Hash) (commits []*object.Commit, forward bool) {
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

// commitAsPerson applies change to the files at the tip and commits the result.
func (b *gitopsRepo) commitAsPerson(message string, change func(files)) {
	next := files{}
	for name, content := range b.files(b.tip()) {
		next[name] = content
	}
	change(next)
	var parents []plumbing.Hash
	if tip := b.tip(); !tip.IsZero() {
		parents = append(parents, tip)
	}
	who := object.Signature{Name: "A Person", Email: "person@example.test", When: b.h.now}
	made := b.store(&object.Commit{Author: who, Committer: who, Message: message, TreeHash: b.storeTree(next), ParentHashes: parents})
	b.setTip(made)
	if b.h.promises != nil {
		b.h.promises.reported = append(b.h.promises.reported, made)
	}
}

// setTip makes the branch point at a commit.
func (b *gitopsRepo) setTip(to plumbing.Hash) {
	b.h.must(b.git.SetReference(plumbing.NewHashReference(mainRef, to)))
}

func (b *gitopsRepo) store(o interface {
	Encode(plumbing.EncodedObject) error
},
) plumbing.Hash {
	encoded := b.git.NewEncodedObject()
	b.h.must(o.Encode(encoded))
	return b.storeOnce(encoded)
}

// storeOnce stores an object unless this value has stored it before: the files of a
// repository hardly change from one commit to the next. Nothing deletes objects.
func (b *gitopsRepo) storeOnce(o plumbing.EncodedObject) plumbing.Hash {
	if hash := o.Hash(); b.storedObjects[hash] {
		return hash
	}
	hash, err := b.git.SetEncodedObject(o)
	b.h.must(err)
	b.storedObjects[hash] = true
	return hash
}

func (b *gitopsRepo) storeBlob(content string) plumbing.Hash {
	if hash, ok := b.stored[content]; ok {
		return hash
	}
	encoded := b.git.NewEncodedObject()
	encoded.SetType(plumbing.BlobObject)
	wr, err := encoded.Writer()
	b.h.must(err)
	_, err = io.WriteString(wr, content)
	b.h.must(err)
	b.h.must(wr.Close())
	b.stored[content] = b.storeOnce(encoded)
	return b.stored[content]
}

func (b *gitopsRepo) storeTree(from files) plumbing.Hash {
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

// sortName returns the name by which Git sorts an entry of a tree.
func sortName(e object.TreeEntry) string {
	if e.Mode == filemode.Dir {
		return e.Name + "/"
	}
	return e.Name
}

// record has the fields of an entry's record that the checks use. The walk parses
// records without previewset's code.
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
			AtLeast  int  `yaml:"atLeast"`
		} `yaml:"guard"`
	} `yaml:"objection"`
}

const (
	shopDir    = "previews/" + shop + "/"
	recordFile = "preview.yaml"
	ownHeader  = "# Written by previewset"
)

// entries returns the valid records of the set shop by the name of their directory.
func (b *gitopsRepo) entries(f files) map[string]record {
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

func (b *gitopsRepo) record(content string) *record {
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

// entriesAt returns the entries at a commit.
func (b *gitopsRepo) entriesAt(commit plumbing.Hash) map[string]record {
	return b.entries(b.files(commit))
}

// dir returns the names and contents of the files of the entry id as one string, for
// comparisons. It is empty if the entry has no files.
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
