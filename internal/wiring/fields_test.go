package wiring_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"go.yaml.in/yaml/v3"
	"golang.org/x/crypto/ssh"

	"github.com/previewset/previewset/generator/git"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/forges"
	"github.com/previewset/previewset/internal/wiring"
)

// configurations are valid files. Each key is in at least one of them. SERVER stands for the
// URL of a server, FILE for a directory.
var configurations = map[string]string{
	"everything": `
apiVersion: previewset.dev/v1alpha1
kind: Config
auth: {tokenFile: FILE/token, readTokenFile: FILE/secret}
poll: 10s
maxAge: 2h
argocd: {namespace: argo, configMap: cm, kubeconfigFile: FILE/kubeconfig, url: "https://argocd.acme.dev"}
gitops:
  url: https://git.acme.dev/gitops.git
  branch: trunk
  path: envs
  usernameFile: FILE/user
  passwordFile: FILE/password
  author: {name: bot, email: bot@acme.dev}
  signingKeyFile: FILE/signing
sets:
- name: shop
  source:
    gitea: {url: SERVER/gitea, owner: acme, repo: shop, id: 7, tokenFile: FILE/token, webhookSecretFile: FILE/secret}
  select:
    pullRequests:
      labels: {all: [a], any: [b], none: [c]}
      targetBranches: [main]
      drafts: true
      forks: safe
    branches: {include: ["feature/*"], exclude: ["feature/tmp-*"]}
  names: {namespace: "n-{{.id}}", host: "{{.id}}.h.localhost", dbSchema: "d_{{.id}}", url: "https://{{.host}}/shop"}
  parameters: {service: web}
  variants:
  - {name: blue, parameters: {size: small}}
  - {name: red, parameters: {size: big}}
  overlay:
    base: apps/shop/base
    components: [components/quota, "builtin:quota"]
    images:
    - {name: shop, newName: ghcr.io/shop, newTag: "{{.head_sha}}"}
    - {name: db, digest: "sha256:11111111111111111111111111111111"}
    labels: {team: "{{.service}}"}
    annotations: {acme.dev/note: "{{.size}}"}
    adminNamespace: admin
    allow: [role]
    kinds: {scopes: {Thing.acme.dev: Namespaced}, only: [default]}
    hosts: {api.shop.example.com: "api-{{.host}}", "*.cdn.example.com": "*.{{.id}}.cdn.localhost"}
    fields: [{group: shop.acme.dev, kind: Shop, path: "spec.domains[]", is: host}]
    strict: false
    database:
      engine: postgres
      strategy: schema
      adminSecret: pg
      image: previewset:1
      name: shop
      open: [postgres]
      connectionLimit: 5
      statementTimeout: 30s
      migrate: {image: "m:{{.head_sha}}", command: [up], args: [a], back: [down]}
      seed: {image: "s:1", command: [seed], args: [b]}
  lifetime: {idle: 72h, max: 336h, keepLabel: keep, notice: 24h}
  limits: {previews: 30}
  guard: {removals: 7, percent: 40, allowAll: true, atLeast: 2}
  feedback: {status: preview, messages: true, template: "Ready: ", tokenFile: FILE/token}
`,
	"GitHub with a token": github(`{owner: acme, repo: shop, id: 7, apiURL: SERVER/github, tokenFile: FILE/token, webhookSecretEnv: SECRET}`, gitopsSSH),
	"GitHub with an App": github(`{owner: acme, repo: shop, apiURL: SERVER/github, webhookSecretFile: FILE/secret,
      app: {id: 1, installationID: 2, privateKeyFile: FILE/app}}`,
		`{url: https://git.acme.dev/gitops.git, app: {id: 1, installationID: 2, privateKeyFile: FILE/app, apiURL: SERVER/gitops}}`),
	"GitHub, secrets in variables": github(`{owner: acme, repo: shop, tokenEnv: TOKEN}`,
		`{url: https://git.acme.dev/gitops.git, usernameEnv: USER_NAME, passwordEnv: PASSWORD, signingKeyEnv: SIGNING}`),
	"an App, with keys in variables": github(`{owner: acme, repo: shop, apiURL: SERVER/github, app: {id: 1, installationID: 2, privateKeyEnv: APP}}`,
		`{url: https://git.acme.dev/gitops.git, app: {id: 1, installationID: 2, privateKeyEnv: APP, apiURL: SERVER/gitops}}`),
	"Gitea, secrets in variables": strings.Replace(github("", gitopsSSHEnv), "github: ",
		"gitea: {url: SERVER/gitea, owner: acme, repo: shop, tokenEnv: TOKEN, webhookSecretEnv: SECRET}", 1),
	"Git with a password":              plainGit(`{url: https://git.acme.dev/shop.git, usernameFile: FILE/user, passwordFile: FILE/password}`),
	"Git with a password in variables": plainGit(`{url: https://git.acme.dev/shop.git, usernameEnv: USER_NAME, passwordEnv: PASSWORD}`),
	"Git with a key":                   plainGit(`{url: "git@git.acme.dev:acme/shop.git", sshKeyFile: FILE/ssh, sshKnownHostsFile: FILE/known}`),
	"Git with a key in a variable":     plainGit(`{url: "git@git.acme.dev:acme/shop.git", sshKeyEnv: SSH}`),
	"feedback on GitHub":               github(`{owner: acme, repo: shop}`, gitopsSSH) + "  feedback: {comment: true, deployment: false, tokenEnv: TOKEN}\n",
	"a snapshot":                       database(`{engine: postgres, strategy: snapshot, template: golden}`),
	"a server for each preview":        database(`{engine: postgres, strategy: cloudnative-pg, storage: 1Gi}`),
	"a database":                       database(`{engine: postgres, strategy: database, statementTimeout: 1m}`),
}

