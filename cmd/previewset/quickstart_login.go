package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/git"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/network"
)

// access returns the token for a forge's API if an environment variable has it.
func (a gitAccess) access() forge.Access {
	if a.login != nil {
		return forge.Access{TokenEnv: a.login.Env}
	}
	return forge.Access{}
}

// gitLogin returns the password for Git if an environment variable has it. For ssh, the ssh
// agent has the keys.
func (a gitAccess) gitLogin() git.Login { return git.Login{PasswordEnv: a.PasswordEnv()} }

// PasswordEnv is the environment variable with the password for Git; "" if there is none.
func (a gitAccess) PasswordEnv() string {
	if a.login == nil || a.ssh() {
		return ""
	}
	return a.login.Env
}

// otherLogin returns the login if no environment variable has it; nil otherwise.
func (a gitAccess) otherLogin() forge.Login {
	if a.login == nil || a.login.Env != "" {
		return nil
	}
	return a.login
}

// note adds a line to the comments of the repository in the configuration.
func (a *gitAccess) note(format string, args ...any) {
	a.Notes = append(a.Notes, fmt.Sprintf(format, args...))
}

// noteGitLogin notes a login that the configuration can't name.
func (a *gitAccess) noteGitLogin() {
	switch {
	case a.ssh():
		a.note("The keys are from the ssh agent. A saved configuration can use sshKeyFile.")
	case a.otherLogin() != nil:
		a.note("The login is from %s. A saved configuration needs usernameFile and passwordFile.", a.login.From)
	}
}

// fail adds the repository and a remedy to an error of Git.
func (a gitAccess) fail(err error) error {
	return fmt.Errorf("%s: %s: %w: %s", a.flag, a.URL, err, a.remedy(err))
}

func (a gitAccess) remedy(err error) string {
	switch {
	case errors.Is(err, gitrepo.ErrEmpty):
		return "push a first commit"
	case errors.Is(err, gitrepo.ErrNotFound) && a.page == nil:
		return "use the path of a Git repository"
	case errors.Is(err, network.ErrStatus):
		return "look at the log of the server, or of the proxy in front of it"
	case errors.Is(err, gitrepo.ErrHostKey):
		return fmt.Sprintf("compare it, and run \"%s\" to add the host to known_hosts", a.sshCommand())
	case errors.Is(err, gitrepo.ErrRedirect):
		return "if it is the right server, use the new URL"
	case errors.Is(err, gitrepo.ErrNotGit):
		return "use the URL that git clone uses"
	case a.page == nil:
		return "check that you may read it"
	case errors.Is(err, gitrepo.ErrNotFound):
		return "check the URL; if the repository is private, " + a.loginRemedy()
	case errors.Is(err, gitrepo.ErrAuth):
		return a.loginRemedy()
	case a.ssh():
		return fmt.Sprintf("check the URL and the network, and run \"%s\" to add the host to known_hosts", a.sshCommand())
	}
	return "check the URL and the network"
}

// sshCommand is the command that logs in to the server over ssh.
func (a gitAccess) sshCommand() string {
	user, port := "git", ""
	if u, err := url.Parse(a.URL); err == nil && u.Scheme == "ssh" {
		user = cmp.Or(u.User.Username(), user)
		if u.Port() != "" {
			port = "-p " + u.Port() + " "
		}
	} else if name, _, ok := strings.Cut(a.URL, "@"); ok {
		user = name
	}
	return "ssh -T " + port + shellWord(user+"@"+a.page.Hostname())
}

// loginRemedy is how to provide a login for Git.
func (a gitAccess) loginRemedy() string {
	if a.ssh() {
		return "add a key that may read the repository to the ssh agent (ssh-add)"
	}
	return a.tokenRemedy()
}

// tokenRemedy is how to provide a token for a forge.
func (a gitAccess) tokenRemedy() string {
	host := a.page.Hostname()
	remedy := fmt.Sprintf("add a login for %s to ~/.netrc or to Git's credential helper", host)
	if host == "github.com" {
		remedy = "set GITHUB_TOKEN to a token that may read the repository"
	}
	if a.login != nil {
		return fmt.Sprintf("replace the login from %s, or %s", a.login.From, remedy)
	}
	return remedy
}
