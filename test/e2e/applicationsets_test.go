package e2e_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/previewset/previewset/test/e2e/stack"
)

// optionsSet is the set of the tests of options, its ApplicationSet, and the label that
// selects its pull requests.
const optionsSet = "options"

// testOptions tests what docs/applicationsets.md says about options of ApplicationSets.
func testOptions(t *testing.T, fx *fixture) {
	o := &options{fixture: fx, jobs: fx.watchJobs(t)}
	for _, step := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"opened", o.opened},
		{"invalid label", o.invalidLabel},
		{"applicationsSync", o.applicationsSync},
		{"ignoreApplicationDifferences", o.ignoredDifferences},
		{"preserveResourcesOnDeletion", o.preserved},
		{"selector", o.selected},
		{"orphaned", o.orphaned},
		{"same names", o.sameNames},
		{"other names", o.otherNames},
		{"set removed", o.removed},
	} {
		ok := t.Run(step.name, step.run)
		if !fx.checkDeletions(t) || !ok {
			return
		}
	}
}

// options is the state of the tests of options.
type options struct {
	*fixture
	jobs  *jobs
	count int
}

// open opens a pull request, and returns its number and the name of its Application and
// namespace.
func (o *options) open(t *testing.T, branch string) (number int64, name string) {
	t.Helper()
	number, _, err := o.Forge.Open(t.Context(), branch, `Say "{{.branch}}": 'x' # \`, optionsSet)
	must(t, err)
	return number, fmt.Sprintf("%s-pr-%d", optionsSet, number)
}

// next opens a pull request, and waits until its preview is healthy.
func (o *options) next(t *testing.T) (number int64, branch, name string) {
	t.Helper()
	o.count++
	branch = fmt.Sprintf("option-%d", o.count)
	number, name = o.open(t, branch)
	o.awaitHealthy(t, name, "")
	return number, branch, name
}

// manifest returns the ApplicationSet after an edit of its spec.
func (o *options) manifest(t *testing.T, edit func(spec map[string]any)) *unstructured.Unstructured {
	t.Helper()
	objects, err := o.Manifests("test", "e2e", "testdata", "options.yaml")
	must(t, err)
	if edit != nil {
		edit(objects[0].Object["spec"].(map[string]any))
	}
	return objects[0]
}

// replace replaces the spec of the ApplicationSet by that of the manifest after an edit, and
// refreshes it.
func (o *options) replace(t *testing.T, edit func(spec map[string]any)) {
	t.Helper()
	patch, err := json.Marshal([]any{map[string]any{"op": "replace", "path": "/spec", "value": o.manifest(t, edit).Object["spec"]}})
	must(t, err)
	_, err = o.Argo("applicationsets").Patch(t.Context(), optionsSet, types.JSONPatchType, patch, metav1.PatchOptions{})
	must(t, err)
	o.requestRefresh(t, optionsSet)
}

// awaitEnded waits until the entry of a preview is pruned and previewset returns no parameters
// of it.
func (o *options) awaitEnded(t *testing.T, number int64) {
	t.Helper()
	id := fmt.Sprintf("pr-%d", number)
	o.awaitPruned(t, "previews/"+optionsSet+"/"+id)
	await(t, "previewset no longer returns "+id, func(ctx context.Context) error {
		sets, err := o.Parameters(ctx, optionsSet)
		for _, p := range sets {
			if p["id"] == id {
				err = errors.New("it does")
			}
		}
		return err
	})
}

// checkStays checks that an Application exists and is not being deleted.
func (o *options) checkStays(t *testing.T, name string) application {
	t.Helper()
	a, err := o.application(t.Context(), name)
	if err != nil || a.deleting {
		t.Fatalf("%s: got %+v, %v, want the Application", name, a, err)
	}
	return a
}

func (o *options) opened(t *testing.T) {
	must(t, o.EditConfig(func(config map[string]any) {
		config["sets"] = append(config["sets"].([]any), map[string]any{
			"name":   optionsSet,
			"source": o.Source("shop"),
			"select": map[string]any{"pullRequests": map[string]any{"labels": map[string]any{"all": []any{optionsSet}}}},
			"guard":  map[string]any{"allowAll": true},
			"overlay": map[string]any{
				"base": "apps/shop/base", "components": []any{"components/hooks"}, "adminNamespace": "shop-admin",
				"images": []any{map[string]any{"name": "ghcr.io/acme/shop", "newTag": "{{.head_sha}}"}},
			},
		})
	}))
	must(t, o.Cluster.Apply(t.Context(), stack.ArgoCDNamespace, o.manifest(t, nil)))
	_, branch, name := o.next(t)
	a, err := o.Argo("applications").Get(t.Context(), name, metav1.GetOptions{})
	must(t, err)
	if a.GetLabels()["branch"] != branch || a.GetAnnotations()["previewset.dev/title"] != `Say "{{.branch}}": 'x' # \` {
		t.Errorf("got labels %v and annotations %v", a.GetLabels(), a.GetAnnotations())
	}
}

