// Package manifests_test builds the manifests that install previewset. It checks that
// the parts fit together, and that each part has only the necessary rights.
package manifests_test

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/config"
)

// eachOverlay runs check on every overlay.
func eachOverlay(t *testing.T, check func(t *testing.T, all objects)) {
	for _, dir := range overlays() {
		t.Run(dir, func(t *testing.T) { check(t, build(t, dir)) })
	}
}

func checkRestrictedPod(t *testing.T, name string, p pod) {
	t.Helper()
	if s := p.SecurityContext; !s.RunAsNonRoot || s.RunAsUser == 0 || s.SeccompProfile.Type != "RuntimeDefault" {
		t.Errorf("%s: got security context %+v", name, s)
	}
	if p.HostNetwork || p.HostPID || len(p.Containers) != 1 {
		t.Errorf("%s: got pod %+v", name, p)
	}
	for _, c := range p.Containers {
		s := c.SecurityContext
		if s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || s.Privileged || !s.ReadOnlyRootFilesystem ||
			!slices.Equal(s.Capabilities.Drop, []string{"ALL"}) || len(s.Capabilities.Add) != 0 {
			t.Errorf("%s: got security context %+v", name, s)
		}
		if c.Resources.Requests["cpu"] == "" || c.Resources.Requests["memory"] == "" || c.Resources.Limits["memory"] == "" {
			t.Errorf("%s: got resources %+v", name, c.Resources)
		}
		for _, e := range c.Env {
			if e.Name != "GOGC" && e.Name != "GOMEMLIMIT" {
				t.Errorf("%s: got the variable %v, want secrets and settings in files", name, e)
			}
		}
		checkMemoryLimit(t, name, c)
	}
}

func TestPodsAreRestricted(t *testing.T) {
	eachOverlay(t, func(t *testing.T, all objects) {
		for _, d := range all.ofKinds("Deployment") {
			checkRestrictedPod(t, d.Metadata.Name, d.Spec.Template.Spec)
		}
		if l := all.get(t, "Namespace", "previewset").Metadata.Labels; l["pod-security.kubernetes.io/enforce"] != "restricted" {
			t.Errorf("got namespace labels %v, want the profile restricted", l)
		}
	})
}

// checkMemoryLimit checks that GOMEMLIMIT is 90 % of the container's memory limit. The
// kernel counts more memory than the Go runtime.
func checkMemoryLimit(t *testing.T, name string, c container) {
	t.Helper()
	var limit, soft int
	if _, err := fmt.Sscanf(c.Resources.Limits["memory"], "%dMi", &limit); err != nil {
		t.Fatalf("%s: got limits %v: %v", name, c.Resources.Limits, err)
	}
	if _, err := fmt.Sscanf(c.env("GOMEMLIMIT"), "%dMiB", &soft); err != nil || soft != limit*9/10 {
		t.Errorf("%s: got GOMEMLIMIT %q for a limit of %d MiB, want 90 %%", name, c.env("GOMEMLIMIT"), limit)
	}
}

func TestServeSetsGOGC(t *testing.T) {
	eachOverlay(t, func(t *testing.T, all objects) {
		c := all.get(t, "Deployment", "previewset").Spec.Template.Spec.Containers[0]
		if got := c.env("GOGC"); got != "50" {
			t.Errorf("got GOGC %q, want 50", got)
		}
	})
}

func TestNoSecretIsApplied(t *testing.T) {
	eachOverlay(t, func(t *testing.T, all objects) {
		if secrets := all.ofKinds("Secret"); len(secrets) != 0 {
			t.Errorf("got Secrets %+v, want none", secrets)
		}
	})
}

