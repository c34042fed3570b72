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

// policyCase is an object that an overlay may not have, and one like it that it
// may. word lets the first through.
type policyCase struct{ word, name, refused, resource, reason, innocent string }

// pod returns a Pod with a container; both get more fields, in YAML.
func pod(spec, container string) string {
	return "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {" + spec + "containers: [{name: shop, image: shop, " + container + "}]}\n"
}

func onPod(fields string) string       { return pod(fields+", ", "") }
func onContainer(fields string) string { return pod("", fields) }

// secured returns a Pod with a container of that security context.
func secured(fields string) string { return onContainer("securityContext: {" + fields + "}") }

// an returns an object called x with more fields, in YAML.
func an(apiVersion, kind, fields string) string {
	return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: x}\n" + fields + "\n"
}

func annotated(key, value string) string {
	return "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x, annotations: {" + key + ": '" + value + "'}}\nspec: {}\n"
}

const rbac = "rbac.authorization.k8s.io/v1"

// binding returns a RoleBinding with a subject.
func binding(kind, subject string) string {
	return an(rbac, "RoleBinding", "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: "+kind+", name: y}\nsubjects: [{"+subject+"}]")
}

const account = "kind: ServiceAccount, name: default"

func podCases() []policyCase {
	const inContainer = "spec.containers[shop]."
	return []policyCase{
		{"host-network", "", onPod("hostNetwork: true"), "Pod x", "spec.hostNetwork: ", onPod("hostNetwork: false")},
		{"host-network", "wrong type", onPod("hostNetwork: 'false'"), "Pod x", "spec.hostNetwork: ", onPod("hostNetwork: null")},
		{"host-network", "YAML 1.1", onPod("hostNetwork: yes"), "Pod x", "spec.hostNetwork: ", onPod("hostNetwork: !!bool false")},
		{"host-network", "merged", onPod("<<: {hostNetwork: true}"), "Pod x", "spec.hostNetwork: ", onPod("<<: {hostNetwork: false}")},
		{"host-network", "behind a key that is an alias", "x: &x hostNetwork\n" + onPod("*x : true"), "Pod x", "spec.hostNetwork: ", "x: &x hostname\n" + onPod("*x : y")},
		{"host-pid", "", onPod("hostPID: true"), "Pod x", "spec.hostPID: ", onPod("shareProcessNamespace: true")},
		{"host-ipc", "", onPod("hostIPC: true"), "Pod x", "spec.hostIPC: ", onPod("hostIPC: false")},
		{"host-path", "", onPod("volumes: [{name: v, hostPath: {path: /}}]"), "Pod x", "spec.volumes[v].hostPath: ", onPod("volumes: [{name: v, emptyDir: {}}]")},
		{"host-path", "empty", onPod("volumes: [{name: v, hostPath: {}}]"), "Pod x", "spec.volumes[v].hostPath: ", an("v1", "ConfigMap", "data: {hostPath: /, privileged: 'true'}")},
		{"host-path", "at the root", an("example.com/v1", "Thing", "hostPath: /"), "Thing x", "hostPath: ", an("example.com/v1", "Thing", "path: /")},
		{"host-port", "", onContainer("ports: [{containerPort: 80, hostPort: 80}]"), "Pod x", inContainer + "ports[0].hostPort: ", onContainer("ports: [{containerPort: 80, hostPort: 0}]")},
		{"node-name", "", onPod("nodeName: control-plane"), "Pod x", "spec.nodeName: ", onPod("nodeSelector: {nodeName: y}")},
		{"system-priority", "", onPod("priorityClassName: system-node-critical"), "Pod x", "spec.priorityClassName: ", onPod("priorityClassName: low")},
		{"privileged", "", secured("privileged: true"), "Pod x", inContainer + "securityContext.privileged: ", secured("privileged: false")},
		{"privileged", "init container", onPod("initContainers: [{name: i, securityContext: {privileged: true}}]"), "Pod x", "spec.initContainers[i].", onPod("initContainers: [{name: i}]")},
		{"privileged", "ephemeral container", onPod("ephemeralContainers: [{name: e, securityContext: {privileged: true}}]"), "Pod x", "spec.ephemeralContainers[e].", onPod("ephemeralContainers: [{name: e}]")},
		{"capabilities", "", secured("capabilities: {add: [CHOWN, NET_ADMIN]}"), "Pod x", "securityContext.capabilities: ", secured("capabilities: {drop: [ALL], add: [CHOWN, NET_BIND_SERVICE]}")},
		{"capabilities", "all", secured("capabilities: {add: [ALL]}"), "Pod x", "capabilities: ", secured("capabilities: {add: []}")},
		{"capabilities", "no list", secured("capabilities: {add: CHOWN}"), "Pod x", "capabilities: ", secured("capabilities: {add: null}")},
		{"capabilities", "no object", secured("capabilities: [CHOWN]"), "Pod x", "capabilities: ", secured("capabilities: {}")},
		{"seccomp", "", secured("seccompProfile: {type: Unconfined}"), "Pod x", "seccompProfile: ", secured("seccompProfile: {type: RuntimeDefault}")},
		{"seccomp", "pod", onPod("securityContext: {seccompProfile: {type: Unconfined}}"), "Pod x", "spec.securityContext.seccompProfile: ", onPod("securityContext: {seccompProfile: {type: Localhost}}")},
		{"apparmor", "", secured("appArmorProfile: {type: Unconfined}"), "Pod x", "appArmorProfile: ", secured("appArmorProfile: {type: Localhost}")},
		{"apparmor", "annotation", annotated("container.apparmor.security.beta.kubernetes.io/x", "unconfined"), "Ingress x", "metadata.annotations.container", annotated("container.apparmor.security.beta.kubernetes.io/x", "localhost/x")},
		{"selinux", "", secured("seLinuxOptions: {type: spc_t}"), "Pod x", "seLinuxOptions: ", secured("seLinuxOptions: {type: container_t, level: s0}")},
		{"selinux", "user", secured("seLinuxOptions: {user: root}"), "Pod x", "seLinuxOptions: ", secured("seLinuxOptions: {user: ''}")},
		{"selinux", "role", secured("seLinuxOptions: {role: sysadm_r}"), "Pod x", "seLinuxOptions: ", secured("seLinuxOptions: {}")},
		{"proc-mount", "", secured("procMount: Unmasked"), "Pod x", "procMount: ", secured("procMount: Default")},
		{"sysctl", "", onPod("securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]}"), "Pod x", "spec.securityContext.sysctls: ", onPod("securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: '1'}]}")},
		{"sysctl", "no name", onPod("securityContext: {sysctls: [kernel.msgmax]}"), "Pod x", "sysctls: ", onPod("securityContext: {sysctls: []}")},
		{"host-process", "", secured("windowsOptions: {hostProcess: true}"), "Pod x", "windowsOptions.hostProcess: ", secured("windowsOptions: {runAsUserName: y}")},
		{"probe-host", "", onContainer("livenessProbe: {httpGet: {host: 169.254.169.254, port: 80}}"), "Pod x", "livenessProbe.httpGet: ", onContainer("livenessProbe: {httpGet: {port: 80}}")},
		{"probe-host", "hook", onContainer("lifecycle: {preStop: {tcpSocket: {host: other, port: 80}}}"), "Pod x", "preStop.tcpSocket: ", onContainer("lifecycle: {preStop: {tcpSocket: {port: 80}}}")},
		{"volume-name", "", an("v1", "PersistentVolumeClaim", "spec: {volumeName: old}"), "PersistentVolumeClaim x", "spec.volumeName: ", an("v1", "PersistentVolumeClaim", "spec: {storageClassName: fast}")},
		{"volume-name", "template", an("apps/v1", "StatefulSet", "spec: {volumeClaimTemplates: [{metadata: {name: y}, spec: {volumeName: old}}]}"), "StatefulSet x", "spec.volumeClaimTemplates[0].spec.volumeName: ", an("apps/v1", "StatefulSet", "spec: {volumeClaimTemplates: [{metadata: {name: y}, spec: {}}]}")},
	}
}

