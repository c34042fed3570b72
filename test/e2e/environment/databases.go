package environment

import (
	"context"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const (
	// DatabaseSet is the set of examples/databases, and the label that selects its pull
	// requests.
	DatabaseSet = "data"
	// DatabaseNamespace is the namespace of the Jobs that run as an administrator.
	DatabaseNamespace = "previewset-db"
)

// adaptDatabase replaces the migrations and seeds of the set with psql commands. Each step
// of a migration inserts its name into the table steps.
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

// installDatabases applies manifests/components/database, and creates the Secrets and the
// ConfigMap that it requires. configDir is the folder of the service's configuration.
func (e *Environment) installDatabases(ctx context.Context, configDir string) error {
	objects, err := e.Build(ctx, "manifests", "components", "database")
	if err != nil {
		return err
	}
	for _, o := range objects {
		if o.GetKind() == "CronJob" {
			// Tests start the sweep themselves.
			if err := unstructured.SetNestedField(o.Object, true, "spec", "suspend"); err != nil {
				return err
			}
		}
	}
	if err := e.Cluster.Apply(ctx, DatabaseNamespace, objects...); err != nil {
		return err
	}
	e.AddSecret(e.Forge.ArgoToken)
	for _, s := range []*corev1.Secret{
		secret(DatabaseNamespace, "database-admin", nil, map[string]string{"url": e.Postgres.URL}),
		secret(DatabaseNamespace, "previewset-sweep", nil, map[string]string{"forge-token": e.Forge.ArgoToken}), // a token with read access
	} {
		if _, err := e.Cluster.Kubernetes.CoreV1().Secrets(s.Namespace).Create(ctx, s, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	config, err := os.ReadFile(e.Service.Config)
	if err != nil {
		return err
	}
	mounted := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "previewset-config"},
		Data:       map[string]string{"config.yaml": strings.ReplaceAll(string(config), configDir, "/etc/previewset")},
	}
	_, err = e.Cluster.Kubernetes.CoreV1().ConfigMaps(DatabaseNamespace).Create(ctx, mounted, metav1.CreateOptions{})
	return err
}
