package kustomize_test

import "strings"

// policyCase is an object that an overlay must not have, and one like it that passes.
type policyCase struct {
	// word of overlay.allow allows the first object.
	word, name string
	// refused is the first object, and resource and reason are parts of its refusal.
	refused, resource, reason string
	// passes is the second object.
	passes string
}

// pod returns a Pod with a container; both get more fields, in YAML.
func pod(spec, container string) string {
	return "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {" + spec + "containers: [{name: shop, image: shop, " + container + "}]}\n"
}

func podWith(fields string) string       { return pod(fields+", ", "") }
func containerWith(fields string) string { return pod("", fields) }

// secured returns a Pod with a container of that security context.
func secured(fields string) string { return containerWith("securityContext: {" + fields + "}") }

// manifest returns an object called x with more fields, in YAML.
func manifest(apiVersion, kind, fields string) string {
	return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: x}\n" + fields + "\n"
}

// annotated returns an Ingress with an annotation.
func annotated(key, value string) string {
	return "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x, annotations: {" + key + ": '" + value + "'}}\nspec: {}\n"
}

// enforcing returns a Namespace with a level of Pod Security.
func enforcing(level string) string {
	return "apiVersion: v1\nkind: Namespace\nmetadata: {name: x, labels: {pod-security.kubernetes.io/enforce: " + level + "}}\n"
}

const rbac = "rbac.authorization.k8s.io/v1"

// binding returns a RoleBinding of a kind of role with a subject.
func binding(kind, subject string) string {
	return manifest(rbac, "RoleBinding", "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: "+kind+", name: y}\nsubjects: [{"+subject+"}]")
}

// ownAccount is a subject that is the preview's.
const ownAccount = "kind: ServiceAccount, name: default"

// adminJob returns a hook in the administration namespace with one more field in its
// pod.
func adminJob(pod string) string { return hookJobOf("shop-admin", pod) }

// hookJobOf returns a hook with one more field in its pod.
func hookJobOf(namespace, pod string) string {
	return strings.Replace(hookJob("x", namespace, syncHook), "restartPolicy: Never", "restartPolicy: Never, "+pod, 1)
}

