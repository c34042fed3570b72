package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/previewset/previewset/test/e2e/environment"
	"github.com/previewset/previewset/test/e2e/runner"
)

// databases is the state of the database tests: pull requests of a set whose previews have
// their own schema, which real Jobs create. The last preview exists until the end of the
// environment.
type databases struct {
	*fixture
	numbers [3]int64
}

// name returns the name of the i-th preview's Application and namespace.
func (d *databases) name(i int) string { return fmt.Sprintf("%s-%s", environment.DatabaseSet, d.id(i)) }

func (d *databases) id(i int) string { return fmt.Sprintf("pr-%d", d.numbers[i]) }

// schema returns the name of the i-th preview's schema and role.
func (d *databases) schema(i int) string { return strings.ReplaceAll(d.name(i), "-", "_") }

// openDatabases opens the pull requests. Their previews start while other parts run.
func openDatabases(t *testing.T, fx *fixture) *databases {
	t.Helper()
	_, err := fx.ApplyExample(t.Context(), "databases")
	must(t, err)
	d := &databases{fixture: fx}
	for i := range d.numbers {
		branch := fmt.Sprintf("database-%d", i)
		d.numbers[i], _, err = fx.Forge.Open(t.Context(), branch, branch, environment.DatabaseSet)
		must(t, err)
	}
	return d
}

// testDatabases tests databases from their creation to their removal by the hook, or by the
// sweep if the hook did not run.
func testDatabases(t *testing.T, d *databases) {
	for _, step := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"created", d.created},
		{"permissions", d.permissions},
		{"closed", d.closed},
		{"swept", d.swept},
	} {
		if !t.Run(step.name, step.run) {
			return
		}
	}
}

func (d *databases) created(t *testing.T) {
	for i := range d.numbers {
		d.awaitHealthy(t, d.name(i), "")
		d.checkRuns(t, i)
		d.checkData(t, i)
		d.checkSecret(t, i)
		d.checkWorkload(t, i)
	}
}

// checkRuns checks that the Jobs ran in order and before the preview had a Deployment.
func (d *databases) checkRuns(t *testing.T, i int) {
	t.Helper()
	want := []string{
		"previewset-db previewset", d.name(i) + " forward", d.name(i) + " back", d.name(i) + " migrate", d.name(i) + " seed",
	}
	runs := d.Runner.Runs(environment.DatabaseSet, d.id(i))
	runs = runs[:min(len(runs), len(want))] // another sync runs the Jobs again
	var got []string
	for _, run := range runs {
		got = append(got, run.Namespace+" "+run.Container)
		if run.Failed != "" || run.Workloads != 0 {
			t.Errorf("%s: container %s of Job %s: %d Deployments at its start, error %q; want none", d.name(i), run.Container, run.Job, run.Workloads, run.Failed)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: runs %q, want %q", d.name(i), got, want)
	}
}

// secretOf returns the value of a key in the preview's Secret.
func (d *databases) secretOf(t *testing.T, i int, key string) string {
	t.Helper()
	secret, err := d.Cluster.Kubernetes.CoreV1().Secrets(d.name(i)).Get(t.Context(), "preview-database", metav1.GetOptions{})
	must(t, err)
	return string(secret.Data[key])
}

// checkData connects as the preview and checks the results of migrations and seeds.
func (d *databases) checkData(t *testing.T, i int) {
	t.Helper()
	for _, test := range []struct{ sql, want string }{
		{"SELECT current_user || ' ' || current_schema", d.schema(i) + " " + d.schema(i)},
		{"SELECT string_agg(name, ' ' ORDER BY name) FROM items", "rice tea"},
		{"SELECT string_agg(step, ' ') FROM (SELECT step FROM steps ORDER BY n LIMIT 3) AS first", "forward back forward"},
	} {
		got, err := d.Postgres.QueryAs(t.Context(), d.secretOf(t, i, "url"), test.sql)
		if err != nil || got != test.want {
			t.Errorf("%s: %s: got %q, %v; want %q", d.name(i), test.sql, got, err, test.want)
		}
	}
}

// checkSecret checks that only Secrets in the preview's namespace contain the password. It
// also adds the password to the secrets that the suite searches for.
func (d *databases) checkSecret(t *testing.T, i int) {
	t.Helper()
	password := d.secretOf(t, i, "password")
	d.AddSecret(password)
	all, err := d.Cluster.Kubernetes.CoreV1().Secrets(metav1.NamespaceAll).List(t.Context(), metav1.ListOptions{})
	must(t, err)
	for _, s := range all.Items {
		for _, value := range s.Data {
			if bytes.Contains(value, []byte(password)) && s.Namespace != d.name(i) {
				t.Errorf("Secret %s/%s contains the password of %s", s.Namespace, s.Name, d.name(i))
			}
		}
	}
}

// checkWorkload checks that the Deployment gets the URL from the Secret.
func (d *databases) checkWorkload(t *testing.T, i int) {
	t.Helper()
	deployment, err := d.Cluster.Kubernetes.AppsV1().Deployments(d.name(i)).Get(t.Context(), "shop", metav1.GetOptions{})
	must(t, err)
	want := corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: "preview-database"}, Key: "url"}
	env := deployment.Spec.Template.Spec.Containers[0].Env
	if !slices.ContainsFunc(env, func(v corev1.EnvVar) bool {
		return v.Name == "DATABASE_URL" && v.ValueFrom != nil && v.ValueFrom.SecretKeyRef != nil && *v.ValueFrom.SecretKeyRef == want
	}) {
		t.Errorf("%s: environment %v, want DATABASE_URL from the Secret", d.name(i), env)
	}
}

