package world

import (
	"context"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const (
	// DatabaseSet is the set of examples/databases. Here it is of pull requests
	// with the label of its name.
	DatabaseSet = "data"
	// DatabaseNamespace is where its Jobs run as an administrator.
	DatabaseNamespace = "previewset-db"
)

// adaptDatabase has the set's migrations and seeds be ones that psql can do. Each
// step of a migration leaves its name in the table steps.
func adaptDatabase(set map[string]any) {
	selectLabel(set, DatabaseSet)
	database := set["overlay"].(map[string]any)["database"].(map[string]any)
	const steps = "CREATE TABLE IF NOT EXISTS steps (n serial, step text); "
	migrate, seed := database["migrate"].(map[string]any), database["seed"].(map[string]any)
	migrate["image"], seed["image"] = "postgres:15", "postgres:15"
	migrate["command"] = psql(steps + "CREATE TABLE IF NOT EXISTS items (name text PRIMARY KEY); INSERT INTO steps (step) VALUES ('forward')")
	migrate["back"] = psql(steps + "DROP TABLE items; INSERT INTO steps (step) VALUES ('back')")
	seed["command"] = psql("INSERT INTO items VALUES ('tea'), ('rice') ON CONFLICT DO NOTHING")
}

func psql(sql string) []any {
	return []any{"psql", "--no-psqlrc", "--no-password", "--set", "ON_ERROR_STOP=1", "--command", sql, "$(DATABASE_URL)"}
}

// installDatabases applies manifests/components/database, and what it asks of
// administrators. configDir is where the service's configuration is.
func (w *World) installDatabases(ctx context.Context, configDir string) error {
	objects, err := w.Build(ctx, "manifests", "components", "database")
	if err != nil {
		return err
	}
	for _, o := range objects {
		if o.GetKind() == "CronJob" {
			// Tests say when it runs.
			if err := unstructured.SetNestedField(o.Object, true, "spec", "suspend"); err != nil {
				return err
			}
		}
	}
	if err := w.Cluster.Apply(ctx, DatabaseNamespace, objects...); err != nil {
		return err
	}
	w.AddSecret(w.Forge.ArgoToken)
	for _, s := range []*corev1.Secret{
		secret(DatabaseNamespace, "database-admin", nil, map[string]string{"url": w.Postgres.URL}),
		secret(DatabaseNamespace, "previewset-sweep", nil, map[string]string{"forge-token": w.Forge.ArgoToken}), // it may read
	} {
		if _, err := w.Cluster.Kubernetes.CoreV1().Secrets(s.Namespace).Create(ctx, s, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	config, err := os.ReadFile(w.Service.Config)
	if err != nil {
		return err
	}
	mounted := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "previewset-config"},
		Data:       map[string]string{"config.yaml": strings.ReplaceAll(string(config), configDir, "/etc/previewset")},
	}
	_, err = w.Cluster.Kubernetes.CoreV1().ConfigMaps(DatabaseNamespace).Create(ctx, mounted, metav1.CreateOptions{})
	return err
}
