package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/previewset/previewset/test/e2e/environment"
	"github.com/previewset/previewset/test/e2e/parts"
	"github.com/previewset/previewset/test/e2e/stack"
)

// timeout bounds each wait. It is long enough for a busy machine.
const timeout = 3 * time.Minute

// building serializes builds of the parts, so that the second test uses the cache.
var building sync.Mutex

// fixture is an environment with a ledger of its Applications.
type fixture struct {
	*environment.Environment
	ledger *environment.Ledger
}

// allow allows one later deletion of each Application. Any other deletion fails the test.
func (fx *fixture) allow(names ...string) { fx.ledger.Allow(names...) }

// checkDeletions reports whether no Application was deleted unexpectedly. Otherwise it
// fails the test.
func (fx *fixture) checkDeletions(t *testing.T) bool {
	t.Helper()
	must(t, fx.UpdateLedger(t.Context(), fx.ledger))
	unexpected := fx.ledger.Unexpected()
	for _, deletion := range unexpected {
		t.Errorf("unexpected deletion: %s", deletion)
	}
	return len(unexpected) == 0
}

// newFixture starts an environment and stops it when the test ends. A failed test keeps the
// files and prints their folder.
func newFixture(t *testing.T, argocd, overlay string) *fixture {
	t.Helper()
	building.Lock()
	built, err := parts.Build(t.Context(), parts.Options{ArgoCD: argocd, Progress: os.Stderr})
	building.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "previewset-e2e-")
	if err != nil {
		t.Fatal(err)
	}
	e, err := environment.Start(t.Context(), environment.Options{
		Parts: built, Dir: dir, ArgoCD: argocd, Overlay: overlay, Poll: time.Hour, Progress: t.Output(),
	})
	if e == nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Stop(); err != nil {
			t.Error(err)
		}
		if e.Service != nil { // nil if an earlier part did not start
			written, err := e.Written(context.WithoutCancel(t.Context()))
			if err != nil {
				t.Error(err)
			}
			checkTexts(t, e, written)
		}
		if t.Failed() {
			t.Logf("the logs and repositories are in %s", dir)
			return
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	ledger, err := e.WatchApplications(t.Context())
	must(t, err)
	return &fixture{e, ledger}
}

// checkAll checks the responses and the deletions of the running environment.
func (fx *fixture) checkAll(t *testing.T) {
	responses, err := fx.Responses(t.Context(), "shop")
	must(t, err)
	checkTexts(t, fx.Environment, responses)
	fx.checkDeletions(t)
	total, deleted := fx.ledger.Count()
	t.Logf("%d Applications, %d deleted, %d of them unexpectedly", total, deleted, len(fx.ledger.Unexpected()))
}

// checkTexts checks that texts contain no data races, panics or secrets.
func checkTexts(t *testing.T, e *environment.Environment, texts map[string][]byte) {
	t.Helper()
	for source, text := range texts {
		for _, forbidden := range []string{"DATA RACE", "panic"} {
			if bytes.Contains(text, []byte(forbidden)) {
				t.Errorf("%s contains %q", source, forbidden)
			}
		}
		for _, leak := range e.Leaks(text) {
			t.Errorf("%s contains a secret: %s", source, leak)
		}
	}
}

// await waits until condition returns nil. name completes the sentence "wait until …".
func await(t *testing.T, name string, condition func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), timeout, fmt.Errorf("timeout after %s", timeout))
	defer cancel()
	if err := stack.Await(ctx, condition); err != nil {
		t.Fatalf("wait until %s: %v", name, err)
	}
}

// must fails the test on an error.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// application holds the state of an Application.
type application struct {
	uid, revision, synced, health, phase string
	deleting                             bool
}

func (fx *fixture) application(ctx context.Context, name string) (application, error) {
	o, err := fx.Argo("applications").Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return application{}, err
	}
	return application{
		uid:      string(o.GetUID()),
		revision: text(o, "spec", "source", "targetRevision"),
		synced:   text(o, "status", "sync", "status"),
		health:   text(o, "status", "health", "status"),
		phase:    text(o, "status", "operationState", "phase") + " " + text(o, "status", "operationState", "message"),
		deleting: o.GetDeletionTimestamp() != nil,
	}, nil
}

