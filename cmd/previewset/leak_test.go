package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// faultHandler answers a request and returns true, or returns false.
type faultHandler = func(http.ResponseWriter, *http.Request) bool

// failWith answers every request with an error message.
func failWith(message string) faultHandler {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		writeError(w, http.StatusBadRequest, message)
		return true
	}
}

// writeError answers with an error in the format of GitHub and Gitea.
func writeError(w http.ResponseWriter, status int, message string) {
	body, _ := json.Marshal(map[string]string{"message": message}) // strings can't fail
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// echoes returns handlers that send a credential back in each way in which an error can
// contain it.
func echoes() map[string]func(w http.ResponseWriter, r *http.Request, sent string) {
	message := func(status int) func(http.ResponseWriter, *http.Request, string) {
		return func(w http.ResponseWriter, _ *http.Request, sent string) { writeError(w, status, "you sent "+sent) }
	}
	redirect := func(to string) func(http.ResponseWriter, *http.Request, string) {
		return func(w http.ResponseWriter, r *http.Request, sent string) {
			w.Header().Set("Location", strings.NewReplacer("HOST", r.Host, "SENT", url.QueryEscape(sent), "RAW", strings.ReplaceAll(sent, " ", "")).Replace(to))
			w.WriteHeader(http.StatusFound)
		}
	}
	return map[string]func(http.ResponseWriter, *http.Request, string){
		"400": message(400), "401": message(401), "403": message(403), "404": message(404), "422": message(422), "500": message(500),
		"in a page": func(w http.ResponseWriter, _ *http.Request, sent string) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<html>"+sent+"</html>")
		},
		"as a type":        func(w http.ResponseWriter, _ *http.Request, sent string) { w.Header().Set("Content-Type", sent) },
		"in a status line": statusLine,
		"escaped":          func(w http.ResponseWriter, _ *http.Request, sent string) { writeError(w, 400, url.QueryEscape(sent)) },
		"encoded": func(w http.ResponseWriter, _ *http.Request, sent string) {
			_, token, _ := strings.Cut(sent, " ")
			writeError(w, 400, base64.StdEncoding.EncodeToString([]byte(token)))
		},
		"redirect here":      redirect("http://HOST/?access_token=SENT"),
		"redirect elsewhere": redirect("http://evil.example/?access_token=SENT"),
		"broken redirect":    redirect("http://HOST:RAW/"),
		"redirect with user": redirect("http://SENT@HOST/"),
	}
}

func statusLine(w http.ResponseWriter, _ *http.Request, sent string) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 418 you sent %s\r\nContent-Length: 0\r\n\r\n", sent)
}

// echo returns a fault that sends the credential of each request back. The output must not
// contain the credential.
func (f *fixture) echo(answer func(http.ResponseWriter, *http.Request, string)) faultHandler {
	return func(w http.ResponseWriter, r *http.Request) bool {
		sent := r.Header.Get("Authorization")
		if _, credential, ok := strings.Cut(sent, " "); ok {
			f.captured.addSecret(credential)
		}
		answer(w, r, sent)
		return true
	}
}

// mustFail runs a command that must fail. The fixture checks its output.
func (f *fixture) mustFail(args ...string) {
	f.t.Helper()
	if status, stdout, stderr := f.run(args...); status == statusDone {
		f.t.Errorf("previewset %v succeeded: %s%s", args, stdout, stderr)
	}
}

