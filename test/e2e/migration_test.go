package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/previewset/previewset/test/e2e/environment"
	"github.com/previewset/previewset/test/e2e/stack"
)

// The names in docs/migrating.md.
const (
	oldSet     = "shop-reviews" // ApplicationSet with the pull request generator
	newSet     = "reviews"      // ApplicationSet with previewset, its set, and the repository
	guideShop  = "https://github.com/acme/shop.git"
	guideID    = "pr-42"
	prepare    = "Prepare"
	freeze     = "1. Freeze the old ApplicationSet"
	compare    = "4. Compare"
	replace    = "5. Replace"
	verify     = "6. Verify"
	newSource  = "3. Replace the source"
	rollBack   = "Roll back"
	newFile    = "new.yaml"
	previewTag = "preview"
)

// testMigration follows docs/migrating.md, with each of its commands and manifests.
func testMigration(t *testing.T, fx *fixture) {
	m := newMigration(t, fx)
	for _, step := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"old ApplicationSet", m.opened},
		{"set added", m.setAdded},
		{"applied too early", m.appliedTooEarly},
		{"same name", m.sameName},
		{"replaced", m.replaced},
		{"rolled back", m.rolledBack},
		{"closed while frozen", m.closedWhileFrozen},
		{"overlays", m.movedToOverlays},
		{"overlays rolled back", m.overlaysRolledBack},
		{"finished", m.finished},
		{"closed", m.closed},
		{"pruned", m.pruned},
		{"deleted", m.deleted},
	} {
		ok := t.Run(step.name, step.run)
		if !fx.checkDeletions(t) || !ok {
			return
		}
	}
	m.guide.checkUsed(t)
}

// migration is the state of the migration tests.
type migration struct {
	*fixture
	guide      *guide
	shell      *environment.Shell
	repository *environment.Repository
	template   *unstructured.Unstructured // new.yaml
	numbers    [4]int64
	heads      [4]string
	uids       map[string]string // of all objects of the previews, by kind and name
	specs      map[string]any    // first specs of the Applications, by name
	rollouts   map[string]int64  // generations of the Deployments, by namespace
}

func newMigration(t *testing.T, fx *fixture) *migration {
	t.Helper()
	shell, err := fx.NewShell()
	must(t, err)
	repository, err := fx.AddShop(t.Context(), newSet)
	must(t, err)
	return &migration{
		fixture: fx, guide: fx.readGuide(t, "migrating.md"), shell: shell, repository: repository,
		uids: map[string]string{}, specs: map[string]any{}, rollouts: map[string]int64{},
	}
}

// name returns the name of the i-th pull request's Application and namespace.
func (m *migration) name(i int) string { return fmt.Sprintf("review-%d", m.numbers[i]) }

// script returns the i-th script below a heading, after the function that the guide defines.
// It is for the first pull request.
func (m *migration) script(t *testing.T, heading string, i int) string {
	t.Helper()
	script := m.guide.block(t, prepare, "sh", 0) + m.guide.block(t, heading, "sh", i)
	return strings.ReplaceAll(script, guideID, fmt.Sprintf("pr-%d", m.numbers[0]))
}

// run runs the i-th script below a heading.
func (m *migration) run(t *testing.T, heading string, i int) {
	t.Helper()
	out, err := m.shell.Run(t.Context(), m.script(t, heading, i))
	must(t, err)
	t.Log(out)
}

// manifest returns an ApplicationSet of the guide, for the suite's forge.
func (m *migration) manifest(t *testing.T, heading string) *unstructured.Unstructured {
	t.Helper()
	text := strings.ReplaceAll(m.guide.block(t, heading, "yaml", 0), guideShop, m.Forge.CloneURL(newSet))
	objects, err := stack.Objects([]byte(text))
	must(t, err)
	return objects[0]
}

// write writes an object to a file for the scripts.
func (m *migration) write(t *testing.T, file string, o *unstructured.Unstructured) {
	t.Helper()
	data, err := yaml.Marshal(o.Object)
	must(t, err)
	must(t, m.shell.Write(file, data))
}

