package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// writeHome writes a file in the home directory of the test.
func writeHome(t *testing.T, home, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(home, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// netrcEntry is an entry for the servers of the tests, with its password quoted.
func netrcEntry(user, password string) string {
	return fmt.Sprintf("machine 127.0.0.1 login %s password %q\n", user, password)
}

func TestQuickstartReadsPullRequestsOfGitHub(t *testing.T) {
	f, forge := newFixture(t), newForge(t)
	forge.repo.OpenPull(githubtest.Pull{Head: "cart"})
	t.Setenv("GITHUB_SERVER_URL", forge.URL)
	t.Setenv("GITHUB_API_URL", forge.APIURL())
	t.Setenv("GITHUB_TOKEN", githubToken)
	s, out := f.serveRepo("--repo", forge.URL+"/acme/shop.git")
	s.awaitIDs("shop", "pr-1", "br-cart")
	if !strings.Contains(out, "has 1 open pull request and 2 branches.") || !strings.Contains(out, "tokenEnv: GITHUB_TOKEN") {
		t.Errorf("got %s, want the number of changes and the variable with the token", out)
	}
	s.stop()
	f.write("config.yaml", strings.Replace(printedConfig(t, out), "poll: 30s", "poll: 1s", 1))
	f.serve().awaitIDs("shop", "pr-1", "br-cart")
}

func TestQuickstartReadsPullRequestsOfGitea(t *testing.T) {
	home := withHome(t)
	f, forge := newFixture(t), giteatest.New(t)
	forge.Fault(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/api/v1/version" {
			return false
		}
		if r.Header.Get("Authorization") != "" {
			t.Error("the request for the version has credentials")
		}
		_, _ = w.Write([]byte(`{"version":"1.22.0"}`))
		return true
	})
	writeHome(t, home, ".netrc", netrcEntry("ada", giteatest.ReaderToken))
	s, out := f.serveRepo("--repo", forge.URL+"/acme/shop")
	if !strings.Contains(out, "# The token is from "+home+"/.netrc.") || !strings.Contains(out, "has 7 open pull requests") {
		t.Errorf("got %s, want pull requests and the file with the token", out)
	}
	s.awaitSet("shop", func(p params) bool { return p["pr-1"] != nil && p["br-search"] != nil })
}

// GitHub allows 60 requests an hour without a token: too few for polls.
func TestQuickstartReadsGitHubWithoutTokenOverGit(t *testing.T) {
	f, app := newFixture(t), shopRepository(t)
	server := gittest.Serve(t, app, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
		return http.StripPrefix("/acme", next)
	}})
	root := strings.TrimSuffix(server.URL, "/shop.git")
	t.Setenv("GITHUB_SERVER_URL", root)
	t.Setenv("GITHUB_API_URL", root+"/api/v3")
	s, out := f.serveRepo("--repo", root+"/acme/shop.git")
	s.awaitIDs("shop", "br-cart", "br-search")
	if !strings.Contains(out, "# Without a token, 127.0.0.1 allows too few requests to show pull requests: ") {
		t.Errorf("got %s, want the reason why it has no pull requests", out)
	}
}

// The password of a user is valid for Git, but not for the API of Gitea.
func TestQuickstartReadsBranchesIfAPIRefuses(t *testing.T) {
	for name, status := range map[string]int{"not authorized": http.StatusUnauthorized, "hidden": http.StatusNotFound} {
		t.Run(name, func(t *testing.T) {
			home := withHome(t)
			f, app := newFixture(t), shopRepository(t)
			server := gittest.Serve(t, app, gittest.ServeOptions{User: "ada", Password: gitPassword, Middleware: func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					switch {
					case r.URL.Path == "/api/v1/version":
						_, _ = w.Write([]byte(`{"version":"1.22.0"}`))
					case strings.HasPrefix(r.URL.Path, "/api/"):
						writeError(w, status, "you sent "+r.Header.Get("Authorization"))
					default:
						http.StripPrefix("/acme", next).ServeHTTP(w, r)
					}
				})
			}})
			writeHome(t, home, ".netrc", netrcEntry("ada", gitPassword))
			url := strings.Replace(server.URL, "/shop.git", "/acme/shop.git", 1)
			s, out := f.serveRepo("--repo", url)
			s.awaitIDs("shop", "br-cart", "br-search")
			if !strings.Contains(out, "# Pull requests are not shown: ") {
				t.Errorf("got %s, want the reason why it has no pull requests", out)
			}
			writeHome(t, home, ".netrc", netrcEntry("ada", "canary-wrong-password"))
			f.captured.addSecret("canary-wrong-password")
			if got := f.failsToServe(statusFailed, "--repo", url); !strings.Contains(got, home+"/.netrc") {
				t.Errorf("with a wrong password: got %q, want the file with the login", got)
			}
		})
	}
}

