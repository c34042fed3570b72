package git

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// AuthorName and AuthorEmail identify the author and committer of every commit.
const (
	AuthorName  = "Test Author"
	AuthorEmail = "author@example.test"
)

// Env returns the environment for git commands: only the configuration of the
// repository, no prompts, fixed names and dates.
func Env(extra ...string) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=/nonexistent",
		"LC_ALL=C",
		"TZ=UTC",
		"GIT_CONFIG_NOSYSTEM=1",
		"GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_TERMINAL_PROMPT=0",
		"GIT_ADVICE=0",
		"GIT_AUTHOR_NAME=" + AuthorName,
		"GIT_AUTHOR_EMAIL=" + AuthorEmail,
		"GIT_COMMITTER_NAME=" + AuthorName,
		"GIT_COMMITTER_EMAIL=" + AuthorEmail,
		"GIT_AUTHOR_DATE=" + gitDate(epoch),
		"GIT_COMMITTER_DATE=" + gitDate(epoch),
	}
	return append(env, extra...)
}

// Git runs git in dir and returns its standard output without surrounding white
// space. The test fails if git fails.
func Git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	return gitInput(t, dir, "", args...)
}

// TryGit is Git for commands that may fail. It returns standard output and standard
// error, and whether git succeeded.
func TryGit(t testing.TB, dir string, args ...string) (string, bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = dir
	cmd.Env = Env()
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err == nil
}

func gitInput(t testing.TB, dir, input string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = dir
	cmd.Env = Env()
	cmd.Stdin = strings.NewReader(input)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(stdout.String())
}