func TestRightsAreMinimal(t *testing.T) {
	eachOverlay(t, func(t *testing.T, all objects) {
		if wide := all.ofKinds("ClusterRole", "ClusterRoleBinding"); len(wide) != 0 {
			t.Errorf("got cluster-wide rights %+v, want none", wide)
		}
		for _, a := range all.ofKinds("ServiceAccount") {
			if a.AutomountServiceAccountToken == nil || *a.AutomountServiceAccountToken {
				t.Errorf("ServiceAccount %s mounts its token in every pod", a.Metadata.Name)
			}
		}
		mounts := map[string]bool{}
		for _, d := range all.ofKinds("Deployment") {
			mounts[d.Metadata.Name] = d.Spec.Template.Spec.AutomountServiceAccountToken == nil || *d.Spec.Template.Spec.AutomountServiceAccountToken
		}
		roles, bindings := all.ofKinds("Role"), all.ofKinds("RoleBinding")
		if mounts["previewset-prune"] || mounts["previewset"] != (len(roles) > 0) {
			t.Errorf("got token mounts %v with the roles %+v", mounts, roles)
		}
		if len(roles) == 0 && len(bindings) == 0 {
			return
		}
		checkRoles(t, all, map[string]map[string][]string{
			"previewset-refresh":      {"apiGroups": {"argoproj.io"}, "resources": {"applicationsets"}, "verbs": {"list", "patch"}},
			"previewset-applications": {"apiGroups": {"argoproj.io"}, "resources": {"applications"}, "verbs": {"list", "watch"}},
		})
		policy := all.get(t, "ValidatingAdmissionPolicy", "previewset-refresh")
		if c := policy.Spec.MatchConditions; len(c) != 1 || !strings.Contains(c[0].Expression, "'system:serviceaccount:previewset:previewset'") {
			t.Errorf("got match conditions %+v of the policy", c)
		}
		if b := all.get(t, "ValidatingAdmissionPolicyBinding", "previewset-refresh"); b.Spec.PolicyName != policy.Metadata.Name {
			t.Errorf("the binding has the policy %q", b.Spec.PolicyName)
		}
	})
}

// checkRoles checks that the service has these rules by the name of their Role, in the namespace
// of Argo CD, and that nobody has others.
func checkRoles(t *testing.T, all objects, want map[string]map[string][]string) {
	t.Helper()
	roles, bindings := all.ofKinds("Role"), all.ofKinds("RoleBinding")
	if len(roles) != len(want) || len(bindings) != len(want) {
		t.Errorf("got roles %+v and bindings %+v, want %d", roles, bindings, len(want))
	}
	who := []map[string]string{{"kind": "ServiceAccount", "name": "previewset", "namespace": "previewset"}}
	for name, rule := range want {
		if r := all.get(t, "Role", name); r.Metadata.Namespace != "argocd" || !reflect.DeepEqual(r.Rules, []map[string][]string{rule}) {
			t.Errorf("got role %+v", r)
		}
		if b := all.get(t, "RoleBinding", name); b.Metadata.Namespace != "argocd" || b.RoleRef["name"] != name || !reflect.DeepEqual(b.Subjects, who) {
			t.Errorf("got binding %+v", b)
		}
	}
}

// The component applications needs no other component.
func TestApplicationsComponentAlone(t *testing.T) {
	all := build(t, "testdata/applications")
	checkRoles(t, all, map[string]map[string][]string{
		"previewset-applications": {"apiGroups": {"argoproj.io"}, "resources": {"applications"}, "verbs": {"list", "watch"}},
	})
	if mounts := all.get(t, "Deployment", "previewset").Spec.Template.Spec.AutomountServiceAccountToken; mounts == nil || !*mounts {
		t.Error("the pod has no token of its ServiceAccount")
	}
	pod := all.get(t, "Deployment", "previewset").Spec.Template
	if p := all.get(t, "NetworkPolicy", "previewset-applications"); !contains(pod.Metadata.Labels, p.Spec.PodSelector.MatchLabels) {
		t.Errorf("got network policy %+v", p)
	}
}

func TestOnlyOneProcessPrunes(t *testing.T) {
	args := func(dir, name string) []string {
		return build(t, dir).get(t, "Deployment", name).Spec.Template.Spec.Containers[0].Args
	}
	tests := []struct {
		dir, name, command string
		prunes             bool
	}{
		{"base", "previewset", "serve", false},
		{"overlays/single", "previewset", "serve", true},
		{"testdata/bare", "previewset", "serve", true},
		{"overlays/separate-pruner", "previewset", "serve", false},
		{"overlays/separate-pruner", "previewset-prune", "prune", false},
	}
	for _, test := range tests {
		if got := args(test.dir, test.name); got[0] != test.command || slices.Contains(got, "--prune") != test.prunes {
			t.Errorf("%s: got arguments %[3]q of %[2]s", test.dir, test.name, got)
		}
	}
}