const (
	gitopsSSH    = `{url: "git@git.acme.dev:acme/gitops.git", sshKeyFile: FILE/ssh, sshKnownHostsFile: FILE/known}`
	gitopsSSHEnv = `{url: "git@git.acme.dev:acme/gitops.git", sshKeyEnv: SSH}`
)

func head(gitops string) string {
	return "apiVersion: previewset.dev/v1alpha1\nkind: Config\nauth: {tokenEnv: TOKEN, readTokenEnv: SECRET}\ngitops: " + gitops + "\nsets:\n- name: shop\n  select: {branches: {}}\n"
}

func github(stanza, gitops string) string {
	return head(gitops) + "  source: {github: " + stanza + "}\n"
}

func plainGit(stanza string) string {
	return head("{url: https://git.acme.dev/gitops.git}") + "  source: {git: " + stanza + "}\n"
}

func database(stanza string) string {
	return plainGit("{url: https://git.acme.dev/shop.git}") + "  overlay: {base: apps/shop, adminNamespace: admin, database: " + stanza + "}\n"
}

// otherValues has the other values of the keys that do not accept every text, by the ends
// of paths.
var otherValues = map[string]string{
	"auth.tokenFile": "FILE/token.2", "feedback.tokenFile": "FILE/token.2", "gitea.tokenFile": "FILE/token.2", "github.tokenFile": "FILE/token.2", "tokenEnv": "TOKEN_2",
	"webhookSecretFile": "FILE/secret.2", "webhookSecretEnv": "SECRET_2",
	"usernameFile": "FILE/user.2", "usernameEnv": "USER_NAME_2", "passwordFile": "FILE/password.2", "passwordEnv": "PASSWORD_2",
	"sshKeyFile": "FILE/ssh.2", "sshKeyEnv": "SSH_2", "sshKnownHostsFile": "FILE/known.2",
	"privateKeyFile": "FILE/app.2", "privateKeyEnv": "APP_2", "signingKeyFile": "FILE/signing.2", "signingKeyEnv": "SIGNING_2",
	"kubeconfigFile": "FILE/kubeconfig.2",
	"overlay.allow":  "host-network", "overlay.kinds.scopes.Thing.acme.dev": "Cluster", "overlay.kinds.only": "Pod", "components[1]": "builtin:isolation", "database.strategy": "schema", "database.engine": "mysql",
	"statementTimeout": "45s", "storage": "2Gi", "digest": "sha256:22222222222222222222222222222222",
	"names.host": "{{.id}}.other.localhost", "names.namespace": "x-{{.id}}", "names.dbSchema": "x_{{.id}}", "names.url": "https://{{.host}}/other",
	"overlay.hosts.api.shop.example.com": "x-{{.host}}", "overlay.hosts.*.cdn.example.com": "*.x.{{.id}}.cdn.localhost", "fields[0].is": "image", "fields[0].path": "spec.names[]",
	"labels.team": "x-{{.service}}", "annotations.acme.dev/note": "x-{{.size}}", "newTag": "x-{{.head_sha}}", "migrate.image": "x:{{.head_sha}}",
}

