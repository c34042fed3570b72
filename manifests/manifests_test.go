// Package manifests_test builds what installs previewset, and checks that its
// parts fit together and that none may do more than it must.
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

// each runs check on every overlay.
func each(t *testing.T, check func(t *testing.T, all objects)) {
	for _, dir := range overlays() {
		t.Run(dir, func(t *testing.T) { check(t, build(t, dir)) })
	}
}

func mayDoNothing(t *testing.T, name string, p pod) {
	t.Helper()
	if s := p.SecurityContext; !s.RunAsNonRoot || s.RunAsUser == 0 || s.SeccompProfile.Type != "RuntimeDefault" {
		t.Errorf("%s: security context %+v", name, s)
	}
	if p.HostNetwork || p.HostPID || len(p.Containers) != 1 {
		t.Errorf("%s: pod %+v", name, p)
	}
	for _, c := range p.Containers {
		s := c.SecurityContext
		if s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || s.Privileged || !s.ReadOnlyRootFilesystem ||
			!slices.Equal(s.Capabilities.Drop, []string{"ALL"}) || len(s.Capabilities.Add) != 0 {
			t.Errorf("%s: security context %+v", name, s)
		}
		if c.Resources.Requests["cpu"] == "" || c.Resources.Requests["memory"] == "" || c.Resources.Limits["memory"] == "" {
			t.Errorf("%s: resources %+v", name, c.Resources)
		}
		for _, e := range c.Env {
			if e.Name != "GOGC" && e.Name != "GOMEMLIMIT" {
				t.Errorf("%s: secrets and settings come from files, not from %v", name, e)
			}
		}
		knowsItsMemory(t, name, c)
	}
}

func TestPodsMayDoNothing(t *testing.T) {
	each(t, func(t *testing.T, all objects) {
		for _, d := range all.of("Deployment") {
			mayDoNothing(t, d.Metadata.Name, d.Spec.Template.Spec)
		}
		if l := all.one(t, "Namespace", "previewset").Metadata.Labels; l["pod-security.kubernetes.io/enforce"] != "restricted" {
			t.Errorf("namespace labels %v", l)
		}
	})
}

// knowsItsMemory checks that Go's collector has nine tenths of the container's memory:
// what it counts is not all that the kernel does.
func knowsItsMemory(t *testing.T, name string, c container) {
	t.Helper()
	var limit, soft int
	if _, err := fmt.Sscanf(c.Resources.Limits["memory"], "%dMi", &limit); err != nil {
		t.Fatalf("%s: limits %v: %v", name, c.Resources.Limits, err)
	}
	if _, err := fmt.Sscanf(c.env("GOMEMLIMIT"), "%dMiB", &soft); err != nil || soft != limit*9/10 {
		t.Errorf("%s: GOMEMLIMIT is %q with a limit of %d MiB", name, c.env("GOMEMLIMIT"), limit)
	}
}

func TestServeCollectsSooner(t *testing.T) {
	each(t, func(t *testing.T, all objects) {
		c := all.one(t, "Deployment", "previewset").Spec.Template.Spec.Containers[0]
		if got := c.env("GOGC"); got != "50" {
			t.Errorf("GOGC is %q", got)
		}
	})
}

func TestNoSecretIsApplied(t *testing.T) {
	each(t, func(t *testing.T, all objects) {
		if secrets := all.of("Secret"); len(secrets) != 0 {
			t.Errorf("there are Secrets: %+v", secrets)
		}
	})
}