// opened creates Applications with Argo CD's generator.
func (m *migration) opened(t *testing.T) {
	for i := range m.numbers {
		var err error
		m.numbers[i], m.heads[i], err = m.repository.Open(t.Context(), fmt.Sprintf("review-%d", i), fmt.Sprintf("Review %d", i), previewTag)
		must(t, err)
	}
	token := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "github-token", Labels: map[string]string{"app.kubernetes.io/part-of": "argocd"}},
		StringData: map[string]string{"token": m.Forge.ServiceToken},
	}
	_, err := m.Cluster.Kubernetes.CoreV1().Secrets(stack.ArgoCDNamespace).Create(t.Context(), token, metav1.CreateOptions{})
	must(t, err)
	m.write(t, "old.yaml", m.oldManifest(t))
	_, err = m.shell.Run(t.Context(), "kubectl apply -f old.yaml")
	must(t, err)
	for i := range m.numbers {
		m.awaitHealthy(t, m.name(i), "")
		objects, err := m.objects(t.Context(), m.name(i))
		must(t, err)
		for key, o := range objects {
			m.uids[key] = string(o.GetUID())
		}
		m.specs[m.name(i)] = objects["Application "+m.name(i)].(*unstructured.Unstructured).Object["spec"]
		m.rollouts[m.name(i)] = objects["Deployment "+m.name(i)].GetGeneration()
	}
	m.checkOwner(t, oldSet, 4)
}

// oldManifest returns old.yaml with Gitea in place of GitHub. For Gitea, Argo CD 2.14 has no
// filter for labels.
func (m *migration) oldManifest(t *testing.T) *unstructured.Unstructured {
	t.Helper()
	o := m.manifest(t, prepare)
	generators, _, err := unstructured.NestedSlice(o.Object, "spec", "generators")
	must(t, err)
	generator := generators[0].(map[string]any)["pullRequest"].(map[string]any)
	forge := generator["github"].(map[string]any)
	delete(generator, "github")
	delete(forge, "labels")
	forge["api"], forge["repo"] = m.Gitea.URL, newSet
	generator["gitea"] = forge
	must(t, unstructured.SetNestedSlice(o.Object, generators, "spec", "generators"))
	return o
}

// objects returns the Application and the objects of a preview, by kind and name of the
// preview. An object that is being deleted is an error.
func (m *migration) objects(ctx context.Context, name string) (map[string]metav1.Object, error) {
	client := m.Cluster.Kubernetes
	objects := map[string]metav1.Object{}
	for kind, get := range map[string]func() (metav1.Object, error){
		"Application": func() (metav1.Object, error) { return m.Argo("applications").Get(ctx, name, metav1.GetOptions{}) },
		"Namespace": func() (metav1.Object, error) {
			return client.CoreV1().Namespaces().Get(ctx, name, metav1.GetOptions{})
		},
		"Deployment": func() (metav1.Object, error) {
			return client.AppsV1().Deployments(name).Get(ctx, "shop", metav1.GetOptions{})
		},
		"Service": func() (metav1.Object, error) {
			return client.CoreV1().Services(name).Get(ctx, "shop", metav1.GetOptions{})
		},
		"Ingress": func() (metav1.Object, error) {
			return client.NetworkingV1().Ingresses(name).Get(ctx, "shop", metav1.GetOptions{})
		},
	} {
		o, err := get()
		if err != nil {
			return nil, fmt.Errorf("%s of %s: %w", kind, name, err)
		}
		if o.GetDeletionTimestamp() != nil {
			return nil, fmt.Errorf("%s of %s is being deleted", kind, name)
		}
		objects[kind+" "+name] = o
	}
	return objects, nil
}

// checkSame checks that all objects of the given previews are the first ones, and that the
// hosts are those of the old ApplicationSet.
func (m *migration) checkSame(t *testing.T, previews ...int) {
	t.Helper()
	for _, i := range previews {
		objects, err := m.objects(t.Context(), m.name(i))
		must(t, err)
		for key, o := range objects {
			if got, want := string(o.GetUID()), m.uids[key]; got != want {
				t.Errorf("%s: got UID %s, want %s", key, got, want)
			}
		}
		ingress, err := m.Cluster.Kubernetes.NetworkingV1().Ingresses(m.name(i)).Get(t.Context(), "shop", metav1.GetOptions{})
		must(t, err)
		if got, want := ingress.Spec.Rules[0].Host, m.name(i)+".preview.acme.dev"; got != want {
			t.Errorf("%s: got host %s, want %s", m.name(i), got, want)
		}
		must(t, m.hasImage(t.Context(), m.name(i), m.heads[i]))
	}
}