// testedElsewhere are the keys that are not part of the sets or of the repository: the
// version and kind of the file, and the keys that internal/service tests.
var testedElsewhere = regexp.MustCompile(`^(apiVersion|kind|auth\..*|maxAge|argocd\..*)$`)

// dependentKeys are keys whose valid values depend on each other.
var dependentKeys = regexp.MustCompile(`database\.(engine|strategy)$`)

// TestEveryFieldHasAnEffect changes one value of the configurations at a time. Only the
// parts that use the value change, too.
func TestEveryFieldHasAnEffect(t *testing.T) {
	place := newPlace(t)
	tried := map[string]bool{}
	for name, text := range configurations {
		t.Run(name, func(t *testing.T) {
			text = place.replace(text)
			plain := place.parts(t, text)
			if again := place.parts(t, text); !maps.Equal(again, plain) {
				t.Fatal("the same configuration has two results")
			}
			leaves(document(t, text), "", func(path string, _ *yaml.Node) {
				if dependentKeys.MatchString(path) && name != "a database" {
					return
				}
				tried[regexp.MustCompile(`\[\d+\]`).ReplaceAllString(path, "[]")] = true
				if testedElsewhere.MatchString(path) {
					return
				}
				changed := differences(plain, place.parts(t, place.changed(t, text, path)))
				if len(changed) > 1 { // feedback also depends on the source, the lifetime and the repository
					changed = slices.DeleteFunc(changed, func(part string) bool { return part == "Feedback" })
				}
				want, several := changedParts[path]
				if path == "gitops.url" && plain["Renderer"] == "" {
					want = []string{"GitOps", "Repository"}
				}
				if several && !slices.Equal(changed, want) || !several && len(changed) != 1 {
					t.Errorf("%s: got a change of %q, want %q", path, changed, want)
				}
			})
		})
	}
	for _, path := range fields(reflect.TypeFor[config.Config](), "") {
		if _, refused := refusedKeys[path]; !tried[path] && !refused && path != "include[]" && !strings.HasPrefix(path, "defaults.") {
			t.Errorf("no configuration of this test has %s", path)
		}
	}
}

// TestDefaultsHaveTheEffectOfSets moves all keys of a set except for its name to defaults.
func TestDefaultsHaveTheEffectOfSets(t *testing.T) {
	place := newPlace(t)
	for name, text := range configurations {
		t.Run(name, func(t *testing.T) {
			text = place.replace(text)
			top, set, _ := strings.Cut(text, "sets:\n- name: shop\n")
			moved := top + "sets: [{name: shop}]\ndefaults:\n" + set
			if got, want := place.parts(t, moved), place.parts(t, text); !maps.Equal(got, want) {
				t.Errorf("got other parts %q than from the set", differences(want, got))
			}
		})
	}
}

