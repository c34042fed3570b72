package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// answering answers a request, if it returns true.
type answering = func(http.ResponseWriter, *http.Request) bool

// githubFailure answers every request with an error that says words.
func githubFailure(words string) answering {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		say(w, http.StatusBadRequest, words)
		return true
	}
}

// say answers as GitHub and Gitea do with an error.
func say(w http.ResponseWriter, status int, words string) {
	body, _ := json.Marshal(map[string]string{"message": words}) // strings can't fail
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// echoes are servers that give back what they were sent, in all the ways that
// an error can bring it here.
func echoes() map[string]func(w http.ResponseWriter, r *http.Request, sent string) {
	message := func(status int) func(http.ResponseWriter, *http.Request, string) {
		return func(w http.ResponseWriter, _ *http.Request, sent string) { say(w, status, "you sent "+sent) }
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
		"escaped":          func(w http.ResponseWriter, _ *http.Request, sent string) { say(w, 400, url.QueryEscape(sent)) },
		"encoded": func(w http.ResponseWriter, _ *http.Request, sent string) {
			_, token, _ := strings.Cut(sent, " ")
			say(w, 400, base64.StdEncoding.EncodeToString([]byte(token)))
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

// echo answers with what it was sent: it notes each credential as a
// secret, and gives it back.
func (b *bed) echo(answer func(http.ResponseWriter, *http.Request, string)) answering {
	return func(w http.ResponseWriter, r *http.Request) bool {
		sent := r.Header.Get("Authorization")
		if _, credential, ok := strings.Cut(sent, " "); ok {
			b.heard.keep(credential)
		}
		answer(w, r, sent)
		return true
	}
}

// failing wants a command to fail, and leaves what it says to the bed.
func (b *bed) failing(args ...string) {
	b.t.Helper()
	if status, stdout, stderr := b.run(args...); status == statusDone {
		b.t.Errorf("previewset %v succeeded: %s%s", args, stdout, stderr)
	}
}

func TestForgesThatEcho(t *testing.T) {
	for name, answer := range echoes() {
		t.Run("GitHub "+name, func(t *testing.T) {
			b, f := newBed(t), newForge(t)
			b.configure(f.shopOn(b, "", ""))
			f.Fault(b.echo(answer))
			b.failing("plan")
			b.failing("explain", "1")
		})
		t.Run("Gitea "+name, func(t *testing.T) {
			b, f := newBed(t), giteatest.New(t)
			b.secret("gitea-token", giteatest.ReaderToken)
			b.configure(fmt.Sprintf(`- name: shop
  source: {gitea: {url: "%s", owner: acme, repo: shop, tokenFile: %s}}
  select: {pullRequests: {}}
`, f.URL, b.file("gitea-token")))
			f.Fault(b.echo(answer))
			b.failing("plan")
		})
		t.Run("Git "+name, func(t *testing.T) {
			b, app := newBed(t), shop(t)
			server := gittest.Serve(t, b.gitops, gittest.ServeOptions{Middleware: func(http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.echo(answer)(w, r) })
			}})
			b.secret("user", "canary~user?token>>7/&%zz")
			b.secret("password", gitPassword)
			b.configure(shopFrom(app.URL()))
			b.gitopsAt(fmt.Sprintf("{url: %q, usernameFile: %s, passwordFile: %s}", server.URL, b.file("user"), b.file("password")))
			b.failing("plan")
			b.failing("prune")
		})
	}
}

// TestAnAppsTokens are the assertion that the App signs, and the token that it
// gets for it: for the API, and for Git.
func TestAnAppsTokens(t *testing.T) {
	for name, answer := range echoes() {
		t.Run(name, func(t *testing.T) {
			b, f := newBed(t), newForge(t)
			b.secret("app-key", string(f.App(7, 2)))
			b.heard.keep("ghs_installation2token1")
			sets := strings.Replace(f.shopOn(b, "", ""), "tokenFile: "+b.file("github-token"),
				fmt.Sprintf("app: {id: 7, installationID: 2, privateKeyFile: %s}", b.file("app-key")), 1)
			b.configure(sets)
			f.Fault(b.echo(answer))
			b.failing("plan")
			f.Fault(func(w http.ResponseWriter, r *http.Request) bool {
				return !strings.HasSuffix(r.URL.Path, "/access_tokens") && b.echo(answer)(w, r)
			})
			b.failing("plan")

			server := gittest.Serve(t, b.gitops, gittest.ServeOptions{Middleware: func(http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.echo(answer)(w, r) })
			}})
			f.Fault(nil)
			b.configure(shopFrom(shop(t).URL()))
			b.gitopsAt(fmt.Sprintf("{url: %q, app: {id: 7, installationID: 2, privateKeyFile: %s, apiURL: %q}}", server.URL, b.file("app-key"), f.APIURL()))
			b.failing("plan")
		})
	}
}