// checkCatalog checks whether the server has the schema and the role name.
func (d *databases) checkCatalog(t *testing.T, name string, exists bool) {
	t.Helper()
	got, err := d.Postgres.Query(t.Context(), "previewset", fmt.Sprintf(
		"SELECT 'role' FROM pg_roles WHERE rolname = '%[1]s' UNION ALL SELECT 'schema' FROM pg_namespace WHERE nspname = '%[1]s' ORDER BY 1", name))
	must(t, err)
	want := ""
	if exists {
		want = "role\nschema"
	}
	if got != want {
		t.Errorf("catalog entries of %s: got %q, want %q", name, got, want)
	}
}

// checkAdministration checks that the administration namespace has only the Secrets of the
// environment, and that all its Jobs have a TTL: Argo CD does not delete Jobs that it did
// not wait for.
func (d *databases) checkAdministration(t *testing.T) {
	t.Helper()
	jobs, err := d.Cluster.Kubernetes.BatchV1().Jobs(environment.DatabaseNamespace).List(t.Context(), metav1.ListOptions{})
	must(t, err)
	for _, job := range jobs.Items {
		if job.Spec.TTLSecondsAfterFinished == nil && job.DeletionTimestamp == nil {
			t.Errorf("Job %s in %s has no TTL", job.Name, environment.DatabaseNamespace)
		}
	}
	secrets, err := d.Cluster.Kubernetes.CoreV1().Secrets(environment.DatabaseNamespace).List(t.Context(), metav1.ListOptions{})
	must(t, err)
	var names []string
	for _, s := range secrets.Items {
		names = append(names, s.Name)
	}
	if want := []string{"database-admin", "previewset-sweep"}; !slices.Equal(names, want) {
		t.Errorf("Secrets in %s: got %q, want %q", environment.DatabaseNamespace, names, want)
	}
}

// permissions checks that the account of the Jobs can write the Secret of its preview, and
// nothing else.
func (d *databases) permissions(t *testing.T) {
	client := d.asJobs(t).CoreV1()
	own, admin := client.Secrets(d.name(2)), client.Secrets(environment.DatabaseNamespace)
	secret, err := own.Get(t.Context(), "preview-database", metav1.GetOptions{})
	must(t, err)
	secret, err = own.Update(t.Context(), secret, metav1.UpdateOptions{})
	must(t, err)
	for name, attempt := range map[string]func() error{
		"create another Secret": func() error {
			_, err := own.Create(t.Context(), copied(secret, "other"), metav1.CreateOptions{})
			return err
		},
		"create in another namespace": func() error {
			_, err := client.Secrets(corev1.NamespaceDefault).Create(t.Context(), copied(secret, secret.Name), metav1.CreateOptions{})
			return err
		},
		"relabel for another preview": func() error {
			changed := secret.DeepCopy()
			changed.Labels["previewset.dev/id"] = "pr-0"
			_, err := own.Update(t.Context(), changed, metav1.UpdateOptions{})
			return err
		},
		"remove the manager label": func() error {
			changed := secret.DeepCopy()
			delete(changed.Labels, "app.kubernetes.io/managed-by")
			_, err := own.Update(t.Context(), changed, metav1.UpdateOptions{})
			return err
		},
		"delete": func() error { return own.Delete(t.Context(), secret.Name, metav1.DeleteOptions{}) },
		"read the Secret of the administrator": func() error {
			_, err := admin.Get(t.Context(), "database-admin", metav1.GetOptions{})
			return err
		},
		"list": func() error {
			_, err := admin.List(t.Context(), metav1.ListOptions{})
			return err
		},
	} {
		if err := attempt(); !apierrors.IsForbidden(err) && !apierrors.IsInvalid(err) {
			t.Errorf("%s: got %v, want Forbidden or Invalid", name, err)
		}
	}
}

// copied returns a copy of s with another name, for Create.
func copied(s *corev1.Secret, name string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: s.Labels}, Type: s.Type, Data: s.Data}
}

// asJobs returns a client with a token of the Jobs' ServiceAccount.
func (d *databases) asJobs(t *testing.T) kubernetes.Interface {
	t.Helper()
	token, err := d.Cluster.Token(t.Context(), environment.DatabaseNamespace, "previewset-db")
	must(t, err)
	file := filepath.Join(t.TempDir(), "kubeconfig")
	must(t, d.Cluster.WriteKubeconfig(file, token, environment.DatabaseNamespace))
	config, err := clientcmd.BuildConfigFromFlags("", file)
	must(t, err)
	client, err := kubernetes.NewForConfig(config)
	must(t, err)
	return client
}