// checkUnchanged is checkSame, and checks that the specs of the Applications and the
// Deployments have not changed.
func (m *migration) checkUnchanged(t *testing.T, previews ...int) {
	t.Helper()
	m.checkSame(t, previews...)
	for _, i := range previews {
		objects, err := m.objects(t.Context(), m.name(i))
		must(t, err)
		if got, want := objects["Application "+m.name(i)].(*unstructured.Unstructured).Object["spec"], m.specs[m.name(i)]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got spec %v, want %v", m.name(i), got, want)
		}
		if got, want := objects["Deployment "+m.name(i)].GetGeneration(), m.rollouts[m.name(i)]; got != want {
			t.Errorf("%s: got generation %d of the Deployment, want %d", m.name(i), got, want)
		}
	}
}

// checkOwner checks that an ApplicationSet has a number of Applications.
func (m *migration) checkOwner(t *testing.T, set string, want int) {
	t.Helper()
	if got := m.ownedBy(t, set); len(got) != want {
		t.Errorf("%s has the Applications %v, want %d", set, got, want)
	}
}

func (m *migration) awaitOwner(t *testing.T, set string, want int) {
	t.Helper()
	await(t, fmt.Sprintf("%s has %d Applications", set, want), func(context.Context) error {
		if got := m.ownedBy(t, set); len(got) != want {
			return fmt.Errorf("it has %v", got)
		}
		return nil
	})
}

// refresh waits for a reconcile of an ApplicationSet.
func (m *migration) refresh(t *testing.T, set string) {
	t.Helper()
	m.requestRefresh(t, set)
	m.awaitRefreshed(t, set)
}

// setAdded freezes the old ApplicationSet, adds the set, and compares the Applications.
func (m *migration) setAdded(t *testing.T) {
	m.run(t, freeze, 0)
	var config struct{ Sets []map[string]any }
	must(t, yaml.UnmarshalStrict([]byte(m.guide.block(t, "2. Add a set to the configuration", "yaml", 0)), &config))
	set := config.Sets[0]
	set["source"] = m.Source(newSet)
	must(t, m.EditConfig(func(config map[string]any) { config["sets"] = []any{shopSet(config), set} }))
	m.awaitPreviews(t, 4)
	m.template = m.manifest(t, "3. Write the new ApplicationSet")
	m.write(t, newFile, m.template)
	m.run(t, compare, 0)
	m.checkUnchanged(t, 0, 1, 2, 3)
}

// awaitPreviews waits until previewset returns a number of previews.
func (m *migration) awaitPreviews(t *testing.T, want int) {
	t.Helper()
	await(t, fmt.Sprintf("the set has %d previews", want), func(ctx context.Context) error {
		sets, err := m.Parameters(ctx, newSet)
		if err == nil && len(sets) != want {
			err = fmt.Errorf("it has %d", len(sets))
		}
		return err
	})
}

// appliedTooEarly applies the new ApplicationSet beside the old one. Argo CD refuses it.
func (m *migration) appliedTooEarly(t *testing.T) {
	_, err := m.shell.Run(t.Context(), "kubectl apply -f new.yaml")
	must(t, err)
	await(t, "Argo CD refuses the new ApplicationSet", func(ctx context.Context) error {
		o, err := m.Argo("applicationsets").Get(ctx, newSet, metav1.GetOptions{})
		if err != nil {
			return err
		}
		return containsAll(errorOf(o), "already owned by another ApplicationSet controller")
	})
	m.checkOwner(t, oldSet, 4)
	_, err = m.shell.Run(t.Context(), "kubectl -n argocd delete applicationset reviews --cascade=orphan")
	must(t, err)
	m.checkUnchanged(t, 0, 1, 2, 3)
}

