package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	gittest "github.com/previewset/previewset/test/fake/git"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
	githubtest "github.com/previewset/previewset/test/fake/github"
	kubetest "github.com/previewset/previewset/test/fake/kube"
)

// checkFixture is a fixture with a Git source, and Argo CD as docs/installation.md sets it
// up.
type checkFixture struct {
	*fixture
	source *gittest.Repo
	kube   *kubetest.Server
	argocd fakeArgoCD
	args   []string // of the command
}

// fakeArgoCD has the objects of Argo CD except for Secrets.
type fakeArgoCD struct {
	applicationSets []string          // JSON
	configMap       map[string]string // nil for none
	denied          []string          // "verb resource" of requests and of reviews
}

// readyApplicationSet is the ApplicationSet of the set shop.
const readyApplicationSet = `{"metadata": {"name": "previews"}, "spec": {"goTemplate": true, "goTemplateOptions": ["missingkey=error"],
	"generators": [{"plugin": {"configMapRef": {"name": "previewset"}, "requeueAfterSeconds": 60, "input": {"parameters": {"set": "shop"}}}}]}}`

func newCheckFixture(t *testing.T) *checkFixture {
	t.Helper()
	f := &checkFixture{fixture: newFixture(t), source: shopRepository(t), kube: kubetest.Start(t, "argocd")}
	f.captured.addSecret(kubetest.Token)
	f.argocd = fakeArgoCD{
		applicationSets: []string{readyApplicationSet},
		configMap:       map[string]string{"baseUrl": "http://previewset.previewset.svc:4355", "token": "$previewset:token"},
	}
	f.putSecret(map[string]string{"app.kubernetes.io/part-of": "argocd"}, map[string]string{"token": f.token})
	f.kube.Hook(f.argocd.serve)
	f.configureSet(gitSet(f.source.URL()))
	return f
}

// putSecret writes the Secret of Argo CD.
func (f *checkFixture) putSecret(labels, data map[string]string) {
	f.kube.Put("argocd", "previewset", labels, data)
}

// configureSet writes a configuration with argocd and one set.
func (f *checkFixture) configureSet(set string) {
	f.t.Helper()
	f.configure(set)
	f.setGitOps(fmt.Sprintf("{url: %q}\nargocd: {kubeconfigFile: %q}", f.gitops.URL(), f.kube.Kubeconfig(f.t)))
}

// replace replaces a text of the configuration.
func (f *fixture) replace(old, with string) {
	f.t.Helper()
	text, err := os.ReadFile(f.config)
	if err != nil {
		f.t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		f.t.Fatalf("%q is not in %s", old, text)
	}
	f.write("config.yaml", strings.Replace(string(text), old, with, 1))
}

func (a *fakeArgoCD) serve(w http.ResponseWriter, r *http.Request) {
	_, resource, _ := strings.Cut(r.URL.Path, "/namespaces/argocd/")
	resource, _, _ = strings.Cut(resource, "/")
	verb := map[string]string{"applicationsets": "list"}[resource]
	if verb == "" {
		verb = "get"
	}
	switch {
	case strings.HasSuffix(r.URL.Path, "accessreviews"):
		a.review(w, r)
	case a.denies(verb + " " + resource):
		kubetest.Refuse(w, http.StatusForbidden, "Forbidden", "you may not")
	case resource == "applicationsets":
		_, _ = fmt.Fprintf(w, `{"kind": "ApplicationSetList", "metadata": {}, "items": [%s]}`, strings.Join(a.applicationSets, ","))
	case resource == "configmaps" && a.configMap == nil:
		kubetest.Refuse(w, http.StatusNotFound, "NotFound", "configmaps \"previewset\" not found")
	case resource == "configmaps":
		_ = json.NewEncoder(w).Encode(kubetest.Object{
			"kind": "ConfigMap", "metadata": kubetest.Object{"namespace": "argocd", "name": "previewset"}, "data": a.configMap,
		})
	}
}

func (a *fakeArgoCD) denies(request string) bool {
	return strings.Contains(strings.Join(a.denied, ",")+",", request+",")
}

