package podsecurity_test

import (
	"testing"

	"k8s.io/pod-security-admission/admission"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/previewset/previewset/kustomize/closure"
)

// forms has pods in YAML that several versions of YAML, or several parsers, could read in
// different ways. Each of them has what the baseline refuses, for a parser that reads it.
func forms() map[string]string {
	return map[string]string{
		"yes is a truth of YAML 1.1":     "{hostNetwork: yes}",
		"on is a truth of YAML 1.1":      "{hostPID: on}",
		"True":                           "{hostPID: True}",
		"TRUE":                           "{hostIPC: TRUE}",
		"a tag on a value":               "{hostIPC: !!bool 'true'}",
		"a tag on a key":                 "{!!str hostIPC: true}",
		"a quoted key":                   `{"hostIPC": true}`,
		"an escaped key":                 `{"host\x49PC": true}`,
		"an explicit key":                "{? hostIPC : true}",
		"a merged mapping":               "{<<: {hostIPC: true}}",
		"a merged list":                  "{<<: [{hostIPC: true}]}",
		"a merge below":                  "{securityContext: {seccompProfile: {<<: {type: Unconfined}}}}",
		"a merge before a value":         "{securityContext: {seLinuxOptions: {<<: {user: root}, level: s0}}}",
		"a merge with a tag":             "{securityContext: {seccompProfile: {!!merge <<: {type: Unconfined}}}}",
		"an alias":                       "{nodeSelector: &a {user: root}, securityContext: {seLinuxOptions: *a}}",
		"an alias of a key":              "{nodeSelector: {a: &a hostIPC}, *a : true}",
		"an alias of a list":             "{containers: [{name: a, args: &a [SYS_ADMIN], securityContext: {capabilities: {add: *a}}}]}",
		"a merged alias":                 "{nodeSelector: &a {type: Unconfined}, securityContext: {seccompProfile: {<<: *a}}}",
		"a merge that hides a merge":     "{nodeSelector: &a {type: Unconfined}, securityContext: {seccompProfile: {<<: [*a, {type: Localhost}]}}}",
		"a key twice":                    "{securityContext: {seccompProfile: {type: Localhost, type: Unconfined}}}",
		"a key twice, the bad one first": "{hostIPC: true, hostIPC: false}",
		"hostUsers twice":                "{hostUsers: false, hostUsers: true, containers: [{name: a, securityContext: {procMount: Unmasked}}]}",
		"hostUsers no":                   "{hostUsers: no, containers: [{name: a, securityContext: {procMount: Unmasked}}]}",
		"merged hostUsers":               "{<<: {hostUsers: true}, containers: [{name: a, securityContext: {procMount: Unmasked}}]}",
		"a hexadecimal port":             "{containers: [{name: a, ports: [{containerPort: 80, hostPort: 0x50}]}]}",
		"an octal port":                  "{containers: [{name: a, ports: [{containerPort: 80, hostPort: 0120}]}]}",
		"an octal port of YAML 1.2":      "{containers: [{name: a, ports: [{containerPort: 80, hostPort: 0o120}]}]}",
		"a binary port":                  "{containers: [{name: a, ports: [{containerPort: 80, hostPort: 0b1010000}]}]}",
		"a port with an underscore":      "{containers: [{name: a, ports: [{containerPort: 80, hostPort: 8_0}]}]}",
		"a port with a fraction":         "{containers: [{name: a, ports: [{containerPort: 80, hostPort: 80.0}]}]}",
		"a port as an exponent":          "{containers: [{name: a, ports: [{containerPort: 80, hostPort: 8e1}]}]}",
		"a base of 60":                   "{containers: [{name: a, ports: [{containerPort: 80, hostPort: 1:20}]}]}",
		"a folded text":                  "{containers: [{name: a, livenessProbe: {httpGet: {port: 80, host: '\n a'}}}]}",
		"a date":                         "{containers: [{name: a, livenessProbe: {httpGet: {port: 80, host: 2026-01-01}}}]}",
		"a null that is a text":          "{containers: [{name: a, livenessProbe: {httpGet: {port: 80, host: 'null'}}}]}",
		"a null with a tag of a text":    "{containers: [{name: a, livenessProbe: {httpGet: {port: 80, host: !!str null}}}]}",
		"an empty mapping":               "{volumes: [{name: a, hostPath: {}}]}",
		"a null with a tag of a mapping": "{volumes: [{name: a, hostPath: !!map {}}]}",
		"a byte order mark":              "{\"\ufeffhostIPC\": true, hostIPC: true}",
	}
}

// TestFormsOfYAML checks that the policy refuses what the baseline refuses in the manifests
// that Kustomize prints, in whatever form of YAML the base has it. What Kustomize or the API
// server can't read is never applied.
func TestFormsOfYAML(t *testing.T) {
	t.Parallel()
	c := newCourt(t)
	judgedForms := 0
	for name, spec := range forms() {
		objects := build(t, "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec: "+spec+"\n")
		if objects == nil {
			continue
		}
		j := judged{object: closure.View(objects.Resources())[0], text: name + ": " + spec}
		printed, err := objects.AsYaml()
		if err != nil {
			continue
		}
		decoded, _, err := c.lenient.Decode(printed, nil, nil)
		if err != nil {
			continue
		}
		judgedForms++
		if j.meta, j.spec, err = (admission.DefaultPodSpecExtractor{}).ExtractPodSpec(decoded); err != nil {
			t.Fatal(err)
		}
		if want := c.baseline.words(j); j.passes() && len(want) > 0 {
			t.Errorf("the policy accepts what the baseline refuses with %q: %s, printed as\n%s", want, j.text, printed)
		} else if len(want) == 0 {
			t.Logf("the baseline accepts %s, printed as\n%s", j.text, printed)
		}
	}
	if atLeast := len(forms()) / 2; judgedForms < atLeast {
		t.Errorf("only %d forms can be read, want at least %d", judgedForms, atLeast)
	}
}

// build returns what Kustomize builds from a file, or nil if it does not build.
func build(t *testing.T, text string) resmap.ResMap {
	t.Helper()
	files := filesys.MakeFsInMemory()
	for path, content := range map[string]string{"/kustomization.yaml": "resources: [pod.yaml]\n", "/pod.yaml": text} {
		if err := files.WriteFile(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	objects, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files, "/")
	if err != nil {
		t.Logf("Kustomize does not build it: %v", err)
		return nil
	}
	return objects
}