// invalidLabel sets a label to the name of a branch. One branch is no label value: the set
// deletes nothing until the label is corrected.
func (o *options) invalidLabel(t *testing.T) {
	number, _, closed := o.next(t)
	o.replace(t, func(spec map[string]any) { setLabel(spec, "{{.branch}}") })
	_, name := o.open(t, "option/invalid")
	o.awaitParameters(t, optionsSet, name)
	await(t, "the ApplicationSet reports the label", func(ctx context.Context) error {
		a, err := o.Argo("applicationsets").Get(ctx, optionsSet, metav1.GetOptions{})
		if err != nil {
			return err
		}
		return containsAll(errorOf(a), "option/invalid")
	})
	must(t, o.Forge.Close(number))
	o.awaitEnded(t, number)
	o.awaitAnswers(t, 3)
	o.checkStays(t, closed)
	o.allow(closed)
	o.replace(t, nil)
	o.awaitHealthy(t, name, "")
	o.awaitDeleted(t, closed)
}

// awaitAnswers refreshes the ApplicationSet until Argo CD has read the answer n times more.
// The refresh annotation stays while the ApplicationSet has an error.
func (o *options) awaitAnswers(t *testing.T, n float64) {
	t.Helper()
	const answers = `previewset_answers_total{code="200",set="options"}`
	before, err := o.metric(t.Context(), answers)
	must(t, err)
	await(t, "Argo CD reads the answer again", func(ctx context.Context) error {
		o.requestRefresh(t, optionsSet)
		got, err := o.metric(ctx, answers)
		if err == nil && got < before+n {
			err = fmt.Errorf("%v answers after %v", got, before)
		}
		return err
	})
}

// setLabel sets the label branch of the template.
func setLabel(spec map[string]any, value string) {
	metadata := spec["template"].(map[string]any)["metadata"].(map[string]any)
	metadata["labels"].(map[string]any)["branch"] = value
}

// applicationsSync keeps Applications of previews that ended, and with create-only also
// their revision.
func (o *options) applicationsSync(t *testing.T) {
	number, branch, name := o.next(t)
	before := o.checkStays(t, name)
	o.replace(t, func(spec map[string]any) { spec["syncPolicy"] = map[string]any{"applicationsSync": "create-only"} })
	o.awaitRefreshed(t, optionsSet)
	_, err := o.Forge.Push(t.Context(), branch, "More")
	must(t, err)
	await(t, "previewset returns another revision", func(context.Context) error {
		if p := o.awaitParameters(t, optionsSet, name); p["revision"] == before.revision {
			return errors.New("the revision is the same")
		}
		return nil
	})
	o.requestRefresh(t, optionsSet)
	o.awaitRefreshed(t, optionsSet)
	if got := o.checkStays(t, name); got.revision != before.revision {
		t.Errorf("create-only: the Application moved from %s to %s", before.revision, got.revision)
	}
	o.replace(t, func(spec map[string]any) { spec["syncPolicy"] = map[string]any{"applicationsSync": "create-update"} })
	o.awaitHealthy(t, name, before.revision)
	must(t, o.Forge.Close(number))
	o.awaitEnded(t, number)
	o.requestRefresh(t, optionsSet)
	o.awaitRefreshed(t, optionsSet)
	o.checkStays(t, name)
	o.allow(name)
	o.replace(t, nil)
	o.awaitDeleted(t, name)
}

