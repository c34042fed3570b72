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

	"github.com/previewset/previewset/test/e2e/runner"
	"github.com/previewset/previewset/test/e2e/world"
)

// databases are of the pull requests of a set whose previews have a schema each,
// made by Jobs that are run for real. Nothing but the world ends the last one.
type databases struct {
	*bed
	numbers [3]int64
}

// name of the i-th preview's Application and namespace.
func (d *databases) name(i int) string { return fmt.Sprintf("%s-%s", world.DatabaseSet, d.id(i)) }

func (d *databases) id(i int) string { return fmt.Sprintf("pr-%d", d.numbers[i]) }

// schema is the name of its schema and of its role.
func (d *databases) schema(i int) string { return strings.ReplaceAll(d.name(i), "-", "_") }

// openDatabases opens pull requests, whose previews are made while other parts
// run.
func openDatabases(t *testing.T, b *bed) *databases {
	t.Helper()
	_, err := b.ApplyExample(t.Context(), "databases")
	must(t, err)
	d := &databases{bed: b}
	for i := range d.numbers {
		branch := fmt.Sprintf("database-%d", i)
		d.numbers[i], _, err = b.Forge.Open(t.Context(), branch, branch, world.DatabaseSet)
		must(t, err)
	}
	return d
}

// testDatabases follows a database from its making to its end, by the hook or,
// where that was lost, by the sweep.
func testDatabases(t *testing.T, d *databases) {
	for _, step := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"made", d.made},
		{"rights", d.rights},
		{"closed", d.closed},
		{"swept", d.swept},
	} {
		if !t.Run(step.name, step.run) {
			return
		}
	}
}

func (d *databases) made(t *testing.T) {
	for i := range d.numbers {
		d.awaitHealthy(t, d.name(i), "")
		d.checkRuns(t, i)
		d.checkData(t, i)
		d.checkSecret(t, i)
		d.checkWorkload(t, i)
	}
}

// checkRuns expects the Jobs to have run in order, all of them before there was a
// Deployment.
func (d *databases) checkRuns(t *testing.T, i int) {
	t.Helper()
	want := []string{
		"previewset-db previewset", d.name(i) + " forward", d.name(i) + " back", d.name(i) + " migrate", d.name(i) + " seed",
	}
	runs := d.Runner.Runs(world.DatabaseSet, d.id(i))
	runs = runs[:min(len(runs), len(want))] // another sync runs them again
	var got []string
	for _, run := range runs {
		got = append(got, run.Namespace+" "+run.Container)
		if run.Failed != "" || run.Workloads != 0 {
			t.Errorf("%s: %d Deployments were there when %s of %s started; failed: %q", d.name(i), run.Workloads, run.Container, run.Job, run.Failed)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: ran %q, want %q", d.name(i), got, want)
	}
}

// secretOf returns what the preview's Secret has under a key.
func (d *databases) secretOf(t *testing.T, i int, key string) string {
	t.Helper()
	secret, err := d.Cluster.Kubernetes.CoreV1().Secrets(d.name(i)).Get(t.Context(), "preview-database", metav1.GetOptions{})
	must(t, err)
	return string(secret.Data[key])
}

// checkData logs in as the preview, and looks at what migrations and seeds made.
func (d *databases) checkData(t *testing.T, i int) {
	t.Helper()
	for _, test := range []struct{ sql, want string }{
		{"SELECT current_user || ' ' || current_schema", d.schema(i) + " " + d.schema(i)},
		{"SELECT string_agg(name, ' ' ORDER BY name) FROM items", "rice tea"},
		{"SELECT string_agg(step, ' ') FROM (SELECT step FROM steps ORDER BY n LIMIT 3) AS first", "forward back forward"},
	} {
		got, err := d.Postgres.AskAs(t.Context(), d.secretOf(t, i, "url"), test.sql)
		if err != nil || got != test.want {
			t.Errorf("%s: %s: %q, %v, want %q", d.name(i), test.sql, got, err, test.want)
		}
	}
}

// checkSecret expects the password to be in the preview's own namespace alone, and
// has it looked for wherever it must not be.
func (d *databases) checkSecret(t *testing.T, i int) {
	t.Helper()
	password := d.secretOf(t, i, "password")
	d.AddSecret(password)
	all, err := d.Cluster.Kubernetes.CoreV1().Secrets(metav1.NamespaceAll).List(t.Context(), metav1.ListOptions{})
	must(t, err)
	for _, s := range all.Items {
		for _, value := range s.Data {
			if bytes.Contains(value, []byte(password)) && s.Namespace != d.name(i) {
				t.Errorf("Secret %s/%s has the password of %s", s.Namespace, s.Name, d.name(i))
			}
		}
	}
}

// checkWorkload expects it to have the URL from the Secret.
func (d *databases) checkWorkload(t *testing.T, i int) {
	t.Helper()
	deployment, err := d.Cluster.Kubernetes.AppsV1().Deployments(d.name(i)).Get(t.Context(), "shop", metav1.GetOptions{})
	must(t, err)
	want := corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: "preview-database"}, Key: "url"}
	env := deployment.Spec.Template.Spec.Containers[0].Env
	if !slices.ContainsFunc(env, func(v corev1.EnvVar) bool {
		return v.Name == "DATABASE_URL" && v.ValueFrom != nil && v.ValueFrom.SecretKeyRef != nil && *v.ValueFrom.SecretKeyRef == want
	}) {
		t.Errorf("%s: the environment is %v", d.name(i), env)
	}
}

