package committer_test

import (
	"context"
	"fmt"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/test/bench/gitserver"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// head returns the head commit of a producer's change after its operation n.
func head(producer, n int) string { return fmt.Sprintf("%020x%020x", producer+1, n) }

func dirOf(producer int) string { return fmt.Sprintf("previews/set%d", producer) }

// overlay returns the files of an entry without previewset's record.
func overlay(head string) map[string][]byte {
	files := gitserver.EntryFiles(1, 1)
	delete(files, gitops.RecordFile)
	files["kustomization.yaml"] = append(files["kustomization.yaml"], "# "+head+"\n"...)
	return files
}

// sets returns the operation of the sets of one previewset. It includes everything that
// previewset does for an entry, except rendering, which is goal 6.
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
		result, err := repository.Apply(ctx, set, gitops.Permissions{Write: true}, onePreview{preview})
		if err == nil && result.Commit == "" {
			err = fmt.Errorf("Apply made no commit: %v", result.Plan.Failures)
		}
		return err
	}
}

// onePreview is a set whose desired state is one preview.
type onePreview struct{ preview generator.Preview }

func (o onePreview) Decide(context.Context, gitops.State) (gitops.Desired, error) {
	return gitops.Desired{Previews: []generator.Preview{o.preview}}, nil
}

func (o onePreview) Renderer(context.Context, gitops.State) (gitops.Renderer, error) { return o, nil }

func (o onePreview) Hosts(generator.Preview) ([]generator.Host, error) { return nil, nil }

func (o onePreview) Draft(p generator.Preview, dir string) (kustomize.Overlay, error) {
	return kustomize.Overlay{Dir: dir, Files: overlay(p.HeadSHA)}, nil
}

func (o onePreview) Render(_ context.Context, p generator.Preview, dir string) (kustomize.Overlay, error) {
	return o.Draft(p, dir)
}

func (o onePreview) Inputs() map[string]string { return nil }

// clones returns the operation of independent writers with the git command. Each writer
// keeps a bare, blobless clone. A writer whose push is rejected fetches and tries again
// immediately.
func clones(b *testing.B, url string) operation {
	dirs := make([]string, producers)
	for n := range dirs {
		dirs[n] = filepath.Join(b.TempDir(), "clone.git")
		gittest.Git(b, ".", "clone", "--quiet", "--bare", "--depth=1", "--filter=blob:none", url, dirs[n])
	}
	return func(ctx context.Context, producer, n int) error {
		for {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			done, err := commitAndPush(ctx, dirs[producer], producer, n)
			if done || err != nil {
				return err
			}
		}
	}
}

// commitAndPush makes one commit on the current tip of the server and pushes it. done is
// false if the server rejected the push because another writer was faster.
func commitAndPush(ctx context.Context, dir string, producer, n int) (done bool, err error) {
	if _, err := git(ctx, dir, "", "fetch", "--quiet", "--depth=1", "--filter=blob:none", "--no-tags", "--no-write-fetch-head",
		"origin", "+refs/heads/main:refs/remotes/origin/main"); err != nil {
		return false, err
	}
	if _, err := git(ctx, dir, stream(producer, n), "fast-import", "--quiet", "--force", "--date-format=now"); err != nil {
		return false, err
	}
	output, err := git(ctx, dir, "", "push", "--quiet", "origin", "refs/own:refs/heads/main")
	if err != nil && (strings.Contains(output, "rejected") || strings.Contains(output, "fetch first") || strings.Contains(output, "failed to update ref")) {
		return false, nil
	}
	return err == nil, err
}

// stream returns the commit of operation n in the format of git fast-import.
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

func git(ctx context.Context, dir, input string, args ...string) (output string, err error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "gc.auto=0", "-c", "maintenance.auto=false"}, args...)...)
	cmd.Dir, cmd.Env, cmd.Stdin = dir, gittest.Env(), strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("git %s: %w: %s", args[0], err, out)
	}
	return string(out), err
}

// check fails the benchmark if the entry of a producer is missing or the repository is
// corrupt.
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
