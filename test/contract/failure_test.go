package contract_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/argoproj/argo-cd/v2/applicationset/controllers"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	githubtest "github.com/previewset/previewset/test/fake/github"
)

// The ends of the error messages in the conditions of the ApplicationSet.
const (
	badToken  = ": the bearer token is missing or wrong"
	noKey     = `: the token is the unresolved text "$token": Argo CD's Secret lacks the key, or lacks the label app.kubernetes.io/part-of: argocd`
	noSuchSet = ": the set is not in previewset's configuration"
	unknown   = ": the set is not known yet: previewset has not read it since it started"
	tooOld    = " and older than maxAge (3s): the source answers with an error, see previewset's log"
	since     = ": the newest snapshot of the set is from 2" // followed by the rest of the time of the last sync
)

// checkUnchanged checks that a failing reconcile changes no Application, and that its
// condition ends in want. A second reconcile must set the same condition: a condition
// that changes with each attempt would trigger everything that watches the ApplicationSet.
func checkUnchanged(t *testing.T, a *argoCD, want string) {
	t.Helper()
	before := a.applications(t)
	for range 2 {
		o := a.reconcile(t, "shop")
		if !strings.HasSuffix(o.failure, want) || o.generated {
			t.Errorf("condition: got %q, generated %v; want %q, generated false", o.failure, o.generated, want)
		}
		if len(o.failure) > 250 || strings.Contains(o.failure, token) {
			t.Errorf("the condition is longer than 250 bytes or contains the token: %q", o.failure)
		}
		if o.requeue != controllers.ReconcileRequeueOnValidationError {
			t.Errorf("requeue after %s, want %s", o.requeue, controllers.ReconcileRequeueOnValidationError)
		}
	}
	after := a.applications(t)
	for name, app := range before {
		if got := after[name]; got.ResourceVersion != app.ResourceVersion {
			t.Errorf("the reconcile changed Application %s", name)
		}
	}
	if len(after) != len(before) {
		t.Errorf("got Applications %q, want %d", a.applicationNames(t), len(before))
	}
}

// running returns a fixture with two pull requests and their Applications.
func running(t *testing.T, config string) (*fixture, *service, *argoCD) {
	t.Helper()
	f := newFixture(t)
	f.shop.OpenPull(githubtest.Pull{})
	f.shop.OpenPull(githubtest.Pull{})
	s := serve(t, config+"sets:\n"+f.set("shop", "  select: {pullRequests: {}}\n")+
		f.set("none", "  select: {pullRequests: {labels: {all: [nobody has it]}}}\n"))
	s.awaitPreviews(t, "shop", "pr-1", "pr-2")
	s.awaitPreviews(t, "none")
	a := newArgoCD(t, s.URL)
	a.apply(t, applicationSet(t, "shop", withoutGitOps))
	if o := a.reconcile(t, "shop"); o.failure != "" || o.requeue != 30*time.Minute {
		t.Fatalf("reconcile: %+v", o)
	}
	if got, want := a.applicationNames(t), []string{"shop-pr-1", "shop-pr-2"}; !slices.Equal(got, want) {
		t.Fatalf("Applications %q, want %q", got, want)
	}
	return f, s, a
}

// withoutGitOps deploys from the pull request's own repository.
const withoutGitOps = `
goTemplate: true
goTemplateOptions: ["missingkey=error"]
generators: [{plugin: {configMapRef: {name: previewset}, input: {parameters: {set: shop}}}}]
template:
  metadata: {name: "{{.name}}"}
  spec:
    project: default
    source: {repoURL: "{{.url}}", path: deploy, targetRevision: "{{.head_sha}}"}
    destination: {server: https://kubernetes.default.svc, namespace: "{{.namespace}}"}
`

