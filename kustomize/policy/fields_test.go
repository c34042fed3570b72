package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize/policy"
)

// fieldCase is a field, or a part of one, that the policy refuses.
type fieldCase struct {
	field, word string
	// form is the field's value with a place for a text.
	form string
	// texts are the texts that pass. All others are refused.
	texts []string
	// passes are values, in YAML, that pass; refused are values that do not.
	passes, refused []string
}

// fieldCases are the fields that the policy refuses. The lists are those of the
// baseline profile (https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline).
func fieldCases() []fieldCase {
	isFalse := []string{"null", "false", "!!bool false"}
	isTrue := []string{"true", "yes", "'false'", "0", "{}", "[]", "[false]"}
	isText := []string{"{}", "[]", "['']", "{name: ''}"}
	return []fieldCase{
		{"hostIPC", "host-ipc", "%s", nil, isFalse, isTrue},
		{"hostNetwork", "host-network", "%s", nil, isFalse, isTrue},
		{"hostPID", "host-pid", "%s", nil, isFalse, isTrue},
		{"hostProcess", "host-process", "%s", nil, isFalse, isTrue},
		{"privileged", "privileged", "%s", nil, isFalse, isTrue},
		{"hostPath", "host-path", "{path: %s}", nil, []string{"null"}, []string{"{}", "[]", "''", "/", "false"}},
		{"hostPort", "host-port", "%s", []string{"", "0"}, []string{"null", "0", "-0", "0x0", "00"}, []string{"80", "{}", "[]", "[0]", "false"}},
		{"nodeName", "node-name", "%s", []string{""}, []string{"null", "''"}, isText},
		{"volumeName", "volume-name", "%s", []string{""}, []string{"null", "''"}, isText},
		{"procMount", "proc-mount", "%s", []string{"Default"}, []string{"null", "Default"}, append([]string{"''"}, isText...)},
		{
			"capabilities", "capabilities", "{add: [CHOWN, %s]}",
			[]string{
				"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE",
				"SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
			},
			[]string{"null", "{}", "{add: null}", "{add: []}", "{drop: [ALL, SYS_ADMIN]}"},
			[]string{"[]", "[CHOWN]", "CHOWN", "{add: CHOWN}", "{add: {}}", "{add: [[CHOWN]]}", "{add: [{}]}", "{add: [null]}"},
		},
		{
			"seccompProfile", "seccomp", "{type: %s}",
			[]string{"RuntimeDefault", "Localhost"},
			[]string{"null"},
			[]string{"{}", "{type: null}", "[]", "RuntimeDefault", "{type: [Localhost]}"},
		},
		{"appArmorProfile", "apparmor", "{type: %s}", []string{"RuntimeDefault", "Localhost"}, []string{"null"}, []string{"{}", "{type: null}", "[]", "Localhost", "{type: {}}"}},
		{
			"seLinuxOptions", "selinux", "{level: s0, type: %s}",
			[]string{"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"},
			[]string{"null", "{}", "{level: s0}"},
			[]string{"[]", "container_t", "{type: [container_t]}"},
		},
		{"seLinuxOptions", "selinux", "{user: %s}", []string{""}, nil, nil},
		{"seLinuxOptions", "selinux", "{role: %s}", []string{""}, nil, nil},
		{
			"sysctls", "sysctl", "[{name: %s, value: '1'}]",
			[]string{
				"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports",
				"net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout",
				"net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time",
				"net.ipv4.tcp_rmem", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem",
			},
			[]string{"null", "[]"},
			[]string{"{}", "net.ipv4.tcp_syncookies", "[net.ipv4.tcp_syncookies]", "[{}]", "[{name: null}]", "[null]"},
		},
		{"httpGet", "probe-host", "{port: 80, host: %s}", []string{""}, []string{"null", "{}", "{port: 80}"}, []string{"[]", "localhost", "{host: []}"}},
		{"tcpSocket", "probe-host", "{port: 80, host: %s}", []string{""}, []string{"null", "{}", "{port: 80}"}, []string{"[]", "localhost", "{host: []}"}},
	}
}

func TestValuesOfRefusedFields(t *testing.T) {
	t.Parallel()
	all := someWords()
	for _, tt := range fieldCases() {
		t.Run(tt.field+" "+tt.form, func(t *testing.T) {
			t.Parallel()
			field := func(value string) string { return thing("{" + tt.field + ": " + value + "}") }
			for _, text := range slices.Concat(all, []string{""}) {
				word := tt.word
				if slices.Contains(tt.texts, text) {
					word = ""
				}
				expect(t, policy.Scope{}, field(fmt.Sprintf(tt.form, quoted(text))), word)
			}
			for _, text := range tt.texts {
				expect(t, policy.Scope{}, field(fmt.Sprintf(tt.form, quoted(text))), "")
			}
			for _, value := range tt.passes {
				expect(t, policy.Scope{}, field(value), "")
			}
			for _, value := range tt.refused {
				expect(t, policy.Scope{}, field(value), tt.word)
			}
		})
	}
}