// ignoredDifferences keeps what a person changes in an Application.
func (o *options) ignoredDifferences(t *testing.T) {
	_, branch, name := o.next(t)
	before := o.checkStays(t, name)
	o.replace(t, func(spec map[string]any) {
		spec["ignoreApplicationDifferences"] = []any{map[string]any{"jsonPointers": []any{"/spec/info"}}}
	})
	o.awaitRefreshed(t, optionsSet)
	_, err := o.Argo("applications").Patch(t.Context(), name, types.MergePatchType, []byte(`{"spec":{"info":[{"name":"Note","value":"mine"}]}}`), metav1.PatchOptions{})
	must(t, err)
	_, err = o.Forge.Push(t.Context(), branch, "More")
	must(t, err)
	o.awaitHealthy(t, name, before.revision)
	if info, err := o.info(t.Context(), name); err != nil || len(info) != 1 {
		t.Errorf("got spec.info %v, %v, want the entry of the person", info, err)
	}
	o.replace(t, nil)
	await(t, "the entry of the person is removed", func(ctx context.Context) error {
		info, err := o.info(ctx, name)
		if err == nil && len(info) > 0 {
			err = fmt.Errorf("spec.info %v", info)
		}
		return err
	})
}

// preserved keeps the objects of a preview that ends. Its hook runs all the same.
func (o *options) preserved(t *testing.T) {
	number, _, name := o.next(t)
	o.replace(t, func(spec map[string]any) { spec["syncPolicy"] = map[string]any{"preserveResourcesOnDeletion": true} })
	o.awaitRefreshed(t, optionsSet)
	o.allow(name)
	must(t, o.Forge.Close(number))
	o.awaitNoApplication(t, name)
	o.jobs.await(t, "farewell-"+name)
	namespaces := o.Cluster.Kubernetes.CoreV1().Namespaces()
	if n, err := namespaces.Get(t.Context(), name, metav1.GetOptions{}); err != nil || n.DeletionTimestamp != nil {
		t.Errorf("got the namespace %v, %v, want that it stays", n, err)
	}
	must(t, namespaces.Delete(t.Context(), name, metav1.DeleteOptions{}))
	o.replace(t, nil)
	o.awaitRefreshed(t, optionsSet)
}

// selected removes the Application of a preview that a selector of the ApplicationSet
// excludes. previewset does not know this: the entry stays.
func (o *options) selected(t *testing.T) {
	_, _, other := o.next(t)
	number, _, name := o.next(t)
	o.allow(name)
	o.replace(t, func(spec map[string]any) { selectNumber(spec, "NotIn", number) })
	o.awaitDeleted(t, name)
	o.checkStays(t, other)
	o.awaitParameters(t, optionsSet, name)
	o.replace(t, nil)
	o.awaitHealthy(t, name, "")
}

// selectNumber sets the selector of the generator to the number of a pull request.
func selectNumber(spec map[string]any, operator string, number int64) {
	spec["generators"].([]any)[0].(map[string]any)["selector"] = map[string]any{"matchExpressions": []any{
		map[string]any{"key": "number", "operator": operator, "values": []any{fmt.Sprint(number)}},
	}}
}

// orphaned deletes the ApplicationSet without its Applications. A preview that ends
// meanwhile keeps its Application. An ApplicationSet with the same names adopts the others.
func (o *options) orphaned(t *testing.T) {
	number, _, closed := o.next(t)
	_, _, name := o.next(t)
	before := o.checkStays(t, name)
	orphan := metav1.DeletePropagationOrphan
	must(t, o.Argo("applicationsets").Delete(t.Context(), optionsSet, metav1.DeleteOptions{PropagationPolicy: &orphan}))
	await(t, "the ApplicationSet is deleted", func(ctx context.Context) error {
		_, err := o.Argo("applicationsets").Get(ctx, optionsSet, metav1.GetOptions{})
		return deletedError(err, "it exists")
	})
	must(t, o.Forge.Close(number))
	o.awaitEnded(t, number)
	must(t, o.Cluster.Apply(t.Context(), stack.ArgoCDNamespace, o.manifest(t, nil)))
	await(t, "the Application is adopted", func(ctx context.Context) error { return o.ownedBySet(ctx, name) })
	if got := o.checkStays(t, name); got.uid != before.uid {
		t.Errorf("%s was created again", name)
	}
	if o.checkStays(t, closed); o.ownedBySet(t.Context(), closed) == nil {
		t.Errorf("%s is adopted, although its preview has ended", closed)
	}
	o.allow(closed)
	must(t, o.Argo("applications").Delete(t.Context(), closed, metav1.DeleteOptions{}))
	o.awaitDeleted(t, closed)
}

