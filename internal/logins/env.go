package logins

import (
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/previewset/previewset/generator"
)

// variable is an environment variable with a token.
type variable struct {
	name string
	// server is the variable with the URL of the server that the token belongs to; "" if
	// the token always belongs to fallback.
	server string
	// fallback is the URL of the server if the variable server is not set.
	fallback string
}

// variables returns the variables in the order of their precedence, which is that of
// GitHub's command line (cli.github.com/manual/gh_help_environment). GitHub Actions sets
// GITHUB_SERVER_URL to the server of GITHUB_TOKEN. So does Gitea Actions.
func variables() []variable {
	return []variable{
		{name: "GH_TOKEN", fallback: "https://github.com"},
		{name: "GITHUB_TOKEN", server: "GITHUB_SERVER_URL", fallback: "https://github.com"},
		{name: "GITEA_TOKEN", server: "GITEA_SERVER_URL"},
	}
}

// fromEnv returns the token that belongs to the server of u. A token without a known server
// is a problem, because it may belong to this server.
func fromEnv(u *url.URL) (login *Login, problems []string) {
	for _, v := range variables() {
		token := strings.TrimSpace(os.Getenv(v.name))
		if token == "" {
			continue
		}
		server := strings.TrimSpace(os.Getenv(v.server))
		if server == "" {
			server = v.fallback
		}
		switch owner, err := url.Parse(server); {
		case server == "":
			problems = append(problems, fmt.Sprintf("%s is not used: set %s to the URL of the server that it belongs to", v.name, v.server))
		case err != nil || owner.Host == "":
			problems = append(problems, fmt.Sprintf("%s is not used: %s is not the URL of a server", v.name, v.server))
		case sameServer(owner, u):
			return &Login{Env: v.name, From: v.name, user: "git", password: token}, problems
		}
	}
	return nil, problems
}

// sameServer reports whether two URLs have the same scheme, host and port.
func sameServer(a, b *url.URL) bool {
	//promise:tokens-stay-with-their-server
	return strings.EqualFold(a.Scheme, b.Scheme) && generator.HostOf(a) == generator.HostOf(b)
}