// changedParts has the parts that change with a key, for the keys that do not change
// exactly one part.
var changedParts = map[string][]string{
	"gitops.url":                          {"GitOps", "Renderer", "Repository"},
	"gitops.branch":                       {"GitOps", "Repository"},
	"sets[0].lifetime.idle":               {"Selection", "Source"},   // own comments are no activity
	"sets[0].limits.previews":             {"Renderer", "Selection"}, // previews share the connections of a database server
	"sets[0].name":                        {"Name", "Namer"},
	"sets[0].overlay.base":                {"Paths", "Renderer"},
	"sets[0].overlay.components[0]":       {"Paths", "Renderer"},
	"sets[0].parameters.service":          {"Parameters", "Renderer"},
	"sets[0].variants[0].name":            {"Namer", "Variants"},
	"sets[0].variants[0].parameters.size": {"Renderer", "Variants"}, // templates are tried on the first variant
	"sets[0].variants[1].name":            {"Namer", "Variants"},
}

// differences returns the names of the parts that are not the same.
func differences(a, b map[string]string) (names []string) {
	for name := range a {
		if a[name] != b[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// refusedKeys are keys of types that are used in two places. In one of them, the key would
// have no effect, and is refused. The values are configurations with the key.
var refusedKeys = map[string]string{
	"sets[].source.github.app.apiURL": github(`{owner: acme, repo: shop, app: {id: 1, installationID: 2, privateKeyEnv: K, apiURL: "https://ghe.acme.dev"}}`,
		"{url: https://git.acme.dev/gitops.git}"),
	"sets[].overlay.database.seed.back[]": database("{engine: postgres, seed: {image: s, back: [down]}}"),
}

func TestKeysWithoutEffectAreRefused(t *testing.T) {
	t.Parallel()
	for path, text := range refusedKeys {
		_, err := config.Parse("config.yaml", []byte(text))
		if want := strings.NewReplacer("sets[]", "sets[0]", "[]", "").Replace(path); err == nil || !strings.Contains(err.Error(), " "+want+": ") {
			t.Errorf("got %v, want a problem of %s", err, want)
		}
	}
}

// fields returns the paths of all fields of the configuration that hold a value.
func fields(of reflect.Type, path string) (all []string) {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	join := func(key string) string { return strings.TrimPrefix(path+"."+key, ".") }
	switch {
	case of == reflect.TypeFor[config.Source]():
		for _, f := range forges.All() {
			all = append(all, fields(reflect.TypeOf(f.Stanza()), join(f.Key))...)
		}
	case of.Kind() == reflect.Struct:
		for f := range of.Fields() {
			key, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			if options == "inline" {
				all = append(all, fields(f.Type, path)...)
			} else {
				all = append(all, fields(f.Type, join(key))...)
			}
		}
	case of.Kind() == reflect.Slice:
		all = fields(of.Elem(), path+"[]")
	case of.Kind() == reflect.Map:
		// Its keys are the user's.
	default:
		all = []string{path}
	}
	return all
}

func document(t *testing.T, text string) *yaml.Node {
	t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	return root.Content[0]
}

// leaves calls visit for each scalar in n.
func leaves(n *yaml.Node, path string, visit func(path string, n *yaml.Node)) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			leaves(n.Content[i+1], strings.TrimPrefix(path+"."+n.Content[i].Value, "."), visit)
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			leaves(item, path+"["+strconv.Itoa(i)+"]", visit)
		}
	default:
		visit(path, n)
	}
}

// place has the files, variables and servers that the configurations name.
type place struct{ dir, server string }