// closed closes two pull requests. The hook drops the database of the first preview. The
// hook of the second preview does not run.
func (d *databases) closed(t *testing.T) {
	release := d.blockDeletion(t, d.name(1))
	d.allow(d.name(0), d.name(1))
	must(t, d.Forge.Close(d.numbers[0]))
	must(t, d.Forge.Close(d.numbers[1]))
	d.removeFinalizers(t, 1)
	release()
	for i := range 2 {
		d.awaitDeleted(t, d.name(i))
		d.awaitPruned(t, "previews/"+environment.DatabaseSet+"/"+d.id(i))
	}
	await(t, "the hook has run", func(context.Context) error {
		if !d.dropRan(0) {
			return errors.New("the Job has not run")
		}
		return nil
	})
	d.checkCatalog(t, d.schema(0), false)
	d.checkCatalog(t, d.schema(1), true)
	if d.dropRan(1) {
		t.Error("the hook ran although the finalizers of the Application were removed")
	}
	d.checkAdministration(t)
}

// dropRan reports whether the hook of the i-th preview has run. Argo CD 3.5.7 can delete
// the Application before that (argo-cd 29100).
func (d *databases) dropRan(i int) bool {
	return slices.ContainsFunc(d.Runner.Runs(environment.DatabaseSet, d.id(i)), func(r runner.Run) bool {
		return strings.HasPrefix(r.Job, "database-drop-") && r.Failed == ""
	})
}

// removeFinalizers removes the finalizers of the i-th Application during its deletion, as
// operators do with Applications whose deletion hangs.
func (d *databases) removeFinalizers(t *testing.T, i int) {
	t.Helper()
	await(t, "the namespace is being deleted", func(ctx context.Context) error {
		found, err := d.Cluster.Kubernetes.CoreV1().Namespaces().Get(ctx, d.name(i), metav1.GetOptions{})
		if err == nil && found.DeletionTimestamp == nil {
			err = errors.New("no deletion timestamp")
		}
		return err
	})
	_, err := d.Argo("applications").Patch(t.Context(), d.name(i), types.MergePatchType, noFinalizers(), metav1.PatchOptions{})
	must(t, err)
}

// swept runs the sweep with the Job of its CronJob. The sweep first marks the orphaned
// database, and drops it after the grace period. It keeps the database of a live preview
// and objects without a mark.
func (d *databases) swept(t *testing.T) {
	const unmarked = "data_pr_0" // has the name of a preview, but no mark
	_, err := d.Postgres.Query(t.Context(), "previewset", "CREATE ROLE "+unmarked, "CREATE SCHEMA AUTHORIZATION "+unmarked)
	must(t, err)
	d.sweep(t, "first")
	d.checkCatalog(t, d.schema(1), true)
	if orphans := d.orphans(t); orphans != d.schema(1) {
		t.Errorf("orphaned roles: got %q, want %q", orphans, d.schema(1))
	}
	d.sweep(t, "second", "--grace=1ns")
	d.checkCatalog(t, d.schema(1), false)
	d.checkCatalog(t, d.schema(2), true)
	d.checkCatalog(t, unmarked, true)
	d.checkData(t, 2)
}

// orphans returns the roles whose mark has the time since which they have no preview.
func (d *databases) orphans(t *testing.T) string {
	t.Helper()
	roles, err := d.Postgres.Query(t.Context(), "postgres", "SELECT rolname FROM pg_roles WHERE shobj_description(oid, 'pg_authid') LIKE '%orphanedAt%'")
	must(t, err)
	return roles
}

// sweep runs a Job of the CronJob with additional arguments, and waits for its completion.
func (d *databases) sweep(t *testing.T, name string, args ...string) {
	t.Helper()
	batch := d.Cluster.Kubernetes.BatchV1()
	cron, err := batch.CronJobs(environment.DatabaseNamespace).Get(t.Context(), "previewset-sweep", metav1.GetOptions{})
	must(t, err)
	job := &batchv1.Job{ObjectMeta: metav1.ObjectMeta{Name: "sweep-" + name}, Spec: cron.Spec.JobTemplate.Spec}
	container := &job.Spec.Template.Spec.Containers[0]
	container.Args = append(container.Args, args...)
	_, err = batch.Jobs(environment.DatabaseNamespace).Create(t.Context(), job, metav1.CreateOptions{})
	must(t, err)
	await(t, "the sweep has completed", func(context.Context) error {
		runs := d.Runner.RunsOf(environment.DatabaseNamespace, job.Name)
		if len(runs) == 0 {
			return errors.New("the Job has not run")
		}
		if runs[0].Failed != "" {
			t.Fatalf("the sweep failed: %s", runs[0].Failed)
		}
		return nil
	})
	foreground := metav1.DeletePropagationForeground
	must(t, batch.Jobs(environment.DatabaseNamespace).Delete(t.Context(), job.Name, metav1.DeleteOptions{PropagationPolicy: &foreground}))
}