func kindCases() []policyCase {
	service := func(fields string) string { return an("v1", "Service", "spec: {"+fields+"}") }
	return []policyCase{
		{"daemon-set", "", an("apps/v1", "DaemonSet", ""), "DaemonSet x", "every node", an("apps/v1", "Deployment", "")},
		{"load-balancer", "", service("type: LoadBalancer"), "Service x", "load balancer", service("type: ClusterIP")},
		{"load-balancer", "unknown type", service("type: {LoadBalancer: }"), "Service x", "load balancer", service("type: null")},
		{"load-balancer", "Gateway", an("gateway.networking.k8s.io/v1", "Gateway", ""), "Gateway x", "to the world", an("gateway.networking.k8s.io/v1", "BackendTLSPolicy", "")},
		{"node-port", "", service("type: NodePort"), "Service x", "a port of every node", service("")},
		{"external-name", "", service("type: ExternalName, externalName: db.shared.svc"), "Service x", "other namespaces", service("clusterIP: None")},
		{"external-ip", "", service("externalIPs: [10.0.0.1]"), "Service x", "spec.externalIPs", service("externalIPs: null")},
		{"endpoints", "", an("v1", "Endpoints", ""), "Endpoints x", "any address", service("selector: {}")},
		{"endpoints", "slice", an("discovery.k8s.io/v1", "EndpointSlice", ""), "EndpointSlice x", "any address", service("selector: {}")},
		{"reference-grant", "", an("gateway.networking.k8s.io/v1beta1", "ReferenceGrant", ""), "ReferenceGrant x", "other namespaces", an("gateway.networking.k8s.io/v1", "HTTPRoute", "spec: {}")},
		{"deployer", "Argo CD", an("argoproj.io/v1alpha1", "Application", ""), "Application x", "rights of its own", an("argoproj.io/v1alpha1", "Rollout", "")},
		{"deployer", "Flux", an("kustomize.toolkit.fluxcd.io/v1", "Kustomization", ""), "Kustomization x", "rights of its own", an("example.com/v1", "Application", "")},
		{"deployer", "k3s", an("helm.cattle.io/v1", "HelmChart", ""), "HelmChart x", "rights of its own", an("example.com/v1", "HelmChart", "")},
		{"other-host", "Istio", an("networking.istio.io/v1", "VirtualService", ""), "VirtualService x", "its hosts", an("networking.istio.io/v1", "DestinationRule", "")},
		{"other-host", "port", an("gateway.networking.k8s.io/v1alpha2", "TCPRoute", ""), "TCPRoute x", "no host", an("gateway.networking.k8s.io/v1", "HTTPRoute", "spec: {}")},
		{"other-host", "alias", annotated("nginx.ingress.kubernetes.io/server-alias", "shop.acme.dev"), "Ingress x", "metadata.annotations.nginx", annotated("nginx.ingress.kubernetes.io/rewrite-target", "/")},
		{"snippet", "", annotated("nginx.ingress.kubernetes.io/configuration-snippet", "hunter2"), "Ingress x", "metadata.annotations.nginx", annotated("example.com/snippets-of-text", "y")},
	}
}