// ownedBySet returns an error unless an Application belongs to an ApplicationSet.
func (o *options) ownedBySet(ctx context.Context, name string) error {
	a, err := o.Argo("applications").Get(ctx, name, metav1.GetOptions{})
	if err == nil && len(a.GetOwnerReferences()) == 0 {
		err = errors.New("it has no owner")
	}
	return err
}

// second is another ApplicationSet of the set.
func (o *options) second(t *testing.T, edit func(spec map[string]any)) *unstructured.Unstructured {
	t.Helper()
	s := o.manifest(t, edit)
	s.SetName("second")
	return s
}

// sameNames applies a second ApplicationSet with the same names. Argo CD refuses it.
func (o *options) sameNames(t *testing.T) {
	_, _, name := o.next(t)
	before := o.checkStays(t, name)
	must(t, o.Cluster.Apply(t.Context(), stack.ArgoCDNamespace, o.second(t, nil)))
	await(t, "the second ApplicationSet is refused", func(ctx context.Context) error {
		a, err := o.Argo("applicationsets").Get(ctx, "second", metav1.GetOptions{})
		if err != nil {
			return err
		}
		return containsAll(errorOf(a), "already owned by another ApplicationSet controller")
	})
	must(t, o.Argo("applicationsets").Delete(t.Context(), "second", metav1.DeleteOptions{}))
	if got := o.checkStays(t, name); got.uid != before.uid {
		t.Errorf("%s was created again", name)
	}
}

// otherNames applies a second ApplicationSet whose Application has another name. Both deploy
// the same objects, and take them from each other.
func (o *options) otherNames(t *testing.T) {
	number, _, name := o.next(t)
	must(t, o.Cluster.Apply(t.Context(), stack.ArgoCDNamespace, o.second(t, func(spec map[string]any) {
		spec["template"].(map[string]any)["metadata"].(map[string]any)["name"] = "{{.name}}-second"
		selectNumber(spec, "In", number)
	})))
	for _, owner := range []string{name + "-second", name, name + "-second"} {
		await(t, owner+" has the namespace", func(ctx context.Context) error { return o.tracks(ctx, owner, name) })
	}
	o.allow(o.ownedBy(t, "second")...)
	must(t, o.Argo("applicationsets").Delete(t.Context(), "second", metav1.DeleteOptions{}))
	o.awaitNoApplication(t, name+"-second")
	o.awaitHealthy(t, name, "")
}

// tracks returns an error unless an Application has a namespace among its objects: Argo CD 2
// marks objects with a label, and Argo CD 3 with an annotation.
func (o *options) tracks(ctx context.Context, name, namespace string) error {
	n, err := o.Cluster.Kubernetes.CoreV1().Namespaces().Get(ctx, namespace, metav1.GetOptions{})
	if err != nil {
		return err
	}
	owner, _, _ := strings.Cut(n.Annotations["argocd.argoproj.io/tracking-id"], ":")
	if owner = cmp.Or(owner, n.Labels["app.kubernetes.io/instance"]); owner != name {
		err = fmt.Errorf("it belongs to %s", owner)
	}
	return err
}

// removed removes the set from the configuration, and then its ApplicationSet.
func (o *options) removed(t *testing.T) {
	apps := o.ownedBy(t, optionsSet)
	must(t, o.EditConfig(func(config map[string]any) {
		sets := config["sets"].([]any)
		config["sets"] = sets[:len(sets)-1]
	}))
	await(t, "previewset does not know the set", func(ctx context.Context) error {
		if _, err := o.Parameters(ctx, optionsSet); err != nil {
			return containsAll(err.Error(), "404")
		}
		return errors.New("it answers")
	})
	o.requestRefresh(t, optionsSet)
	await(t, "the ApplicationSet shows the error", func(ctx context.Context) error {
		a, err := o.Argo("applicationsets").Get(ctx, optionsSet, metav1.GetOptions{})
		if err != nil {
			return err
		}
		return containsAll(errorOf(a), "404")
	})
	for _, name := range apps {
		o.checkStays(t, name)
	}
	o.allow(apps...)
	must(t, o.Argo("applicationsets").Delete(t.Context(), optionsSet, metav1.DeleteOptions{}))
	for _, name := range apps {
		o.awaitDeleted(t, name)
	}
}
