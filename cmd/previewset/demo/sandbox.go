package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/previewset/previewset/examples"
)

// branches are the branches of the application repository that get previews.
var branches = [...]string{"checkout", "dark-mode", "fix/Cart-Total", "search"}

// sandbox is a folder with a GitOps repository, an application repository and a
// configuration.
type sandbox struct {
	dir   string
	token string
	log   *os.File
}

func newSandbox(ctx context.Context, dir string) (*sandbox, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, fmt.Errorf("the demo needs the git command: %w", err)
	}
	s := &sandbox{dir: dir, token: strings.ToLower(rand.Text())}
	var err error
	if s.log, err = os.Create(s.path("serve.log")); err != nil {
		return nil, err
	}
	for _, build := range []func(context.Context) error{s.makeGitOps, s.makeShop, s.makeConfig} {
		if err := build(ctx); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *sandbox) path(name string) string { return filepath.Join(s.dir, name) }

func (s *sandbox) config() string { return s.path("config.yaml") }

func (s *sandbox) makeConfig(context.Context) error {
	if err := os.WriteFile(s.path("token"), []byte(s.token+"\n"), 0o600); err != nil {
		return err
	}
	text := fmt.Sprintf(`apiVersion: previewset.dev/v1alpha1
kind: Config
auth: {tokenFile: %q}
poll: 1s
gitops: {url: %q, branch: main, path: previews}
sets:
- name: shop
  source:
    git: {url: %q}
  select:
    branches: {exclude: [main]}
  overlay:
    base: apps/shop/base
    images: [{name: ghcr.io/acme/shop, newTag: "{{.head_sha}}"}]
`, s.path("token"), s.path("gitops.git"), s.path("shop.git"))
	return os.WriteFile(s.config(), []byte(text), 0o644)
}

func (s *sandbox) makeGitOps(ctx context.Context) error {
	if err := s.clone(ctx, "gitops"); err != nil {
		return err
	}
	base, err := fs.Sub(examples.Shop, "shop/base")
	if err != nil {
		return err
	}
	if err := os.CopyFS(s.path("gitops/apps/shop/base"), base); err != nil {
		return err
	}
	return s.commit(ctx, "gitops", "main", "Add the shop's base")
}

func (s *sandbox) makeShop(ctx context.Context) error {
	if err := s.clone(ctx, "shop"); err != nil {
		return err
	}
	if err := s.addFile(ctx, "main"); err != nil {
		return err
	}
	for _, branch := range branches {
		if _, err := s.git(ctx, "shop", "switch", "-q", "-c", branch, "main"); err != nil {
			return err
		}
		if err := s.addFile(ctx, branch); err != nil {
			return err
		}
	}
	return nil
}

// addFile commits a file that is named like the branch to the branch.
func (s *sandbox) addFile(ctx context.Context, branch string) error {
	if err := s.write("shop/"+strings.ReplaceAll(branch, "/", "-")+".txt", "work on "+branch+"\n"); err != nil {
		return err
	}
	return s.commit(ctx, "shop", branch, "Work on "+branch)
}

// clone makes a bare repository name.git and a clone of it, name.
func (s *sandbox) clone(ctx context.Context, name string) error {
	if _, err := s.git(ctx, ".", "init", "-q", "--bare", "-b", "main", name+".git"); err != nil {
		return err
	}
	if _, err := s.git(ctx, ".", "clone", "-q", name+".git", name); err != nil {
		return err
	}
	_, err := s.git(ctx, name, "symbolic-ref", "HEAD", "refs/heads/main")
	return err
}

// commit commits all files of a clone and pushes them to branch.
func (s *sandbox) commit(ctx context.Context, clone, branch, message string) error {
	for _, args := range [][]string{
		{"add", "--all"},
		{"commit", "-q", "-m", message},
		{"push", "-q", "origin", "HEAD:refs/heads/" + branch},
	} {
		if _, err := s.git(ctx, clone, args...); err != nil {
			return err
		}
	}
	return nil
}

func (s *sandbox) push(ctx context.Context, branch, message string) error {
	if _, err := s.git(ctx, "shop", "switch", "-q", branch); err != nil {
		return err
	}
	if err := s.write("shop/"+branch+".txt", message+"\n"); err != nil {
		return err
	}
	return s.commit(ctx, "shop", branch, message)
}

func (s *sandbox) deleteBranch(ctx context.Context, branch string) error {
	_, err := s.git(ctx, "shop", "push", "-q", "origin", "--delete", branch)
	return err
}

func (s *sandbox) write(name, content string) error {
	return os.WriteFile(s.path(filepath.FromSlash(name)), []byte(content), 0o644)
}

// git runs the git command in a folder of the sandbox, without the user's own Git
// configuration.
func (s *sandbox) git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = s.path(dir)
	cmd.Env = append(os.Environ(),
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@acme.dev",
		"GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@acme.dev")
	out, err := cmd.Output()
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		return "", fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, exit.Stderr)
	}
	return string(out), err
}

// nextSteps returns commands to continue by hand.
func (s *sandbox) nextSteps(program string) string {
	return fmt.Sprintf(`
The folder is kept: %s
Commands to continue there:
  %s serve --config config.yaml --prune
  curl -s localhost:4355/api/v1/getparams.execute -H "Authorization: Bearer $(cat token)" -d '{}'
  (cd shop && git switch -c my-branch main && git push origin my-branch)
  git -C gitops.git log -p main
`, s.dir, program)
}