// TestBrokenKeys are in each place that a key can be, and none: what reads them
// must not quote them.
func TestBrokenKeys(t *testing.T) {
	body := "Y2FuYXJ5fmtleT9ib2R5Pj44LyYlenogYW5kIHNvbWUgbW9yZSBvZiBpdA"
	for name, key := range map[string]string{
		"no PEM":       "canary~key?plain>>9/&%zz",
		"RSA":          "-----BEGIN RSA PRIVATE KEY-----\n" + body + "\n-----END RSA PRIVATE KEY-----",
		"PKCS 8":       "-----BEGIN PRIVATE KEY-----\n" + body + "==\n-----END PRIVATE KEY-----",
		"OpenSSH":      "-----BEGIN OPENSSH PRIVATE KEY-----\n" + body + "\n-----END OPENSSH PRIVATE KEY-----",
		"PGP":          "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n" + body + "\n-----END PGP PRIVATE KEY BLOCK-----",
		"with headers": "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: " + body + "\n\n" + body + "\n-----END RSA PRIVATE KEY-----",
		"of one line":  "-----BEGIN RSA PRIVATE KEY-----" + body + "-----END RSA PRIVATE KEY-----",
	} {
		t.Run(name, func(t *testing.T) {
			b, f := newBed(t), newForge(t)
			b.secret("bad-key", key)
			b.heard.keep(body)
			app := fmt.Sprintf("app: {id: 7, installationID: 2, privateKeyFile: %s}", b.file("bad-key"))
			b.configure(strings.Replace(f.shopOn(b, "", ""), "tokenFile: "+b.file("github-token"), app, 1))
			b.failing("plan")
			source := shop(t).URL()
			for _, stanza := range []string{
				fmt.Sprintf("{url: %q, signingKeyFile: %s}", b.gitops.URL(), b.file("bad-key")),
				fmt.Sprintf("{url: %q, sshKeyFile: %s}", "ssh://git@127.0.0.1:9/x.git", b.file("bad-key")),
				fmt.Sprintf("{url: %q, sshKeyFile: %s, sshKnownHostsFile: %s}", "ssh://git@127.0.0.1:9/x.git", b.file("bad-key"), b.file("bad-key")),
				fmt.Sprintf("{url: %q, %s}", "http://127.0.0.1:9/x.git", app),
			} {
				b.configure(shopFrom(source))
				b.gitopsAt(stanza)
				b.failing("plan")
			}
		})
	}
}

// TestSecretsInTheWrongPlace are pasted into the configuration, or into a file
// that holds something else.
func TestSecretsInTheWrongPlace(t *testing.T) {
	const token, key = "ghp_0123456789abcdefghijABCDEFGHIJ012345", "MIIEpAIBAAKCAQEA0123456789abcdefghij"
	for name, spoil := range map[string]func(text string, b *bed) string{
		"token for its file": func(text string, b *bed) string { return strings.Replace(text, b.file("token"), token, 1) },
		"token for a variable": func(text string, b *bed) string {
			return strings.Replace(text, "tokenFile: "+b.file("token"), "tokenEnv: "+token, 1)
		},
		"key for its file": func(text string, b *bed) string {
			return strings.Replace(text, "{tokenFile: "+b.file("token")+"}", "\n  tokenFile: |\n    -----BEGIN RSA PRIVATE KEY-----\n    "+key+"\n    -----END RSA PRIVATE KEY-----", 1)
		},
		"unknown key":       func(text string, _ *bed) string { return text + "token: " + gitPasswordYAML + "\n" },
		"value of a number": func(text string, _ *bed) string { return strings.Replace(text, "poll: 1s", "poll: "+token, 1) },
		"broken YAML":       func(text string, _ *bed) string { return text + "token: [" + gitPasswordYAML + "\n" },
		"wrong type":        func(text string, _ *bed) string { return strings.Replace(text, "poll: 1s", "poll: ["+token+"]", 1) },
		"as a list": func(text string, b *bed) string {
			return strings.Replace(text, "{tokenFile: "+b.file("token")+"}", token, 1)
		},
		"key of a map": func(text string, _ *bed) string { return text + token + ": x\n" },
		"URL with user": func(text string, b *bed) string {
			return strings.Replace(text, b.gitops.URL(), "https://bot:"+token+"@git.acme.dev/x.git", 1)
		},
		"URL with a token": func(text string, b *bed) string {
			return strings.Replace(text, b.gitops.URL(), "https://"+token+"@git.acme.dev/x.git", 1)
		},
		"ssh URL with password": func(text string, b *bed) string {
			return strings.Replace(text, b.gitops.URL(), "ssh://git:"+token+"@git.acme.dev/x.git", 1)
		},
		"broken URL": func(text string, b *bed) string {
			return strings.Replace(text, b.gitops.URL(), "https://bot:"+token+"@git.acme.dev:port/%zz", 1)
		},
		"URL with a query": func(text string, b *bed) string {
			return strings.Replace(text, b.gitops.URL(), "https://git.acme.dev/x.git?access_token="+token, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBed(t)
			b.heard.keep(token)
			b.heard.keep(key)
			b.configure(shopFrom("file:///srv/shop.git"))
			text, err := os.ReadFile(b.config)
			if err != nil {
				t.Fatal(err)
			}
			b.write("config.yaml", spoil(string(text), b))
			b.failing("validate")
			b.failing("validate", "--output", "json")
			b.failing("plan")
			b.failing("serve", "--listen", "127.0.0.1:0")
		})
	}
}

