package writer_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/test/bench/gitserver"
	"github.com/previewset/previewset/test/bench/writer"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// git is the git command in the fastest way that was found: a bare repository
// without files and history, fast-import on the tip, push. What was tried:
//
//   - Without thin packs push need not fetch files to make deltas with: two
//     requests and some processes less, for a hundredth more bytes.
//   - Nothing is synced to the disk, collected, searched for deltas, or written
//     to FETCH_HEAD.
//   - Version 0 of the protocol takes as many requests as version 2: a shallow
//     fetch asks twice.
//   - clone costs as much as init and fetch.
//   - A fetch with the filter tree:3, which is what previewset asks for, is three
//     times faster, but push then fetches all other directories one by one:
//     seven seconds.
type git struct {
	url    string
	dir    string
	memory int64 // of the largest process so far, in bytes
}

const settings = `[core]
	repositoryformatversion = 1
	bare = true
	fsync = none
[extensions]
	partialClone = origin
[remote "origin"]
	url = %s
	promisor = true
	partialclonefilter = blob:none
[gc]
	auto = 0
[maintenance]
	auto = false
[pack]
	window = 0
`

// create makes the repository where there is none yet.
func (g *git) create() error {
	config := filepath.Join(g.dir, "config")
	if _, err := os.Stat(config); err == nil {
		return nil
	}
	if err := g.run(nil, ".", "init", "--quiet", "--bare", "--template=", g.dir); err != nil {
		return err
	}
	return os.WriteFile(config, fmt.Appendf(nil, settings, g.url), 0o600)
}

const (
	fetched = "refs/remotes/origin/" + gitserver.Branch
	made    = "refs/heads/work"
)

// push brings the work to the branch.
func (g *git) push(w gitrepo.Edit) error {
	if err := g.create(); err != nil {
		return err
	}
	err := g.run(nil, g.dir, "fetch", "--quiet", "--depth=1", "--filter=blob:none", "--no-tags", "--no-write-fetch-head",
		"origin", "+refs/heads/"+gitserver.Branch+":"+fetched)
	if err != nil {
		return err
	}
	// The history is cut off, so that git can't see that the new commit is on
	// top of its last one.
	var stream bytes.Buffer
	writeStream(&stream, w)
	if err := g.run(&stream, g.dir, "fast-import", "--quiet", "--force", "--date-format=raw"); err != nil {
		return err
	}
	return g.run(nil, g.dir, "push", "--quiet", "--no-thin", "origin", made+":refs/heads/"+gitserver.Branch)
}

func writeStream(s *bytes.Buffer, w gitrepo.Edit) {
	fmt.Fprintf(s, "commit %s\n", made)
	fmt.Fprintf(s, "committer %s <%s> %d +0000\n", writer.AuthorName, writer.AuthorEmail, writer.CommitTime().Unix())
	fmt.Fprintf(s, "data %d\n%s\nfrom %s\n", len(writer.Message), writer.Message, fetched)
	for _, dir := range w.Remove {
		fmt.Fprintf(s, "D %s\n", dir)
	}
	for _, dir := range slices.Sorted(maps.Keys(w.Dirs)) {
		fmt.Fprintf(s, "D %s\n", dir)
		for name, data := range w.Dirs[dir] {
			fmt.Fprintf(s, "M 100644 inline %s/%s\ndata %d\n%s\n", dir, name, len(data), data)
		}
	}
}

func (g *git) run(in io.Reader, dir string, args ...string) error {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env, cmd.Stdin = dir, gittest.Env(), in
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("git %s: %w: %s", args[0], err, out)
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		g.memory = max(g.memory, usage.Maxrss<<10)
	}
	return nil
}
