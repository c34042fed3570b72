package kustomize_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
	"github.com/previewset/previewset/test/fuzzing"
)

// refusal returns the error of an overlay that holds an object, nil where it passes.
// allow are the words of overlay.allow.
func refusal(t *testing.T, object string, allow ...string) error {
	t.Helper()
	r, err := newRenderer(kustomize.Spec{Base: "base", AdminNamespace: "shop-admin", Allow: allow})
	if err != nil {
		t.Fatal(err)
	}
	base, err := r.Load(objectsIn(object))
	if err != nil {
		return err
	}
	_, err = base.Render(t.Context(), pullRequest(), entry)
	return err
}

// refused returns the first refusal in err, which must have one.
func refused(t *testing.T, err error) *object.RefusedError {
	t.Helper()
	var refused *object.RefusedError
	if !errors.As(err, &refused) {
		t.Fatalf("got %T: %v, want a refusal", err, err)
	}
	return refused
}

// eachPolicyCase runs test for each case, in a subtest with its name.
func eachPolicyCase(t *testing.T, test func(t *testing.T, tt policyCase)) {
	t.Helper()
	for _, tt := range slices.Concat(podCases(), kindCases(), accessCases()) {
		t.Run(tt.word+"/"+tt.name, func(t *testing.T) { test(t, tt) })
	}
}

// TestPolicyRefuses checks the file, the object, the reason and the word of each refusal.
// All other words are allowed.
func TestPolicyRefuses(t *testing.T) {
	eachPolicyCase(t, func(t *testing.T, tt policyCase) {
		others := slices.DeleteFunc(policy.Allowable(), func(word string) bool { return word == tt.word })
		got := refused(t, refusal(t, tt.refused, others...))
		if got.Path != "base/objects.yaml" || got.Resource != tt.resource {
			t.Errorf("got %s: %s, want base/objects.yaml: %s", got.Path, got.Resource, tt.resource)
		}
		if !strings.Contains(got.Reason, tt.reason) || strings.HasPrefix(got.Reason, ".") {
			t.Errorf("got the reason %q, want %q", got.Reason, tt.reason)
		}
		if want := ", or allow it with overlay.allow: [" + tt.word + "]"; !strings.HasSuffix(got.Fix, want) {
			t.Errorf("got the fix %q, want %q at its end", got.Fix, want)
		}
	})
}

// TestPolicyAllows checks that each object is accepted if its own word is allowed.
func TestPolicyAllows(t *testing.T) {
	eachPolicyCase(t, func(t *testing.T, tt policyCase) {
		if err := refusal(t, tt.refused, tt.word); err != nil {
			t.Errorf("got %v", err)
		}
	})
}

// TestPolicyAcceptsHarmlessObjects uses objects that are similar to the refused ones
// and need no word.
func TestPolicyAcceptsHarmlessObjects(t *testing.T) {
	eachPolicyCase(t, func(t *testing.T, tt policyCase) {
		if err := refusal(t, tt.passes); err != nil {
			t.Errorf("got %v", err)
		}
	})
}

// TestRefusalsRepeatNoValue uses a secret as a value that is refused.
func TestRefusalsRepeatNoValue(t *testing.T) {
	for _, object := range []string{
		annotated("nginx.ingress.kubernetes.io/configuration-snippet", "hunter2"),
		podWith("hostNetwork: hunter2"), podWith("nodeName: hunter2"), secured("procMount: hunter2"),
		manifest("v1", "Secret", "stringData: {password: hunter2}"),
	} {
		err := refusal(t, object)
		refused(t, err)
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("a value is in %v", err)
		}
	}
}

// TestRefusalIsOneLine uses an object with one objection.
func TestRefusalIsOneLine(t *testing.T) {
	eachPolicyCase(t, func(t *testing.T, tt policyCase) {
		if err := refusal(t, tt.refused); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v", err)
		}
	})
}

