package logins

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"
)

// helperTimeout bounds the wait for Git's credential helpers.
const helperTimeout = 5 * time.Second

// fromGit returns the login that Git's credential helpers have stored for u; nil if there
// is none, or if git is not installed. Git reads no repository, whose own configuration could
// name a program to run: neither around the working directory nor at $GIT_DIR.
func fromGit(ctx context.Context, u *url.URL) *Login {
	ctx, cancel := context.WithTimeout(ctx, helperTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "git", "credential", "fill")
	cmd.WaitDelay = time.Second
	//promise:credential-helpers-do-not-ask
	detach(cmd)
	// An empty GIT_ASKPASS disables core.askPass and SSH_ASKPASS, too. GCM_INTERACTIVE is a
	// variable of Git Credential Manager.
	cmd.Env = append(os.Environ(), "GIT_DIR="+os.DevNull, "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "GCM_INTERACTIVE=never")
	cmd.Stdin = strings.NewReader(fmt.Sprintf("protocol=%s\nhost=%s\npath=%s\n\n", u.Scheme, u.Host, strings.TrimPrefix(u.Path, "/")))
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		return nil
	}
	return parseFilled(out.String(), u)
}

// parseFilled parses the output of git credential fill. It returns nil for a login of
// another server, and without a password.
func parseFilled(out string, u *url.URL) *Login {
	values := map[string]string{}
	for line := range strings.Lines(out) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		values[key] = value
	}
	//promise:helper-logins-stay-with-their-server
	if values["password"] == "" || values["protocol"] != u.Scheme || values["host"] != u.Host {
		return nil
	}
	return &Login{From: "Git's credential helper", user: values["username"], password: values["password"]}
}
