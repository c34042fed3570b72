package kustomize_test

import (
	"errors"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/object"
)

// workloads has an object of each usual kind with pods. Each container has another value of
// DATABASE_URL.
func workloads() map[string]string {
	const (
		env        = `env: [{name: A, value: "$(DB_SCHEMA)"}, {name: DATABASE_URL, value: postgres://production-db/shop}]`
		containers = `initContainers: [{name: wait, image: x, ` + env + `}], containers: [{name: web, image: x, ` + env + `}, {name: side, image: y}]`
		template   = `spec: {template: {metadata: {labels: {a: b}}, spec: {` + containers + `}}}`
	)
	return map[string]string{
		"v1 Pod": `spec: {` + containers + `}`, "v1 PodTemplate": `template: {spec: {` + containers + `}}`,
		"v1 ReplicationController": template, "apps/v1 Deployment": template, "apps/v1 StatefulSet": template,
		"apps/v1 DaemonSet": template, "apps/v1 ReplicaSet": template, "extensions/v1beta1 Deployment": template,
		"batch/v1 Job": template, "batch/v1 CronJob": `spec: {jobTemplate: {` + template + `}}`,
		"argoproj.io/v1alpha1 Rollout":                template,
		"argoproj.io/v1alpha1 CronWorkflow":           `spec: {workflowSpec: {templates: [{name: a, container: {image: x, ` + env + `}, sidecars: [{name: b, image: x}]}, {name: b, script: {image: x}}, {name: c, containerSet: {containers: [{name: a, image: x}]}}]}}`,
		"argoproj.io/v1alpha1 WorkflowTemplate":       `spec: {templates: [{name: a, container: {image: x, ` + env + `}, initContainers: [{name: b, image: x}]}]}`,
		"argoproj.io/v1alpha1 AnalysisTemplate":       `spec: {metrics: [{name: a, provider: {job: {` + template + `}}}]}`,
		"apps.openshift.io/v1 DeploymentConfig":       `spec: {strategy: {rollingParams: {pre: {execNewPod: {containerName: web, ` + env + `}}}}, template: {spec: {` + containers + `}}}`,
		"serving.knative.dev/v1 Service":              template,
		"keda.sh/v1alpha1 ScaledJob":                  `spec: {jobTargetRef: {template: {spec: {` + containers + `}}}}`,
		"jobset.x-k8s.io/v1alpha2 JobSet":             `spec: {replicatedJobs: [{name: a, template: {` + template + `}}]}`,
		"tekton.dev/v1 Task":                          `spec: {steps: [{name: a, image: x, ` + env + `}, {name: b, ref: {name: other}}], sidecars: [{name: a, image: x}]}`,
		"kubeflow.org/v1 PyTorchJob":                  `spec: {pytorchReplicaSpecs: {Worker: {template: {spec: {` + containers + `}}}}}`,
		"leaderworkerset.x-k8s.io/v1 LeaderWorkerSet": `spec: {leaderWorkerTemplate: {workerTemplate: {spec: {` + containers + `}}}}`,
	}
}

func oneObject(kind, body string) tree {
	version, kind, _ := strings.Cut(kind, " ")
	return files(map[string]string{
		"base/kustomization.yaml": "resources: [x.yaml]",
		"base/x.yaml":             "apiVersion: " + version + "\nkind: " + kind + "\nmetadata: {name: x}\n" + body + "\n",
	})
}

// shopDatabase is a set with a database for previews.
func shopDatabase() kustomize.Spec {
	return kustomize.Spec{
		Base: "base", AdminNamespace: "previewset-db", Allow: []string{"daemon-set"},
		Database: &kustomize.Database{Engine: "postgres", Strategy: "schema"},
	}
}

// TestEveryPodHasItsDatabase counts the containers of the base, and the variables in the
// built objects.
func TestEveryPodHasItsDatabase(t *testing.T) {
	t.Parallel()
	for kind, body := range workloads() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			base := load(t, shopDatabase(), oneObject(kind, body))
			_, name, _ := strings.Cut(kind, " ")
			got := objectOf(t, build(t, base, render(t, base, pullRequest())), name, "x")
			if strings.Contains(got, "production-db") {
				t.Errorf("a container keeps its database:\n%s", got)
			}
			want := strings.Count(body, "image:") + strings.Count(body, "containerName:")
			for _, text := range []string{"name: DB_SCHEMA\n", "value: shop_pr_42\n", "name: DATABASE_URL\n", "key: url\n"} {
				if n := strings.Count(got, text); n != want {
					t.Errorf("got %d times %q, want %d, in\n%s", n, text, want, got)
				}
			}
		})
	}
}

