package logins

import (
	"context"
	"net/url"
	"strings"
)

// Login is a user name with a password or a token for one server. It implements
// gitrepo.Credentials.
type Login struct {
	// Env is the environment variable that holds the password; "" for a login from
	// another place.
	Env string
	// From is the place that the login comes from, such as "GITHUB_TOKEN".
	From string

	user, password string
}

// String returns the place of l. It keeps the password out of formatted output.
func (l *Login) String() string { return l.From }

// HTTP returns the user name and the password. It ignores the refused password, because a
// login is found once.
func (l *Login) HTTP(context.Context, string) (user, password string, err error) {
	return l.user, l.password, nil
}

// Token returns the password, which is a token where a forge accepts only tokens.
func (l *Login) Token() (string, error) { return l.password, nil }

// Find returns the login for the server of the repository at u, whose scheme is http or
// https. The first of these places that has a login takes precedence: environment
// variables, netrc, Git's credential helpers. The login is nil if no place has one.
// problems are the places that cannot be used, each with a remedy.
func Find(ctx context.Context, u *url.URL) (login *Login, problems []string) {
	if u.Hostname() == "" || strings.ContainsFunc(u.Host+u.Path, isControl) {
		return nil, nil
	}
	login, problems = fromEnv(u)
	if login != nil {
		return login, problems
	}
	login, err := fromNetrc(u.Hostname())
	if err != nil {
		problems = append(problems, err.Error())
	}
	if login == nil {
		login = fromGit(ctx, u)
	}
	return login, problems
}

// isControl reports whether c could end a line of the protocol of Git's credential helpers.
func isControl(c rune) bool { return c < ' ' || c == 0x7f }