// checkCatalogued expects the server to have the schema and the role called name,
// or neither.
func (d *databases) checkCatalogued(t *testing.T, name string, there bool) {
	t.Helper()
	got, err := d.Postgres.Ask(t.Context(), "previewset", fmt.Sprintf(
		"SELECT 'role' FROM pg_roles WHERE rolname = '%[1]s' UNION ALL SELECT 'schema' FROM pg_namespace WHERE nspname = '%[1]s' ORDER BY 1", name))
	must(t, err)
	want := ""
	if there {
		want = "role\nschema"
	}
	if got != want {
		t.Errorf("of %s the server has %q, want %q", name, got, want)
	}
}

// checkAdministration expects nothing in the administration namespace but what the
// world made, and Jobs that go by themselves: Argo CD does not take away those that
// it did not wait for.
func (d *databases) checkAdministration(t *testing.T) {
	t.Helper()
	jobs, err := d.Cluster.Kubernetes.BatchV1().Jobs(world.DatabaseNamespace).List(t.Context(), metav1.ListOptions{})
	must(t, err)
	for _, job := range jobs.Items {
		if job.Spec.TTLSecondsAfterFinished == nil && job.DeletionTimestamp == nil {
			t.Errorf("%s has the Job %s, which stays for ever", world.DatabaseNamespace, job.Name)
		}
	}
	secrets, err := d.Cluster.Kubernetes.CoreV1().Secrets(world.DatabaseNamespace).List(t.Context(), metav1.ListOptions{})
	must(t, err)
	var names []string
	for _, s := range secrets.Items {
		names = append(names, s.Name)
	}
	if want := []string{"database-admin", "previewset-sweep"}; !slices.Equal(names, want) {
		t.Errorf("%s has the Secrets %q, want %q", world.DatabaseNamespace, names, want)
	}
}