// TestMandatoryRulesCanNotBeWaived uses objects that no word of overlay.allow allows.
func TestMandatoryRulesCanNotBeWaived(t *testing.T) {
	for _, tt := range []struct{ name, object, want string }{
		{
			name:   "secret",
			object: manifest("v1", "Secret", ""),
			want:   "Secret x: a plain Secret",
		},
		{
			name:   "version that means v1",
			object: manifest("/v1", "Secret", ""),
			want:   "Secret x: its apiVersion",
		},
		{
			name:   "kind with a space",
			object: manifest("v1", "'Secret '", ""),
			want:   "its apiVersion or kind",
		},
		{
			name:   "kind of a date",
			object: manifest("v1", "2001-12-14", ""),
			want:   "its kind is 2001-12-14, which Kustomize prints as 2001-12-14T00:00:00Z",
		},
		{
			name:   "name of a number",
			object: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 0x10}\n",
			want:   "its metadata.name is not a text",
		},
		{
			name:   "items",
			object: manifest("v1", "ConfigMap", "items: [{apiVersion: v1, kind: Secret, metadata: {name: y}}]"),
			want:   "ConfigMap x: it has a list of items",
		},
		{
			name:   "secrets in a list",
			object: manifest("v1", "SecretList", "items: [{apiVersion: v1, kind: Secret, metadata: {name: y}}]"),
			want:   "Secret y: a plain Secret",
		},
		{
			name:   "cluster role",
			object: manifest(rbac, "ClusterRoleBinding", ""),
			want:   "cluster-wide",
		},
		{
			name:   "volume",
			object: manifest("v1", "PersistentVolume", ""),
			want:   "cluster-wide",
		},
		{
			name:   "snapshot",
			object: manifest("snapshot.storage.k8s.io/v1", "VolumeSnapshotContent", ""),
			want:   "cluster-wide",
		},
		{
			name:   "admission",
			object: manifest("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", ""),
			want:   "cluster-wide",
		},
		{
			name:   "kind in base64",
			object: manifest(rbac, "!!binary Q2x1c3RlclJvbGVCaW5kaW5n", ""),
			want:   "the YAML tag !!binary",
		},
		{
			name:   "version in base64",
			object: manifest("!!binary djE=", "Secret", ""),
			want:   "the YAML tag !!binary",
		},
		{
			name:   "key in base64",
			object: manifest("v1", "ConfigMap", "!!binary a2luZA==: Secret"),
			want:   "the YAML tag !!binary",
		},
		{
			name:   "namespace in base64",
			object: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: !!binary b3RoZXI=}\n",
			want:   "the YAML tag !!binary",
		},
		{
			name:   "variable in base64",
			object: pod("", "env: [{name: !!binary REJfU0NIRU1B, value: evil}]"),
			want:   "the YAML tag !!binary",
		},
		{
			name:   "field in base64",
			object: manifest("v1", "Pod", "spec: {!!binary aG9zdE5ldHdvcms=: true}"),
			want:   "the YAML tag !!binary",
		},
		{
			name:   "long name of a tag",
			object: manifest("v1", "!<tag:yaml.org,2002:binary> U2VjcmV0", ""),
			want:   "the YAML tag !!binary",
		},
		{
			name:   "anchor of a tag",
			object: manifest("v1", "ConfigMap", "data: {a: &a !!binary U2VjcmV0, b: *a}"),
			want:   "the YAML tag !!binary",
		},
		{
			name:   "tag of its own",
			object: manifest("v1", "Pod", "spec: {hostNetwork: !mine true}"),
			want:   "the YAML tag !mine",
		},
		{
			name:   "other namespace",
			object: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: other, annotations: {internal.config.kubernetes.io/helm-generated: 'true'}}\n",
			want:   "not in the preview's own",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := refusal(t, tt.object, policy.Allowable()...)
			if got := refused(t, err); !strings.Contains(err.Error(), tt.want) || strings.Contains(got.Fix, "overlay.allow") {
				t.Errorf("got %v, want %s, without a word that allows it", err, tt.want)
			}
		})
	}
}