func TestRights(t *testing.T) {
	each(t, func(t *testing.T, all objects) {
		if wide := all.of("ClusterRole", "ClusterRoleBinding"); len(wide) != 0 {
			t.Errorf("rights in the whole cluster: %+v", wide)
		}
		for _, a := range all.of("ServiceAccount") {
			if a.AutomountServiceAccountToken == nil || *a.AutomountServiceAccountToken {
				t.Errorf("ServiceAccount %s gives its token to every pod", a.Metadata.Name)
			}
		}
		mounts := map[string]bool{}
		for _, d := range all.of("Deployment") {
			mounts[d.Metadata.Name] = d.Spec.Template.Spec.AutomountServiceAccountToken == nil || *d.Spec.Template.Spec.AutomountServiceAccountToken
		}
		roles, bindings := all.of("Role"), all.of("RoleBinding")
		if mounts["previewset-prune"] || mounts["previewset"] != (len(roles) > 0) {
			t.Errorf("tokens are mounted in %v; roles %+v", mounts, roles)
		}
		if len(roles) == 0 && len(bindings) == 0 {
			return
		}
		rules := []map[string][]string{{"apiGroups": {"argoproj.io"}, "resources": {"applicationsets"}, "verbs": {"list", "patch"}}}
		if len(roles) != 1 || roles[0].Metadata.Namespace != "argocd" || !reflect.DeepEqual(roles[0].Rules, rules) {
			t.Errorf("roles %+v", roles)
		}
		who := []map[string]string{{"kind": "ServiceAccount", "name": "previewset", "namespace": "previewset"}}
		if len(bindings) != 1 || bindings[0].Metadata.Namespace != "argocd" ||
			bindings[0].RoleRef["name"] != roles[0].Metadata.Name || !reflect.DeepEqual(bindings[0].Subjects, who) {
			t.Errorf("bindings %+v", bindings)
		}
		policy := all.one(t, "ValidatingAdmissionPolicy", "previewset-refresh")
		if c := policy.Spec.MatchConditions; len(c) != 1 || !strings.Contains(c[0].Expression, "'system:serviceaccount:previewset:previewset'") {
			t.Errorf("the policy is about %+v", c)
		}
		if b := all.one(t, "ValidatingAdmissionPolicyBinding", "previewset-refresh"); b.Spec.PolicyName != policy.Metadata.Name {
			t.Errorf("the policy is not bound, but %q", b.Spec.PolicyName)
		}
	})
}

func TestOneProcessPrunes(t *testing.T) {
	args := func(dir, name string) []string {
		return build(t, dir).one(t, "Deployment", name).Spec.Template.Spec.Containers[0].Args
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
			t.Errorf("%s: %s runs %q", test.dir, test.name, got)
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
		t.Fatalf("%s: mounts %+v of %+v", d.Metadata.Name, m, p.Volumes)
	}
	for _, s := range p.Volumes[0].Projected.Sources {
		configMap += s.ConfigMap.Name
		secret += s.Secret.Name
	}
	return configMap, secret
}

func TestThePrunerSharesTheConfigurationAlone(t *testing.T) {
	all := build(t, "overlays/separate-pruner")
	service, pruner := all.one(t, "Deployment", "previewset"), all.one(t, "Deployment", "previewset-prune")
	serviceConfig, serviceSecret := sources(t, service)
	prunerConfig, prunerSecret := sources(t, pruner)
	if serviceConfig == "" || serviceConfig != prunerConfig {
		t.Errorf("the service reads %q, the pruner %q", serviceConfig, prunerConfig)
	}
	if serviceSecret == prunerSecret || prunerSecret == "" {
		t.Errorf("both have the secrets of %q", prunerSecret)
	}
	if service.Spec.Template.Spec.ServiceAccountName == pruner.Spec.Template.Spec.ServiceAccountName {
		t.Error("both are one ServiceAccount")
	}
	if a, b := service.Spec.Template.Spec.Containers[0].Image, pruner.Spec.Template.Spec.Containers[0].Image; a != b {
		t.Errorf("the service is %s, the pruner %s", a, b)
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
	if nested, is := m["matchLabels"].(map[string]any); is {
		m = nested
	}
	all := map[string]string{}
	for k, v := range m {
		all[k], _ = v.(string)
	}
	if !ok || len(all) == 0 {
		t.Fatalf("selector %v", selector)
	}
	return all
}

func TestThePartsFit(t *testing.T) {
	each(t, func(t *testing.T, all objects) {
		for _, d := range all.of("Deployment") {
			if !contains(d.Spec.Template.Metadata.Labels, labels(t, d.Spec.Selector)) || d.Spec.Replicas != 1 {
				t.Errorf("%s: %+v", d.Metadata.Name, d.Spec)
			}
			all.one(t, "ServiceAccount", d.Spec.Template.Spec.ServiceAccountName)
		}
		service, deployment := all.one(t, "Service", "previewset"), all.one(t, "Deployment", "previewset")
		pod := deployment.Spec.Template
		c := pod.Spec.Containers[0]
		if len(c.Ports) != 1 || c.Ports[0].ContainerPort != 4355 {
			t.Fatalf("ports %+v", c.Ports)
		}
		if s := service.Spec; !contains(pod.Metadata.Labels, labels(t, s.Selector)) || len(s.Ports) != 1 || s.Ports[0].TargetPort != c.Ports[0].Name {
			t.Errorf("service %+v", s)
		}
		for probe, path := range map[string]string{c.LivenessProbe.HTTPGet.Path: "/healthz", c.ReadinessProbe.HTTPGet.Path: "/readyz"} {
			if probe != path || c.LivenessProbe.HTTPGet.Port != c.Ports[0].Name || c.ReadinessProbe.HTTPGet.Port != c.Ports[0].Name {
				t.Errorf("probes %+v %+v", c.LivenessProbe, c.ReadinessProbe)
			}
		}
		for _, p := range all.of("NetworkPolicy") {
			l := p.Spec.PodSelector.MatchLabels
			if p.Metadata.Namespace != "previewset" || (len(l) > 0 && !contains(pod.Metadata.Labels, l)) {
				t.Errorf("network policy %+v", p)
			}
			for _, r := range p.Spec.Ingress {
				if len(r.Ports) != 1 || r.Ports[0].Port != c.Ports[0].ContainerPort || len(r.From) != 1 || len(r.From[0].NamespaceSelector.MatchLabels) != 1 {
					t.Errorf("%s lets in %+v", p.Metadata.Name, r)
				}
			}
		}
		plugin := all.one(t, "ConfigMap", "previewset")
		if want := map[string]string{"baseUrl": "http://previewset.previewset.svc:4355", "token": "$previewset:token"}; !maps.Equal(plugin.Data, want) || service.Spec.Ports[0].Port != 4355 {
			t.Errorf("plugin %v", plugin.Data)
		}
	})
}

func TestEverythingHasItsNamespace(t *testing.T) {
	each(t, func(t *testing.T, all objects) {
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
				t.Errorf("%s %s is in namespace %q", o.Kind, o.Metadata.Name, o.Metadata.Namespace)
			}
		}
	})
}

