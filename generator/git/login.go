package git

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/secret"
)

// Login is the part of the configuration with the credentials for a Git server: a user
// name and password (or token) for https, or a key for ssh. Without a key, the keys of the
// ssh agent are used.
type Login struct {
	UsernameFile      string `yaml:"usernameFile,omitempty"`
	UsernameEnv       string `yaml:"usernameEnv,omitempty"`
	PasswordFile      string `yaml:"passwordFile,omitempty"`
	PasswordEnv       string `yaml:"passwordEnv,omitempty"`
	SSHKeyFile        string `yaml:"sshKeyFile,omitempty"`
	SSHKeyEnv         string `yaml:"sshKeyEnv,omitempty"`
	SSHKnownHostsFile string `yaml:"sshKnownHostsFile,omitempty"`
}

// The references are for errors of the part of the configuration at a key.
func (l Login) username(key string) secret.Ref {
	return secret.Ref{File: l.UsernameFile, Env: l.UsernameEnv, Key: key + ".username"}
}

func (l Login) password(key string) secret.Ref {
	return secret.Ref{File: l.PasswordFile, Env: l.PasswordEnv, Key: key + ".password"}
}

func (l Login) sshKey(key string) secret.Ref {
	return secret.Ref{File: l.SSHKeyFile, Env: l.SSHKeyEnv, Key: key + ".sshKey"}
}

// Check reports every mistake in l.
func (l Login) Check(r forge.Report) {
	r.AtMostOne("usernameFile or usernameEnv", l.UsernameFile, l.UsernameEnv)
	r.AtMostOne("passwordFile or passwordEnv", l.PasswordFile, l.PasswordEnv)
	r.AtMostOne("sshKeyFile or sshKeyEnv", l.SSHKeyFile, l.SSHKeyEnv)
	if l.username("").Given() && !l.password("").Given() {
		r("", "a user name is set without a password: set passwordFile or passwordEnv")
	}
}

// Options returns the options to open a repository with l. key is the key of l, for errors,
// such as source.git. levels is gitrepo's Options.Levels.
func (l Login) Options(key string, levels int) gitrepo.Options {
	o := gitrepo.Options{SSHKnownHosts: l.SSHKnownHostsFile, Levels: levels}
	if l.password(key).Given() {
		o.Credentials = passwordLogin{l, key}
	}
	if ref := l.sshKey(key); ref.Given() {
		o.SSHKey = func() ([]byte, error) {
			text, err := ref.Read()
			return []byte(text + "\n"), err
		}
	}
	return o
}

// OptionsOr is Options, with the login that applies if l has no password. login may be nil.
func (l Login) OptionsOr(login forge.Login, key string, levels int) gitrepo.Options {
	o := l.Options(key, levels)
	if o.Credentials == nil && login != nil {
		o.Credentials = login
	}
	return o
}

// passwordLogin reads the user name and the password for each use, so that a rotated
// password takes effect.
type passwordLogin struct {
	login Login
	key   string
}

// HTTP implements gitrepo.Credentials. Without a configured user name it returns "git":
// forges accept a token with any user name.
func (p passwordLogin) HTTP(context.Context, string) (user, password string, err error) {
	user = "git"
	if name := p.login.username(p.key); name.Given() {
		if user, err = name.Read(); err != nil {
			return "", "", err
		}
	}
	password, err = p.login.password(p.key).Read()
	return user, password, err
}

// CheckURL reports a mistake at the key url if the URL of a repository is missing, contains
// credentials or is not valid.
func CheckURL(r forge.Report, raw string) {
	switch u, err := url.Parse(raw); {
	case raw == "":
		r("url", "the URL is missing: set it to the URL of the repository")
	case err == nil && u.User != nil && (u.Scheme == "http" || u.Scheme == "https"):
		r("url", "the URL contains credentials: use usernameFile and passwordFile")
	case err == nil && u.User != nil && hasPassword(u):
		r("url", "the URL contains a password: use sshKeyFile")
	default:
		if err := gitrepo.CheckURL(raw); errors.Is(err, gitrepo.ErrURLSecret) {
			r("url", "the URL contains a query or a fragment, which can be a secret: remove it")
		} else if err != nil {
			r("url", "%v", err)
		}
	}
}

// CheckBranch reports a mistake at a key if the name of a branch is not valid.
func CheckBranch(r forge.Report, key, branch string) {
	if !gitrepo.IsBranch(branch) || strings.HasPrefix(branch, "refs/heads/") {
		r(key, "%q is not the name of a branch: write it as git branch prints it, such as main", branch)
	}
}

func hasPassword(u *url.URL) bool {
	_, ok := u.User.Password()
	return ok
}