// TestPriorityClasses refuses the classes of Kubernetes itself.
func TestPriorityClasses(t *testing.T) {
	t.Parallel()
	for value, word := range map[string]string{
		"null": "", "''": "", "low": "", "my-system-node-critical": "", "system": "",
		"system-node-critical": "system-priority", "system-cluster-critical": "system-priority", "system-": "system-priority",
		"{}": "system-priority", "[]": "system-priority", "[low]": "system-priority",
	} {
		expect(t, policy.Scope{}, thing("{priorityClassName: "+value+"}"), word)
	}
}

// TestProcMountInUserNamespaces allows procMount only in the containers of the pod that has
// hostUsers: false.
func TestProcMountInUserNamespaces(t *testing.T) {
	t.Parallel()
	const unmasked = "[{name: a, securityContext: {procMount: Unmasked}}]"
	for spec, word := range map[string]string{
		"{hostUsers: false, containers: " + unmasked + "}":                          "",
		"{initContainers: " + unmasked + ", hostUsers: false}":                      "",
		"{hostUsers: false, ephemeralContainers: " + unmasked + "}":                 "",
		"{template: {spec: {hostUsers: false, containers: " + unmasked + "}}}":      "",
		"{containers: " + unmasked + "}":                                            "proc-mount",
		"{hostUsers: true, containers: " + unmasked + "}":                           "proc-mount",
		"{hostUsers: null, containers: " + unmasked + "}":                           "proc-mount",
		"{hostUsers: 'false', containers: " + unmasked + "}":                        "proc-mount",
		"{hostUsers: [], containers: " + unmasked + "}":                             "proc-mount",
		"{hostUsers: false, template: {spec: {containers: " + unmasked + "}}}":      "proc-mount",
		"{hostUsers: false, template: {containers: " + unmasked + "}}":              "proc-mount",
		"{hostUsers: false, sidecars: " + unmasked + "}":                            "proc-mount",
		"{hostUsers: false, containers: [" + unmasked + "]}":                        "proc-mount",
		"{hostUsers: false, containers: {a: {securityContext: {procMount: x}}}}":    "proc-mount",
		"{hostUsers: false, containers: [{a: {procMount: x}}]}":                     "proc-mount",
		"{hostUsers: false, containers: [{procMount: x}]}":                          "proc-mount",
		"{hostUsers: false, securityContext: {procMount: x}}":                       "proc-mount",
		"{containers: [{hostUsers: false, securityContext: {procMount: x}}]}":       "proc-mount",
		"{a: {hostUsers: false}, containers: " + unmasked + "}":                     "proc-mount",
		"{a: [{hostUsers: false, containers: []}, {containers: " + unmasked + "}]}": "proc-mount",
		"{hostUsers: false, containers: [{securityContext: {privileged: true}}]}":   "privileged",
		"{hostUsers: false, hostNetwork: true, containers: " + unmasked + "}":       "host-network",
	} {
		expect(t, policy.Scope{}, thing(spec), word)
	}
}

// TestFieldsWithUserDefinedKeys checks that the fields whose keys are chosen by users are
// not searched, and that every other field is.
func TestFieldsWithUserDefinedKeys(t *testing.T) {
	t.Parallel()
	names := []string{"annotations", "labels", "matchLabels", "nodeSelector", "data", "stringData", "binaryData", "volumeAttributes"}
	for _, field := range append(someWords(), names...) {
		text := thing("{" + quoted(field) + ": {hostNetwork: true}}")
		searched := slices.Contains(words(t, policy.Scope{}, text), "host-network")
		if want := !slices.Contains(names, field); searched != want {
			t.Errorf("%s: got searched %v, want %v", field, searched, want)
		}
		if allowed := words(t, policy.Scope{Allow: policy.Allowable()}, text); allowed != nil {
			t.Errorf("%s: with all words, got %q", field, allowed)
		}
	}
}

// TestValuesOfTheAnnotationForAppArmor tries the values that Kubernetes knows, and others.
func TestValuesOfTheAnnotationForAppArmor(t *testing.T) {
	t.Parallel()
	for value, word := range map[string]string{
		"runtime/default": "", "localhost/": "", "localhost/x": "", "null": "", "''": "",
		"unconfined": "apparmor", "localhost": "apparmor", "local/x": "apparmor", "xlocalhost/x": "apparmor",
		"runtime": "apparmor", "runtime/default/x": "apparmor", "runtime/other": "apparmor",
	} {
		text := "apiVersion: v1\nkind: Pod\nmetadata: {name: x, annotations: {container.apparmor.security.beta.kubernetes.io/web: " + value + "}}\n"
		expect(t, policy.Scope{}, text, word)
	}
}

// TestKeysOfAnnotations tries keys that resemble those of rows.
func TestKeysOfAnnotations(t *testing.T) {
	t.Parallel()
	for key, word := range map[string]string{
		"-snippet": "snippet", "example.com/-snippets": "snippet", "nginx.org/location-snippets": "snippet",
		"snippet": "", "example.com/snippet": "", "example.com/snippets-of-text": "", "-snippet-x": "",
		"xcontainer.apparmor.security.beta.kubernetes.io/web": "", "hostNetwork": "",
	} {
		expect(t, policy.Scope{}, "apiVersion: v1\nkind: Pod\nmetadata: {name: x, annotations: {"+quoted(key)+": x}}\n", word)
	}
}

