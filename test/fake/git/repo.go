package git

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Delete is the content of a path that deletes the file or directory.
const Delete = "\x00delete"

// DefaultBranch is the branch that HEAD of a new repository points at.
const DefaultBranch = "main"

var epoch = time.Date(2024, time.January, 1, 12, 0, 0, 0, time.UTC)

// Repo is a bare repository.
type Repo struct {
	// Dir is its absolute path, which ends in ".git".
	Dir string

	mu         sync.Mutex
	clock      time.Time // date of the newest commit
	diskFull   bool
	freeBlocks int // if diskFull
}

// NewRepo makes an empty bare repository called name + ".git". Like the large forges,
// it accepts pushes over HTTP, partial clones, and fetches of single objects. Config
// changes that.
func NewRepo(t testing.TB, name string) *Repo {
	t.Helper()
	r := &Repo{Dir: filepath.Join(t.TempDir(), name+".git"), clock: epoch}
	Git(t, filepath.Dir(r.Dir), "init", "--quiet", "--bare", "--template=", "--initial-branch="+DefaultBranch, r.Dir)
	appendFile(t, filepath.Join(r.Dir, "config"), forgeConfig)
	return r
}

// forgeConfig configures a repository as NewRepo documents. NewRepo writes it without
// git, because a process for each value takes most of the time of NewRepo.
const forgeConfig = `[http]
	receivepack = true
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[gc]
	auto = 0
[receive]
	autogc = false
`

func appendFile(t testing.TB, name, text string) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// Config sets a value in the configuration of the repository.
func (r *Repo) Config(t testing.TB, key, value string) {
	t.Helper()
	Git(t, r.Dir, "config", key, value)
}

// DisableExtensions disables partial clones and fetches of single objects. Every Git
// server supports the rest.
func (r *Repo) DisableExtensions(t testing.TB) {
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

// Tip returns the hash of the commit that the branch points at.
func (r *Repo) Tip(t testing.TB, branch string) string {
	t.Helper()
	if hash, ok := r.looseTip(branch); ok {
		return hash
	}
	return r.Git(t, "rev-parse", "--verify", "refs/heads/"+branch)
}

// looseTip returns the hash in the branch's own file, which Git prefers to a packed
// reference. It spares tests, which call Tip often, a process for each call.
func (r *Repo) looseTip(branch string) (hash string, ok bool) {
	text, err := os.ReadFile(filepath.Join(r.Dir, "refs", "heads", filepath.FromSlash(branch)))
	hash = strings.TrimSpace(string(text))
	return hash, err == nil && objectName.MatchString(hash)
}

var objectName = regexp.MustCompile(`^[0-9a-f]{40}$`)

// Files returns the files below dir ("" is the root) at rev: full path → content.
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

// Commit commits changes (path → content, or Delete) to the branch, which it creates
// if missing, and returns the hash of the commit. The date of each commit of a
// repository is a minute after the previous one.
func (r *Repo) Commit(t testing.TB, branch, message string, changes map[string]string) string {
	t.Helper()
	from := ""
	_, exists := r.looseTip(branch)
	if !exists {
		_, exists = TryGit(t, r.Dir, "rev-parse", "--verify", "--quiet", "refs/heads/"+branch)
	}
	if exists {
		from = "refs/heads/" + branch + "^0"
	}
	return r.commit(t, branch, message, from, nil, changes)
}

// Branch creates the branch at rev, or moves it to rev.
func (r *Repo) Branch(t testing.TB, branch, rev string) {
	t.Helper()
	r.Git(t, "update-ref", "refs/heads/"+branch, r.Git(t, "rev-parse", "--verify", rev+"^{commit}"))
}

// Merge commits a merge of the others into the branch. The tree is the tree of the
// branch with changes; nothing is taken from the others, so that a test can create
// any result of a merge.
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

// Import runs git fast-import with stream, for long histories and for entries that are
// not regular files.
func (r *Repo) Import(t testing.TB, stream string) {
	t.Helper()
	gitInput(t, r.Dir, stream, "fast-import", "--quiet", "--force", "--date-format=raw")
}

// writeChanges writes deletions first, so that a file can replace a directory.
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

// gitDate returns t in Git's raw date format: seconds since 1970 and the zone.
func gitDate(t time.Time) string { return fmt.Sprintf("%d +0000", t.Unix()) }

// DeleteBranch deletes the branch.
func (r *Repo) DeleteBranch(t testing.TB, branch string) {
	t.Helper()
	r.Git(t, "update-ref", "-d", "refs/heads/"+branch)
}

// FillDisk limits each file that the HTTP server of the repository writes to free
// blocks of 512 bytes. A write beyond the limit fails with EFBIG, where a full disk
// returns ENOSPC.
func (r *Repo) FillDisk(free int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.diskFull, r.freeBlocks = true, free
}

// FreeDisk removes the limit of FillDisk.
func (r *Repo) FreeDisk() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.diskFull = false
}

// diskLimit returns the shell commands that set the limit of FillDisk. They ignore
// SIGXFSZ, so that a write beyond the limit returns an error.
func (r *Repo) diskLimit() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.diskFull {
		return ""
	}
	return fmt.Sprintf("trap '' XFSZ; ulimit -f %d; ", r.freeBlocks)
}