// TestForeignSubjects uses subjects whose namespace is known only when an overlay is
// rendered.
func TestForeignSubjects(t *testing.T) {
	for namespace, foreign := range map[string]bool{"other": true, "shop-admin": true, "shop-pr-42": false} {
		t.Run(namespace, func(t *testing.T) {
			err := refusal(t, binding("Role", "kind: ServiceAccount, name: y, namespace: "+namespace))
			if !foreign {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			if got := refused(t, err); got.Resource != "RoleBinding x" {
				t.Errorf("got %v, want a refusal of RoleBinding x", got)
			}
		})
	}
}

// TestEveryObjectionIsReported uses an object with three dangerous fields, of which
// one is allowed.
func TestEveryObjectionIsReported(t *testing.T) {
	err := refusal(t, pod("hostPID: true, volumes: [{name: v, hostPath: {path: /}}], ", "securityContext: {privileged: true}"), "host-pid")
	refused(t, err)
	for field, want := range map[string]bool{"spec.volumes[v].hostPath": true, "containers[shop].securityContext.privileged": true, "hostPID": false} {
		if strings.Contains(err.Error(), field) != want {
			t.Errorf("%s: got %v, want it to be reported: %v", field, err, want)
		}
	}
}

// TestPolicyRefusesOnlyTheDangerousPreview uses a component that copies a title into a
// field. Only the preview with a dangerous title is refused.
func TestPolicyRefusesOnlyTheDangerousPreview(t *testing.T) {
	base := load(t, kustomize.Spec{Base: "base", Components: []string{"c"}}, files(map[string]string{
		"base/kustomization.yaml": "resources: [pod.yaml]",
		"base/pod.yaml":           podWith("priorityClassName: low"),
		"c/kustomization.yaml": component + "replacements:\n- source: {kind: ConfigMap, name: preview, fieldPath: data.title}\n" +
			"  targets: [{select: {kind: Pod}, fieldPaths: [spec.priorityClassName]}]\n",
	}))
	bad, good := pullRequest(), pullRequest()
	bad.Title = "system-node-critical"
	_, err := base.Render(t.Context(), bad, entry)
	if got := refused(t, err); got.Resource != "Pod x" || got.Path != "base/pod.yaml" {
		t.Errorf("got %v, want a refusal of Pod x in base/pod.yaml", got)
	}
	if _, err := base.Render(t.Context(), good, entry); err != nil {
		t.Error(err)
	}
}

// TestPodsOfEveryKindAreChecked uses a privileged container in each kind that runs
// containers, of Kubernetes and of controllers.
func TestPodsOfEveryKindAreChecked(t *testing.T) {
	const spec = "{containers: [{name: shop, image: shop, securityContext: {privileged: true}}]}"
	template := "spec: {template: {spec: " + spec + "}}"
	const inTemplate = "spec.template.spec.containers[shop]."
	for _, tt := range []struct{ apiVersion, kind, fields, where string }{
		{"v1", "Pod", "spec: " + spec, "spec.containers[shop]."},
		{"v1", "PodTemplate", "template: {spec: " + spec + "}", "template.spec.containers[shop]."},
		{"v1", "ReplicationController", template, inTemplate},
		{"apps/v1", "Deployment", template, inTemplate},
		{"apps/v1", "StatefulSet", template, inTemplate},
		{"apps/v1", "DaemonSet", template, inTemplate},
		{"apps/v1", "ReplicaSet", template, inTemplate},
		{"batch/v1", "Job", template, inTemplate},
		{"batch/v1", "CronJob", "spec: {jobTemplate: {" + template + "}}", "spec.jobTemplate.spec.template.spec.containers[shop]."},
		{"argoproj.io/v1alpha1", "Rollout", template, inTemplate},
		{"argoproj.io/v1alpha1", "Workflow", "spec: {templates: [{name: a, container: {securityContext: {privileged: true}}}]}", "spec.templates[a].container."},
		{"serving.knative.dev/v1", "Service", template, inTemplate},
		{"tekton.dev/v1", "Task", "spec: {steps: [{name: a, securityContext: {privileged: true}}]}", "spec.steps[a]."},
		{"monitoring.coreos.com/v1", "Prometheus", "spec: " + spec, "spec.containers[shop]."},
		{"example.com/v1", "Nested", "spec: [[{a: {b: [" + spec + "]}}]]", "spec[0][0].a.b[0].containers[shop]."},
	} {
		t.Run(tt.kind, func(t *testing.T) {
			got := refused(t, refusal(t, manifest(tt.apiVersion, tt.kind, tt.fields), "daemon-set"))
			if want := tt.where + "securityContext.privileged: "; !strings.HasPrefix(got.Reason, want) {
				t.Errorf("got the reason %q, want %q", got.Reason, want)
			}
		})
	}
}

// FuzzPolicy fails for an object that passes the policy with a dangerous field, in
// whatever way it is written.
func FuzzPolicy(f *testing.F) {
	for _, tt := range podCases() {
		_, fields, _ := strings.Cut(tt.refused, "spec: ")
		f.Add(fields)
		_, fields, _ = strings.Cut(tt.passes, "spec: ")
		f.Add(fields)
	}
	f.Add("{template: &a {spec: {hostNetwork: true}}, other: *a}")
	f.Add("{? {a: b} : {privileged: true}}")
	f.Add("{data: {privileged: {privileged: true}}, labels: [{hostPath: {}}]}")
	f.Add("!!map {!!str hostNetwork: !!bool true}")
	f.Add("\n- containers:\n  - {hostPort: 0x50}\n")
	f.Add("{<<: {hostNetwork: yes}, hostPID: !!bool \"true\", hostIPC: on}")
	f.Add("{privileged: !!null true, hostPort: !!int \"0x50\"}")
	f.Add("{hostPort: 1e1, other: \"\\n---\\nhostNetwork: true\"}")
	f.Add("{hostPort: 8_0, ? hostPath : {path: /}}")
	judged := fuzzing.Judged(f, 36)
	f.Fuzz(func(t *testing.T, fields string) {
		r, err := newRenderer(kustomize.Spec{Base: "base"})
		if err != nil {
			t.Fatal(err)
		}
		base, err := r.Load(objectsIn(manifest("example.com/v1", "Thing", "spec: "+fields)))
		if err != nil {
			return
		}
		o, err := base.Render(t.Context(), pullRequest(), entry)
		if err != nil {
			return
		}
		judged()
		decoder := yaml.NewDecoder(strings.NewReader(build(t, base, o)))
		for {
			var object map[string]any
			if err := decoder.Decode(&object); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatal(err)
			}
			if field := dangerous(object["spec"]); field != "" {
				t.Errorf("%s passed", field)
			}
		}
	})
}