// objectOf returns the object of manifests with this kind and name, as YAML.
func objectOf(t *testing.T, manifests, kind, name string) string {
	t.Helper()
	for _, text := range strings.Split(manifests, "\n---\n") {
		n, err := yaml.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if n.GetKind() == kind && n.GetName() == name {
			return text
		}
	}
	t.Fatalf("there is no %s %s in\n%s", kind, name, manifests)
	return ""
}

// TestContainersWithoutVariables has containers that cannot have the variables. With a
// database, they are refused.
func TestContainersWithoutVariables(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, kind, body, reason, fix string }{
		{
			"unknown kind", "acme.dev/v1 App", "spec: {parts: [{containers: [{name: web, image: x}, {name: other, image: x}]}]}",
			"the container spec.parts[0].containers[web],", `add {group: "acme.dev", kind: App, path: "spec.parts[].containers[]", is: containers} to overlay.fields`,
		},
		{
			"unknown field", "apps/v1 Deployment", "spec: {template: {spec: {containers: [{name: web, image: x}], extraContainers: [{image: y}]}}}",
			"the container spec.template.spec.extraContainers[0],", `path: "spec.template.spec.extraContainers[]"`,
		},
		{
			"one container", "acme.dev/v1 App", "spec: {x.y/z: {container: {image: x}}}",
			"the container spec[x.y/z].container,", `path: "spec[x.y/z].container"`,
		},
		{"other key", "acme.dev/v1 Worker", "spec: {jobs: [{name: sync, image: x, env: [{name: A, value: b}]}]}", "the container spec.jobs[sync],", `path: "spec.jobs[]"`},
		{"with a command", "acme.dev/v1 Worker", "spec: {init: {image: x, command: [run]}}", "the container spec.init,", `path: "spec.init"`},
		{"the specification itself", "acme.dev/v1 App", "spec: {image: x, envFrom: [{secretRef: {name: a}}]}", "the container spec,", `path: "spec"`},
		{"steps", "acme.dev/v1 Pipeline", "spec: {steps: [{image: x}]}", "spec.steps[0]", "spec.steps[]"},
		{
			"mapping of variables", "apps/v1 Deployment", "spec: {template: {spec: {containers: [{name: web, image: x, env: {DATABASE_URL: production}}]}}}",
			"the container spec.template.spec.containers[web] has an env that is not a list", "write env as a list",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			spec := shopDatabase()
			base := load(t, spec, oneObject(tt.kind, tt.body))
			if warnings := base.Warnings(); len(warnings) > 0 {
				t.Errorf("got the warnings %v in addition to the refusal", warnings)
			}
			_, err := base.Render(t.Context(), pullRequest(), entry)
			var refused *object.RefusedError
			if !errors.As(err, &refused) || refused.Path != "base/x.yaml" || refused.Resource == "" || strings.Count(err.Error(), "\n") > 0 ||
				!strings.Contains(refused.Reason, tt.reason) || !strings.Contains(refused.Reason, "DATABASE_URL") || !strings.Contains(refused.Fix, tt.fix) {
				t.Errorf("got %v, want %q and %q", err, tt.reason, tt.fix)
			}
			spec = kustomize.Spec{Base: "base"}
			base = load(t, spec, oneObject(tt.kind, tt.body))
			warnings := base.Warnings()
			if len(warnings) != 1 || !strings.Contains(warnings[0].Message, strings.TrimSuffix(tt.reason, ",")) || !strings.Contains(warnings[0].Message, tt.fix) {
				t.Errorf("got the warnings %v, want %q and %q", warnings, tt.reason, tt.fix)
			}
			render(t, base, pullRequest())
		})
	}
}

// TestObjectsWithoutContainers looks like containers, and is none.
func TestObjectsWithoutContainers(t *testing.T) {
	t.Parallel()
	for kind, body := range map[string]string{
		"kyverno.io/v1 Policy":                            "spec: {rules: [{validate: {pattern: {spec: {containers: [{image: x}]}}}}]}",
		"acme.dev/v1 Widget":                              "spec: {image: x, items: {image: x}, containers: [web], container: web}",
		"autoscaling.k8s.io/v1 Vertical":                  "spec: {resourcePolicy: {containerPolicies: [{containerName: web}]}}",
		"v1 ConfigMap":                                    "data: {pod.yaml: 'containers: [{image: x}]'}",
		"argoproj.io/v1alpha1 Rollout":                    "spec: {workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web}}",
		"opentelemetry.io/v1beta1 OpenTelemetryCollector": "spec: {image: x, env: [{name: A, value: b}]}",
		"acme.dev/v2 Status":                              "status: {containers: [{image: x}]}",
		"kubevirt.io/v1 VirtualMachine":                   "spec: {template: {spec: {volumes: [{containerDisk: {image: x}}]}}}",
		"config.gatekeeper.sh/v1alpha1 Config":            "spec: {containers: [{image: x}]}",
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			base := load(t, shopDatabase(), oneObject(kind, body))
			render(t, base, pullRequest())
			if warnings := base.Warnings(); len(warnings) > 0 {
				t.Errorf("got %v, want no warning", warnings)
			}
		})
	}
}

