package git

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Delete is what, as the content of a file, deletes the file or directory.
const Delete = "\x00delete"

// DefaultBranch is what HEAD of a new repository names.
const DefaultBranch = "main"

var epoch = time.Date(2024, time.January, 1, 12, 0, 0, 0, time.UTC)

// Repo is a bare repository.
type Repo struct {
	// Dir is its absolute path, which ends in ".git".
	Dir string

	mu    sync.Mutex
	clock time.Time // of the newest commit
	full  bool
	free  int // blocks, where full
}

// NewRepo makes an empty bare repository called name + ".git" that behaves as
// the large forges do: it takes pushes over HTTP, and gives partial clones and
// single objects. Change that with Config.
func NewRepo(t testing.TB, name string) *Repo {
	t.Helper()
	r := &Repo{Dir: filepath.Join(t.TempDir(), name+".git"), clock: epoch}
	Git(t, filepath.Dir(r.Dir), "init", "--quiet", "--bare", "--initial-branch="+DefaultBranch, r.Dir)
	r.Config(t, "http.receivepack", "true")
	r.Config(t, "uploadpack.allowFilter", "true")
	r.Config(t, "uploadpack.allowAnySHA1InWant", "true")
	r.Config(t, "gc.auto", "0")
	r.Config(t, "receive.autogc", "false")
	return r
}

// Config sets a value of the repository's own configuration.
func (r *Repo) Config(t testing.TB, key, value string) {
	t.Helper()
	Git(t, r.Dir, "config", key, value)
}

// Plain takes partial clones and single objects away, so that the server can
// no more than any Git server.
func (r *Repo) Plain(t testing.TB) {
	t.Helper()
	r.Config(t, "uploadpack.allowFilter", "false")
	r.Config(t, "uploadpack.allowAnySHA1InWant", "false")
}

// URL returns the repository's file: URL.
func (r *Repo) URL() string { return "file://" + r.Dir }

// Git runs git in the repository.
func (r *Repo) Git(t testing.TB, args ...string) string {
	t.Helper()
	return Git(t, r.Dir, args...)
}

// Tip returns the hash that the branch points at.
func (r *Repo) Tip(t testing.TB, branch string) string {
	t.Helper()
	return r.Git(t, "rev-parse", "--verify", "refs/heads/"+branch)
}

// Files returns the content of every file below dir ("" for all) at rev, by its
// full path.
func (r *Repo) Files(t testing.TB, rev, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	args := []string{"ls-tree", "-r", "-z", "--name-only", rev}
	if dir != "" {
		args = append(args, "--", dir)
	}
	for name := range strings.SplitSeq(r.Git(t, args...), "\x00") {
		if name != "" {
			files[name] = r.Git(t, "cat-file", "blob", rev+":"+name)
		}
	}
	return files
}

// Hook installs a shell script as a hook of the repository, for example
// "pre-receive".
func (r *Repo) Hook(t testing.TB, name, script string) {
	t.Helper()
	path := filepath.Join(r.Dir, "hooks", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

// Commit commits changes (path → content, or Delete) on top of the branch,
// which is made if it isn't there, and returns the new commit's hash. Each
// commit of a repository is a minute younger than the one before.
func (r *Repo) Commit(t testing.TB, branch, message string, changes map[string]string) string {
	t.Helper()
	from := ""
	if _, ok := TryGit(t, r.Dir, "rev-parse", "--verify", "--quiet", "refs/heads/"+branch); ok {
		from = "refs/heads/" + branch + "^0"
	}
	return r.commit(t, branch, message, from, nil, changes)
}

// Branch makes the branch, or moves it, to point at rev.
func (r *Repo) Branch(t testing.TB, branch, rev string) {
	t.Helper()
	r.Git(t, "update-ref", "refs/heads/"+branch, r.Git(t, "rev-parse", "--verify", rev+"^{commit}"))
}

// Merge commits a merge of the others into the branch. The tree is the
// branch's own with changes on top: nothing of the others comes along by
// itself, so that any outcome of a merge can be written down.
func (r *Repo) Merge(t testing.TB, branch, message string, others []string, changes map[string]string) string {
	t.Helper()
	return r.commit(t, branch, message, "refs/heads/"+branch+"^0", others, changes)
}

func (r *Repo) commit(t testing.TB, branch, message, from string, merge []string, changes map[string]string) string {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clock = r.clock.Add(time.Minute)
	var s strings.Builder
	fmt.Fprintf(&s, "commit refs/heads/%s\n", branch)
	for _, role := range []string{"author", "committer"} {
		fmt.Fprintf(&s, "%s %s <%s> %s\n", role, AuthorName, AuthorEmail, gitDate(r.clock))
	}
	fmt.Fprintf(&s, "data %d\n%s\n", len(message), message)
	if from != "" {
		fmt.Fprintf(&s, "from %s\n", from)
	}
	for _, other := range merge {
		fmt.Fprintf(&s, "merge %s\n", r.Git(t, "rev-parse", "--verify", other+"^{commit}"))
	}
	writeChanges(&s, changes)
	gitInput(t, r.Dir, s.String(), "fast-import", "--quiet", "--force", "--date-format=raw")
	return r.Tip(t, branch)
}

// Import feeds a stream to git fast-import, for histories of many commits and
// for entries that are no regular files.
func (r *Repo) Import(t testing.TB, stream string) {
	t.Helper()
	gitInput(t, r.Dir, stream, "fast-import", "--quiet", "--force", "--date-format=raw")
}

// writeChanges writes deletions first, so that a directory can be replaced.
func writeChanges(s *strings.Builder, changes map[string]string) {
	paths := slices.Sorted(maps.Keys(changes))
	for _, path := range paths {
		if changes[path] == Delete {
			fmt.Fprintf(s, "D %s\n", quote(path))
		}
	}
	for _, path := range paths {
		if content := changes[path]; content != Delete {
			fmt.Fprintf(s, "M 100644 inline %s\ndata %d\n%s\n", quote(path), len(content), content)
		}
	}
}

func quote(path string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(path) + `"`
}

// gitDate is Git's raw date format: seconds since 1970 and the zone.
func gitDate(at time.Time) string { return fmt.Sprintf("%d +0000", at.Unix()) }

// DeleteBranch deletes the branch.
func (r *Repo) DeleteBranch(t testing.TB, branch string) {
	t.Helper()
	r.Git(t, "update-ref", "-d", "refs/heads/"+branch)
}

// FillDisk leaves the repository's HTTP server no more than free blocks of 512
// bytes for each file that it writes. Beyond that it gets an error, as from a
// full disk: EFBIG instead of ENOSPC.
func (r *Repo) FillDisk(free int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.full, r.free = true, free
}

// FreeDisk takes FillDisk back.
func (r *Repo) FreeDisk() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.full = false
}

// room returns the shell commands that make FillDisk so: with the signal
// ignored, a write beyond the limit is an error.
func (r *Repo) room() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.full {
		return ""
	}
	return fmt.Sprintf("trap '' XFSZ; ulimit -f %d; ", r.free)
}
