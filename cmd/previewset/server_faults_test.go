package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// reachesServer is the remedy for a server without an answer.
const reachesServer = "that this machine reaches the server"

// TestServerFaultsHaveWords has a Git server, of the source and of the GitOps repository, that
// answers, but not as it should. A server that was reached does not get the remedy of one that
// was not.
func TestServerFaultsHaveWords(t *testing.T) {
	t.Parallel()
	const ownLog = "look at the log of the server, or of the proxy in front of it"
	for name, test := range map[string]struct {
		fault       gittest.Fault
		want, cause string
		remedy      string // with %s for the key
		reached     bool
	}{
		"500":    {gittest.Fault{Kind: gittest.Refuse, Status: 500}, "the server answered with status 500", " answers with an error", ownLog, true},
		"503":    {gittest.Fault{Kind: gittest.Refuse, Status: 503}, "the server answered with status 503", " answers with an error", ownLog, true},
		"a page": {gittest.Fault{Kind: gittest.HTML}, "the answer is not that of a Git server", " does not answer as a Git server", "check that %s.url is the URL that git clone uses", true},
		"closed": {gittest.Fault{Kind: gittest.Reset}, "the server closed the connection before its answer was complete", " can't be used", reachesServer, false},
	} {
		for _, part := range []struct{ subject, key string }{{"the source", "source.git"}, {"the GitOps repository", "gitops"}} {
			t.Run(name+" of "+part.subject, func(t *testing.T) {
				t.Parallel()
				f, faults := newFixture(t), &gittest.Faults{}
				test.fault.Times = -1
				faults.Set(test.fault)
				app := shopRepository(t)
				f.configure(gitSet(app.URL()))
				broken := map[string]*gittest.Repo{"source.git": app, "gitops": f.gitops}[part.key]
				f.replace(broken.URL(), gittest.Serve(t, broken, gittest.ServeOptions{Middleware: faults.Middleware}).URL)

				remedy := strings.ReplaceAll(test.remedy, "%s", part.key)
				status, out, _ := f.run("check")
				if status != statusFailed || !strings.Contains(out, test.want+": ") || !strings.Contains(out, remedy) {
					t.Errorf("check: got status %d, want %d, %q and %q\n%s", status, statusFailed, test.want, remedy, out)
				}
				if test.reached && strings.Contains(out, reachesServer) {
					t.Errorf("check: the server was reached\n%s", out)
				}
				if _, out, stderr := f.run("list"); !strings.Contains(out+stderr, test.want) || test.reached && !strings.Contains(out+stderr, remedy) {
					t.Errorf("list: want %q and %q\n%s%s", test.want, remedy, out, stderr)
				}
				s := f.serve()
				s.awaitLog(`"sync failed`)
				if _, body := s.send(http.MethodPost, "/api/v1/getparams.execute", `{"input":{"parameters":{"set":"shop"}}}`, s.authorized()); !strings.Contains(body, part.subject+test.cause) {
					t.Errorf("serve: want the cause %q\n%s", part.subject+test.cause, body)
				}
				for _, raw := range []string{"unexpected requesting", "pkt-len", "client error", "EOF"} {
					if strings.Contains(out+s.logText(), raw) {
						t.Errorf("got %q, which are words of a library\n%s\n%s", raw, out, s.logText())
					}
				}
			})
		}
	}
}

// authorized returns the header of a request of Argo CD.
func (s *runningService) authorized() http.Header {
	return http.Header{"Authorization": {"Bearer " + s.fixture.token}, "Content-Type": {"application/json"}}
}

// TestForgeFaultsHaveWords is TestServerFaultsHaveWords for the API of a forge.
func TestForgeFaultsHaveWords(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"500": {answerWith(500, "text/html", "<h1>no</h1>"), "the server answered with status 500: Internal Server Error: look at the log of the server, or of the proxy in front of it"},
		"502": {answerWith(502, "application/json", `{"message":"canary"}`), "the server answered with status 502: canary: look at the log of the server"},
	} {
		for kind, newHarness := range map[string]func(*testing.T) *forgeHarness{"github": newGitHubHarness, "gitea": newGiteaHarness} {
			t.Run(kind+" "+name, func(t *testing.T) {
				t.Parallel()
				h := newHarness(t)
				h.setFault(func(w http.ResponseWriter, r *http.Request) bool {
					test.answer(w, r)
					return true
				})
				if _, out, _ := h.run("check"); !strings.Contains(out, test.want) || strings.Contains(out, reachesServer) {
					t.Errorf("check: want %q without %q\n%s", test.want, reachesServer, out)
				}
			})
		}
	}
}

