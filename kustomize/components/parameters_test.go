package components_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/previewset/previewset/kustomize"
)

// defaults are the parameters of each component with their defaults. Overlays rely on
// them.
var defaults = map[string]map[string]string{
	"auth": {
		"auth_secret":  "preview-auth",
		"service":      "{{.set}}",
		"service_port": "80",
	},
	"autosleep": {
		"autosleep_uptime": "Mon-Fri 07:30-20:30 UTC",
	},
	"autosleep-keda": {
		"autosleep_deployment": "{{.set}}",
		"autosleep_end":        "30 20 * * 1-5",
		"autosleep_replicas":   "1",
		"autosleep_start":      "30 7 * * 1-5",
		"autosleep_timezone":   "Etc/UTC",
	},
	"cloudnative-pg": {
		"database_connection_limit":   "20",
		"database_image":              "ghcr.io/cloudnative-pg/postgresql:17",
		"database_operator_namespace": "cnpg-system",
		"database_statement_timeout":  "60s",
		"database_storage":            "1Gi",
	},
	"cost-labels": {
		"cost_environment": "preview",
		"cost_team":        "{{.set}}",
	},
	"database-jobs": {
		"database_admin_secret":      "database-admin",
		"database_connection_limit":  "20",
		"database_image":             "ghcr.io/previewset/previewset:dev",
		"database_name":              "previewset",
		"database_open":              "",
		"database_previews":          "",
		"database_statement_timeout": "60s",
		"database_template":          "",
	},
	"external-secrets": {
		"external_secrets_name":       "preview-secrets",
		"external_secrets_path":       "previews/{{.set}}/{{.id}}",
		"external_secrets_store":      "previews",
		"external_secrets_store_kind": "ClusterSecretStore",
	},
	"flags": {
		"flagd_host": "preview-flagd",
	},
	"gateway": {
		"gateway_listener":  "https",
		"gateway_name":      "previews",
		"gateway_namespace": "gateways",
		"service":           "{{.set}}",
		"service_port":      "80",
	},
	"ingress": {
		"ingress_class": "nginx",
		"service":       "{{.set}}",
		"service_port":  "80",
	},
	"isolation": {
		"isolation_database_namespace":  "databases",
		"isolation_database_port":       "5432",
		"isolation_dns_namespace":       "kube-system",
		"isolation_ingress_namespace":   "ingress-nginx",
		"isolation_telemetry_namespace": "observability",
	},
	"migrate": {},
	"mysql-database": {
		"database_admin_secret":      "database-admin",
		"database_connection_limit":  "20",
		"database_engine":            "mysql",
		"database_image":             "ghcr.io/previewset/previewset:dev",
		"database_name":              "previewset",
		"database_open":              "",
		"database_previews":          "",
		"database_statement_timeout": "60s",
		"database_strategy":          "database",
		"database_template":          "",
	},
	"otel": {
		"otel_endpoint":      "http://otel-collector.observability:4318",
		"otel_inject_dotnet": "false",
		"otel_inject_java":   "false",
		"otel_inject_nodejs": "false",
		"otel_inject_python": "false",
		"otel_resource_attributes": "deployment.environment.name={{.name}},service.namespace={{.set}},previewset.set={{.set}},previewset.id={{.id}}," +
			"vcs.ref.head.name={{.branch_slug}},vcs.ref.head.revision=$(PREVIEW_HEAD_SHA)",
	},
	"pod-security": {
		"pod_security_enforce": "baseline",
		"pod_security_warn":    "restricted",
	},
	"postgres-database": {
		"database_admin_secret":      "database-admin",
		"database_connection_limit":  "20",
		"database_engine":            "postgres",
		"database_image":             "ghcr.io/previewset/previewset:dev",
		"database_name":              "previewset",
		"database_open":              "",
		"database_previews":          "",
		"database_statement_timeout": "60s",
		"database_strategy":          "database",
		"database_template":          "",
	},
	"postgres-schema": {
		"database_admin_secret":      "database-admin",
		"database_connection_limit":  "20",
		"database_engine":            "postgres",
		"database_image":             "ghcr.io/previewset/previewset:dev",
		"database_name":              "previewset",
		"database_open":              "",
		"database_previews":          "",
		"database_statement_timeout": "60s",
		"database_strategy":          "schema",
		"database_template":          "",
	},
	"postgres-snapshot": {
		"database_admin_secret":      "database-admin",
		"database_connection_limit":  "20",
		"database_engine":            "postgres",
		"database_image":             "ghcr.io/previewset/previewset:dev",
		"database_name":              "previewset",
		"database_open":              "",
		"database_previews":          "",
		"database_statement_timeout": "60s",
		"database_strategy":          "snapshot",
		"database_template":          "",
	},
	"quota": {
		"quota_container_memory": "512Mi",
		"quota_cpu":              "2",
		"quota_memory":           "4Gi",
		"quota_memory_limit":     "8Gi",
		"quota_pods":             "20",
		"quota_storage":          "10Gi",
	},
	"seed": {},
	"smoke": {
		"smoke_attempts": "30",
		"smoke_path":     "/",
		"smoke_status":   "200",
	},
}

// TestDefaultsOfParameters compares each component with defaults.
func TestDefaultsOfParameters(t *testing.T) {
	t.Parallel()
	_, all := kustomize.Builtin("")
	if want := slices.Sorted(maps.Keys(defaults)); !slices.Equal(all, want) {
		t.Errorf("got the components %q, want %q", all, want)
	}
	for name, want := range defaults {
		files, err := kustomize.BuiltinFiles(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := kustomize.BuiltinParameters(files); err != nil || !maps.Equal(got, want) {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
		}
	}
}