// fieldsOfNames are fields whose keys are names that users choose.
var fieldsOfNames = []string{"annotations", "labels", "matchLabels", "nodeSelector", "data", "stringData", "binaryData"}

// dangerous returns the name of a field of value that no pod may have, if any.
func dangerous(value any) string {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			if field := dangerous(item); field != "" {
				return field
			}
		}
	case map[string]any:
		for key, item := range v {
			if _, isMap := item.(map[string]any); isMap && slices.Contains(fieldsOfNames, key) {
				continue
			}
			if field := dangerous(item); field != "" {
				return field
			}
			if item == nil || item == "" { // Kustomize writes "" for a missing value
				continue
			}
			switch key {
			case "hostNetwork", "hostPID", "hostIPC", "privileged", "hostProcess":
				if item != false {
					return key
				}
			case "hostPath":
				return key
			case "hostPort":
				if item != 0 {
					return key
				}
			}
		}
	}
	return ""
}

func TestUnknownWordIsRefused(t *testing.T) {
	_, err := newRenderer(kustomize.Spec{Base: "base", Allow: []string{"role", "secrets"}})
	if err == nil || !strings.Contains(err.Error(), `allow[1]: "secrets" can't be allowed: use one of annotation, `) {
		t.Errorf("got %v", err)
	}
}