// sameName replaces the generator of the old ApplicationSet, and returns to the old one.
func (m *migration) sameName(t *testing.T) {
	renamed := m.template.DeepCopy()
	renamed.SetName(oldSet)
	m.write(t, "renamed.yaml", renamed)
	for _, file := range []string{"renamed.yaml", "old.yaml"} {
		_, err := m.shell.Run(t.Context(), "kubectl apply -f "+file)
		must(t, err)
		m.refresh(t, oldSet)
		m.checkOwner(t, oldSet, 4)
		m.checkUnchanged(t, 0, 1, 2, 3)
	}
}

func (m *migration) replaced(t *testing.T) {
	m.run(t, replace, 0)
	m.verify(t)
	m.checkUnchanged(t, 0, 1, 2, 3)
}

// verify waits until the guide's verification finds no difference.
func (m *migration) verify(t *testing.T) {
	t.Helper()
	await(t, "the new ApplicationSet has all Applications", func(ctx context.Context) error {
		_, err := m.shell.Run(ctx, m.script(t, verify, 0))
		return err
	})
}

// rolledBack returns to the old ApplicationSet, and to the new one. Its policy create-only
// does not prevent that it becomes the owner of the Applications.
func (m *migration) rolledBack(t *testing.T) {
	m.run(t, rollBack, 0)
	m.awaitOwner(t, oldSet, 4)
	m.checkUnchanged(t, 0, 1, 2, 3)
	_, err := m.shell.Run(t.Context(), `kubectl -n argocd delete applicationset shop-reviews --cascade=orphan
sed 's/create-update/create-only/' new.yaml | kubectl apply -f -`)
	must(t, err)
	m.verify(t)
	_, err = m.shell.Run(t.Context(), "kubectl apply -f new.yaml")
	must(t, err)
	m.checkUnchanged(t, 0, 1, 2, 3)
}

// closedWhileFrozen closes a pull request. Its Application stays, and the comparison of the
// guide shows that previewset no longer returns it.
func (m *migration) closedWhileFrozen(t *testing.T) {
	must(t, m.repository.Close(m.numbers[2]))
	m.awaitPreviews(t, 3)
	m.refresh(t, newSet)
	m.checkOwner(t, newSet, 4)
	m.checkUnchanged(t, 0, 1, 2, 3)
	m.checkMissing(t, compare, m.name(2))
}

// checkMissing checks that the script below a heading fails, because an Application is missing.
func (m *migration) checkMissing(t *testing.T, heading, name string) {
	t.Helper()
	out, err := m.shell.Run(t.Context(), m.script(t, heading, 0))
	if err == nil || !strings.Contains(out, "< "+name) {
		t.Errorf("%s prints %q, %v; want < %s", heading, out, err, name)
	}
}

// movedToOverlays adds an overlay to the set, and replaces the source of the Applications.
func (m *migration) movedToOverlays(t *testing.T) {
	var overlay map[string]any
	must(t, yaml.Unmarshal([]byte(m.guide.block(t, "1. Add the overlay to the set", "yaml", 0)), &overlay))
	must(t, m.EditConfig(func(config map[string]any) { maps.Copy(setOf(config, newSet), overlay) }))
	await(t, "the previews have overlays", func(ctx context.Context) error {
		sets, err := m.Parameters(ctx, newSet)
		for _, p := range sets {
			if p["revision"] == "" {
				err = fmt.Errorf("%v has no revision", p["name"])
			}
		}
		return err
	})
	m.checkDiff(t)
	var spec map[string]any
	must(t, yaml.Unmarshal([]byte(m.guide.block(t, newSource, "yaml", 0)), &spec))
	for key, value := range spec {
		must(t, unstructured.SetNestedField(m.template.Object, value, "spec", "template", "spec", key))
	}
	m.write(t, newFile, m.template)
	m.run(t, newSource, 0)
	m.checkOverlays(t, 0, 1, 3)
	m.checkUnchanged(t, 2)
	m.checkOwner(t, newSet, 4)
}

// checkDiff checks that the guide's comparison shows the labels of the overlay. kubectl diff
// exits with 1 if there are differences.
func (m *migration) checkDiff(t *testing.T) {
	t.Helper()
	out, err := m.shell.Run(t.Context(), m.script(t, "2. Compare", 0))
	if err == nil || !strings.Contains(err.Error(), "exit status 1") {
		t.Errorf("got %v, want exit status 1", err)
	}
	must(t, containsAll(out, "+    previewset.dev/set: "+newSet))
}

