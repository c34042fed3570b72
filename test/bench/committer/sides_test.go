package committer_test

import (
	"context"
	"fmt"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/test/bench/gitserver"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// head is the commit that the entry of a producer is for after its operation n.
func head(producer, n int) string { return fmt.Sprintf("%020x%020x", producer+1, n) }

func dirOf(producer int) string { return fmt.Sprintf("previews/set%d", producer) }

// overlay is what an entry holds but for previewset's own record.
func overlay(head string) map[string][]byte {
	files := gitserver.EntryFiles(1, 1)
	delete(files, gitops.RecordFile)
	files["kustomization.yaml"] = append(files["kustomization.yaml"], "# "+head+"\n"...)
	return files
}

// sets are the sets of one previewset: all that it does for an entry but
// building it, which is goal 6.
func sets(b *testing.B, url string) operation {
	remote, err := gitrepo.Open(url, gitrepo.Options{})
	if err != nil {
		b.Fatal(err)
	}
	repository := gitops.New(remote, gitops.Options{
		Branch: gitserver.Branch, Path: "previews", Author: gitrepo.Signature{Name: "previewset", Email: "previewset@example.test"},
		Now: time.Now, Log: slog.New(slog.DiscardHandler), OnRetry: func(string) {},
	})
	return func(ctx context.Context, producer, n int) error {
		set := filepath.Base(dirOf(producer))
		preview := generator.Preview{
			Set: set, Names: generator.Names{ID: "pr-1"},
			Change: generator.Change{Kind: generator.PullRequest, Number: 1, Branch: "b", HeadSHA: head(producer, n)},
		}
		result, err := repository.Apply(ctx, set, gitops.Permissions{Write: true}, wanted{preview})
		if err == nil && result.Commit == "" {
			err = fmt.Errorf("nothing was committed: %v", result.Plan.Failures)
		}
		return err
	}
}

// wanted is a set that wants one preview.
type wanted struct{ preview generator.Preview }

func (w wanted) Decide(context.Context, gitops.State) (gitops.Desired, error) {
	return gitops.Desired{Previews: []generator.Preview{w.preview}}, nil
}

func (w wanted) Renderer(context.Context, gitops.State) (gitops.Renderer, error) { return w, nil }

func (w wanted) Draft(p generator.Preview, dir string) (kustomize.Overlay, error) {
	return kustomize.Overlay{Dir: dir, Files: overlay(p.HeadSHA)}, nil
}

func (w wanted) Render(_ context.Context, p generator.Preview, dir string) (kustomize.Overlay, error) {
	return w.Draft(p, dir)
}

func (w wanted) Inputs() map[string]string { return nil }

// clones are writers with the git command, each with a clone that it keeps. It
// is a bare one without files, which nothing is checked out from; whoever lost
// fetches what is new and tries again at once.
func clones(b *testing.B, url string) operation {
	dirs := make([]string, producers)
	for n := range dirs {
		dirs[n] = filepath.Join(b.TempDir(), "clone.git")
		gittest.Git(b, ".", "clone", "--quiet", "--bare", "--depth=1", "--filter=blob:none", url, dirs[n])
	}
	var tries atomic.Int64
	return func(ctx context.Context, producer, n int) error {
		for {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			tries.Add(1)
			done, err := try(ctx, dirs[producer], producer, n)
			if done || err != nil {
				return err
			}
		}
	}
}

// try makes one commit on what the server has now. done is false where somebody
// else was faster.
func try(ctx context.Context, dir string, producer, n int) (done bool, err error) {
	if _, err := git(ctx, dir, "", "fetch", "--quiet", "--depth=1", "--filter=blob:none", "--no-tags", "--no-write-fetch-head",
		"origin", "+refs/heads/main:refs/remotes/origin/main"); err != nil {
		return false, err
	}
	if _, err := git(ctx, dir, stream(producer, n), "fast-import", "--quiet", "--force", "--date-format=now"); err != nil {
		return false, err
	}
	words, err := git(ctx, dir, "", "push", "--quiet", "origin", "refs/own:refs/heads/main")
	if err != nil && (strings.Contains(words, "rejected") || strings.Contains(words, "fetch first") || strings.Contains(words, "failed to update ref")) {
		return false, nil
	}
	return err == nil, err
}

func stream(producer, n int) string {
	var s strings.Builder
	fmt.Fprintf(&s, "commit refs/own\ncommitter x <x@example.test> now\ndata <<.\nchange\n.\nfrom refs/remotes/origin/main^0\n")
	files := overlay(head(producer, n))
	files["preview.yaml"] = gitserver.EntryFiles(1, 1)["preview.yaml"]
	for name, data := range files {
		fmt.Fprintf(&s, "M 100644 inline %s/pr-1/%s\ndata %d\n%s\n", dirOf(producer), name, len(data), data)
	}
	return s.String()
}

func git(ctx context.Context, dir, input string, args ...string) (words string, err error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "gc.auto=0", "-c", "maintenance.auto=false"}, args...)...)
	cmd.Dir, cmd.Env, cmd.Stdin = dir, gittest.Env(), strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("git %s: %w: %s", args[0], err, out)
	}
	return string(out), err
}

// check fails where an entry of a producer is lost, or the repository is not
// sound.
func check(b *testing.B, repo *gittest.Repo) {
	b.Helper()
	for producer := range producers {
		files := repo.Files(b, gitserver.Branch, dirOf(producer))
		if len(files) != 4 {
			b.Errorf("%s has %d files, want 4", dirOf(producer), len(files))
		}
	}
	repo.Git(b, "fsck", "--strict", "--connectivity-only")
}