// sources returns the ConfigMap and the Secret that a Deployment mounts at
// /etc/previewset.
func sources(t *testing.T, d object) (configMap, secret string) {
	t.Helper()
	p := d.Spec.Template.Spec
	m := p.Containers[0].VolumeMounts
	if len(m) != 1 || len(p.Volumes) != 1 || m[0].Name != p.Volumes[0].Name || m[0].MountPath != "/etc/previewset" || !m[0].ReadOnly {
		t.Fatalf("%s: got mounts %+v of the volumes %+v", d.Metadata.Name, m, p.Volumes)
	}
	for _, s := range p.Volumes[0].Projected.Sources {
		configMap += s.ConfigMap.Name
		secret += s.Secret.Name
	}
	return configMap, secret
}

func TestPrunerSharesOnlyConfiguration(t *testing.T) {
	all := build(t, "overlays/separate-pruner")
	service, pruner := all.get(t, "Deployment", "previewset"), all.get(t, "Deployment", "previewset-prune")
	serviceConfig, serviceSecret := sources(t, service)
	prunerConfig, prunerSecret := sources(t, pruner)
	if serviceConfig == "" || serviceConfig != prunerConfig {
		t.Errorf("got ConfigMap %q of the service and %q of the pruner, want the same", serviceConfig, prunerConfig)
	}
	if serviceSecret == prunerSecret || prunerSecret == "" {
		t.Errorf("got the Secret %q for both, want separate Secrets", prunerSecret)
	}
	if service.Spec.Template.Spec.ServiceAccountName == pruner.Spec.Template.Spec.ServiceAccountName {
		t.Error("service and pruner have the same ServiceAccount")
	}
	if a, b := service.Spec.Template.Spec.Containers[0].Image, pruner.Spec.Template.Spec.Containers[0].Image; a != b {
		t.Errorf("got image %s of the service and %s of the pruner, want the same", a, b)
	}
}

// contains reports whether labels has all of want.
func contains(labels, want map[string]string) bool {
	for k, v := range want {
		if labels[k] != v {
			return false
		}
	}
	return len(want) > 0
}

func labels(t *testing.T, selector any) map[string]string {
	t.Helper()
	m, ok := selector.(map[string]any)
	if nested, ok := m["matchLabels"].(map[string]any); ok {
		m = nested
	}
	all := map[string]string{}
	for k, v := range m {
		all[k], _ = v.(string)
	}
	if !ok || len(all) == 0 {
		t.Fatalf("got selector %v", selector)
	}
	return all
}

func TestPartsFitTogether(t *testing.T) {
	eachOverlay(t, func(t *testing.T, all objects) {
		for _, d := range all.ofKinds("Deployment") {
			if !contains(d.Spec.Template.Metadata.Labels, labels(t, d.Spec.Selector)) || d.Spec.Replicas != 1 {
				t.Errorf("%s: selector or replicas are wrong in %+v", d.Metadata.Name, d.Spec)
			}
			all.get(t, "ServiceAccount", d.Spec.Template.Spec.ServiceAccountName)
		}
		service, deployment := all.get(t, "Service", "previewset"), all.get(t, "Deployment", "previewset")
		pod := deployment.Spec.Template
		c := pod.Spec.Containers[0]
		if len(c.Ports) != 1 || c.Ports[0].ContainerPort != 4355 {
			t.Fatalf("got ports %+v", c.Ports)
		}
		if s := service.Spec; !contains(pod.Metadata.Labels, labels(t, s.Selector)) || len(s.Ports) != 1 || s.Ports[0].TargetPort != c.Ports[0].Name {
			t.Errorf("got service %+v", s)
		}
		for probe, path := range map[string]string{c.LivenessProbe.HTTPGet.Path: "/healthz", c.ReadinessProbe.HTTPGet.Path: "/readyz"} {
			if probe != path || c.LivenessProbe.HTTPGet.Port != c.Ports[0].Name || c.ReadinessProbe.HTTPGet.Port != c.Ports[0].Name {
				t.Errorf("got probes %+v and %+v", c.LivenessProbe, c.ReadinessProbe)
			}
		}
		for _, p := range all.ofKinds("NetworkPolicy") {
			l := p.Spec.PodSelector.MatchLabels
			if p.Metadata.Namespace != "previewset" || (len(l) > 0 && !contains(pod.Metadata.Labels, l)) {
				t.Errorf("got network policy %+v", p)
			}
			for _, r := range p.Spec.Ingress {
				if len(r.Ports) != 1 || r.Ports[0].Port != c.Ports[0].ContainerPort || len(r.From) != 1 || len(r.From[0].NamespaceSelector.MatchLabels) != 1 {
					t.Errorf("%s allows %+v", p.Metadata.Name, r)
				}
			}
		}
		plugin := all.get(t, "ConfigMap", "previewset")
		if want := map[string]string{"baseUrl": "http://previewset.previewset.svc:4355", "token": "$previewset:token"}; !maps.Equal(plugin.Data, want) || service.Spec.Ports[0].Port != 4355 {
			t.Errorf("got plugin %v", plugin.Data)
		}
	})
}