// review answers a SelfSubjectAccessReview, and a SubjectAccessReview of the ServiceAccount
// previewset/previewset.
func (a *fakeArgoCD) review(w http.ResponseWriter, r *http.Request) {
	var review struct {
		Kind string
		Spec struct {
			User               string
			ResourceAttributes struct{ Verb, Resource, Namespace, Group, Name string }
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&review); err != nil {
		kubetest.Refuse(w, http.StatusBadRequest, "BadRequest", err.Error())
		return
	}
	asked := review.Spec.ResourceAttributes
	known := review.Kind == "SelfSubjectAccessReview" || review.Spec.User == "system:serviceaccount:previewset:previewset"
	ofArgoCD := asked.Namespace == "argocd" && asked.Group == "argoproj.io"
	ofFeedback := asked.Namespace == "previewset" && asked.Group == "coordination.k8s.io" && (asked.Verb == "create" || asked.Name == "previewset-feedback")
	allowed := known && (ofArgoCD || ofFeedback) && !a.denies("review "+asked.Verb+" "+asked.Resource)
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(kubetest.Object{"kind": review.Kind, "status": kubetest.Object{"allowed": allowed}})
}

func TestCheckOfAReadyInstallation(t *testing.T) {
	t.Parallel()
	f := newCheckFixture(t)
	before := f.gitops.Git(t, "for-each-ref")
	status, out, stderr := f.run("check")
	if status != statusDone || strings.Contains(out, "warning ") || strings.Contains(out, "failed ") || stderr != "" {
		t.Errorf("got status %d, want %d without a warning or a failure\n%s%s", status, statusDone, out, stderr)
	}
	for _, want := range []string{
		"configuration\n  ok       " + f.config + ": valid, 1 set\n",
		"  ok       auth.tokenFile: file " + f.file("token") + "\n",
		"source shop\n  ok       source.git: " + f.source.URL() + " is readable, with 3 open changes\n",
		"  ok       default branch: main\n",
		"  ok       select: 2 of 3 open changes match the rules\n",
		"gitops\n  ok       gitops.url: branch main of " + f.gitops.URL() + " is readable\n",
		"  ok       push: the credentials may push",
		"  ok       object filters: the server sends single objects\n",
		"  ok       overlay of shop: br-cart builds\n",
		"  ok       ApplicationSet previews: it requests the set shop\n",
		"  ok       set shop: ApplicationSet previews requests it\n",
		"argocd\n  ok       list ApplicationSets: the service may do this in namespace argocd\n",
		"  ok       patch ApplicationSets: ",
		"  ok       list Applications: the service may do this in namespace argocd\n",
		"  ok       watch Applications: ",
		"  ok       ConfigMap previewset: baseUrl is http://previewset.previewset.svc:4355\n",
		"  ok       Secret previewset: its key token is the token of the service\n",
		" ok, 0 with a warning, 0 failed\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
	if after := f.gitops.Git(t, "for-each-ref"); after != before {
		t.Errorf("got references %s, want %s", after, before)
	}
	for _, call := range f.kube.Calls() {
		if !strings.HasPrefix(call, "GET ") && !strings.HasSuffix(call, "accessreviews") {
			t.Errorf("got the request %s, want only reads", call)
		}
	}
}

// Each condition has its line with the remedy, and does not end the other checks.
func TestCheckReportsProblems(t *testing.T) {
	t.Parallel()
	with := func(old, new string) func(*checkFixture) {
		return func(f *checkFixture) {
			f.argocd.applicationSets = []string{strings.Replace(readyApplicationSet, old, new, 1)}
		}
	}
	for _, test := range []struct {
		name    string
		prepare func(*checkFixture)
		status  int
		want    string
	}{
		// Configuration.
		{
			"missing token", func(f *checkFixture) { f.replace(f.file("token"), f.file("none")) }, statusFailed,
			"failed   auth.tokenFile: open ",
		},
		{"empty token", func(f *checkFixture) { f.write("token", "\n") }, statusFailed, "has no content: write the secret there, or correct the key"},
		{
			"unset variable", func(f *checkFixture) {
				f.replace("{tokenFile: "+f.file("token")+"}", "{tokenEnv: PREVIEWSET_TEST_UNSET}")
			}, statusFailed,
			"failed   auth.tokenEnv: empty secret: environment variable PREVIEWSET_TEST_UNSET is not set",
		},
		{"token with lines", func(f *checkFixture) { f.write("token", "one\ntwo\n") }, statusFailed, "can't have several lines or control characters"},
		{"unresolved token", func(f *checkFixture) { f.write("token", "$previewset:token\n") }, statusFailed, `a token can't start with "$"`},
		{"writable secret", func(f *checkFixture) { f.chmod("token", 0o666) }, statusDone, `warning  auth.tokenFile: every user can write `},
		{"writable configuration", func(f *checkFixture) { f.chmod("config.yaml", 0o666) }, statusDone, `: run "chmod o-w `},
		{"equal secrets", func(f *checkFixture) {
			f.write("again", f.token+"\n")
			f.replace("{url: \""+f.gitops.URL()+"\"}", fmt.Sprintf("{url: %q, passwordFile: %s}", f.gitops.URL(), f.file("again")))
		}, statusDone, "warning  auth.tokenFile: it is the same secret as gitops.passwordFile: write a token of its own"},
		{"missing signing key", func(f *checkFixture) { f.setGitOpsKey("signingKeyFile", "none") }, statusFailed, "failed   gitops.signingKeyFile: open "},
		{"invalid signing key", func(f *checkFixture) { f.setGitOpsKey("signingKeyFile", "token") }, statusFailed, "failed   gitops.signingKey: file "},
		{"missing known hosts", func(f *checkFixture) { f.setGitOpsKey("sshKnownHostsFile", "none") }, statusFailed, "failed   gitops.sshKnownHostsFile: open "},

		// Source.
		{"no repository", func(f *checkFixture) { f.replace(f.source.URL(), "file:///does/not/exist") }, statusFailed, "failed   source.git: file:///does/not/exist: "},
		{"credentials", func(f *checkFixture) {
			s := gittest.Serve(f.t, f.source, gittest.ServeOptions{User: "git", Password: gitPassword})
			f.replace(f.source.URL(), s.URL)
		}, statusFailed, "check the credentials of source.git"},
		{"source may be written", func(f *checkFixture) {
			s := gittest.Serve(f.t, f.source, gittest.ServeOptions{User: "git", Password: gitPassword})
			f.writeSecret("password", gitPassword)
			f.replace(`"`+f.source.URL()+`"`, s.URL+", passwordFile: "+f.file("password"))
		}, statusDone, "warning  rights: the credentials may push to the source: use credentials that may only read the source"},
		{"source may not be written", func(f *checkFixture) {
			f.source.Config(f.t, "http.receivepack", "false")
			s := gittest.Serve(f.t, f.source, gittest.ServeOptions{User: "git", Password: gitPassword})
			f.writeSecret("password", gitPassword)
			f.replace(`"`+f.source.URL()+`"`, s.URL+", passwordFile: "+f.file("password"))
		}, statusDone, "ok       rights: the credentials may not push"},
		{
			"nothing selected", func(f *checkFixture) { f.replace("exclude: [main]", `exclude: ["**"]`) }, statusDone,
			"ok       select: no open change matches the rules now",
		},
		{"a sample preview", func(f *checkFixture) { f.replace("exclude: [main]", `exclude: ["**"]`) }, statusDone, "ok       overlay of shop: a sample preview builds"},
		{"rule without effect", func(f *checkFixture) { f.replace("  overlay:", "  lifetime: {max: 24h}\n  overlay:") }, statusDone, "warning  lifetime.max: "},
		{"rule without dates", func(f *checkFixture) {
			f.source.DisableExtensions(f.t)
			f.replace("  overlay:", "  lifetime: {idle: 24h}\n  overlay:")
		}, statusDone, "warning  lifetime.idle: idle previews stay, because the Git server does not return the dates"},
		{"no filters on the source", func(f *checkFixture) { f.source.DisableExtensions(f.t) }, statusDone, "ok       object filters: the server has none"},

		// GitOps.
		{"no server", func(f *checkFixture) { f.replace(f.gitops.URL(), "http://127.0.0.1:1/acme/gitops") }, statusFailed, "127.0.0.1:1 refuses the connection: check gitops.url, and that this machine reaches the server"},
		{"no branch", func(f *checkFixture) { f.setGitOpsKey("branch", "") }, statusFailed, "create the branch, or set gitops.branch to another one"},
		{"no push", func(f *checkFixture) {
			f.gitops.Config(f.t, "http.receivepack", "false")
			f.replace(f.gitops.URL(), gittest.Serve(f.t, f.gitops, gittest.ServeOptions{}).URL)
		}, statusFailed, "failed   push: GitOps repository http://"},
		{"no filters", func(f *checkFixture) { f.gitops.DisableExtensions(f.t) }, statusDone, "warning  object filters: the server does not send single objects"},
		{"no base", func(f *checkFixture) { f.replace("apps/shop/base", "apps/none") }, statusFailed, "failed   overlay of shop: br-cart can't be written: apps/none: the directory does not exist: correct its path in the configuration, or add it\n"},
		{"no base without a source", func(f *checkFixture) {
			f.replace(f.source.URL(), "file:///does/not/exist")
			f.replace("apps/shop/base", "apps/none")
		}, statusFailed, "failed   overlay of shop: a sample preview can't be written: "},
		{"leftovers", func(f *checkFixture) {
			f.serve().awaitIDs("shop", "br-cart", "br-search")
			f.replace("name: shop", "name: web")
		}, statusFailed, "warning  previews/shop: it has entries (2)"},

		// Argo CD.
		{"no cluster", func(f *checkFixture) { f.kube.Hook(refuseAll(http.StatusServiceUnavailable)) }, statusFailed, "failed   ApplicationSets: list the ApplicationSets of namespace argocd: status 503"},
		{"not installed", func(f *checkFixture) { f.kube.Hook(refuseAll(http.StatusNotFound)) }, statusFailed, "install Argo CD"},
		{
			"may not list", func(f *checkFixture) {
				f.argocd.denied = []string{"list applicationsets"}
			}, statusFailed,
			"failed   list ApplicationSets: the service may not do this in namespace argocd: apply manifests/components/refresh",
		},
		{"may not review", func(f *checkFixture) {
			f.kube.Hook(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "accessreviews") {
					kubetest.Refuse(w, http.StatusForbidden, "Forbidden", "you may not")
					return
				}
				f.argocd.serve(w, r)
			})
		}, statusDone, "not checked: whether the service may patch ApplicationSets: "},
		{"may not patch", func(f *checkFixture) { f.argocd.denied = []string{"review patch applicationsets"} }, statusFailed, "failed   patch ApplicationSets: "},
		{
			"no ApplicationSet", func(f *checkFixture) { f.argocd.applicationSets = nil }, statusDone,
			"warning  set shop: no ApplicationSet in namespace argocd requests it from the ConfigMap previewset: apply an ApplicationSet",
		},
		{"entries that nothing deploys", func(f *checkFixture) {
			f.serve().awaitIDs("shop", "br-cart", "br-search")
			f.argocd.applicationSets = nil
		}, statusDone, "and nothing deploys its entries (2)"},
		{"two ApplicationSets", func(f *checkFixture) {
			f.argocd.applicationSets = append(f.argocd.applicationSets, strings.Replace(readyApplicationSet, "previews", "others", 1))
		}, statusDone, "warning  set shop: several ApplicationSets request it (others, previews)"},
		{"unknown set", with(`"shop"`, `"cart"`), statusFailed, "failed   ApplicationSet previews: it requests the set cart, which is not configured"},
		{"number as the set", with(`"shop"`, `2048`), statusFailed, "failed   ApplicationSet previews: its input.parameters.set is not a text"},
		{"template as the set", with(`"shop"`, `"{{.team}}"`), statusDone, "ok       set shop: ApplicationSet previews requests it"},
		{"no set in the generator", func(f *checkFixture) {
			with(`"set": "shop"`, "")(f)
			f.configureSet(gitSet(f.source.URL()) + strings.Replace(gitSet(f.source.URL()), "name: shop", "name: web", 1))
		}, statusFailed, "failed   ApplicationSet previews: its plugin generator names no set"},
		{"no Go templates", with(`"goTemplate": true`, `"goTemplate": false`), statusDone, "warning  ApplicationSet previews: goTemplate is not true"},
		{"no missingkey", with(`"missingkey=error"`, ""), statusDone, "warning  ApplicationSet previews: a misspelled parameter"},
		{
			"create-only", with(`"goTemplate": true`, `"goTemplate": true, "syncPolicy": {"applicationsSync": "create-only"}`), statusDone,
			"warning  ApplicationSet previews: applicationsSync is create-only, so that Argo CD never moves",
		},
		{
			"label of the author", with(`"goTemplate": true`, `"goTemplate": true, "template": {"metadata": {"labels": {"owner": "{{.author}}"}}}`), statusDone,
			`warning  ApplicationSet previews: the label "owner" has the parameter author`,
		},
		{"resources stay without their database", func(f *checkFixture) {
			with(`"goTemplate": true`, `"goTemplate": true, "syncPolicy": {"preserveResourcesOnDeletion": true}`)(f)
			f.replace("  overlay:\n", "  overlay:\n    adminNamespace: previewset-db\n    database: {engine: postgres}\n")
		}, statusDone, "warning  ApplicationSet previews: preserveResourcesOnDeletion keeps the objects"},
		{"slow without argocd", func(f *checkFixture) {
			with(`"requeueAfterSeconds": 60, `, "")(f)
			f.replace("argocd: {kubeconfigFile:", "#")
			f.args = []string{"--kubeconfig", f.kube.Kubeconfig(f.t)}
		}, statusDone, "warning  ApplicationSet previews: Argo CD requests the parameters only every 30m0s"},
		{"no ConfigMap", func(f *checkFixture) { f.argocd.configMap = nil }, statusFailed, "failed   ConfigMap previewset: it does not exist in namespace argocd: apply manifests/base/plugin.yaml"},
		{"no address", func(f *checkFixture) { delete(f.argocd.configMap, "baseUrl") }, statusFailed, "failed   ConfigMap previewset: its key baseUrl is not a URL"},
		{"timeout with a unit", func(f *checkFixture) { f.argocd.configMap["requestTimeout"] = "30s" }, statusFailed, "failed   ConfigMap previewset: its key requestTimeout is not a number of seconds"},
		{"token in the ConfigMap", func(f *checkFixture) { f.argocd.configMap["token"] = f.token }, statusFailed, "failed   ConfigMap previewset: its key token must be a reference"},
		{"token behind a dollar", func(f *checkFixture) { f.argocd.configMap["token"] = "$" + f.token }, statusFailed, "failed   ConfigMap previewset: its key token must be a reference"},
		{
			"no Secret", func(f *checkFixture) { f.argocd.configMap["token"] = "$none:token" }, statusFailed,
			`failed   Secret none: it does not exist: run "kubectl -n argocd create secret generic none --from-file=token"`,
		},
		{
			"no label", func(f *checkFixture) { f.putSecret(nil, map[string]string{"token": f.token}) }, statusFailed,
			`run "kubectl -n argocd label secret previewset app.kubernetes.io/part-of=argocd"`,
		},
		{"no key", func(f *checkFixture) { f.argocd.configMap["token"] = "$previewset:other" }, statusFailed, "failed   Secret previewset: its key other is missing or empty"},
		{"another token", func(f *checkFixture) {
			f.putSecret(map[string]string{"app.kubernetes.io/part-of": "argocd"}, map[string]string{"token": gitPassword})
		}, statusFailed, "failed   Secret previewset: its key token is another token than auth.tokenFile"},
		{"may not read Secrets", func(f *checkFixture) { f.argocd.denied = []string{"get configmaps"} }, statusDone, "not checked: the ConfigMap previewset and the Secret of Argo CD"},
		{"may not read the Secret", func(f *checkFixture) { f.argocd.denied = []string{"get secrets"} }, statusDone, "not checked: the Secret previewset of Argo CD"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newCheckFixture(t)
			test.prepare(f)
			status, out, stderr := f.run(append([]string{"check"}, f.args...)...)
			if status != test.status || !strings.Contains(out, test.want) || stderr != "" {
				t.Errorf("got status %d, want %d and %q\n%s%s", status, test.status, test.want, out, stderr)
			}
			if !strings.Contains(out, "\nargocd\n") {
				t.Errorf("a failure ended the other checks:\n%s", out)
			}
		})
	}
}