func TestWrongConfigurationChangesNothing(t *testing.T) {
	_, s, a := running(t, "")
	secret := func(key, value string) *corev1.Secret {
		return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "previewset"}, Data: map[string][]byte{key: []byte(value)}}
	}
	apply := func(parameters string) func(*testing.T) {
		return func(t *testing.T) {
			a.apply(t, applicationSet(t, "shop", strings.Replace(withoutGitOps, "{set: shop}", parameters, 1)))
		}
	}
	tests := []struct {
		name    string
		corrupt func(*testing.T)
		fix     func(*testing.T)
		want    string
	}{
		{"token", func(t *testing.T) { a.apply(t, secret("token", "another")) }, nil, badToken},
		// If the Secret has no such key, Argo CD sends the text "$token" as the token.
		{"key of the Secret", func(t *testing.T) { a.apply(t, secret("tokne", token)) }, nil, noKey},
		{"set", apply("{set: shpo}"), apply("{set: shop}"), noSuchSet},
		{"missing set", apply("{}"), apply("{set: shop}"), ": input.parameters.set is missing, and the configuration has several sets"},
		{"set that is a number", apply("{set: 1}"), apply("{set: shop}"), ": input.parameters must be an object, and its set a string"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.corrupt(t)
			checkUnchanged(t, a, test.want)
			a.apply(t, secret("token", token))
			if test.fix != nil {
				test.fix(t)
			}
			if o := a.reconcile(t, "shop"); o.failure != "" || !o.generated {
				t.Errorf("reconcile after the fix: %+v", o)
			}
		})
	}
	if status, _ := s.post(t, "{}", http.Header{"Authorization": {"Bearer $token"}}); status != http.StatusUnauthorized {
		t.Errorf("the token $token: status %d, want 401", status)
	}
}

// A service that restarts during an outage of its forge has no data.
func TestNotReadyChangesNothing(t *testing.T) {
	f, _, a := running(t, "")
	f.down()
	restarted := serve(t, "poll: 1s\nsets:\n"+f.set("shop", "  select: {pullRequests: {}}\n"))
	a.apply(t, &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "previewset"},
		Data:       map[string]string{"baseUrl": restarted.URL, "token": "$previewset:token"},
	})
	restarted.awaitLog(t, "sync failed")
	checkUnchanged(t, a, unknown+": the source answers with an error, see previewset's log")
	f.github.Fault(nil)
	restarted.awaitPreviews(t, "shop", "pr-1", "pr-2")
	if o := a.reconcile(t, "shop"); o.failure != "" {
		t.Errorf("after the outage: %s", o.failure)
	}
}

// During an outage the service returns the last known data until maxAge, and then an
// error.
func TestOutageChangesNothing(t *testing.T) {
	f, s, a := running(t, "poll: 1s\nmaxAge: 3s\n")
	f.down()
	s.awaitLog(t, "sync failed")
	s.Await(t, pause, func() error {
		if status, _ := s.GetParams(t, "shop"); status != http.StatusServiceUnavailable {
			return fmt.Errorf("status %d after maxAge, want 503", status)
		}
		return nil
	})
	checkUnchanged(t, a, tooOld)
	if o := a.reconcile(t, "shop"); !strings.Contains(o.failure, since) {
		t.Errorf("the condition %q has no time of the last sync", o.failure)
	}
	f.github.Fault(nil)
	s.Await(t, pause, func() error {
		if failure := a.reconcile(t, "shop").failure; failure != "" {
			return errors.New(failure)
		}
		return nil
	})
	if got := a.applicationNames(t); len(got) != 2 {
		t.Errorf("got Applications %q, want 2", got)
	}
}

// The end of a pull request deletes its Application, and an empty set deletes all
// Applications.
func TestCompleteAnswerDeletes(t *testing.T) {
	f, s, a := running(t, "poll: 1s\n")
	f.shop.ClosePull(1)
	s.awaitPreviews(t, "shop", "pr-2")
	if o := a.reconcile(t, "shop"); o.failure != "" {
		t.Fatal(o.failure)
	}
	if got, want := a.applicationNames(t), []string{"shop-pr-2"}; !slices.Equal(got, want) {
		t.Errorf("Applications %q, want %q", got, want)
	}

	status, body := s.GetParams(t, "none")
	if want := `{"output":{"parameters":[]}}` + "\n"; status != http.StatusOK || body != want {
		t.Errorf("answer for an empty set: got %d %s, want 200 %s", status, body, want)
	}
	a.apply(t, applicationSet(t, "shop", strings.Replace(withoutGitOps, "{set: shop}", "{set: none}", 1)))
	if o := a.reconcile(t, "shop"); o.failure != "" || !o.generated {
		t.Errorf("reconcile with an empty set: %+v", o)
	}
	if got := a.applicationNames(t); len(got) != 0 {
		t.Errorf("Applications %q, want none", got)
	}
}