// TestOwnContainers gives variables to the containers of a kind that only the set knows.
func TestOwnContainers(t *testing.T) {
	t.Parallel()
	spec := shopDatabase()
	spec.Fields = []kustomize.Field{
		{Group: "acme.dev", Kind: "App", Path: "spec.parts[].containers[]", Is: "containers"},
		{Group: "apps", Kind: "Deployment", Path: "spec.template.spec.containers[]", Is: "containers"}, // known already
	}
	for kind, body := range map[string]string{
		"acme.dev/v1 App":    "spec: {parts: [{containers: [{name: web, image: x, env: [{name: DATABASE_URL, value: y}]}]}]}",
		"apps/v1 Deployment": "spec: {template: {spec: {containers: [{name: web, image: x, env: [{name: DATABASE_URL, value: y}]}]}}}",
	} {
		base := load(t, spec, oneObject(kind, body))
		got := objectOf(t, build(t, base, render(t, base, pullRequest())), strings.Fields(kind)[1], "x")
		if strings.Count(got, "name: DATABASE_URL") != 1 || strings.Count(got, "name: DB_SCHEMA") != 1 {
			t.Errorf("%s: the container lacks the variables, or has them twice:\n%s", kind, got)
		}
	}
}

// TestBuiltVariables checks objects of which a container has other variables than the
// preview.
func TestBuiltVariables(t *testing.T) {
	t.Parallel()
	base := load(t, shopDatabase(), files(map[string]string{"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": oneConfigMap}))
	const schema, secret = "{name: DB_SCHEMA, value: shop_pr_42}", "{name: DATABASE_URL, valueFrom: {secretKeyRef: {name: preview-database, key: url}}}"
	for env, want := range map[string]string{
		schema + ", " + secret: "",
		"{name: DATABASE_URL, value: old}, " + schema + ", " + secret: "", // the last one counts
		schema: "DATABASE_URL",
		secret: "DB_SCHEMA",
		"{name: DB_SCHEMA, value: other}, " + secret:                       "DB_SCHEMA",
		schema + ", {name: DATABASE_URL, value: postgres://production-db}": "DATABASE_URL",
		schema + ", " + secret + ", {name: DATABASE_URL, value: x}":        "DATABASE_URL",
		schema + ", " + strings.Replace(secret, "key: url", "key: x", 1):   "DATABASE_URL",
		strings.Replace(schema, "shop_pr_42", "1", 1) + ", " + secret:      "DB_SCHEMA",
	} {
		err := base.VerifyVariables(t, pullRequest(), "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: x}\n"+
			"spec: {template: {spec: {containers: [{name: web, image: x, env: ["+env+"]}]}}}\n")
		var refused *object.RefusedError
		if want == "" {
			if err != nil {
				t.Errorf("%s: got %v", env, err)
			}
		} else if !errors.As(err, &refused) || refused.Resource != "Rollout x" || !strings.Contains(refused.Reason, "containers[web] does not have the preview's "+want) || strings.Contains(err.Error(), "production") {
			t.Errorf("%s: got %v, want a refusal because of %s", env, err, want)
		}
	}
}

// A PreSync hook runs before the Secret of the database exists.
func TestHookBeforeTheDatabase(t *testing.T) {
	t.Parallel()
	for phase, want := range map[string]bool{"PreSync": true, "Sync,PreSync": true, "Sync": false, "PostSync": false} {
		t.Run(phase, func(t *testing.T) {
			t.Parallel()
			tree := files(map[string]string{
				"base/kustomization.yaml": "resources: [x.yaml]\n",
				"base/x.yaml": "apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate, annotations: {argocd.argoproj.io/hook: '" + phase + "'}}\n" +
					"spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: x}]}}}\n",
			})
			_, err := load(t, shopDatabase(), tree).Render(t.Context(), pullRequest(), entry)
			var refused *object.RefusedError
			if isRefused := errors.As(err, &refused); isRefused != want || want && (refused.Path != "base/x.yaml" || !strings.Contains(refused.Fix, "overlay.database.migrate")) {
				t.Errorf("got %v, want a refusal: %t", err, want)
			}
			render(t, load(t, kustomize.Spec{Base: "base"}, tree), pullRequest())
		})
	}
}