// Each key that names a file is checked, whatever it is for.
func TestCheckReadsEachFile(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	none := f.file("none")
	f.configure(fmt.Sprintf(`- name: a
  source: {github: {owner: acme, repo: shop, apiURL: "http://127.0.0.1:1", tokenFile: %[1]s-1, webhookSecretFile: %[1]s-2}}
  select: {pullRequests: {}}
- name: b
  source: {github: {owner: acme, repo: shop, apiURL: "http://127.0.0.1:1", app: {id: 1, installationID: 2, privateKeyFile: %[1]s-3}}}
  select: {pullRequests: {}}
- name: c
  source: {gitea: {url: "http://127.0.0.1:1", owner: acme, repo: shop, tokenFile: %[1]s-1, webhookSecretEnv: PREVIEWSET_TEST_UNSET}}
  select: {pullRequests: {}}
- name: d
  source: {git: {url: "http://127.0.0.1:1/x.git", usernameFile: %[1]s-4, passwordFile: %[1]s-5, sshKeyFile: %[1]s-6, sshKnownHostsFile: %[1]s-7}}
  select: {branches: {}}
`, none))
	f.setGitOps(fmt.Sprintf(`{url: "http://127.0.0.1:1/x.git", usernameFile: %[1]s-8, passwordFile: %[1]s-9, sshKeyFile: %[1]s-10, signingKeyFile: %[1]s-11}
argocd: {kubeconfigFile: %[1]s-12}`, none))
	f.replace(f.file("token"), none)
	status, out, _ := f.run("check")
	if status != statusFailed {
		t.Errorf("got status %d, want %d", status, statusFailed)
	}
	for _, key := range []string{
		"auth.tokenFile", "gitops.usernameFile", "gitops.passwordFile", "gitops.sshKeyFile", "gitops.signingKeyFile", "argocd.kubeconfigFile",
		"sets[0].source.github.tokenFile and 1 more", "sets[0].source.github.webhookSecretFile", "sets[1].source.github.app.privateKeyFile",
		"sets[2].source.gitea.webhookSecretEnv", "sets[3].source.git.usernameFile", "sets[3].source.git.passwordFile", "sets[3].source.git.sshKeyFile",
		"sets[3].source.git.sshKnownHostsFile",
	} {
		if !strings.Contains(out, "  failed   "+key+": ") {
			t.Errorf("the output lacks a failure of %s:\n%s", key, out)
		}
	}
}

