package podsecurity_test

// place is the part of a pod that has a field.
type place int

const (
	ofMetadata place = iota
	ofPod
	ofContainer
)

// field is a field of a pod, with values in YAML.
type field struct {
	in place
	// path has the names of the field and of the fields around it, separated by dots.
	path string
	// valid has values that the API server accepts in some pod.
	valid []string
	// odd has values that the API server can read, but rejects.
	odd []string
	// forms are values with a place for a text.
	forms []string
}

// fields are all fields that the baseline reads, and others that look like them.
func fields() []field {
	const appArmor = "container.apparmor.security.beta.kubernetes.io/"
	var (
		boolean = []string{"null", "false", "true"}
		profile = field{
			valid: []string{"null", "{type: RuntimeDefault}", "{type: Localhost, localhostProfile: a}", "{type: Unconfined}"},
			odd:   []string{"{}", "{type: null}", "{type: ''}", "{type: Localhost}", "{type: runtimedefault}", "{localhostProfile: a}"},
			forms: []string{"{type: %s}"},
		}
		seLinux = field{
			valid: []string{
				"null", "{}", "{level: 's0:c1'}", "{type: container_t}", "{type: spc_t}", "{type: ''}", "{user: ''}", "{user: null}", "{role: ''}",
				"{user: root}", "{role: r}", "{type: container_engine_t, user: ''}", "{type: container_t, role: r}",
			},
			forms: []string{"{type: %s}", "{user: %s}", "{role: %s}"},
		}
		windows = field{valid: []string{"null", "{}", "{hostProcess: null}", "{hostProcess: false}", "{runAsUserName: a}"}, odd: []string{"{hostProcess: true}"}}
		http    = []string{"{port: 80}", "{port: web, host: ''}", "{port: 80, host: null}", "{port: 80, host: localhost}", "{port: 80, httpHeaders: [{name: Host, value: example.com}]}"}
		tcp     = []string{"{port: 80}", "{port: 80, host: ''}", "{port: web, host: null}", "{port: 80, host: 127.0.0.1}"}
	)
	all := []field{
		{in: ofPod, path: "hostIPC", valid: boolean},
		{in: ofPod, path: "hostNetwork", valid: boolean},
		{in: ofPod, path: "hostPID", valid: boolean},
		{in: ofPod, path: "hostUsers", valid: boolean},
		{in: ofPod, path: "hostAliases", valid: []string{"[]", "[{ip: 10.0.0.1, hostnames: [localhost]}]"}},
		{in: ofPod, path: "securityContext", valid: []string{"null", "{}", "{runAsUser: 0}", "{runAsNonRoot: true, fsGroup: 1}"}},
		{
			in: ofPod, path: "securityContext.sysctls",
			valid: []string{
				"null", "[]", "[{name: kernel.shm_rmid_forced, value: '1'}]", "[{name: net.ipv4.tcp_rmem, value: 4096 1 1}]",
				"[{name: kernel.msgmax, value: '1'}]", "[{name: net.ipv4.tcp_syncookies, value: ''}, {name: kernel.sem, value: '1'}]",
				"[{name: net.ipv4.tcp_slow_start_after_idle, value: '0'}]",
			},
			odd:   []string{"[{}]", "[null]", "[{name: null, value: '1'}]", "[{name: '', value: '1'}]", "[{name: net/ipv4/tcp_syncookies, value: '1'}, {}]"},
			forms: []string{"[{name: %s, value: '1'}]"},
		},
		{
			in: ofPod, path: "volumes",
			valid: []string{
				"null", "[]", "[{name: a, emptyDir: {}}]", "[{name: a}]", "[{name: a, hostPath: null, emptyDir: {}}]", "[{name: a, hostPath: {path: /}}]",
				"[{name: a, emptyDir: {}}, {name: b, hostPath: {path: /var/log, type: Directory}}]", "[{name: a, hostPath: {path: /, type: ''}}]",
				"[{name: a, configMap: {name: a}}, {name: b, secret: {secretName: a}}, {name: c, downwardAPI: {}}, {name: d, projected: {sources: []}}]",
				"[{name: a, csi: {driver: a.example.com, volumeAttributes: {hostPath: /, privileged: 'true'}}}]",
				"[{name: a, nfs: {server: localhost, path: /}}, {name: b, persistentVolumeClaim: {claimName: a}}, {name: c, image: {reference: a}}]",
				"[{name: a, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}]",
				"[{name: a, ephemeral: {volumeClaimTemplate: {spec: {volumeName: a, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}]",
			},
			odd: []string{"[null]", "[{}]", "[{name: a, hostPath: {}}]", "[{name: a, hostPath: {path: ''}}]", "[{hostPath: {type: ''}}, {}]"},
		},
		{in: ofPod, path: "nodeSelector", valid: []string{"null", "{}", "{hostNetwork: 'true', hostPath: a, nodeName: a}"}},
		{in: ofPod, path: "nodeName", valid: []string{"null", "''", "a"}},
		{in: ofPod, path: "priorityClassName", valid: []string{"null", "''", "system-node-critical"}},
		{in: ofPod, path: "affinity", valid: []string{"null", "{}", "{podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: a, labelSelector: {matchLabels: {hostPID: 'true'}}}]}}"}},
		{in: ofMetadata, path: "labels", valid: []string{"null", "{}", "{privileged: 'true', hostPort: '80'}"}},
		{
			in: ofMetadata, path: "annotations",
			valid: []string{
				"null", "{}", "{hostNetwork: 'true'}", "{" + appArmor + "shop: runtime/default}", "{" + appArmor + "shop: localhost/a}", "{" + appArmor + "shop: unconfined}",
				"{" + appArmor + "shop: ''}", "{seccomp.security.alpha.kubernetes.io/pod: unconfined}", "{container.seccomp.security.alpha.kubernetes.io/shop: unconfined}",
			},
			odd: []string{
				"{" + appArmor + "other: unconfined}", "{" + appArmor + "shop: null}", "{" + appArmor + "shop: Runtime/Default}", "{" + appArmor + ": unconfined}",
				"{container.apparmor.security.beta.kubernetes.io: unconfined}", "{a/" + appArmor + "shop: unconfined}",
			},
			forms: []string{"{" + appArmor + "shop: %s}"},
		},

		{in: ofContainer, path: "securityContext", valid: []string{"null", "{}", "{runAsUser: 0, allowPrivilegeEscalation: true}", "{readOnlyRootFilesystem: true}"}},
		{
			in: ofContainer, path: "securityContext.capabilities",
			valid: []string{"null", "{}", "{add: null}", "{add: []}", "{add: [CHOWN]}", "{add: [NET_RAW]}", "{add: [CHOWN, SYS_ADMIN]}", "{add: [ALL]}", "{add: [CAP_CHOWN]}", "{add: [chown]}", "{drop: [ALL]}", "{drop: [ALL], add: [NET_BIND_SERVICE]}"},
			odd:   []string{"{add: ['']}", "{add: [null]}", "{add: [KILL, null]}"},
			forms: []string{"{add: [%s]}", "{add: [CHOWN, %s]}", "{drop: [%s]}"},
		},
		{in: ofContainer, path: "securityContext.privileged", valid: boolean},
		{in: ofContainer, path: "securityContext.procMount", valid: []string{"null", "Default", "Unmasked"}, odd: []string{"''", "default"}, forms: []string{"%s"}},
		{in: ofContainer, path: "ports", valid: []string{
			"null", "[]", "[{containerPort: 80}]", "[{containerPort: 80, hostPort: 0}]", "[{containerPort: 80, hostPort: null, hostIP: ''}]", "[{containerPort: 80, hostPort: 80}]",
			"[{containerPort: 1}, {name: web, containerPort: 81, hostPort: 65535, protocol: UDP}]", "[{containerPort: 80, hostIP: 127.0.0.1}]",
		}, odd: []string{"[null]", "[{}]", "[{hostPort: -1}]", "[{hostPort: 80}]", "[{containerPort: 80, hostPort: 65536}]"}},
		{in: ofContainer, path: "env", valid: []string{"null", "[{name: hostNetwork, value: 'true'}, {name: hostIP, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}]"}},
		{in: ofContainer, path: "args", valid: []string{"[--privileged, 'hostPID: true']"}},
		{in: ofContainer, path: "resources", valid: []string{"null", "{limits: {cpu: 1}}"}},
	}
	for _, in := range []place{ofPod, ofContainer} {
		all = append(
			all,
			field{in, "securityContext.appArmorProfile", profile.valid, profile.odd, profile.forms},
			field{in, "securityContext.seccompProfile", profile.valid, profile.odd, profile.forms},
			field{in, "securityContext.seLinuxOptions", seLinux.valid, nil, seLinux.forms},
			field{in, "securityContext.windowsOptions", windows.valid, windows.odd, nil},
		)
	}
	for _, probe := range []string{"livenessProbe", "readinessProbe", "startupProbe"} {
		all = append(all,
			field{in: ofContainer, path: probe, valid: []string{"null", "{exec: {command: [a]}}", "{grpc: {port: 80}}"}, odd: []string{"{}", "{httpGet: null}"}},
			field{in: ofContainer, path: probe + ".httpGet", valid: http, odd: []string{"null", "{}", "{host: a}"}, forms: []string{"{port: 80, host: %s}"}},
			field{in: ofContainer, path: probe + ".tcpSocket", valid: tcp, odd: []string{"null", "{}", "{host: a}"}},
		)
	}
	for _, handler := range []string{"lifecycle.postStart", "lifecycle.preStop"} {
		all = append(all,
			field{in: ofContainer, path: handler, valid: []string{"null", "{exec: {command: [a]}}", "{sleep: {seconds: 1}}"}, odd: []string{"{}"}},
			field{in: ofContainer, path: handler + ".httpGet", valid: http, odd: []string{"null", "{}", "{host: a}"}},
			field{in: ofContainer, path: handler + ".tcpSocket", valid: tcp, odd: []string{"null", "{}", "{host: a}"}, forms: []string{"{port: 80, host: %s}"}},
		)
	}
	return all
}
