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

// Store caches one repository for each requested shape. It is not safe for concurrent
// use.
type Store struct {
	dir     string
	masters map[Shape]*gittest.Repo
}

// NewStore returns an empty store. It is removed when t ends.
func NewStore(t testing.TB) *Store {
	return &Store{dir: t.TempDir(), masters: map[Shape]*gittest.Repo{}}
}

// Repo returns a new copy of the repository of this shape. It is removed when t ends.
func (s *Store) Repo(t testing.TB, shape Shape) *gittest.Repo {
	t.Helper()
	master := s.master(t, shape)
	r := gittest.NewRepo(t, "shop")
	r.Config(t, "core.fsync", "none") // the time of a disk sync varies too much
	from, to := filepath.Join(master.Dir, "objects"), filepath.Join(r.Dir, "objects")
	if err := linkAll(from, to); err != nil {
		t.Fatal(err)
	}
	r.Branch(t, Branch, master.Tip(t, Branch))
	return r
}

func (s *Store) master(t testing.TB, shape Shape) *gittest.Repo {
	t.Helper()
	if r := s.masters[shape]; r != nil {
		return r
	}
	r := &gittest.Repo{Dir: filepath.Join(s.dir, fmt.Sprintf("%d-%d-%d.git", shape.Entries, shape.Files, shape.Commits))}
	gittest.Git(t, s.dir, "init", "--quiet", "--bare", "--initial-branch="+Branch, r.Dir)
	if err := fastImport(t.Context(), r.Dir, shape); err != nil {
		t.Fatal(err)
	}
	r.Git(t, "gc", "--quiet") // adds bitmaps and a commit graph, as forges have
	s.masters[shape] = r
	return r
}

// fastImport streams the history to git fast-import, because it may be larger than the
// memory.
func fastImport(ctx context.Context, dir string, shape Shape) error {
	cmd := exec.CommandContext(ctx, "git", "fast-import", "--quiet", "--date-format=raw")
	cmd.Dir, cmd.Env = dir, gittest.Env()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
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
		return fmt.Errorf("git fast-import: %w: %s", err, stderr.String())
	}
	return nil
}

// history writes a history in the format of git fast-import. err is the first error.
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

// linkAll creates hard links below to for all files below from.
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

// CommitOther commits a change to a file outside the entries, as another writer would,
// and returns the new tip. Each number, from 0, changes another file.
func CommitOther(t testing.TB, r *gittest.Repo, number int) string {
	t.Helper()
	return r.Commit(t, Branch, "Change another file", map[string]string{
		otherPath(number): fmt.Sprintf("changed: %d\n", number),
	})
}