// TestNoTLSHasWords has URLs with https for servers without TLS.
func TestNoTLSHasWords(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	secure := strings.Replace(server.URL, "http:", "https:", 1)
	for name, source := range map[string]string{
		"git":   fmt.Sprintf("{git: {url: %s/shop}}", secure),
		"gitea": fmt.Sprintf("{gitea: {url: %s, owner: acme, repo: shop}}", secure),
	} {
		f := newFixture(t)
		f.configure(fmt.Sprintf("- {name: shop, source: %s, select: {branches: {}}, overlay: {base: apps/shop/base}}\n", source))
		const want = "the server does not use TLS: write http:// instead of https://, or the port with TLS: check the address in source."
		if _, out, _ := f.run("check"); !strings.Contains(out, want+name) {
			t.Errorf("%s: want %q\n%s", name, want, out)
		}
	}
}

// TestUnknownHostKeyHasRemedy has an ssh server that known_hosts does not list.
func TestUnknownHostKeyHasRemedy(t *testing.T) {
	t.Parallel()
	f, server := newFixture(t), gittest.ServeSSH(t, shopRepository(t))
	f.writeSecret("key", string(server.ClientKey))
	f.write("known_hosts", "")
	f.configure(gitSet(server.URL))
	f.replace(fmt.Sprintf("%q}", server.URL), fmt.Sprintf("%q, sshKeyFile: %s, sshKnownHostsFile: %s}", server.URL, f.file("key"), f.file("known_hosts")))
	const want = "the host key of the server is not in known_hosts: compare the key of the server, and add it to sshKnownHostsFile of source.git\n"
	if _, out, _ := f.run("check"); !strings.Contains(out, want) {
		t.Errorf("want %q\n%s", want, out)
	}
}

// TestUnreadableSecretsNameTheirKey has sources and GitOps repositories with credentials that
// are not there. All commands, the log and the answer to Argo CD name the key and the remedy.
func TestUnreadableSecretsNameTheirKey(t *testing.T) {
	t.Parallel()
	const (
		url    = "http://127.0.0.1:1/acme/shop"
		remedy = ": write the secret there, or correct the key"
		noFile = "open /does/not/exist: no such file or directory"
		noVar  = "empty secret: environment variable PREVIEWSET_TEST_UNSET is not set"
		github = "github: {owner: acme, repo: shop, apiURL: http://127.0.0.1:1, "
	)
	for _, test := range []struct{ source, gitops, want string }{
		{"git: {url: " + url + ", passwordFile: /does/not/exist}", "", "source.git.passwordFile: " + noFile + remedy},
		{"git: {url: " + url + ", passwordEnv: PREVIEWSET_TEST_UNSET}", "", "source.git.passwordEnv: " + noVar + remedy},
		{"git: {url: " + url + ", usernameFile: /does/not/exist, passwordEnv: HOME}", "", "source.git.usernameFile: " + noFile + remedy},
		{"git: {url: 'git@127.0.0.1:acme/shop', sshKeyFile: /does/not/exist}", "", "source.git.sshKeyFile: " + noFile + remedy},
		{"git: {url: 'git@127.0.0.1:acme/shop', sshKeyEnv: HOME}", "", "ssh key: it is not an unencrypted private key: use a key without a passphrase"},
		{github + "tokenFile: /does/not/exist}", "", "source.github.tokenFile: " + noFile + remedy},
		{github + "app: {id: 1, installationID: 2, privateKeyFile: /does/not/exist}}", "", "source.github.app.privateKeyFile: " + noFile + remedy},
		{"gitea: {url: http://127.0.0.1:1, owner: acme, repo: shop, tokenEnv: PREVIEWSET_TEST_UNSET}", "", "source.gitea.tokenEnv: " + noVar + remedy},
		{"", "{url: " + url + ", passwordFile: /does/not/exist}", "gitops.passwordFile: " + noFile + remedy},
		{"", "{url: " + url + ", app: {id: 1, installationID: 2, privateKeyFile: /does/not/exist}}", "gitops.app.privateKeyFile: " + noFile + remedy},
	} {
		t.Run(test.want, func(t *testing.T) {
			t.Parallel()
			f, cause := newFixture(t), "the source has credentials that can't be read"
			if test.source == "" {
				test.source, cause = fmt.Sprintf("git: {url: %q}", shopRepository(t).URL()), "the GitOps repository has credentials that can't be read"
			}
			f.configure("- name: shop\n  source:\n    " + test.source + "\n  select: {branches: {}}\n  overlay: {base: apps/shop/base}\n")
			if test.gitops != "" {
				f.setGitOps(test.gitops)
			}
			for _, command := range []string{"check", "list", "plan", "explain"} {
				args := []string{command}
				if command == "explain" {
					args = append(args, "42")
				}
				status, out, stderr := f.run(args...)
				if status != statusFailed || !strings.Contains(out+stderr, test.want) || strings.Contains(out+stderr, reachesServer) {
					t.Errorf("%s: got status %d, want %d and %q without %q\n%s%s", command, status, statusFailed, test.want, reachesServer, out, stderr)
				}
			}
			s := f.serve()
			s.awaitLog(test.want)
			if _, body := s.send(http.MethodPost, "/api/v1/getparams.execute", `{"input":{"parameters":{"set":"shop"}}}`, s.authorized()); !strings.Contains(body, cause) {
				t.Errorf("serve: want the cause %q\n%s", cause, body)
			}
		})
	}
}