func TestForgeErrorsHideCredentials(t *testing.T) {
	t.Parallel()
	for name, answer := range echoes() {
		t.Run("GitHub "+name, func(t *testing.T) {
			t.Parallel()
			f, forge := newFixture(t), newForge(t)
			f.configure(forge.pullRequestSet(f, "", ""))
			forge.Fault(f.echo(answer))
			f.mustFail("plan")
			f.mustFail("explain", "1")
			f.mustFail("check")
			f.mustFail("list")
		})
		t.Run("Gitea "+name, func(t *testing.T) {
			t.Parallel()
			f, forge := newFixture(t), giteatest.New(t)
			f.writeSecret("gitea-token", giteatest.ReaderToken)
			f.configure(fmt.Sprintf(`- name: shop
  source: {gitea: {url: "%s", owner: acme, repo: shop, tokenFile: %s}}
  select: {pullRequests: {}}
`, forge.URL, f.file("gitea-token")))
			forge.Fault(f.echo(answer))
			f.mustFail("plan")
			f.mustFail("check")
		})
		t.Run("Git "+name, func(t *testing.T) {
			t.Parallel()
			f, app := newFixture(t), shopRepository(t)
			server := gittest.Serve(t, f.gitops, gittest.ServeOptions{Middleware: func(http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.echo(answer)(w, r) })
			}})
			f.writeSecret("user", "canary~user?token>>7/&%zz")
			f.writeSecret("password", gitPassword)
			f.configure(gitSet(app.URL()))
			f.setGitOps(fmt.Sprintf("{url: %q, usernameFile: %s, passwordFile: %s}", server.URL, f.file("user"), f.file("password")))
			f.mustFail("plan")
			f.mustFail("prune")
			f.mustFail("check")
		})
	}
}

// TestForgeErrorsHideAppTokens echoes the assertion that the App signs, and its
// installation token, from the API and from the Git server.
func TestForgeErrorsHideAppTokens(t *testing.T) {
	t.Parallel()
	for name, answer := range echoes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, forge := newFixture(t), newForge(t)
			f.writeSecret("app-key", string(forge.App(7, 2)))
			f.captured.addSecret("ghs_installation2token1")
			sets := strings.Replace(forge.pullRequestSet(f, "", ""), "tokenFile: "+f.file("github-token"),
				fmt.Sprintf("app: {id: 7, installationID: 2, privateKeyFile: %s}", f.file("app-key")), 1)
			f.configure(sets)
			forge.Fault(f.echo(answer))
			f.mustFail("plan")
			f.mustFail("check")
			forge.Fault(func(w http.ResponseWriter, r *http.Request) bool {
				return !strings.HasSuffix(r.URL.Path, "/access_tokens") && f.echo(answer)(w, r)
			})
			f.mustFail("plan")

			server := gittest.Serve(t, f.gitops, gittest.ServeOptions{Middleware: func(http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.echo(answer)(w, r) })
			}})
			forge.Fault(nil)
			f.configure(gitSet(shopRepository(t).URL()))
			f.setGitOps(fmt.Sprintf("{url: %q, app: {id: 7, installationID: 2, privateKeyFile: %s, apiURL: %q}}", server.URL, f.file("app-key"), forge.APIURL()))
			f.mustFail("plan")
		})
	}
}

// TestBrokenKeysAreNotPrinted configures invalid keys in each field for a key. Errors must
// not quote them.
func TestBrokenKeysAreNotPrinted(t *testing.T) {
	t.Parallel()
	body := "Y2FuYXJ5fmtleT9ib2R5Pj44LyYlenogYW5kIHNvbWUgbW9yZSBvZiBpdA"
	for name, key := range map[string]string{
		"no PEM":       "canary~key?plain>>9/&%zz",
		"RSA":          "-----BEGIN RSA PRIVATE KEY-----\n" + body + "\n-----END RSA PRIVATE KEY-----",
		"PKCS 8":       "-----BEGIN PRIVATE KEY-----\n" + body + "==\n-----END PRIVATE KEY-----",
		"OpenSSH":      "-----BEGIN OPENSSH PRIVATE KEY-----\n" + body + "\n-----END OPENSSH PRIVATE KEY-----",
		"PGP":          "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n" + body + "\n-----END PGP PRIVATE KEY BLOCK-----",
		"with headers": "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: " + body + "\n\n" + body + "\n-----END RSA PRIVATE KEY-----",
		"one line":     "-----BEGIN RSA PRIVATE KEY-----" + body + "-----END RSA PRIVATE KEY-----",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, forge := newFixture(t), newForge(t)
			f.writeSecret("bad-key", key)
			f.captured.addSecret(body)
			app := fmt.Sprintf("app: {id: 7, installationID: 2, privateKeyFile: %s}", f.file("bad-key"))
			f.configure(strings.Replace(forge.pullRequestSet(f, "", ""), "tokenFile: "+f.file("github-token"), app, 1))
			f.mustFail("plan")
			source := shopRepository(t).URL()
			for _, stanza := range []string{
				fmt.Sprintf("{url: %q, signingKeyFile: %s}", f.gitops.URL(), f.file("bad-key")),
				fmt.Sprintf("{url: %q, sshKeyFile: %s}", "ssh://git@127.0.0.1:9/x.git", f.file("bad-key")),
				fmt.Sprintf("{url: %q, sshKeyFile: %s, sshKnownHostsFile: %s}", "ssh://git@127.0.0.1:9/x.git", f.file("bad-key"), f.file("bad-key")),
				fmt.Sprintf("{url: %q, %s}", "http://127.0.0.1:9/x.git", app),
			} {
				f.configure(gitSet(source))
				f.setGitOps(stanza)
				f.mustFail("plan")
				f.mustFail("check")
			}
		})
	}
}

