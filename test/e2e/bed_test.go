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

	"github.com/previewset/previewset/test/e2e/parts"
	"github.com/previewset/previewset/test/e2e/stack"
	"github.com/previewset/previewset/test/e2e/world"
)

// patience is how long anything may take on a busy machine.
const patience = 3 * time.Minute

// building is held by who builds parts: one after the other finds them built.
var building sync.Mutex

// bed is a world to test in.
type bed struct {
	*world.World
	ledger *world.Ledger
}

// allow lets Applications be deleted, each once: what is closed or deleted from
// now on. Each other deletion fails the test.
func (b *bed) allow(names ...string) { b.ledger.Allow(names...) }

// nothingLost reports whether no Application was deleted that should not have
// been.
func (b *bed) nothingLost(t *testing.T) bool {
	t.Helper()
	must(t, b.BringUpToDate(t.Context(), b.ledger))
	lost := b.ledger.Unexpected()
	for _, deletion := range lost {
		t.Errorf("nobody allowed it: %s", deletion)
	}
	return len(lost) == 0
}

// newBed starts a world that ends with the test. What a failed test leaves for
// reading is said at its end.
func newBed(t *testing.T, argocd, overlay string) *bed {
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
	w, err := world.Start(t.Context(), world.Options{
		Parts: built, Dir: dir, ArgoCD: argocd, Overlay: overlay, Poll: time.Hour, Progress: t.Output(),
	})
	if w == nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Stop(); err != nil {
			t.Error(err)
		}
		if w.Service != nil { // else it was not started
			written, err := w.Written(context.WithoutCancel(t.Context()))
			if err != nil {
				t.Error(err)
			}
			checkSaid(t, w, written)
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
	ledger, err := w.KeepLedger(t.Context())
	must(t, err)
	return &bed{w, ledger}
}

// end checks all of a world while it still runs.
func (b *bed) end(t *testing.T) {
	said, err := b.Said(t.Context(), "shop")
	must(t, err)
	checkSaid(t, b.World, said)
	b.nothingLost(t)
	there, deleted := b.ledger.Count()
	t.Logf("%d Applications were there; %d were deleted, %d of them unexpectedly", there, deleted, len(b.ledger.Unexpected()))
}

// checkSaid looks for what previewset must never say.
func checkSaid(t *testing.T, w *world.World, said map[string][]byte) {
	t.Helper()
	for where, text := range said {
		for _, never := range []string{"DATA RACE", "panic"} {
			if bytes.Contains(text, []byte(never)) {
				t.Errorf("%s has %q", where, never)
			}
		}
		for _, leak := range w.Leaks(text) {
			t.Errorf("%s has a secret: %s", where, leak)
		}
	}
}

// await waits until condition returns nil.
func await(t *testing.T, what string, condition func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), patience, errors.New("waited in vain"))
	defer cancel()
	if err := stack.Await(ctx, condition); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// must fails the test on an error.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// application is what is asked of one.
type application struct {
	uid, revision, synced, health, phase string
	deleting                             bool
}

func (b *bed) application(ctx context.Context, name string) (application, error) {
	o, err := b.Argo("applications").Get(ctx, name, metav1.GetOptions{})
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

// awaitHealthy waits until the Application is Synced and Healthy at a revision
// that is not old, and returns it.
func (b *bed) awaitHealthy(t *testing.T, name, old string) application {
	t.Helper()
	var got application
	await(t, name+" is to be healthy", func(ctx context.Context) (err error) {
		if got, err = b.application(ctx, name); err != nil {
			return err
		}
		if got.synced != "Synced" || got.health != "Healthy" || got.revision == old || got.deleting {
			return fmt.Errorf("it is %+v", got)
		}
		return nil
	})
	return got
}

// awaitGone waits until there is neither the Application nor its namespace,
// which has the same name.
func (b *bed) awaitGone(t *testing.T, name string) {
	t.Helper()
	b.awaitNoApplication(t, name)
	b.awaitNoNamespace(t, name)
}

func (b *bed) awaitNoApplication(t *testing.T, name string) {
	t.Helper()
	await(t, "the Application "+name+" is to go", func(ctx context.Context) error {
		got, err := b.application(ctx, name)
		return goneIf(err, fmt.Sprintf("it is %+v", got))
	})
}

func (b *bed) awaitNoNamespace(t *testing.T, name string) {
	t.Helper()
	await(t, "the namespace "+name+" is to go", func(ctx context.Context) error {
		_, err := b.Cluster.Kubernetes.CoreV1().Namespaces().Get(ctx, name, metav1.GetOptions{})
		return goneIf(err, "it is there")
	})
}

// brake keeps a namespace from going until release is called.
func (b *bed) brake(t *testing.T, namespace string) (release func()) {
	t.Helper()
	brake := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "brake", Finalizers: []string{"e2e.previewset.dev/brake"}}}
	maps := b.Cluster.Kubernetes.CoreV1().ConfigMaps(namespace)
	_, err := maps.Create(t.Context(), brake, metav1.CreateOptions{})
	must(t, err)
	return func() {
		t.Helper()
		_, err := maps.Patch(t.Context(), brake.Name, types.MergePatchType, noFinalizers(), metav1.PatchOptions{})
		must(t, err)
	}
}

func noFinalizers() []byte { return []byte(`{"metadata":{"finalizers":null}}`) }

// goneIf returns nil if getting an object failed because there is none, and else
// why it isn't gone.
func goneIf(err error, there string) error {
	switch {
	case err == nil:
		return errors.New(there)
	case apierrors.IsNotFound(err):
		return nil
	}
	return err
}

// refreshMark makes Argo CD reconcile an ApplicationSet; it takes it off when
// that was done without an error.
const refreshMark = "argocd.argoproj.io/application-set-refresh"

// markRefresh makes an ApplicationSet ask once more.
func (b *bed) markRefresh(t *testing.T, name string) {
	t.Helper()
	mark := fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, refreshMark, time.Now().Format(time.RFC3339Nano))
	_, err := b.Argo("applicationsets").Patch(t.Context(), name, types.MergePatchType, []byte(mark), metav1.PatchOptions{})
	must(t, err)
}

func (b *bed) awaitRefreshed(t *testing.T, name string) {
	t.Helper()
	await(t, "the ApplicationSet "+name+" is to be refreshed", func(ctx context.Context) error {
		o, err := b.Argo("applicationsets").Get(ctx, name, metav1.GetOptions{})
		if err == nil && o.GetAnnotations()[refreshMark] != "" {
			err = errors.New("it is not yet")
		}
		return err
	})
}