// rights tries what the account of the Jobs could do besides writing the Secret of
// the preview that it is for.
func (d *databases) rights(t *testing.T) {
	client := d.asJobs(t).CoreV1()
	own, admin := client.Secrets(d.name(2)), client.Secrets(world.DatabaseNamespace)
	secret, err := own.Get(t.Context(), "preview-database", metav1.GetOptions{})
	must(t, err)
	secret, err = own.Update(t.Context(), secret, metav1.UpdateOptions{})
	must(t, err)
	for name, try := range map[string]func() error{
		"another Secret": func() error {
			_, err := own.Create(t.Context(), copied(secret, "other"), metav1.CreateOptions{})
			return err
		},
		"in no preview's namespace": func() error {
			_, err := client.Secrets(corev1.NamespaceDefault).Create(t.Context(), copied(secret, secret.Name), metav1.CreateOptions{})
			return err
		},
		"of another preview": func() error {
			changed := secret.DeepCopy()
			changed.Labels["previewset.dev/id"] = "pr-0"
			_, err := own.Update(t.Context(), changed, metav1.UpdateOptions{})
			return err
		},
		"of nobody": func() error {
			changed := secret.DeepCopy()
			delete(changed.Labels, "app.kubernetes.io/managed-by")
			_, err := own.Update(t.Context(), changed, metav1.UpdateOptions{})
			return err
		},
		"delete": func() error { return own.Delete(t.Context(), secret.Name, metav1.DeleteOptions{}) },
		"read the administrator's": func() error {
			_, err := admin.Get(t.Context(), "database-admin", metav1.GetOptions{})
			return err
		},
		"list": func() error {
			_, err := admin.List(t.Context(), metav1.ListOptions{})
			return err
		},
	} {
		if err := try(); !apierrors.IsForbidden(err) && !apierrors.IsInvalid(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// copied returns a Secret like s that is to be created.
func copied(s *corev1.Secret, name string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: s.Labels}, Type: s.Type, Data: s.Data}
}

// asJobs returns a client with a token of the account that the Jobs have.
func (d *databases) asJobs(t *testing.T) kubernetes.Interface {
	t.Helper()
	token, err := d.Cluster.Token(t.Context(), world.DatabaseNamespace, "previewset-db")
	must(t, err)
	file := filepath.Join(t.TempDir(), "kubeconfig")
	must(t, d.Cluster.WriteKubeconfig(file, token, world.DatabaseNamespace))
	config, err := clientcmd.BuildConfigFromFlags("", file)
	must(t, err)
	client, err := kubernetes.NewForConfig(config)
	must(t, err)
	return client
}

// closed closes two pull requests. The hook drops what the one's preview had; the
// other's never runs.
func (d *databases) closed(t *testing.T) {
	release := d.brake(t, d.name(1))
	d.allow(d.name(0), d.name(1))
	must(t, d.Forge.Close(d.numbers[0]))
	must(t, d.Forge.Close(d.numbers[1]))
	d.takeFinalizersOff(t, 1)
	release()
	for i := range 2 {
		d.awaitGone(t, d.name(i))
		d.awaitPruned(t, "previews/"+world.DatabaseSet+"/"+d.id(i))
	}
	await(t, "the hook is to run", func(context.Context) error {
		if !d.dropRan(0) {
			return errors.New("it has not")
		}
		return nil
	})
	d.checkCatalogued(t, d.schema(0), false)
	d.checkCatalogued(t, d.schema(1), true)
	if d.dropRan(1) {
		t.Error("the hook that was to be lost has run")
	}
	d.checkAdministration(t)
}

// dropRan reports whether the i-th preview's hook has run. Argo CD 3.5.7 may let
// the Application go before (argo-cd 29100).
func (d *databases) dropRan(i int) bool {
	return slices.ContainsFunc(d.Runner.Runs(world.DatabaseSet, d.id(i)), func(r runner.Run) bool {
		return strings.HasPrefix(r.Job, "database-drop-") && r.Failed == ""
	})
}

// takeFinalizersOff ends the i-th Application while it is being deleted, as people
// do with those that hang.
func (d *databases) takeFinalizersOff(t *testing.T, i int) {
	t.Helper()
	await(t, "the namespace is to be deleted", func(ctx context.Context) error {
		found, err := d.Cluster.Kubernetes.CoreV1().Namespaces().Get(ctx, d.name(i), metav1.GetOptions{})
		if err == nil && found.DeletionTimestamp == nil {
			err = errors.New("it is not")
		}
		return err
	})
	_, err := d.Argo("applications").Patch(t.Context(), d.name(i), types.MergePatchType, noFinalizers(), metav1.PatchOptions{})
	must(t, err)
}

// swept runs the sweep as its CronJob says: it notes what the lost hook left, and
// drops it when its grace is over. It leaves a living preview's, and what people
// made.
func (d *databases) swept(t *testing.T) {
	const made = "data_pr_0" // looks like a preview's, and has no mark
	_, err := d.Postgres.Ask(t.Context(), "previewset", "CREATE ROLE "+made, "CREATE SCHEMA AUTHORIZATION "+made)
	must(t, err)
	d.sweep(t, "first")
	d.checkCatalogued(t, d.schema(1), true)
	if noted := d.noted(t); noted != d.schema(1) {
		t.Errorf("noted are %q, want %q", noted, d.schema(1))
	}
	d.sweep(t, "second", "--grace=1ns")
	d.checkCatalogued(t, d.schema(1), false)
	d.checkCatalogued(t, d.schema(2), true)
	d.checkCatalogued(t, made, true)
	d.checkData(t, 2)
}

// noted returns the roles whose mark says that they have no preview.
func (d *databases) noted(t *testing.T) string {
	t.Helper()
	roles, err := d.Postgres.Ask(t.Context(), "postgres", "SELECT rolname FROM pg_roles WHERE shobj_description(oid, 'pg_authid') LIKE '%orphanedAt%'")
	must(t, err)
	return roles
}

// sweep runs a Job of the CronJob, with more arguments, and waits until it has
// completed.
func (d *databases) sweep(t *testing.T, name string, args ...string) {
	t.Helper()
	batch := d.Cluster.Kubernetes.BatchV1()
	cron, err := batch.CronJobs(world.DatabaseNamespace).Get(t.Context(), "previewset-sweep", metav1.GetOptions{})
	must(t, err)
	job := &batchv1.Job{ObjectMeta: metav1.ObjectMeta{Name: "sweep-" + name}, Spec: cron.Spec.JobTemplate.Spec}
	container := &job.Spec.Template.Spec.Containers[0]
	container.Args = append(container.Args, args...)
	_, err = batch.Jobs(world.DatabaseNamespace).Create(t.Context(), job, metav1.CreateOptions{})
	must(t, err)
	await(t, "the sweep is to end", func(context.Context) error {
		runs := d.Runner.RunsOf(world.DatabaseNamespace, job.Name)
		if len(runs) == 0 {
			return errors.New("it has not run")
		}
		if runs[0].Failed != "" {
			t.Fatalf("the sweep failed: %s", runs[0].Failed)
		}
		return nil
	})
	foreground := metav1.DeletePropagationForeground
	must(t, batch.Jobs(world.DatabaseNamespace).Delete(t.Context(), job.Name, metav1.DeleteOptions{PropagationPolicy: &foreground}))
}