// podCases has fields of pods, and of claims for volumes.
func podCases() []policyCase {
	const inContainer = "spec.containers[shop]."
	return []policyCase{
		{
			word: "host-network", name: "true",
			refused: podWith("hostNetwork: true"), resource: "Pod x", reason: "spec.hostNetwork: ",
			passes: podWith("hostNetwork: false"),
		},
		{
			word: "host-network", name: "wrong type",
			refused: podWith("hostNetwork: 'false'"), resource: "Pod x", reason: "spec.hostNetwork: ",
			passes: podWith("hostNetwork: null"),
		},
		{
			word: "host-network", name: "YAML 1.1",
			refused: podWith("hostNetwork: yes"), resource: "Pod x", reason: "spec.hostNetwork: ",
			passes: podWith("hostNetwork: !!bool false"),
		},
		{
			word: "host-network", name: "merged",
			refused: podWith("<<: {hostNetwork: true}"), resource: "Pod x", reason: "spec.hostNetwork: ",
			passes: podWith("<<: {hostNetwork: false}"),
		},
		{
			word: "host-network", name: "behind a key that is an alias",
			refused: "x: &x hostNetwork\n" + podWith("*x : true"), resource: "Pod x", reason: "spec.hostNetwork: ",
			passes: "x: &x hostname\n" + podWith("*x : y"),
		},
		{
			word: "host-pid", name: "true",
			refused: podWith("hostPID: true"), resource: "Pod x", reason: "spec.hostPID: ",
			passes: podWith("shareProcessNamespace: true"),
		},
		{
			word: "host-ipc", name: "true",
			refused: podWith("hostIPC: true"), resource: "Pod x", reason: "spec.hostIPC: ",
			passes: podWith("hostIPC: false"),
		},
		{
			word: "host-path", name: "a path",
			refused: podWith("volumes: [{name: v, hostPath: {path: /}}]"), resource: "Pod x", reason: "spec.volumes[v].hostPath: ",
			passes: podWith("volumes: [{name: v, emptyDir: {}}]"),
		},
		{
			word: "host-path", name: "empty",
			refused: podWith("volumes: [{name: v, hostPath: {}}]"), resource: "Pod x", reason: "spec.volumes[v].hostPath: ",
			passes: manifest("v1", "ConfigMap", "data: {hostPath: /, privileged: 'true'}"),
		},
		{
			word: "host-path", name: "at the root",
			refused: manifest("example.com/v1", "Thing", "hostPath: /"), resource: "Thing x", reason: "hostPath: ",
			passes: manifest("example.com/v1", "Thing", "path: /"),
		},
		{
			word: "host-port", name: "a port",
			refused: containerWith("ports: [{containerPort: 80, hostPort: 80}]"), resource: "Pod x", reason: inContainer + "ports[0].hostPort: ",
			passes: containerWith("ports: [{containerPort: 80, hostPort: 0}]"),
		},
		{
			word: "node-name", name: "a node",
			refused: podWith("nodeName: control-plane"), resource: "Pod x", reason: "spec.nodeName: ",
			passes: podWith("nodeSelector: {nodeName: y}"),
		},
		{
			word: "system-priority", name: "a class of Kubernetes",
			refused: podWith("priorityClassName: system-node-critical"), resource: "Pod x", reason: "spec.priorityClassName: ",
			passes: podWith("priorityClassName: low"),
		},
		{
			word: "privileged", name: "a container",
			refused: secured("privileged: true"), resource: "Pod x", reason: inContainer + "securityContext.privileged: ",
			passes: secured("privileged: false"),
		},
		{
			word: "privileged", name: "init container",
			refused: podWith("initContainers: [{name: i, securityContext: {privileged: true}}]"), resource: "Pod x", reason: "spec.initContainers[i].",
			passes: podWith("initContainers: [{name: i}]"),
		},
		{
			word: "privileged", name: "ephemeral container",
			refused: podWith("ephemeralContainers: [{name: e, securityContext: {privileged: true}}]"), resource: "Pod x", reason: "spec.ephemeralContainers[e].",
			passes: podWith("ephemeralContainers: [{name: e}]"),
		},
		{
			word: "capabilities", name: "beyond the default",
			refused: secured("capabilities: {add: [CHOWN, NET_ADMIN]}"), resource: "Pod x", reason: "securityContext.capabilities: ",
			passes: secured("capabilities: {drop: [ALL], add: [CHOWN, NET_BIND_SERVICE]}"),
		},
		{
			word: "capabilities", name: "all",
			refused: secured("capabilities: {add: [ALL]}"), resource: "Pod x", reason: "capabilities: ",
			passes: secured("capabilities: {add: []}"),
		},
		{
			word: "capabilities", name: "no list",
			refused: secured("capabilities: {add: CHOWN}"), resource: "Pod x", reason: "capabilities: ",
			passes: secured("capabilities: {add: null}"),
		},
		{
			word: "capabilities", name: "no object",
			refused: secured("capabilities: [CHOWN]"), resource: "Pod x", reason: "capabilities: ",
			passes: secured("capabilities: {}"),
		},
		{
			word: "seccomp", name: "a container",
			refused: secured("seccompProfile: {type: Unconfined}"), resource: "Pod x", reason: "seccompProfile: ",
			passes: secured("seccompProfile: {type: RuntimeDefault}"),
		},
		{
			word: "seccomp", name: "pod",
			refused: podWith("securityContext: {seccompProfile: {type: Unconfined}}"), resource: "Pod x", reason: "spec.securityContext.seccompProfile: ",
			passes: podWith("securityContext: {seccompProfile: {type: Localhost}}"),
		},
		{
			word: "apparmor", name: "a container",
			refused: secured("appArmorProfile: {type: Unconfined}"), resource: "Pod x", reason: "appArmorProfile: ",
			passes: secured("appArmorProfile: {type: Localhost}"),
		},
		{
			word: "apparmor", name: "annotation",
			refused:  annotated("container.apparmor.security.beta.kubernetes.io/x", "unconfined"),
			resource: "Ingress x", reason: "metadata.annotations.container",
			passes: annotated("container.apparmor.security.beta.kubernetes.io/x", "localhost/x"),
		},
		{
			word: "selinux", name: "a type",
			refused: secured("seLinuxOptions: {type: spc_t}"), resource: "Pod x", reason: "seLinuxOptions: ",
			passes: secured("seLinuxOptions: {type: container_t, level: s0}"),
		},
		{
			word: "selinux", name: "user",
			refused: secured("seLinuxOptions: {user: root}"), resource: "Pod x", reason: "seLinuxOptions: ",
			passes: secured("seLinuxOptions: {user: ''}"),
		},
		{
			word: "selinux", name: "role",
			refused: secured("seLinuxOptions: {role: sysadm_r}"), resource: "Pod x", reason: "seLinuxOptions: ",
			passes: secured("seLinuxOptions: {}"),
		},
		{
			word: "proc-mount", name: "Unmasked",
			refused: secured("procMount: Unmasked"), resource: "Pod x", reason: "procMount: ",
			passes: secured("procMount: Default"),
		},
		{
			word: "sysctl", name: "not known to be safe",
			refused: podWith("securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]}"), resource: "Pod x", reason: "spec.securityContext.sysctls: ",
			passes: podWith("securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: '1'}]}"),
		},
		{
			word: "sysctl", name: "no name",
			refused: podWith("securityContext: {sysctls: [kernel.msgmax]}"), resource: "Pod x", reason: "sysctls: ",
			passes: podWith("securityContext: {sysctls: []}"),
		},
		{
			word: "host-process", name: "true",
			refused: secured("windowsOptions: {hostProcess: true}"), resource: "Pod x", reason: "windowsOptions.hostProcess: ",
			passes: secured("windowsOptions: {runAsUserName: y}"),
		},
		{
			word: "probe-host", name: "a probe",
			refused: containerWith("livenessProbe: {httpGet: {host: 169.254.169.254, port: 80}}"), resource: "Pod x", reason: "livenessProbe.httpGet: ",
			passes: containerWith("livenessProbe: {httpGet: {port: 80}}"),
		},
		{
			word: "probe-host", name: "hook",
			refused: containerWith("lifecycle: {preStop: {tcpSocket: {host: other, port: 80}}}"), resource: "Pod x", reason: "preStop.tcpSocket: ",
			passes: containerWith("lifecycle: {preStop: {tcpSocket: {port: 80}}}"),
		},
		{
			word: "volume-name", name: "a claim",
			refused: manifest("v1", "PersistentVolumeClaim", "spec: {volumeName: old}"), resource: "PersistentVolumeClaim x", reason: "spec.volumeName: ",
			passes: manifest("v1", "PersistentVolumeClaim", "spec: {storageClassName: fast}"),
		},
		{
			word: "volume-name", name: "template",
			refused:  manifest("apps/v1", "StatefulSet", "spec: {volumeClaimTemplates: [{metadata: {name: y}, spec: {volumeName: old}}]}"),
			resource: "StatefulSet x", reason: "spec.volumeClaimTemplates[0].spec.volumeName: ",
			passes: manifest("apps/v1", "StatefulSet", "spec: {volumeClaimTemplates: [{metadata: {name: y}, spec: {}}]}"),
		},
	}
}