func accessCases() []policyCase {
	role := func(rule string) string { return an(rbac, "Role", "rules: [{"+rule+"}]") }
	looks := role("apiGroups: ['*'], resources: ['*'], verbs: [get, list, watch]")
	return []policyCase{
		{"role", "wildcard", role("apiGroups: ['*'], resources: ['*'], verbs: ['*']"), "Role x", "its rules", looks},
		{"role", "pods", role("apiGroups: [''], resources: [pods], verbs: [get, create]"), "Role x", "its rules", role("apiGroups: [coordination.k8s.io], resources: [leases], verbs: ['*']")},
		{"role", "bind", role("resources: [roles], verbs: [bind]"), "Role x", "its rules", role("resources: [configmaps, events], verbs: [create, update]")},
		{"role", "second rule", an(rbac, "Role", "rules: [{resources: [pods], verbs: [get]}, {resources: [pods/exec], verbs: [create]}]"), "Role x", "its rules", an(rbac, "Role", "rules: null")},
		{"role", "no list", role("resources: [pods], verbs: create"), "Role x", "its rules", looks},
		{"cluster-role", "", binding("ClusterRole", account), "RoleBinding x", "roleRef: ", binding("Role", account)},
		{"cluster-role", "OpenShift", an("authorization.openshift.io/v1", "RoleBinding", "roleRef: {name: admin}"), "RoleBinding x", "can't be checked", an(rbac, "RoleBinding", "roleRef: {kind: Role, name: y}")},
		{"foreign-subject", "", binding("Role", "kind: Group, name: 'system:authenticated'"), "RoleBinding x", "subjects: ", binding("Role", account)},
		{"foreign-subject", "no kind", binding("Role", "name: y"), "RoleBinding x", "subjects: ", binding("Role", account)},
		{"pod-security", "", "apiVersion: v1\nkind: Namespace\nmetadata: {name: x, labels: {pod-security.kubernetes.io/enforce: privileged}}\n", "Namespace x", "every pod",
			"apiVersion: v1\nkind: Namespace\nmetadata: {name: x, labels: {pod-security.kubernetes.io/enforce: restricted}}\n"},
		{"service-account", "", adminJob("serviceAccountName: owner"), "Job x", "the token", adminJob("serviceAccountName: default")},
		{"service-account", "old name", adminJob("serviceAccount: owner"), "Job x", "the token", hookJobOf("''", "serviceAccountName: owner")},
		{"host-network", "hook", adminJob("hostNetwork: true"), "Job x", "hostNetwork: ", adminJob("hostname: y")},
	}
}