func (f *checkFixture) chmod(name string, mode os.FileMode) {
	f.t.Helper()
	if err := os.Chmod(f.file(name), mode); err != nil {
		f.t.Fatal(err)
	}
}

// setGitOpsKey adds a key to gitops: the path of a file, or a value that does not exist.
func (f *checkFixture) setGitOpsKey(key, file string) {
	f.t.Helper()
	value := "none"
	if file != "" {
		value = f.file(file)
	}
	f.replace(fmt.Sprintf("{url: %q}", f.gitops.URL()), fmt.Sprintf("{url: %q, %s: %q}", f.gitops.URL(), key, value))
}

func refuseAll(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

func TestCheckPrintsJSON(t *testing.T) {
	t.Parallel()
	f := newCheckFixture(t)
	f.argocd.applicationSets = nil
	var view struct {
		File, Status string
		Groups       []struct {
			Name   string
			Checks []struct{ Status, Subject, Message string }
		}
		NotChecked []string `json:"not_checked"`
	}
	if err := json.Unmarshal([]byte(f.mustRun("check", "--output", "json")), &view); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, g := range view.Groups {
		names = append(names, g.Name)
	}
	if got := strings.Join(names, ", "); view.File != f.config || view.Status != "warning" || got != "configuration, source shop, gitops, argocd" || view.NotChecked == nil {
		t.Errorf("got %+v, want a warning in four groups", view)
	}
	f.write("config.yaml", "apiVersion: x\n")
	status, out, stderr := f.run("check", "--output", "json")
	if err := json.Unmarshal([]byte(out), &view); err != nil || status != statusUsage || view.Status != "failed" || stderr != "" {
		t.Errorf("an invalid configuration: got status %d, %v, %s%s", status, err, out, stderr)
	}
	if finding := view.Groups[0].Checks[0]; finding.Subject != f.config+":1" || !strings.HasPrefix(finding.Message, "apiVersion: got ") {
		t.Errorf("an invalid configuration: got %+v, want its line and its key", finding)
	}
	if status, out, stderr := f.run("check"); status != statusUsage || out != "" || !strings.Contains(stderr, "config.yaml:1: apiVersion: got") {
		t.Errorf("an invalid configuration as text: got status %d, %s%s", status, out, stderr)
	}
}

// A person's kubeconfig shows the rights of the ServiceAccount, not those of the person.
func TestCheckReviewsTheServiceAccount(t *testing.T) {
	t.Parallel()
	f := newCheckFixture(t)
	kubeconfig := f.kube.Kubeconfig(t)
	if out := f.mustRun("check", "--kubeconfig", kubeconfig); !strings.Contains(out, "ok       patch ApplicationSets: ServiceAccount previewset/previewset may do this") {
		t.Errorf("got\n%s", out)
	}
	status, out, _ := f.run("check", "--kubeconfig", kubeconfig, "--service-account", "previewset/other")
	if status != statusFailed || !strings.Contains(out, "failed   patch ApplicationSets: ServiceAccount previewset/other may not do this") {
		t.Errorf("another account: got status %d\n%s", status, out)
	}
	if status, _, stderr := f.run("check", "--service-account", "other"); status != statusUsage || !strings.Contains(stderr, "--service-account must be NAMESPACE/NAME") {
		t.Errorf("no namespace: got status %d, %s", status, stderr)
	}
}

// Without access to a cluster, Argo CD is not checked, which is no failure.
func TestCheckWithoutACluster(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.configure(gitSet(shopRepository(t).URL()))
	if out := f.mustRun("check"); !strings.Contains(out, "not checked: Argo CD: no access to a cluster") || strings.Contains(out, "\nargocd\n") {
		t.Errorf("got\n%s", out)
	}
}

// answerGit answers the advertisement of git-receive-pack with a status.
func (forge *fakeGitHub) answerGit(status int) {
	forge.Fault(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/info/refs") {
			return false
		}
		answerWith(status, "application/x-git-receive-pack-advertisement",
			"001f# service=git-receive-pack\n0000"+"004b"+strings.Repeat("1", 40)+" refs/heads/main\x00report-status\n0000")(w, r)
		return true
	})
}

