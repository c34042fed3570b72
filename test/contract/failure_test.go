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

// What previewset says, in the words that a user reads in the ApplicationSet.
const (
	badToken  = ": the bearer token is missing or wrong"
	noSuchSet = ": no such set in previewset's configuration"
	unknown   = ": the set is not known yet: previewset has not read it since it started"
	tooOld    = " and older than maxAge (3s): the source can't be used, see previewset's log"
	since     = ": the newest snapshot of the set is from 2" // and so on, the time of the last reading
)

// freezes checks that a reconcile changes nothing and that the user is told
// why, each time in the same words: a condition that changed with each try
// would wake whoever watches it.
func freezes(t *testing.T, a *argoCD, want string) {
	t.Helper()
	before := a.applications(t)
	for range 2 {
		o := a.reconcile(t, "shop")
		if !strings.HasSuffix(o.failure, want) || o.generated {
			t.Errorf("the condition says %q, generated %v; want %q", o.failure, o.generated, want)
		}
		if len(o.failure) > 250 || strings.Contains(o.failure, token) {
			t.Errorf("the condition is too long, or tells a secret: %q", o.failure)
		}
		if o.requeue != controllers.ReconcileRequeueOnValidationError {
			t.Errorf("tried again after %s, want 3m", o.requeue)
		}
	}
	after := a.applications(t)
	for name, app := range before {
		if got := after[name]; got.ResourceVersion != app.ResourceVersion {
			t.Errorf("Application %s was touched", name)
		}
	}
	if len(after) != len(before) {
		t.Errorf("Applications %q", a.applicationNames(t))
	}
}

// running is a world with two pull requests whose Applications are there.
func running(t *testing.T, config string) (*world, *service, *argoCD) {
	t.Helper()
	w := newWorld(t)
	w.shop.OpenPull(githubtest.Pull{})
	w.shop.OpenPull(githubtest.Pull{})
	s := serve(t, config+"sets:\n"+w.set("shop", "  select: {pullRequests: {}}\n")+
		w.set("none", "  select: {pullRequests: {labels: {all: [nobody has it]}}}\n"))
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
	return w, s, a
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

func TestWrongConfigurationFreezes(t *testing.T) {
	_, s, a := running(t, "")
	secret := func(key, value string) *corev1.Secret {
		return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "previewset"}, Data: map[string][]byte{key: []byte(value)}}
	}
	ask := func(parameters string) func(*testing.T) {
		return func(t *testing.T) {
			a.apply(t, applicationSet(t, "shop", strings.Replace(withoutGitOps, "{set: shop}", parameters, 1)))
		}
	}
	tests := []struct {
		name  string
		wrong func(*testing.T)
		right func(*testing.T)
		want  string
	}{
		{"token", func(t *testing.T) { a.apply(t, secret("token", "another")) }, nil, badToken},
		// Argo CD then sends "$token" itself as the token.
		{"key of the Secret", func(t *testing.T) { a.apply(t, secret("tokne", token)) }, nil, badToken},
		{"set", ask("{set: shpo}"), ask("{set: shop}"), noSuchSet},
		{"no set of two", ask("{}"), ask("{set: shop}"), ": input.parameters.set is missing, and the configuration has several sets"},
		{"set that is a number", ask("{set: 1}"), ask("{set: shop}"), ": input.parameters must be an object, and its set a string"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.wrong(t)
			freezes(t, a, test.want)
			a.apply(t, secret("token", token))
			if test.right != nil {
				test.right(t)
			}
			if o := a.reconcile(t, "shop"); o.failure != "" || !o.generated {
				t.Errorf("after it was put right: %+v", o)
			}
		})
	}
	if status, _ := s.post(t, "{}", http.Header{"Authorization": {"Bearer $token"}}); status != http.StatusUnauthorized {
		t.Errorf("the token $token: status %d", status)
	}
}

// A service that was restarted during an outage of its forge knows nothing.
func TestNotReadyFreezes(t *testing.T) {
	w, _, a := running(t, "")
	w.down()
	restarted := serve(t, "poll: 1s\nsets:\n"+w.set("shop", "  select: {pullRequests: {}}\n"))
	a.apply(t, &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "previewset"},
		Data:       map[string]string{"baseUrl": restarted.URL, "token": "$previewset:token"},
	})
	restarted.awaitLog(t, "sync failed")
	freezes(t, a, unknown+": the source can't be used, see previewset's log")
	w.github.Fault(nil)
	restarted.awaitPreviews(t, "shop", "pr-1", "pr-2")
	if o := a.reconcile(t, "shop"); o.failure != "" {
		t.Errorf("after the outage: %s", o.failure)
	}
}

// An outage is bridged with what was known, and then freezes.
func TestOutageFreezes(t *testing.T) {
	w, s, a := running(t, "poll: 1s\nmaxAge: 3s\n")
	w.down()
	s.awaitLog(t, "sync failed")
	s.Await(t, pause, func() error {
		if status, _ := s.GetParams(t, "shop"); status != http.StatusServiceUnavailable {
			return fmt.Errorf("what is known does not get too old: status %d", status)
		}
		return nil
	})
	freezes(t, a, tooOld)
	if o := a.reconcile(t, "shop"); !strings.Contains(o.failure, since) {
		t.Errorf("the condition %q does not say since when", o.failure)
	}
	w.github.Fault(nil)
	s.Await(t, pause, func() error {
		if failure := a.reconcile(t, "shop").failure; failure != "" {
			return errors.New(failure)
		}
		return nil
	})
	if got := a.applicationNames(t); len(got) != 2 {
		t.Errorf("Applications %q", got)
	}
}

// The counterpart: a pull request that ended takes its Application with it, and
// an empty selection takes all.
func TestTruthDeletes(t *testing.T) {
	w, s, a := running(t, "poll: 1s\n")
	w.shop.ClosePull(1)
	s.awaitPreviews(t, "shop", "pr-2")
	if o := a.reconcile(t, "shop"); o.failure != "" {
		t.Fatal(o.failure)
	}
	if got, want := a.applicationNames(t), []string{"shop-pr-2"}; !slices.Equal(got, want) {
		t.Errorf("Applications %q, want %q", got, want)
	}

	status, body := s.GetParams(t, "none")
	if want := `{"output":{"parameters":[]}}` + "\n"; status != http.StatusOK || body != want {
		t.Errorf("an empty set answers %d %s", status, body)
	}
	a.apply(t, applicationSet(t, "shop", strings.Replace(withoutGitOps, "{set: shop}", "{set: none}", 1)))
	if o := a.reconcile(t, "shop"); o.failure != "" || !o.generated {
		t.Errorf("an empty set: %+v", o)
	}
	if got := a.applicationNames(t); len(got) != 0 {
		t.Errorf("Applications %q, want none", got)
	}
}