// checkOverlays waits until Applications are healthy with overlays, and checks that they are
// the first ones, in the first namespaces.
func (m *migration) checkOverlays(t *testing.T, previews ...int) {
	t.Helper()
	for _, i := range previews {
		m.awaitSynced(t, m.name(i), fmt.Sprintf("previews/%s/pr-%d", newSet, m.numbers[i]))
		namespace, err := m.Cluster.Kubernetes.CoreV1().Namespaces().Get(t.Context(), m.name(i), metav1.GetOptions{})
		must(t, err)
		if got := namespace.Labels["previewset.dev/set"]; got != newSet {
			t.Errorf("%s: got label %q of the namespace, want %q", m.name(i), got, newSet)
		}
	}
	m.checkSame(t, previews...)
}

// overlaysRolledBack returns to the old source and back to overlays. The Application of the
// closed pull request then has no owner.
func (m *migration) overlaysRolledBack(t *testing.T) {
	m.run(t, rollBack, 1)
	m.awaitOwner(t, oldSet, 3)
	for _, i := range []int{0, 1, 3} {
		m.awaitSynced(t, m.name(i), "base")
	}
	m.checkSame(t, 0, 1, 2, 3)
	m.run(t, replace, 0)
	m.awaitOwner(t, newSet, 3)
	m.checkOverlays(t, 0, 1, 3)
	m.checkMissing(t, verify, m.name(2))
	m.allow(m.name(2))
	_, err := m.shell.Run(t.Context(), "kubectl -n argocd delete application "+m.name(2))
	must(t, err)
}

// awaitSynced waits until a sync of a directory has succeeded and the Application is healthy.
// The Application can be OutOfSync, because of objects that it must not prune.
func (m *migration) awaitSynced(t *testing.T, name, path string) {
	t.Helper()
	await(t, name+" has synced "+path, func(ctx context.Context) error {
		o, err := m.Argo("applications").Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		phase, health := text(o, "status", "operationState", "phase"), text(o, "status", "health", "status")
		if got := text(o, "status", "operationState", "syncResult", "source", "path"); got != path || phase != "Succeeded" || health != "Healthy" {
			return fmt.Errorf("directory %s, phase %s, health %s", got, phase, health)
		}
		return nil
	})
}

// finished closes another pull request. Its Application stays until the ApplicationSet may
// delete it.
func (m *migration) finished(t *testing.T) {
	must(t, m.repository.Close(m.numbers[3]))
	m.awaitPreviews(t, 2)
	m.refresh(t, newSet)
	m.checkOverlays(t, 0, 1, 3)
	m.allow(m.name(3))
	m.run(t, "Finish", 0)
	m.awaitDeleted(t, m.name(3))
	m.checkSame(t, 0, 1)
}

// closed closes a pull request after the migration.
func (m *migration) closed(t *testing.T) {
	m.allow(m.name(1))
	must(t, m.repository.Close(m.numbers[1]))
	m.awaitDeleted(t, m.name(1))
	m.checkSame(t, 0)
}

// pruned ignores the guide, and rolls back from overlays with pruning. Argo CD deletes the
// namespace.
func (m *migration) pruned(t *testing.T) {
	m.run(t, rollBack, 0)
	await(t, "the namespace is another one", func(ctx context.Context) error {
		namespace, err := m.Cluster.Kubernetes.CoreV1().Namespaces().Get(ctx, m.name(0), metav1.GetOptions{})
		if err == nil && string(namespace.UID) == m.uids["Namespace "+m.name(0)] {
			err = errors.New("it is the first one")
		}
		return err
	})
}

// deleted ignores the guide, and deletes the ApplicationSet without --cascade=orphan. Argo CD
// deletes its Application, also with the policy create-update.
func (m *migration) deleted(t *testing.T) {
	m.run(t, freeze, 0)
	m.allow(m.name(0))
	_, err := m.shell.Run(t.Context(), "kubectl -n argocd delete applicationset shop-reviews")
	must(t, err)
	m.awaitNoApplication(t, m.name(0))
}
