package gitserver

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// Store keeps a repository of each shape that was asked for. It is not safe for
// concurrent use.
type Store struct {
	dir  string
	made map[Shape]*gittest.Repo
}

// NewStore returns an empty store that ends with t.
func NewStore(t testing.TB) *Store {
	return &Store{dir: t.TempDir(), made: map[Shape]*gittest.Repo{}}
}

// Repo returns a copy of the repository of this shape, that ends with t.
func (s *Store) Repo(t testing.TB, shape Shape) *gittest.Repo {
	t.Helper()
	master := s.master(t, shape)
	r := gittest.NewRepo(t, "shop")
	r.Config(t, "core.fsync", "none") // what a disk takes differs from one moment to the next
	from, to := filepath.Join(master.Dir, "objects"), filepath.Join(r.Dir, "objects")
	if err := linkAll(from, to); err != nil {
		t.Fatal(err)
	}
	r.Branch(t, Branch, master.Tip(t, Branch))
	return r
}

func (s *Store) master(t testing.TB, shape Shape) *gittest.Repo {
	t.Helper()
	if r := s.made[shape]; r != nil {
		return r
	}
	r := &gittest.Repo{Dir: filepath.Join(s.dir, fmt.Sprintf("%d-%d-%d.git", shape.Entries, shape.Files, shape.Commits))}
	gittest.Git(t, s.dir, "init", "--quiet", "--bare", "--initial-branch="+Branch, r.Dir)
	if err := fastImport(t.Context(), r.Dir, shape); err != nil {
		t.Fatal(err)
	}
	r.Git(t, "gc", "--quiet") // with the bitmaps and the commit graph that forges have
	s.made[shape] = r
	return r
}

// fastImport feeds the history to git as it is made: it may be larger than the
// memory.
func fastImport(ctx context.Context, dir string, shape Shape) error {
	cmd := exec.CommandContext(ctx, "git", "fast-import", "--quiet", "--date-format=raw")
	cmd.Dir, cmd.Env = dir, gittest.Env()
	var words bytes.Buffer
	cmd.Stderr = &words
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	h := history{w: bufio.NewWriter(in)}
	h.write(shape)
	_ = in.Close()
	if err := errors.Join(cmd.Wait(), h.err); err != nil {
		return fmt.Errorf("git fast-import: %w: %s", err, words.String())
	}
	return nil
}

// history is written as git fast-import reads it. err is the first that happened.
type history struct {
	w   *bufio.Writer
	err error
}

func (h *history) write(shape Shape) {
	others := shape.Files - filesOfEntry*shape.Entries
	for commit := range shape.Commits {
		h.printf("commit refs/heads/%s\n", Branch)
		h.printf("committer %s <%s> %d +0000\n", gittest.AuthorName, gittest.AuthorEmail, 1700000000+60*commit)
		h.printf("data <<.\nchange %d\n.\n\n", commit)
		if commit > 0 {
			h.entry(commit%shape.Entries, commit)
			h.other(commit*7%others, commit)
			continue
		}
		for i := range shape.Entries {
			h.entry(i, 0)
		}
		for i := range others {
			h.other(i, 0)
		}
	}
	if h.err == nil {
		h.err = h.w.Flush()
	}
}

func (h *history) entry(i, version int) {
	for name, data := range EntryFiles(i, version) {
		h.file(EntryDir(i)+"/"+name, data)
	}
}

func (h *history) other(i, version int) { h.file(otherPath(i), otherFile(i, version)) }

func (h *history) file(path string, data []byte) {
	h.printf("M 100644 inline %s\ndata %d\n%s\n", path, len(data), data)
}

func (h *history) printf(format string, args ...any) {
	if h.err == nil {
		_, h.err = fmt.Fprintf(h.w, format, args...)
	}
}

// linkAll makes the files below from appear below to.
func linkAll(from, to string) error {
	return filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		return os.Link(path, filepath.Join(to, rel))
	})
}

// Elsewhere commits, as somebody else would, a change to a file that is no
// entry's. It returns the new tip. Each number from 0 changes another file.
func Elsewhere(t testing.TB, r *gittest.Repo, number int) string {
	t.Helper()
	return r.Commit(t, Branch, "Somebody else's", map[string]string{
		otherPath(number): fmt.Sprintf("changed: %d\n", number),
	})
}