func TestCheckOfGitHub(t *testing.T) {
	t.Parallel()
	header := func(name, value string) func(*fixture, *fakeGitHub) {
		return func(_ *fixture, forge *fakeGitHub) {
			forge.Fault(func(w http.ResponseWriter, r *http.Request) bool {
				w.Header().Set(name, value)
				return false
			})
		}
	}
	answerGit := func(status int) func(*fixture, *fakeGitHub) {
		return func(_ *fixture, forge *fakeGitHub) { forge.answerGit(status) }
	}
	for _, test := range []struct {
		name    string
		selects string
		prepare func(*fixture, *fakeGitHub)
		status  int
		want    string
	}{
		{
			"classic token", "", header("X-OAuth-Scopes", "repo, read:org, gist"), statusDone,
			"warning  rights: the credentials permit more than reading (repo, gist): use credentials that may only read the source",
		},
		{"classic token that only reads", "", header("X-OAuth-Scopes", "read:org"), statusDone, "ok       rights: the credentials may only read"},
		{"fine-grained token that may write", "", answerGit(http.StatusOK), statusDone, "warning  rights: the credentials may push to the source"},
		{"fine-grained token that only reads", "", answerGit(http.StatusForbidden), statusDone, "ok       rights: the credentials may not push"},
		{"missing scope", "", func(f *fixture, forge *fakeGitHub) {
			forge.Fault(func(w http.ResponseWriter, r *http.Request) bool {
				w.Header().Set("X-OAuth-Scopes", "")
				answerWith(http.StatusNotFound, "application/json", `{"message":"Not Found"}`)(w, r)
				return true
			})
		}, statusFailed, "the credentials lack the right repo: add it"},
		{
			"wrong token", "", func(_ *fixture, forge *fakeGitHub) { forge.Revoke(githubToken) }, statusFailed,
			"not authorized: status 401: Bad credentials: check that the credentials in source.github are valid",
		},
		{
			"no repository", "", func(f *fixture, _ *fakeGitHub) { f.replace("repo: shop", "repo: none") }, statusFailed,
			"repository not found: status 404: Not Found: check owner and repo of source.github, and that the credentials may read the repository",
		},
		{"rate limit", "", func(_ *fixture, forge *fakeGitHub) {
			forge.answerGit(http.StatusForbidden)
			forge.Quota(100, time.Now().Add(time.Hour))
		}, statusDone, "of 5000 requests are left: use credentials that nothing else uses"},
		{"forks without webhooks", "{forks: preview-fork}", func(f *fixture, forge *fakeGitHub) {
			forge.answerGit(http.StatusForbidden)
			f.replace(", webhookSecretFile: "+f.file("webhook-secret"), "")
		}, statusDone, "warning  select.pullRequests.forks: without webhooks"},
		{"forks with webhooks", "{forks: preview-fork}", answerGit(http.StatusForbidden), statusDone, "ok       select.pullRequests.forks: signed webhooks"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f, forge := newFixture(t), newForge(t)
			f.poll = "1m"
			forge.repo.OpenPull(githubtest.Pull{})
			f.configure(forge.pullRequestSet(f, test.selects, ""))
			test.prepare(f, forge)
			if status, out, stderr := f.run("check"); status != test.status || !strings.Contains(out, test.want) || stderr != "" && !strings.Contains(stderr, "level=DEBUG") {
				t.Errorf("got status %d, want %d and %q\n%s%s", status, test.status, test.want, out, stderr)
			}
		})
	}
}