func adminJob(pod string) string { return hookJobOf("shop-admin", pod) }

// hookJobOf returns a hook with one more field in its pod.
func hookJobOf(namespace, pod string) string {
	return strings.Replace(hookJob("x", namespace, syncHook), "restartPolicy: Never", "restartPolicy: Never, "+pod, 1)
}

// refusal returns the error of an overlay that holds object, if any.
func refusal(t *testing.T, object string, allow ...string) error {
	t.Helper()
	r, err := kustomize.New(kustomize.Spec{Base: "base", AdminNamespace: "shop-admin", Allow: allow})
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

func TestPolicy(t *testing.T) {
	var tried []string
	for _, tt := range slices.Concat(podCases(), kindCases(), accessCases()) {
		tried = append(tried, tt.word)
		t.Run(strings.TrimSpace(tt.word+" "+tt.name), func(t *testing.T) {
			all := slices.DeleteFunc(policy.Allowable(), func(word string) bool { return word == tt.word })
			err := refusal(t, tt.refused, all...)
			var refused *object.RefusedError
			if !errors.As(err, &refused) {
				t.Fatalf("%T: %v", err, err)
			}
			if refused.Path != "base/objects.yaml" || refused.Resource != tt.resource || !strings.Contains(refused.Reason, tt.reason) || strings.HasPrefix(refused.Reason, ".") ||
				!strings.HasSuffix(refused.Fix, ", or allow it with overlay.allow: ["+tt.word+"]") {
				t.Errorf("%v", refused)
			}
			if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n") {
				t.Errorf("it tells a value, or the same twice: %v", err)
			}
			if err := refusal(t, tt.refused, tt.word); err != nil {
				t.Errorf("it is refused, though allowed: %v", err)
			}
			if err := refusal(t, tt.innocent); err != nil {
				t.Errorf("an innocent one is refused: %v", err)
			}
		})
	}
	slices.Sort(tried)
	if words := policy.Allowable(); !slices.Equal(slices.Compact(tried), words) {
		t.Errorf("tried are %v of %v", slices.Compact(tried), words)
	}
}