// A password is valid for Git with characters that no token has.
func TestQuickstartReadsBranchesWithoutToken(t *testing.T) {
	home := withHome(t)
	f, app := newFixture(t), shopRepository(t)
	server := gittest.Serve(t, app, gittest.ServeOptions{User: "ada", Password: "canary with spaces", Middleware: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/v1/version" {
				_, _ = w.Write([]byte(`{"version":"1.22.0"}`))
				return
			}
			http.StripPrefix("/acme", next).ServeHTTP(w, r)
		})
	}})
	f.captured.addSecret("canary with spaces")
	writeHome(t, home, ".netrc", netrcEntry("ada", "canary with spaces"))
	s, out := f.serveRepo("--repo", strings.Replace(server.URL, "/shop.git", "/acme/shop.git", 1))
	s.awaitIDs("shop", "br-cart", "br-search")
	if !strings.Contains(out, "# Pull requests are not shown: ") || !strings.Contains(out, "not valid in a token: replace the login from "+home+"/.netrc") {
		t.Errorf("got %s, want the reason why it has no pull requests", out)
	}
}

// Other errors of the API do not hide pull requests that had previews at an earlier start.
func TestQuickstartFailsIfAPIFails(t *testing.T) {
	f, forge := newFixture(t), newForge(t)
	t.Setenv("GITHUB_SERVER_URL", forge.URL)
	t.Setenv("GITHUB_API_URL", forge.APIURL())
	t.Setenv("GITHUB_TOKEN", githubToken)
	forge.Fault(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusBadGateway)
		return true
	})
	if got := f.failsToServe(statusFailed, "--repo", forge.URL+"/acme/shop"); !strings.Contains(got, "--repo: github acme/shop") || !strings.Contains(got, "502") {
		t.Errorf("got %q, want the error of the API", got)
	}
}

func TestQuickstartUsesLoginForGit(t *testing.T) {
	for name, c := range map[string]struct {
		setUp func(t *testing.T, home, url string)
		want  string // in the configuration
	}{
		"netrc": {
			func(t *testing.T, home, _ string) { writeHome(t, home, ".netrc", netrcEntry("ada", gitPassword)) },
			"# The login is from HOME/.netrc.",
		},
		"another file": {
			func(t *testing.T, home, _ string) {
				writeHome(t, home, "other", netrcEntry("ada", gitPassword))
				t.Setenv("NETRC", filepath.Join(home, "other"))
			},
			"# The login is from HOME/other.",
		},
		"credential helper": {
			func(t *testing.T, home, url string) {
				writeHome(t, home, ".git-credentials", strings.Replace(url, "http://", "http://ada:"+strings.NewReplacer("%", "%25", "/", "%2F", "?", "%3F").Replace(gitPassword)+"@", 1)+"\n")
				writeHome(t, home, ".gitconfig", "[credential]\n\thelper = store\n")
			},
			"# The login is from Git's credential helper.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			home := withHome(t)
			f, app := newFixture(t), shopRepository(t)
			server := gittest.Serve(t, app, gittest.ServeOptions{User: "ada", Password: gitPassword})
			root := strings.TrimSuffix(server.URL, "/shop.git")
			c.setUp(t, home, root)
			gitops := gittest.Serve(t, f.gitops, gittest.ServeOptions{})
			s, out := f.serveRepo("--repo", server.URL, "--gitops", gitops.URL)
			s.awaitIDs("shop", "br-cart", "br-search")
			if want := strings.Replace(c.want, "HOME", home, 1); !strings.Contains(out, want) {
				t.Errorf("got %s, want %s", out, want)
			}
		})
	}
}