// The clone URL comes from the forge. A token is sent only to the host of its forge.
func TestCheckSendsTokensToTheirForge(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), giteatest.New(t)
	var requests []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { requests = append(requests, r.URL.Path) }))
	t.Cleanup(elsewhere.Close)
	f.write("gitea-token", giteatest.ReaderToken+"\n")
	f.configure(fmt.Sprintf(`- name: shop
  source: {gitea: {url: "%s", owner: acme, repo: shop, tokenFile: %s}}
  select: {pullRequests: {}}
`, forge.URL, f.file("gitea-token")))
	forge.Fault(func(w http.ResponseWriter, r *http.Request) bool {
		answer := forge.Answer(r)
		answer.Body = strings.ReplaceAll(answer.Body, `"clone_url":"http://gitea.acme.dev/`, `"clone_url":"`+elsewhere.URL+"/")
		answer.Write(w)
		return true
	})
	if out := f.mustRun("check"); !strings.Contains(out, elsewhere.URL+"/acme/shop.git is readable") || len(requests) > 0 {
		t.Errorf("got the requests %q to another host, want none\n%s", requests, out)
	}
}

func TestCheckOfAGitHubApp(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, permissions, want string }{
		{"reads", `{"metadata": "read", "pull_requests": "read"}`, "ok       rights: the credentials may only read"},
		{
			"writes", `{"metadata": "read", "pull_requests": "write", "contents": "write"}`,
			"warning  rights: the credentials permit more than reading (contents: write, pull_requests: write)",
		},
		{"lacks a permission", `{"metadata": "read"}`, "the credentials lack the right pull_requests: read: add it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f, forge := newFixture(t), newForge(t)
			forge.repo.OpenPull(githubtest.Pull{})
			f.writeSecret("key", string(forge.App(7, 8)))
			f.configure(fmt.Sprintf(`- name: shop
  source: {github: {owner: acme, repo: shop, apiURL: "%s", app: {id: 7, installationID: 8, privateKeyFile: %s}}}
  select: {pullRequests: {}}
`, forge.APIURL(), f.file("key")))
			forge.Fault(func(w http.ResponseWriter, r *http.Request) bool {
				switch {
				case strings.HasSuffix(r.URL.Path, "/app/installations/8"):
					answerWith(http.StatusOK, "application/json", `{"permissions": `+test.permissions+`}`)(w, r)
				case strings.HasSuffix(r.URL.Path, "/pulls") && !strings.Contains(test.permissions, "pull_requests"):
					answerWith(http.StatusForbidden, "application/json", `{"message": "Resource not accessible by integration"}`)(w, r)
				default:
					return false
				}
				return true
			})
			if _, out, _ := f.run("check"); !strings.Contains(out, test.want) {
				t.Errorf("got %s\nwant %q", out, test.want)
			}
		})
	}
}

func TestCheckOfGitea(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, token string
		timeline    int // status
		status      int
		want        string
	}{
		{"reads", giteatest.ReaderToken, http.StatusNotFound, statusDone, "ok       select.pullRequests.forks: timelines show"},
		{"no timelines", giteatest.ReaderToken, http.StatusForbidden, statusDone, "add the scope read:issue to the token"},
		{"narrow token", giteatest.NarrowToken, http.StatusForbidden, statusFailed, "(scope read:repository)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f, forge := newFixture(t), giteatest.New(t)
			f.write("gitea-token", test.token+"\n")
			f.configure(fmt.Sprintf(`- name: shop
  source: {gitea: {url: "%s", owner: acme, repo: shop, tokenFile: %s}}
  select: {pullRequests: {forks: preview-fork}}
`, forge.URL, f.file("gitea-token")))
			forge.Fault(func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasSuffix(r.URL.Path, "/timeline") {
					return false
				}
				answerWith(test.timeline, "application/json", `{"message": "token does not have the required scope"}`)(w, r)
				return true
			})
			if status, out, _ := f.run("check"); status != test.status || !strings.Contains(out, test.want) {
				t.Errorf("got status %d, want %d and %q\n%s", status, test.status, test.want, out)
			}
		})
	}
}
