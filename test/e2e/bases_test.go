package e2e_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/previewset/previewset/test/e2e/parts"
	"github.com/previewset/previewset/test/e2e/stack"
)

// notDefined has the kinds of the bases that no CustomResourceDefinition defines, with the
// reason. Their objects are left out; the other objects of the base are not.
var notDefined = map[string]string{
	"apps.openshift.io/DeploymentConfig": "OpenShift's own API server serves it, see github.com/openshift/api/apps/v1",
}

// TestBases checks that the Kubernetes API accepts the golden builds of examples/bases as
// server-side dry runs. Unknown fields are errors. It has an API server of its own, because
// the definitions of other projects could change what the other tests see.
func TestBases(t *testing.T) {
	t.Parallel()
	b := newBases(t)
	builds := readBuilds(t)
	b.define(t, builds)
	for name, objects := range builds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b.makeNamespaces(t, objects)
			for _, o := range objects {
				if reason := notDefined[groupKind(o)]; reason != "" {
					t.Logf("%s %s is left out: %s", o.GetKind(), o.GetName(), reason)
				} else if err := b.cluster.Validate(t.Context(), corev1.NamespaceDefault, o); err != nil {
					t.Error(err)
				}
			}
		})
	}
	t.Run("a misspelt field", func(t *testing.T) {
		t.Parallel()
		b.checkMisspelt(t, builds["istio"])
	})
}

// bases is an API server with definitions.
type bases struct {
	built   *parts.Built
	cluster *stack.Cluster

	mu         sync.Mutex // guards namespaces
	namespaces map[string]bool
}

func newBases(t *testing.T) *bases {
	t.Helper()
	building.Lock()
	built, err := parts.Build(t.Context(), parts.Options{Only: []string{parts.Etcd, parts.APIServer}, Progress: os.Stderr})
	building.Unlock()
	must(t, err)
	processes, err := stack.NewProcesses(t.TempDir())
	must(t, err)
	t.Cleanup(func() { must(t, processes.Stop()) })
	cluster, err := stack.StartAPI(t.Context(), processes, built)
	must(t, err)
	return &bases{built: built, cluster: cluster, namespaces: map[string]bool{}}
}

// examplesDir has the bases, with their golden builds and what their clusters need.
const examplesDir = "../../examples/bases"

// readBuilds returns the objects of the golden builds, by the name of the base.
func readBuilds(t *testing.T) map[string][]*unstructured.Unstructured {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(examplesDir, "*", "build.golden.yaml"))
	if err != nil || len(files) < 12 {
		t.Fatalf("got the builds %q, %v, want at least 12", files, err)
	}
	builds := map[string][]*unstructured.Unstructured{}
	for _, file := range files {
		objects, err := stack.ReadObjects(file)
		must(t, err)
		builds[filepath.Base(filepath.Dir(file))] = objects
	}
	return builds
}

// define applies the definitions of all kinds that the builds have and Kubernetes has not,
// and waits until the API serves these kinds.
func (b *bases) define(t *testing.T, builds map[string][]*unstructured.Unstructured) {
	t.Helper()
	kinds := b.undefined(builds)
	var group sync.WaitGroup
	for file, defined := range b.definitionFiles(t, slices.Sorted(maps.Keys(kinds))) {
		group.Go(func() {
			if err := b.applyDefinitions(t.Context(), file, defined); err != nil {
				t.Errorf("define %s: %v", strings.Join(defined, ", "), err)
			}
		})
	}
	group.Wait()
	if t.Failed() {
		t.FailNow()
	}
	for kind, o := range kinds {
		await(t, "the API lists "+kind, func(context.Context) error {
			_, err := b.cluster.Resource(o, corev1.NamespaceDefault)
			return err
		})
	}
}

// undefined returns the kinds that need a definition, each with an object.
func (b *bases) undefined(builds map[string][]*unstructured.Unstructured) map[string]*unstructured.Unstructured {
	kinds := map[string]*unstructured.Unstructured{}
	for _, objects := range builds {
		for _, o := range objects {
			kind := groupKind(o)
			if kinds[kind] != nil || notDefined[kind] != "" {
				continue
			}
			if _, err := b.cluster.Resource(o, corev1.NamespaceDefault); err != nil {
				kinds[kind] = o
			}
		}
	}
	return kinds
}