// A server with the login of another one never gets it, neither directly nor by a redirect.
func TestQuickstartSendsLoginToItsServerOnly(t *testing.T) {
	home := withHome(t)
	f, app := newFixture(t), shopRepository(t)
	var leaked atomic.Int64
	public := gittest.Serve(t, app, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "" {
				leaked.Add(1)
			}
			next.ServeHTTP(w, r)
		})
	}})
	elsewhere := strings.Replace(public.URL, "127.0.0.1", "localhost", 1)
	redirect := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.TrimSuffix(elsewhere, "/shop.git")+r.URL.RequestURI(), http.StatusMovedPermanently)
	}))
	t.Cleanup(redirect.Close)
	writeHome(t, home, ".netrc", netrcEntry("ada", gitPassword)+"machine git.acme.dev login ada password "+githubToken+"\ndefault login ada password "+githubToken+"\n")
	t.Setenv("GITHUB_TOKEN", githubToken)
	t.Setenv("GH_TOKEN", githubToken)
	t.Setenv("GITEA_TOKEN", giteatest.ReaderToken)
	s, _ := f.serveRepo("--repo", elsewhere)
	s.awaitIDs("shop", "br-cart", "br-search")
	s.stop()
	message := f.failsToServe(statusFailed, "--repo", redirect.URL+"/shop.git")
	if want := redirect.URL + "/shop.git redirects to " + elsewhere + ": if it is the right server, use the new URL"; !strings.Contains(message, want) {
		t.Errorf("a redirect: got %s, want %s", message, want)
	}
	if n := leaked.Load(); n > 0 {
		t.Errorf("got %d requests with a login of another server, want none", n)
	}
}

func TestQuickstartNamesTheCommandOfSSH(t *testing.T) {
	t.Parallel()
	for repo, want := range map[string]string{
		"git@git.acme.dev:acme/shop":            `"ssh -T git@git.acme.dev"`,
		"git.acme.dev:acme/shop":                `"ssh -T git@git.acme.dev"`,
		"ada@git.acme.dev:acme/shop":            `"ssh -T ada@git.acme.dev"`,
		"ssh://git.acme.dev/acme/shop":          `"ssh -T git@git.acme.dev"`,
		"ssh://ada@git.acme.dev:2222/acme/shop": `"ssh -T -p 2222 ada@git.acme.dev"`,
		"ssh://ada@[::1]:2222/acme/shop":        `"ssh -T -p 2222 ada@::1"`,
	} {
		a := gitAccess{URL: repo, page: repositoryPage(repo)}
		if got := a.remedy(io.ErrUnexpectedEOF); !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %s", repo, got, want)
		}
	}
}

func TestQuickstartUsesAgent(t *testing.T) {
	withHome(t)
	f, app := newFixture(t), shopRepository(t)
	server := gittest.ServeSSH(t, app)
	t.Setenv("SSH_KNOWN_HOSTS", server.KnownHosts)
	t.Setenv("SSH_AUTH_SOCK", gittest.ServeAgent(t, server.ClientKey))
	s, out := f.serveRepo("--repo", server.URL)
	s.awaitIDs("shop", "br-cart", "br-search")
	if !strings.Contains(out, "# The keys are from the ssh agent.") {
		t.Errorf("got %s, want the origin of the keys", out)
	}
	t.Setenv("SSH_KNOWN_HOSTS", filepath.Join(t.TempDir(), "known_hosts"))
	if got := f.failsToServe(statusFailed, "--repo", server.URL); !strings.Contains(got, "known_hosts") {
		t.Errorf("got %q, want how to add the host to known_hosts", got)
	}
}
