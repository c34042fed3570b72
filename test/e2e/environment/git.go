package environment

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Clone is a clone of a repository on the forge, for an account that may push.
type Clone struct {
	dir string
	env []string
}

// clone clones from with a user name and password.
func clone(ctx context.Context, from *url.URL, dir, user, password string) (*Clone, error) {
	c := &Clone{dir: dir, env: append(os.Environ(),
		"HOME="+dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@acme.example",
		"GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@acme.example",
	)}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	login := *from
	login.User = url.UserPassword(user, password)
	_, err := c.Git(ctx, "clone", "--quiet", login.String(), ".")
	return c, err
}

// Git runs git in the clone and returns its output.
func (c *Clone) Git(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir, cmd.Env = c.dir, c.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("git %s: %w\n%s", args[0], err, out)
	}
	return strings.TrimSpace(string(out)), nil
}

// Commit commits files to a branch, pushes it, and returns the commit. It creates a
// missing branch from main.
func (c *Clone) Commit(ctx context.Context, branch, message string, files map[string]string) (string, error) {
	if err := c.checkout(ctx, branch); err != nil {
		return "", err
	}
	for name, content := range files {
		file := filepath.Join(c.dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			return "", err
		}
	}
	for _, args := range [][]string{
		{"add", "--all"},
		{"commit", "--quiet", "--message", message},
		{"push", "--quiet", "origin", "HEAD:refs/heads/" + branch},
	} {
		if _, err := c.Git(ctx, args...); err != nil {
			return "", err
		}
	}
	return c.Git(ctx, "rev-parse", "HEAD")
}

// Amend replaces the last commit of a branch with a force push, and returns the new
// commit.
func (c *Clone) Amend(ctx context.Context, branch, message string) (string, error) {
	if err := c.checkout(ctx, branch); err != nil {
		return "", err
	}
	for _, args := range [][]string{
		{"commit", "--quiet", "--amend", "--message", message},
		{"push", "--quiet", "--force", "origin", "HEAD:refs/heads/" + branch},
	} {
		if _, err := c.Git(ctx, args...); err != nil {
			return "", err
		}
	}
	return c.Git(ctx, "rev-parse", "HEAD")
}

// checkout checks out a branch of the forge, or creates it from main.
func (c *Clone) checkout(ctx context.Context, branch string) error {
	if _, err := c.Git(ctx, "fetch", "--quiet", "--prune", "origin"); err != nil {
		return err
	}
	start := "origin/" + branch
	if _, err := c.Git(ctx, "rev-parse", "--verify", "--quiet", start); err != nil {
		start = "origin/main"
		if _, err := c.Git(ctx, "rev-parse", "--verify", "--quiet", start); err != nil {
			_, err := c.Git(ctx, "checkout", "--quiet", "--orphan", branch) // an empty repository
			return err
		}
	}
	_, err := c.Git(ctx, "checkout", "--quiet", "--force", "-B", branch, start)
	return err
}