const gitPasswordYAML = `'canary~git?password>>4/&"%zz+'`

func TestAClusterThatEchoes(t *testing.T) {
	const token = "canary~kube?token>>10/&%zz"
	for name, answer := range echoes() {
		t.Run(name, func(t *testing.T) {
			b, f := newBed(t), newForge(t)
			f.repo.OpenPull(githubtest.Pull{})
			cluster := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.echo(answer)(w, r) }))
			t.Cleanup(cluster.Close)
			b.secret("kubeconfig", kubeconfig(cluster.URL, token))
			b.heard.secrets = append(b.heard.secrets[:len(b.heard.secrets)-1], token) // the rest of the file is none
			b.configure(f.shopOn(b, "", ""))
			b.gitopsAt(fmt.Sprintf("{url: %q}\nargocd: {kubeconfigFile: %s}", b.gitops.URL(), b.file("kubeconfig")))
			s := b.serve()
			s.awaitLog("ApplicationSets can't be refreshed")
			s.stop()
			b.write("kubeconfig", strings.Replace(kubeconfig(cluster.URL, token), "token:", "token: [", 1))
			b.failing("serve", "--listen", "127.0.0.1:0")
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

// selfRun, where it is set, makes a test's own process previewset, for what is once
// in a process's life: net/http reads the variables of a proxy, signals end it.
const selfRun = "PREVIEWSET_TEST_RUN"

func TestMain(m *testing.M) {
	if os.Getenv(selfRun) != "" {
		os.Exit(Run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// self is previewset in a process of its own.
func self(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), selfRun+"=1")
	return cmd
}

// TestProxiesThatEcho have a password of their own in their URL.
func TestProxiesThatEcho(t *testing.T) {
	const password = "canary-proxy-password-11"
	echo := func(w http.ResponseWriter, r *http.Request) {
		say(w, http.StatusProxyAuthRequired, r.Header.Get("Proxy-Authorization")+" "+r.Header.Get("Authorization")+" "+r.URL.String())
	}
	proxy := httptest.NewServer(http.HandlerFunc(echo))
	t.Cleanup(proxy.Close)
	host := strings.TrimPrefix(proxy.URL, "http://")
	for name, variable := range map[string]string{
		"that refuses":  "http://bot:" + password + "@" + host,
		"that is down":  "http://bot:" + password + "@127.0.0.1:1",
		"that is wrong": "http://bot:" + password + "@" + host + ":port%zz",
	} {
		t.Run(name, func(t *testing.T) {
			b := newBed(t)
			b.heard.keep(password)
			b.secret("github-token", githubToken)
			b.secret("password", gitPassword)
			for _, scheme := range []string{"http", "https"} {
				b.configure(fmt.Sprintf("- name: shop\n  source: {github: {owner: acme, repo: shop, apiURL: \"%s://github.acme.test/api/v3\", tokenFile: %s}}\n  select: {pullRequests: {}}\n", scheme, b.file("github-token")) +
					fmt.Sprintf("- name: web\n  source: {git: {url: \"%s://git.acme.test/web.git\", passwordFile: %s}}\n  select: {branches: {}}\n", scheme, b.file("password")))
				plan := self("plan", "--log-level", "debug", "--config", b.config)
				plan.Env = append(plan.Env, "HTTP_PROXY="+variable, "HTTPS_PROXY="+variable)
				plan.Stdout, plan.Stderr = b.heard.at("plan"), b.heard.at("plan")
				if err := plan.Run(); err == nil {
					t.Errorf("%s: plan succeeded", scheme)
				}
			}
		})
	}
}