func newPlace(t *testing.T) place {
	t.Helper()
	p := place{dir: t.TempDir()}
	var first *rsa.PublicKey
	for i, suffix := range []string{"", ".2"} {
		_, signing, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		block, err := ssh.MarshalPrivateKey(signing, "")
		if err != nil {
			t.Fatal(err)
		}
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = &key.PublicKey
		}
		app := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
		for name, content := range map[string]string{
			"TOKEN": "token" + suffix, "SECRET": "secret" + suffix, "USER_NAME": "user" + suffix, "PASSWORD": "password" + suffix, "SSH": "ssh" + suffix,
			"SIGNING": string(pem.EncodeToMemory(block)), "APP": string(app),
		} {
			t.Setenv(name+strings.Replace(suffix, ".", "_", 1), content)
			file := strings.ToLower(strings.Replace(name, "USER_NAME", "user", 1)) + suffix
			if err := os.WriteFile(filepath.Join(p.dir, file), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		issueToken(w, r, first)
	}))
	t.Cleanup(server.Close)
	p.server = server.URL
	return p
}

// issueToken answers an App that requests an access token. The token contains the App,
// the installation, and whether the App used this key.
func issueToken(w http.ResponseWriter, r *http.Request, key *rsa.PublicKey) {
	var claims jwt.RegisteredClaims
	_, err := jwt.ParseWithClaims(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), &claims,
		func(*jwt.Token) (any, error) { return key, nil })
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"token":      strings.NewReplacer("/", "-").Replace(fmt.Sprintf("%s-%s-%v", r.URL.Path, claims.Issuer, err == nil)),
		"expires_at": time.Now().Add(time.Hour),
	})
}

func (p place) replace(text string) string {
	return strings.NewReplacer("SERVER", p.server, "FILE", p.dir).Replace(text)
}

// parts returns descriptions of the parts that are wired for a configuration, by name.
func (p place) parts(t *testing.T, text string) map[string]string {
	t.Helper()
	c, err := config.Parse("config.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	made, err := wiring.Wire(c, wiring.Options{Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{"Repository": dump(made.Repository), "Feedback": dump(made.Feedback)}
	set := reflect.ValueOf(made.Sets[0]).Elem()
	for i := range set.NumField() {
		if f := set.Type().Field(i); f.IsExported() && f.Name != "Overlay" {
			all[f.Name] = dump(set.Field(i).Interface())
		}
	}
	if o := made.Sets[0].Overlay; o != nil {
		all["Renderer"], all["Paths"] = dump(o.Renderer), dump(o.Paths)
	}
	// Functions hide how remotes connect, so describe the options of the connections instead.
	all["Repository"] += dump(c.GitOps.Options("gitops", 1))
	source := c.Sets[0].Source
	secret, err := source.WebhookSecret().Read()
	all["WebhookSecret"] = fmt.Sprint(secret, err)
	if stanza, plain := source.Stanza.(*git.Stanza); plain {
		all["Source"] += dump(stanza.Options("source.git", 1))
	}
	for name, text := range all {
		all[name] = assertion.ReplaceAllString(text, "")
	}
	return all
}

// assertion matches the assertion of an App, which contains the time in seconds.
var assertion = regexp.MustCompile(`eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`)

// changed returns text with another valid value at a path.
func (p place) changed(t *testing.T, text, path string) string {
	t.Helper()
	root := document(t, text)
	leaves(root, "", func(at string, n *yaml.Node) {
		if at == path {
			p.change(t, path, n)
		}
	})
	out, err := yaml.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// change puts another valid value in the place of n.
func (p place) change(t *testing.T, path string, n *yaml.Node) {
	t.Helper()
	for end, value := range otherValues {
		if strings.HasSuffix(path, end) || strings.HasSuffix(strings.TrimSuffix(path, "[0]"), end) {
			n.Value = p.replace(value)
			return
		}
	}
	switch n.ShortTag() {
	case "!!bool":
		n.Value = strconv.FormatBool(n.Value != "true")
	case "!!int":
		number, err := strconv.Atoi(n.Value)
		if err != nil {
			t.Fatal(err)
		}
		n.Value = strconv.Itoa(number + 1)
	default:
		if d, err := time.ParseDuration(n.Value); err == nil {
			n.Value = (d + time.Second).String()
		} else {
			n.Value += "x"
		}
	}
}