// TestMisplacedSecretsAreNotPrinted writes secrets into wrong fields of the
// configuration.
func TestMisplacedSecretsAreNotPrinted(t *testing.T) {
	t.Parallel()
	const token, key = "ghp_0123456789abcdefghijABCDEFGHIJ012345", "MIIEpAIBAAKCAQEA0123456789abcdefghij"
	for name, spoil := range map[string]func(text string, f *fixture) string{
		"token for its file": func(text string, f *fixture) string { return strings.Replace(text, f.file("token"), token, 1) },
		"token for a variable": func(text string, f *fixture) string {
			return strings.Replace(text, "tokenFile: "+f.file("token"), "tokenEnv: "+token, 1)
		},
		"key for its file": func(text string, f *fixture) string {
			return strings.Replace(text, "{tokenFile: "+f.file("token")+"}", "\n  tokenFile: |\n    -----BEGIN RSA PRIVATE KEY-----\n    "+key+"\n    -----END RSA PRIVATE KEY-----", 1)
		},
		"unknown key":       func(text string, _ *fixture) string { return text + "token: " + gitPasswordYAML + "\n" },
		"value of a number": func(text string, _ *fixture) string { return strings.Replace(text, "poll: 1s", "poll: "+token, 1) },
		"broken YAML":       func(text string, _ *fixture) string { return text + "token: [" + gitPasswordYAML + "\n" },
		"wrong type":        func(text string, _ *fixture) string { return strings.Replace(text, "poll: 1s", "poll: ["+token+"]", 1) },
		"as a list": func(text string, f *fixture) string {
			return strings.Replace(text, "{tokenFile: "+f.file("token")+"}", token, 1)
		},
		"key of a map": func(text string, _ *fixture) string { return text + token + ": x\n" },
		"URL with user": func(text string, f *fixture) string {
			return strings.Replace(text, f.gitops.URL(), "https://bot:"+token+"@git.acme.dev/x.git", 1)
		},
		"URL with a token": func(text string, f *fixture) string {
			return strings.Replace(text, f.gitops.URL(), "https://"+token+"@git.acme.dev/x.git", 1)
		},
		"ssh URL with password": func(text string, f *fixture) string {
			return strings.Replace(text, f.gitops.URL(), "ssh://git:"+token+"@git.acme.dev/x.git", 1)
		},
		"broken URL": func(text string, f *fixture) string {
			return strings.Replace(text, f.gitops.URL(), "https://bot:"+token+"@git.acme.dev:port/%zz", 1)
		},
		"URL with a query": func(text string, f *fixture) string {
			return strings.Replace(text, f.gitops.URL(), "https://git.acme.dev/x.git?access_token="+token, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.captured.addSecret(token)
			f.captured.addSecret(key)
			f.configure(gitSet("file:///srv/shop.git"))
			text, err := os.ReadFile(f.config)
			if err != nil {
				t.Fatal(err)
			}
			f.write("config.yaml", spoil(string(text), f))
			f.mustFail("validate")
			f.mustFail("validate", "--output", "json")
			f.mustFail("plan")
			f.mustFail("check")
			f.mustFail("check", "--output", "json")
			f.mustFail("serve", "--listen", "127.0.0.1:0")
		})
	}
}