// definitionFiles returns the files that define kinds, each with the kinds to take from it.
// The examples have a file for their cluster; the others are in Go modules.
func (b *bases) definitionFiles(t *testing.T, kinds []string) map[string][]string {
	t.Helper()
	files := map[string][]string{}
	own, err := filepath.Glob(filepath.Join(examplesDir, "*", "cluster", "*.yaml"))
	must(t, err)
	for _, file := range own {
		objects, err := stack.ReadObjects(file)
		must(t, err)
		for _, o := range objects {
			files[file] = append(files[file], definedKind(o))
		}
		kinds = slices.DeleteFunc(kinds, func(kind string) bool { return slices.Contains(files[file], kind) })
	}
	others, err := b.built.DefinitionsOf(t.Context(), kinds...)
	if err != nil {
		t.Fatalf("%v: add it to parts/crds.go, or to notDefined if no Go module has it", err)
	}
	for kind, file := range others {
		files[file] = append(files[file], kind)
	}
	return files
}

// applyDefinitions applies the definitions of kinds that are in a file, and waits until the
// API serves the kinds.
func (b *bases) applyDefinitions(ctx context.Context, file string, kinds []string) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	objects, err := stack.ReadObjects(file)
	if err != nil {
		return err
	}
	objects = slices.DeleteFunc(objects, func(o *unstructured.Unstructured) bool { return !slices.Contains(kinds, definedKind(o)) })
	if len(objects) != len(kinds) {
		return fmt.Errorf("%s has %d of the definitions", file, len(objects))
	}
	if err := b.cluster.Apply(ctx, "", objects...); err != nil {
		return err
	}
	for _, o := range objects {
		if err := stack.Await(ctx, func(ctx context.Context) error { return b.established(ctx, o) }); err != nil {
			return err
		}
	}
	return nil
}

// established returns an error unless the API serves the kind that a definition defines.
func (b *bases) established(ctx context.Context, definition *unstructured.Unstructured) error {
	definitions, err := b.cluster.Resource(definition, "")
	if err != nil {
		return err
	}
	now, err := definitions.Get(ctx, definition.GetName(), metav1.GetOptions{})
	if err != nil {
		return err
	}
	if conditions, _, _ := unstructured.NestedSlice(now.Object, "status", "conditions"); !slices.ContainsFunc(conditions, isEstablished) {
		return fmt.Errorf("%s has the conditions %v", definition.GetName(), conditions)
	}
	return nil
}

func isEstablished(condition any) bool {
	fields := condition.(map[string]any)
	return fields["type"] == "Established" && fields["status"] == "True"
}

// definedKind returns the kind that a CustomResourceDefinition defines, as groupKind does.
func definedKind(definition *unstructured.Unstructured) string {
	return text(definition, "spec", "group") + "/" + text(definition, "spec", "names", "kind")
}

// groupKind returns group/Kind of an object.
func groupKind(o *unstructured.Unstructured) string {
	kind := o.GroupVersionKind()
	return kind.Group + "/" + kind.Kind
}

// makeNamespaces creates the namespaces of objects, which dry runs need.
func (b *bases) makeNamespaces(t *testing.T, objects []*unstructured.Unstructured) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range objects {
		name := o.GetNamespace()
		if name == "" || b.namespaces[name] {
			continue
		}
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
		_, err := b.cluster.Kubernetes.CoreV1().Namespaces().Create(t.Context(), namespace, metav1.CreateOptions{})
		must(t, err)
		b.namespaces[name] = true
	}
}

// checkMisspelt checks that the API rejects unknown fields of custom resources, so that its
// acceptance of the builds is significant.
func (b *bases) checkMisspelt(t *testing.T, objects []*unstructured.Unstructured) {
	t.Helper()
	b.makeNamespaces(t, objects)
	i := slices.IndexFunc(objects, func(o *unstructured.Unstructured) bool { return o.GetKind() == "VirtualService" })
	misspelt := objects[i].DeepCopy()
	must(t, unstructured.SetNestedField(misspelt.Object, "x", "spec", "gateway"))
	if err := b.cluster.Validate(t.Context(), corev1.NamespaceDefault, misspelt); err == nil || !strings.Contains(err.Error(), "gateway") {
		t.Errorf("got %v, want an error that names gateway", err)
	}
}