// Argo CD's API server requests parameters for `argocd appset generate` and for dry runs.
func TestArgoCDMayRequestParameters(t *testing.T) {
	eachOverlay(t, func(t *testing.T, all objects) {
		rules := all.get(t, "NetworkPolicy", "previewset-from-argocd").Spec.Ingress
		if len(rules) != 1 || len(rules[0].From) != 1 || len(rules[0].From[0].PodSelector.MatchExpressions) != 1 {
			t.Fatalf("got rules %+v", rules)
		}
		got, want := rules[0].From[0].PodSelector.MatchExpressions[0], []string{"argocd-applicationset-controller", "argocd-server"}
		if got.Key != "app.kubernetes.io/name" || got.Operator != "In" || !slices.Equal(got.Values, want) {
			t.Errorf("got %+v, want %v", got, want)
		}
	})
}

func TestNamespacesOfObjects(t *testing.T) {
	eachOverlay(t, func(t *testing.T, all objects) {
		beside := []string{"ConfigMap", "Role", "RoleBinding"}
		cluster := []string{"Namespace", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}
		for _, o := range all {
			ok := o.Metadata.Namespace == "previewset"
			if slices.Contains(beside, o.Kind) {
				ok = ok || o.Metadata.Namespace == "argocd"
			}
			if slices.Contains(cluster, o.Kind) {
				ok = o.Metadata.Namespace == ""
			}
			if !ok {
				t.Errorf("%s %s: got namespace %q", o.Kind, o.Metadata.Name, o.Metadata.Namespace)
			}
		}
	})
}

func TestMonitoringComponentBuilds(t *testing.T) {
	all := build(t, "testdata/monitored")
	monitor := all.get(t, "ServiceMonitor", "previewset")
	if !contains(all.get(t, "Service", "previewset").Metadata.Labels, labels(t, monitor.Spec.Selector)) {
		t.Errorf("got selector %v of the ServiceMonitor", monitor.Spec.Selector)
	}
	all.get(t, "NetworkPolicy", "previewset-from-monitoring")
}

func TestExampleIsValid(t *testing.T) {
	all := build(t, "example")
	name, _ := sources(t, all.get(t, "Deployment", "previewset"))
	text := all.get(t, "ConfigMap", name).Data["config.yaml"]
	c, err := config.Parse("config.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if plugin := all.get(t, "ConfigMap", "previewset"); c.ArgoCD == nil || c.ArgoCD.Namespace != plugin.Metadata.Namespace || c.ArgoCD.ConfigMap != plugin.Metadata.Name {
		t.Errorf("got argocd %+v", c.ArgoCD)
	}
	for _, file := range regexp.MustCompile(`File: (\S+)`).FindAllStringSubmatch(text, -1) {
		if !strings.HasPrefix(file[1], "/etc/previewset/") {
			t.Errorf("%s is not in the directory of the Secret", file[1])
		}
	}
}

// relative matches a path to another part of the manifests.
var relative = regexp.MustCompile(`(?m)^- (?:\.\./)+(.*)$`)

// The page shows these files with URLs instead of relative paths.
func TestInstallationPageShowsTestedFiles(t *testing.T) {
	page, err := os.ReadFile("../docs/installation.md")
	if err != nil {
		t.Fatal(err)
	}
	_, version, _ := strings.Cut(build(t, "base").get(t, "Deployment", "previewset").Spec.Template.Spec.Containers[0].Image, ":")
	for _, name := range []string{"example/kustomization.yaml", "example/config.yaml", "testdata/bare/kustomization.yaml"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, shown, _ := strings.Cut(string(text), "apiVersion:") // without the first comment
		shown = relative.ReplaceAllString(shown, "- https://github.com/previewset/previewset//manifests/$1?ref="+version)
		if shown == "" || !strings.Contains(string(page), shown) {
			t.Errorf("the page does not show %s:\n%s", name, shown)
		}
	}
}