func text(o *unstructured.Unstructured, path ...string) string {
	value, _, _ := unstructured.NestedString(o.Object, path...)
	return value
}

// awaitHealthy waits until the Application is Synced and Healthy at another revision than
// old, and returns its state.
func (fx *fixture) awaitHealthy(t *testing.T, name, old string) application {
	t.Helper()
	var got application
	await(t, name+" is healthy", func(ctx context.Context) (err error) {
		if got, err = fx.application(ctx, name); err != nil {
			return err
		}
		if got.synced != "Synced" || got.health != "Healthy" || got.revision == old || got.deleting {
			return fmt.Errorf("state %+v", got)
		}
		return nil
	})
	return got
}

// awaitDeleted waits until the Application and its namespace, which has the same name,
// do not exist.
func (fx *fixture) awaitDeleted(t *testing.T, name string) {
	t.Helper()
	fx.awaitNoApplication(t, name)
	fx.awaitNoNamespace(t, name)
}

func (fx *fixture) awaitNoApplication(t *testing.T, name string) {
	t.Helper()
	await(t, "the Application "+name+" is deleted", func(ctx context.Context) error {
		got, err := fx.application(ctx, name)
		return deletedError(err, fmt.Sprintf("state %+v", got))
	})
}

func (fx *fixture) awaitNoNamespace(t *testing.T, name string) {
	t.Helper()
	await(t, "the namespace "+name+" is deleted", func(ctx context.Context) error {
		_, err := fx.Cluster.Kubernetes.CoreV1().Namespaces().Get(ctx, name, metav1.GetOptions{})
		return deletedError(err, "the namespace exists")
	})
}

// blockDeletion prevents the deletion of a namespace until release is called. It creates an
// object with a finalizer.
func (fx *fixture) blockDeletion(t *testing.T, namespace string) (release func()) {
	t.Helper()
	blocker := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "blocker", Finalizers: []string{"e2e.previewset.dev/blocker"}}}
	maps := fx.Cluster.Kubernetes.CoreV1().ConfigMaps(namespace)
	_, err := maps.Create(t.Context(), blocker, metav1.CreateOptions{})
	must(t, err)
	return func() {
		t.Helper()
		_, err := maps.Patch(t.Context(), blocker.Name, types.MergePatchType, noFinalizers(), metav1.PatchOptions{})
		must(t, err)
	}
}

func noFinalizers() []byte { return []byte(`{"metadata":{"finalizers":null}}`) }

// deletedError takes the error of getting an object. It returns nil if the object does not
// exist, and an error with the text exists if it does.
func deletedError(err error, exists string) error {
	switch {
	case err == nil:
		return errors.New(exists)
	case apierrors.IsNotFound(err):
		return nil
	}
	return err
}

// refreshAnnotation triggers a reconcile of an ApplicationSet. Argo CD removes it after a
// successful reconcile.
const refreshAnnotation = "argocd.argoproj.io/application-set-refresh"

// requestRefresh triggers a reconcile of an ApplicationSet.
func (fx *fixture) requestRefresh(t *testing.T, name string) {
	t.Helper()
	patch := fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, refreshAnnotation, time.Now().Format(time.RFC3339Nano))
	_, err := fx.Argo("applicationsets").Patch(t.Context(), name, types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	must(t, err)
}

func (fx *fixture) awaitRefreshed(t *testing.T, name string) {
	t.Helper()
	await(t, "the ApplicationSet "+name+" is refreshed", func(ctx context.Context) error {
		o, err := fx.Argo("applicationsets").Get(ctx, name, metav1.GetOptions{})
		if err == nil && o.GetAnnotations()[refreshAnnotation] != "" {
			err = errors.New("the refresh annotation is still set")
		}
		return err
	})
}