// kindCases has kinds, types of Services and annotations.
func kindCases() []policyCase {
	service := func(fields string) string { return manifest("v1", "Service", "spec: {"+fields+"}") }
	return []policyCase{
		{
			word: "daemon-set", name: "a DaemonSet",
			refused: manifest("apps/v1", "DaemonSet", ""), resource: "DaemonSet x", reason: "every node",
			passes: manifest("apps/v1", "Deployment", ""),
		},
		{
			word: "load-balancer", name: "a Service",
			refused: service("type: LoadBalancer"), resource: "Service x", reason: "load balancer",
			passes: service("type: ClusterIP"),
		},
		{
			word: "load-balancer", name: "unknown type",
			refused: service("type: {LoadBalancer: }"), resource: "Service x", reason: "load balancer",
			passes: service("type: null"),
		},
		{
			word: "load-balancer", name: "Gateway",
			refused: manifest("gateway.networking.k8s.io/v1", "Gateway", ""), resource: "Gateway x", reason: "to the world",
			passes: manifest("gateway.networking.k8s.io/v1", "BackendTLSPolicy", ""),
		},
		{
			word: "node-port", name: "a Service",
			refused: service("type: NodePort"), resource: "Service x", reason: "a port of every node",
			passes: service(""),
		},
		{
			word: "external-name", name: "a Service",
			refused: service("type: ExternalName, externalName: db.shared.svc"), resource: "Service x", reason: "other namespaces",
			passes: service("clusterIP: None"),
		},
		{
			word: "external-ip", name: "a Service",
			refused: service("externalIPs: [10.0.0.1]"), resource: "Service x", reason: "spec.externalIPs",
			passes: service("externalIPs: []"),
		},
		{
			word: "endpoints", name: "Endpoints",
			refused: manifest("v1", "Endpoints", ""), resource: "Endpoints x", reason: "any address",
			passes: service("selector: {}"),
		},
		{
			word: "endpoints", name: "slice",
			refused: manifest("discovery.k8s.io/v1", "EndpointSlice", ""), resource: "EndpointSlice x", reason: "any address",
			passes: service("selector: {}"),
		},
		{
			word: "reference-grant", name: "a ReferenceGrant",
			refused: manifest("gateway.networking.k8s.io/v1beta1", "ReferenceGrant", ""), resource: "ReferenceGrant x", reason: "other namespaces",
			passes: manifest("gateway.networking.k8s.io/v1", "HTTPRoute", "spec: {}"),
		},
		{
			word: "deployer", name: "Argo CD",
			refused: manifest("argoproj.io/v1alpha1", "Application", ""), resource: "Application x", reason: "rights of its own",
			passes: manifest("argoproj.io/v1alpha1", "Rollout", ""),
		},
		{
			word: "deployer", name: "Flux",
			refused: manifest("kustomize.toolkit.fluxcd.io/v1", "Kustomization", ""), resource: "Kustomization x", reason: "rights of its own",
			passes: manifest("example.com/v1", "Application", ""),
		},
		{
			word: "deployer", name: "k3s",
			refused: manifest("helm.cattle.io/v1", "HelmChart", ""), resource: "HelmChart x", reason: "rights of its own",
			passes: manifest("example.com/v1", "HelmChart", ""),
		},
		{
			word: "other-host", name: "Istio",
			refused:  manifest("networking.istio.io/v1", "ServiceEntry", "spec: {hosts: [api.stripe.com]}"),
			resource: "ServiceEntry x", reason: "spec.hosts[0]: ",
			passes: manifest("networking.istio.io/v1", "ServiceEntry", "spec: {hosts: [api.stripe.com], exportTo: [.]}"),
		},
		{
			word: "other-host", name: "port",
			refused: manifest("gateway.networking.k8s.io/v1alpha2", "TCPRoute", ""), resource: "TCPRoute x", reason: "no host",
			passes: manifest("gateway.networking.k8s.io/v1", "HTTPRoute", "spec: {}"),
		},
		{
			word: "other-host", name: "alias",
			refused: annotated("nginx.ingress.kubernetes.io/server-alias", "~^.*$"), resource: "Ingress x", reason: "metadata.annotations[nginx",
			passes: annotated("nginx.ingress.kubernetes.io/server-alias", "shop.acme.dev"),
		},
		{
			word: "other-host", name: "pattern",
			refused:  manifest("traefik.io/v1alpha1", "IngressRoute", "spec: {routes: [{match: 'HostRegexp(`.+`)'}]}"),
			resource: "IngressRoute x", reason: "spec.routes[0].match: ",
			passes: manifest("traefik.io/v1alpha1", "IngressRoute", "spec: {routes: [{match: 'PathPrefix(`/`)'}]}"),
		},
		{
			word: "snippet", name: "an annotation",
			refused: annotated("nginx.ingress.kubernetes.io/configuration-snippet", "hunter2"), resource: "Ingress x", reason: "metadata.annotations.nginx",
			passes: annotated("example.com/snippets-of-text", "y"),
		},
	}
}

