package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

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
		checkLogs(t, w)
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
	return &bed{w}
}

// checkLogs looks for what previewset must never say of itself.
func checkLogs(t *testing.T, w *world.World) {
	t.Helper()
	if w.Service == nil {
		return // it was not started
	}
	logs, err := filepath.Glob(filepath.Join(w.Dir, "logs", "previewset*.log"))
	if err != nil || len(logs) == 0 {
		t.Errorf("there are no logs of previewset: %v", err)
	}
	for _, file := range logs {
		log, err := os.ReadFile(file)
		if err != nil {
			t.Error(err)
		}
		for _, never := range []string{"DATA RACE", "panic", w.Service.Token, w.Forge.ServiceToken} {
			if bytes.Contains(log, []byte(never)) {
				t.Errorf("%s has %q", file, never)
			}
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