const gitPasswordYAML = `'canary~git?password>>4/&"%zz+'`

func TestClusterErrorsHideCredentials(t *testing.T) {
	t.Parallel()
	const token = "canary~kube?token>>10/&%zz"
	for name, answer := range echoes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, forge := newFixture(t), newForge(t)
			forge.repo.OpenPull(githubtest.Pull{})
			cluster := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.echo(answer)(w, r) }))
			t.Cleanup(cluster.Close)
			f.writeSecret("kubeconfig", kubeconfig(cluster.URL, token))
			f.captured.secrets = append(f.captured.secrets[:len(f.captured.secrets)-1], token) // of the file, only the token is secret
			f.configure(forge.pullRequestSet(f, "", ""))
			f.setGitOps(fmt.Sprintf("{url: %q}\nargocd: {kubeconfigFile: %s}", f.gitops.URL(), f.file("kubeconfig")))
			s := f.serve()
			s.awaitLog("ApplicationSets can't be refreshed")
			s.stop()
			forge.answerGit(http.StatusForbidden)
			f.mustFail("check")
			f.write("kubeconfig", strings.Replace(kubeconfig(cluster.URL, token), "token:", "token: [", 1))
			f.mustFail("serve", "--listen", "127.0.0.1:0")
		})
	}
}

func kubeconfig(server, token string) string {
	return fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: here, user: me}}]
clusters: [{name: here, cluster: {server: %q}}]
users: [{name: me, user: {token: %q}}]
`, server, token)
}

// TestProxyErrorsHideCredentials uses proxies with a password in their URL.
func TestProxyErrorsHideCredentials(t *testing.T) {
	t.Parallel()
	const password = "canary-proxy-password-11"
	echo := func(w http.ResponseWriter, r *http.Request) {
		writeError(w, http.StatusProxyAuthRequired, r.Header.Get("Proxy-Authorization")+" "+r.Header.Get("Authorization")+" "+r.URL.String())
	}
	proxy := httptest.NewServer(http.HandlerFunc(echo))
	t.Cleanup(proxy.Close)
	host := strings.TrimPrefix(proxy.URL, "http://")
	for name, variable := range map[string]string{
		"refuses":     "http://bot:" + password + "@" + host,
		"down":        "http://bot:" + password + "@127.0.0.1:1",
		"invalid URL": "http://bot:" + password + "@" + host + ":port%zz",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.captured.addSecret(password)
			f.writeSecret("github-token", githubToken)
			f.writeSecret("password", gitPassword)
			for _, scheme := range []string{"http", "https"} {
				f.configure(fmt.Sprintf("- name: shop\n  source: {github: {owner: acme, repo: shop, apiURL: \"%s://github.acme.test/api/v3\", tokenFile: %s}}\n  select: {pullRequests: {}}\n", scheme, f.file("github-token")) +
					fmt.Sprintf("- name: web\n  source: {git: {url: \"%s://git.acme.test/web.git\", passwordFile: %s}}\n  select: {branches: {}}\n", scheme, f.file("password")))
				plan := previewsetCommand([]string{"plan", "--log-level", "debug", "--config", f.config}, "HTTP_PROXY="+variable, "HTTPS_PROXY="+variable)
				plan.Stdout, plan.Stderr = f.captured.writer("plan"), f.captured.writer("plan")
				if err := plan.Run(); err == nil {
					t.Errorf("%s: plan succeeded", scheme)
				}
			}
		})
	}
}