func TestTheMonitoringComponentBuilds(t *testing.T) {
	all := build(t, "testdata/monitored")
	monitor := all.one(t, "ServiceMonitor", "previewset")
	if !contains(all.one(t, "Service", "previewset").Metadata.Labels, labels(t, monitor.Spec.Selector)) {
		t.Errorf("it selects %v", monitor.Spec.Selector)
	}
	all.one(t, "NetworkPolicy", "previewset-from-monitoring")
}

func TestTheExampleIsValid(t *testing.T) {
	all := build(t, "example")
	name, _ := sources(t, all.one(t, "Deployment", "previewset"))
	text := all.one(t, "ConfigMap", name).Data["config.yaml"]
	c, err := config.Parse("config.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if plugin := all.one(t, "ConfigMap", "previewset"); c.ArgoCD == nil || c.ArgoCD.Namespace != plugin.Metadata.Namespace || c.ArgoCD.ConfigMap != plugin.Metadata.Name {
		t.Errorf("argocd %+v", c.ArgoCD)
	}
	for _, file := range regexp.MustCompile(`File: (\S+)`).FindAllStringSubmatch(text, -1) {
		if !strings.HasPrefix(file[1], "/etc/previewset/") {
			t.Errorf("%s is not where the Secret is", file[1])
		}
	}
}

// relative is a path to another part of the manifests.
var relative = regexp.MustCompile(`(?m)^- (?:\.\./)+(.*)$`)

// The page shows these files with addresses in place of paths.
func TestThePageShowsWhatIsTested(t *testing.T) {
	page, err := os.ReadFile("../docs/installation.md")
	if err != nil {
		t.Fatal(err)
	}
	_, version, _ := strings.Cut(build(t, "base").one(t, "Deployment", "previewset").Spec.Template.Spec.Containers[0].Image, ":")
	for _, name := range []string{"example/kustomization.yaml", "example/config.yaml", "testdata/bare/kustomization.yaml"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, shown, _ := strings.Cut(string(text), "apiVersion:") // without the comment at its head
		shown = relative.ReplaceAllString(shown, "- https://github.com/previewset/previewset//manifests/$1?ref="+version)
		if shown == "" || !strings.Contains(string(page), shown) {
			t.Errorf("the page does not show %s:\n%s", name, shown)
		}
	}
}