// TestNeverAllowed has what no word is for.
func TestNeverAllowed(t *testing.T) {
	for _, tt := range []struct{ name, object, want string }{
		{"secret", an("v1", "Secret", ""), "Secret x: a plain Secret"},
		{"version that means v1", an("/v1", "Secret", ""), "Secret x: its apiVersion"},
		{"kind with a space", an("v1", "'Secret '", ""), "its apiVersion or kind"},
		{"items", an("v1", "ConfigMap", "items: [{apiVersion: v1, kind: Secret, metadata: {name: y}}]"), "ConfigMap x: it has a list of items"},
		{"secrets in a list", an("v1", "SecretList", "items: [{apiVersion: v1, kind: Secret, metadata: {name: y}}]"), "Secret y: a plain Secret"},
		{"cluster role", an(rbac, "ClusterRoleBinding", ""), "cluster-wide"},
		{"volume", an("v1", "PersistentVolume", ""), "cluster-wide"},
		{"snapshot", an("snapshot.storage.k8s.io/v1", "VolumeSnapshotContent", ""), "cluster-wide"},
		{"admission", an("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", ""), "cluster-wide"},
		{"kind in base64", an(rbac, "!!binary Q2x1c3RlclJvbGVCaW5kaW5n", ""), "the YAML tag !!binary"},
		{"version in base64", an("!!binary djE=", "Secret", ""), "the YAML tag !!binary"},
		{"key in base64", an("v1", "ConfigMap", "!!binary a2luZA==: Secret"), "the YAML tag !!binary"},
		{"namespace in base64", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: !!binary b3RoZXI=}\n", "the YAML tag !!binary"},
		{"variable in base64", pod("", "env: [{name: !!binary REJfU0NIRU1B, value: evil}]"), "the YAML tag !!binary"},
		{"field in base64", an("v1", "Pod", "spec: {!!binary aG9zdE5ldHdvcms=: true}"), "the YAML tag !!binary"},
		{"long name of a tag", an("v1", "!<tag:yaml.org,2002:binary> U2VjcmV0", ""), "the YAML tag !!binary"},
		{"anchor of a tag", an("v1", "ConfigMap", "data: {a: &a !!binary U2VjcmV0, b: *a}"), "the YAML tag !!binary"},
		{"tag of its own", an("v1", "Pod", "spec: {hostNetwork: !mine true}"), "the YAML tag !mine"},
		{"other namespace", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: other, annotations: {internal.config.kubernetes.io/helm-generated: 'true'}}\n", "not in the preview's own"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := refusal(t, tt.object, policy.Allowable()...)
			var refused *object.RefusedError
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), tt.want) || strings.Contains(refused.Fix, "overlay.allow") {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestForeignSubjects has subjects whose namespace is known only at the end.
func TestForeignSubjects(t *testing.T) {
	for namespace, want := range map[string]bool{"other": true, "shop-admin": true, "shop-pr-42": false} {
		err := refusal(t, binding("Role", "kind: ServiceAccount, name: y, namespace: "+namespace))
		var refused *object.RefusedError
		if errors.As(err, &refused) != want || want && refused.Resource != "RoleBinding x" {
			t.Errorf("%s: %v", namespace, err)
		}
	}
}

// TestEveryObjection asks for everything that is wrong with one object.
func TestEveryObjection(t *testing.T) {
	err := refusal(t, pod("hostPID: true, volumes: [{name: v, hostPath: {path: /}}], ", "securityContext: {privileged: true}"), "host-pid")
	if text := err.Error(); !strings.Contains(text, "hostPath") || !strings.Contains(text, "containers[shop].securityContext.privileged") || strings.Contains(text, "hostPID") {
		t.Errorf("%v", err)
	}
}

// TestOnePreviewIsRefused has a component that makes a field of what somebody
// wrote into a title.
func TestOnePreviewIsRefused(t *testing.T) {
	base := load(t, kustomize.Spec{Base: "base", Components: []string{"c"}}, files(map[string]string{
		"base/kustomization.yaml": "resources: [pod.yaml]",
		"base/pod.yaml":           onPod("priorityClassName: low"),
		"c/kustomization.yaml": component + "replacements:\n- source: {kind: ConfigMap, name: preview, fieldPath: data.title}\n" +
			"  targets: [{select: {kind: Pod}, fieldPaths: [spec.priorityClassName]}]\n",
	}))
	bad, good := pullRequest(), pullRequest()
	bad.Title = "system-node-critical"
	_, err := base.Render(t.Context(), bad, entry)
	var refused *object.RefusedError
	if !errors.As(err, &refused) || refused.Resource != "Pod x" || refused.Path != "base/pod.yaml" {
		t.Errorf("%v", err)
	}
	if _, err := base.Render(t.Context(), good, entry); err != nil {
		t.Error(err)
	}
}

// TestPodsOfEveryKind has a privileged container in whatever runs containers.
func TestPodsOfEveryKind(t *testing.T) {
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
			err := refusal(t, an(tt.apiVersion, tt.kind, tt.fields), "daemon-set")
			var refused *object.RefusedError
			if !errors.As(err, &refused) || !strings.HasPrefix(refused.Reason, tt.where+"securityContext.privileged: ") {
				t.Errorf("%v", err)
			}
		})
	}
}

// FuzzPolicy asks that no way to write an object brings a dangerous field past
// the policy.
func FuzzPolicy(f *testing.F) {
	for _, tt := range podCases() {
		_, fields, _ := strings.Cut(tt.refused, "spec: ")
		f.Add(fields)
		_, fields, _ = strings.Cut(tt.innocent, "spec: ")
		f.Add(fields)
	}
	f.Add("{template: &a {spec: {hostNetwork: true}}, other: *a}")
	f.Add("{? {a: b} : {privileged: true}}")
	f.Add("{data: {privileged: {privileged: true}}, labels: [{hostPath: {}}]}")
	f.Add("!!map {!!str hostNetwork: !!bool true}")
	f.Add("\n- containers:\n  - {hostPort: 0x50}\n")
	judged := fuzzing.Judged(f, 36)
	f.Fuzz(func(t *testing.T, fields string) {
		r, err := kustomize.New(kustomize.Spec{Base: "base"})
		if err != nil {
			t.Fatal(err)
		}
		base, err := r.Load(objectsIn(an("example.com/v1", "Thing", "spec: "+fields)))
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
			if _, names := item.(map[string]any); names && slices.Contains([]string{"annotations", "labels", "matchLabels", "nodeSelector", "data", "stringData", "binaryData"}, key) {
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

func TestUnknownWord(t *testing.T) {
	_, err := kustomize.New(kustomize.Spec{Base: "base", Allow: []string{"role", "secrets"}})
	if err == nil || !strings.Contains(err.Error(), `allow[1]: there is no "secrets": want some of apparmor, `) {
		t.Errorf("%v", err)
	}
}