func TestRefusalHasThePathOfTheField(t *testing.T) {
	t.Parallel()
	for spec, where := range map[string]string{
		"{hostPID: true}":                          "spec.hostPID: ",
		"{a: {b: {hostPID: true}}}":                "spec.a.b.hostPID: ",
		"{a: [{hostPID: true}]}":                   "spec.a[0].hostPID: ",
		"{a: [{name: n, hostPID: true}]}":          "spec.a[n].hostPID: ",
		"{a: [{}, {name: {x: y}, hostPID: true}]}": "spec.a[1].hostPID: ",
		"{a: [[{hostPID: true}]]}":                 "spec.a[0][0].hostPID: ",
		"{? &k hostPID : true}":                    "spec.hostPID: ",
		"{" + strings.Repeat("a: {", 200) + "hostPID: true" + strings.Repeat("}", 200) + "}": "spec.a.a.",
	} {
		objects := parse(t, thing(spec))
		err := policy.Check(objects, policy.Scope{Kinds: unknownIn(t, objects)}, inFile("f"))
		all := refusals(t, err)
		if len(all) != 1 || !strings.HasPrefix(all[0].Reason, where) || len(all[0].Reason) > 300 {
			t.Errorf("%.60s: got %v, want %s", spec, err, where)
		}
	}
}

// TestTypesOfServices checks that a type is found in all fields whose names end in "type", in any
// case, also in texts, and that nothing else with this text is refused.
func TestTypesOfServices(t *testing.T) {
	t.Parallel()
	for spec, word := range map[string]string{
		"{service: {type: LoadBalancer}}": "load-balancer", "{listeners: [{type: loadbalancer}]}": "load-balancer",
		"{serviceType: LoadBalancer}": "load-balancer", "{service_type: LoadBalancer}": "load-balancer", "{SERVICETYPE: LOADBALANCER}": "load-balancer",
		"{expose: {type: NodePort}}": "node-port", "{type: nodeport}": "node-port", "{serviceType: ExternalName}": "external-name",
		`{podSpecPatch: '{"type": "LoadBalancer"}'}`: "load-balancer",
		"{type: ClusterIP}":                          "", "{type: LoadBalancerIP}": "", "{type: null}": "", "{type: [LoadBalancer]}": "", "{types: LoadBalancer}": "",
		"{value: LoadBalancer}": "", "{name: LoadBalancer}": "", "{labels: {type: LoadBalancer}}": "", "{data: {type: LoadBalancer}}": "",
		"{text: 'type: other'}": "", "{enableMasterLoadBalancer: true}": "load-balancer", "{enableMasterLoadBalancer: false}": "", "{loadBalancer: {}}": "",
	} {
		expect(t, policy.Scope{}, thing(spec), word)
	}
	found := refusals(t, policy.Check(parse(t, ofKind("v1", "Service", "spec: {type: NodePort, externalIPs: [10.0.0.1]}")), policy.Scope{}, inFile("x")))
	if len(found) != 2 {
		t.Errorf("a Service with two faults has the refusals %v", found)
	}
}

// TestFieldsInJSONPatches checks patches with which controllers change pods.
func TestFieldsInJSONPatches(t *testing.T) {
	t.Parallel()
	for patch, word := range map[string]string{
		`{op: add, path: /spec/hostNetwork, value: true}`:                                            "host-network",
		`{op: replace, path: /hostNetwork, value: true}`:                                             "host-network",
		`{op: add, path: /spec/hostNetwork, value: false}`:                                           "",
		`{op: copy, from: /spec/shareProcessNamespace, path: /spec/hostNetwork}`:                     "host-network",
		`{op: move, from: /spec/shareProcessNamespace, path: /spec/hostNetwork}`:                     "host-network",
		`{op: remove, path: /spec/hostNetwork}`:                                                      "",
		`{op: test, path: /spec/hostNetwork, value: true}`:                                           "",
		`{path: /spec/hostNetwork, value: true}`:                                                     "",
		`{op: add, path: hostNetwork, value: true}`:                                                  "",
		`{op: add, path: /spec/containers/0/securityContext, value: {privileged: true}}`:             "privileged",
		`{op: add, path: /spec/sysctls/-, value: {name: kernel.msgmax}}`:                             "sysctl",
		`{op: add, path: /spec/sysctls/-, value: {name: net.ipv4.tcp_syncookies}}`:                   "",
		`{op: add, path: /metadata/annotations/nginx.ingress.kubernetes.io~1auth-snippet, value: x}`: "snippet",
		`{op: add, path: /metadata/labels/hostNetwork, value: true}`:                                 "",
		`{op: add, path: "` + strings.Repeat("/a", 100) + `/hostPID", value: true}`:                  "host-pid",
	} {
		expect(t, policy.Scope{}, thing("{patches: ["+patch+"]}"), word)
		expect(t, policy.Scope{}, thing("{patches: "+quoted("["+patch+"]")+"}"), word)
	}
}