// accessCases has roles, bindings and ServiceAccounts.
func accessCases() []policyCase {
	role := func(rule string) string { return manifest(rbac, "Role", "rules: [{"+rule+"}]") }
	looks := role("apiGroups: ['*'], resources: ['*'], verbs: [get, list, watch]")
	return []policyCase{
		{
			word: "role", name: "wildcard",
			refused: role("apiGroups: ['*'], resources: ['*'], verbs: ['*']"), resource: "Role x", reason: "rules: ",
			passes: looks,
		},
		{
			word: "role", name: "pods",
			refused: role("apiGroups: [''], resources: [pods], verbs: [get, create]"), resource: "Role x", reason: "rules: ",
			passes: role("apiGroups: [coordination.k8s.io], resources: [leases], verbs: ['*']"),
		},
		{
			word: "role", name: "bind",
			refused: role("resources: [roles], verbs: [bind]"), resource: "Role x", reason: "rules: ",
			passes: role("resources: [configmaps, events], verbs: [create, update]"),
		},
		{
			word: "role", name: "second rule",
			refused:  manifest(rbac, "Role", "rules: [{resources: [pods], verbs: [get]}, {resources: [pods/exec], verbs: [create]}]"),
			resource: "Role x", reason: "rules: ",
			passes: manifest(rbac, "Role", "rules: null"),
		},
		{
			word: "role", name: "no list",
			refused: role("resources: [pods], verbs: create"), resource: "Role x", reason: "rules: ",
			passes: looks,
		},
		{
			word: "cluster-role", name: "a binding of one",
			refused: binding("ClusterRole", ownAccount), resource: "RoleBinding x", reason: "roleRef.kind: ",
			passes: binding("Role", ownAccount),
		},
		{
			word: "cluster-role", name: "OpenShift",
			refused: manifest("authorization.openshift.io/v1", "RoleBinding", "roleRef: {name: admin}"), resource: "RoleBinding x", reason: "can't be checked",
			passes: manifest(rbac, "RoleBinding", "roleRef: {kind: Role, name: y}"),
		},
		{
			word: "foreign-subject", name: "a group",
			refused: binding("Role", "kind: Group, name: 'system:authenticated'"), resource: "RoleBinding x", reason: "subjects: ",
			passes: binding("Role", ownAccount),
		},
		{
			word: "foreign-subject", name: "no kind",
			refused: binding("Role", "name: y"), resource: "RoleBinding x", reason: "subjects: ",
			passes: binding("Role", ownAccount),
		},
		{
			word: "pod-security", name: "a Namespace without a level",
			refused:  enforcing("privileged"),
			resource: "Namespace x", reason: "every pod",
			passes: enforcing("restricted"),
		},
		{
			word: "service-account", name: "serviceAccountName",
			refused: adminJob("serviceAccountName: owner"), resource: "Job x", reason: "the token",
			passes: adminJob("serviceAccountName: default"),
		},
		{
			word: "service-account", name: "old name",
			refused: adminJob("serviceAccount: owner"), resource: "Job x", reason: "the token",
			passes: hookJobOf("''", "serviceAccountName: owner"),
		},
		{
			word: "host-network", name: "hook",
			refused: adminJob("hostNetwork: true"), resource: "Job x", reason: "hostNetwork: ",
			passes: adminJob("hostname: y"),
		},
	}
}
