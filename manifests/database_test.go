package manifests_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
)

// databaseNamespace is the namespace of the component database.
const databaseNamespace = "previewset-db"

// database returns the objects that the component adds.
func database(t *testing.T) (all objects) {
	t.Helper()
	for _, o := range build(t, "testdata/database") {
		if strings.HasPrefix(o.Metadata.Name, "previewset-db") || o.Metadata.Namespace == databaseNamespace {
			all = append(all, o)
		}
	}
	return all
}

func TestDatabaseAccountCanWriteOneSecret(t *testing.T) {
	all := database(t)
	account := all.get(t, "ServiceAccount", kustomize.DatabaseAccount)
	rules := []map[string][]string{
		{"apiGroups": {""}, "resources": {"secrets"}, "resourceNames": {"preview-database"}, "verbs": {"get", "update"}},
		{"apiGroups": {""}, "resources": {"secrets"}, "verbs": {"create"}},
	}
	roles := all.ofKinds("ClusterRole", "Role")
	if len(roles) != 1 || !reflect.DeepEqual(roles[0].Rules, rules) {
		t.Fatalf("got roles %+v", roles)
	}
	who := []map[string]string{{"kind": "ServiceAccount", "name": account.Metadata.Name, "namespace": databaseNamespace}}
	bindings := all.ofKinds("ClusterRoleBinding", "RoleBinding")
	if len(bindings) != 1 || bindings[0].RoleRef["name"] != roles[0].Metadata.Name || !reflect.DeepEqual(bindings[0].Subjects, who) {
		t.Errorf("got bindings %+v", bindings)
	}
	policy := all.get(t, "ValidatingAdmissionPolicy", "previewset-db")
	if c := policy.Spec.MatchConditions; len(c) != 1 || !strings.Contains(c[0].Expression, "'system:serviceaccount:"+databaseNamespace+":"+account.Metadata.Name+"'") {
		t.Errorf("got match conditions %+v of the policy", c)
	}
	if b := all.get(t, "ValidatingAdmissionPolicyBinding", "previewset-db"); b.Spec.PolicyName != policy.Metadata.Name {
		t.Errorf("the binding has the policy %q", b.Spec.PolicyName)
	}
}

func TestSweepHasNoRightsInCluster(t *testing.T) {
	all := database(t)
	account := all.get(t, "ServiceAccount", "previewset-sweep")
	p := all.get(t, "CronJob", "previewset-sweep").Spec.JobTemplate.Spec.Template.Spec
	checkRestrictedPod(t, "previewset-sweep", p)
	for _, mounts := range []*bool{account.AutomountServiceAccountToken, p.AutomountServiceAccountToken} {
		if mounts == nil || *mounts {
			t.Error("the sweep mounts a token")
		}
	}
	if p.ServiceAccountName != account.Metadata.Name {
		t.Errorf("got ServiceAccount %q", p.ServiceAccountName)
	}
	c := p.Containers[0]
	if service := build(t, "base").get(t, "Deployment", "previewset").Spec.Template.Spec.Containers[0].Image; c.Image != service {
		t.Errorf("got image %s, want the image of the service, %s", c.Image, service)
	}
	where := map[string]string{}
	for _, m := range c.VolumeMounts {
		if !m.ReadOnly {
			t.Errorf("the sweep can write to %s", m.MountPath)
		}
		where[m.Name] = m.MountPath
	}
	if want := map[string]string{"config": "/etc/previewset", "server": "/etc/previewset-db"}; !maps.Equal(where, want) {
		t.Errorf("got mounts %v, want %v", where, want)
	}
	if !slices.Contains(c.Args, "--admin-url-file=/etc/previewset-db/url") || c.Args[0] != "db" || c.Args[1] != "sweep" {
		t.Errorf("got arguments %q", c.Args)
	}
	for _, v := range p.Volumes {
		for _, s := range v.Projected.Sources {
			if s.Secret.Name == "previewset" {
				t.Error("the sweep mounts the service's Secret")
			}
		}
	}
}

// The watcher adds a pod that has only the administrator's URL, and no rights in the cluster.
func TestWatchHasNoRightsInCluster(t *testing.T) {
	all := build(t, "testdata/database-watch")
	account, d := all.get(t, "ServiceAccount", "previewset-watch"), all.get(t, "Deployment", "previewset-watch")
	p := d.Spec.Template.Spec
	checkRestrictedPod(t, d.Metadata.Name, p)
	for _, mounts := range []*bool{account.AutomountServiceAccountToken, p.AutomountServiceAccountToken} {
		if mounts == nil || *mounts {
			t.Error("the watcher mounts a token")
		}
	}
	if p.ServiceAccountName != account.Metadata.Name || d.Metadata.Namespace != databaseNamespace || account.Metadata.Namespace != databaseNamespace {
		t.Errorf("got ServiceAccount %q in %s, and the Deployment in %s", p.ServiceAccountName, account.Metadata.Namespace, d.Metadata.Namespace)
	}
	if d.Spec.Replicas != 1 || !contains(d.Spec.Template.Metadata.Labels, labels(t, d.Spec.Selector)) {
		t.Errorf("selector or replicas are wrong in %+v", d.Spec)
	}
	c := p.Containers[0]
	if service := all.get(t, "Deployment", "previewset").Spec.Template.Spec.Containers[0].Image; c.Image != service {
		t.Errorf("got image %s, want the image of the service, %s", c.Image, service)
	}
	if len(c.VolumeMounts) != 1 || !c.VolumeMounts[0].ReadOnly || len(p.Volumes) != 1 || p.Volumes[0].Secret.SecretName != "database-admin" {
		t.Errorf("got the mounts %+v of %+v, want the administrator's Secret only", c.VolumeMounts, p.Volumes)
	}
	if c.Args[0] != "db" || c.Args[1] != "watch" || !slices.Contains(c.Args, "--admin-url-file="+c.VolumeMounts[0].MountPath+"/url") {
		t.Errorf("got arguments %q", c.Args)
	}
	if extra := len(all) - len(build(t, "testdata/database")); extra != 2 {
		t.Errorf("the component adds %d objects, want 2", extra)
	}
}

func TestDatabasePodsAreIsolated(t *testing.T) {
	all := database(t)
	if l := all.get(t, "Namespace", databaseNamespace).Metadata.Labels; l["pod-security.kubernetes.io/enforce"] != "restricted" {
		t.Errorf("got namespace labels %v, want the profile restricted", l)
	}
	policies := all.ofKinds("NetworkPolicy")
	for _, p := range policies {
		if len(p.Spec.Ingress) != 0 || p.Metadata.Namespace != databaseNamespace {
			t.Errorf("got network policy %+v", p)
		}
	}
	if everyone := all.get(t, "NetworkPolicy", "previewset-db").Spec.PodSelector.MatchLabels; len(policies) != 3 || len(everyone) != 0 {
		t.Errorf("got %d policies, and the selector %v in the first", len(policies), everyone)
	}
	sweep := all.get(t, "CronJob", "previewset-sweep").Spec.JobTemplate.Spec.Template.Metadata.Labels
	if git := all.get(t, "NetworkPolicy", "previewset-db-to-git").Spec.PodSelector.MatchLabels; !contains(sweep, git) {
		t.Errorf("the policy for Git selects %[2]v, want the labels %[1]v of the sweep", sweep, git)
	}
	if secrets := all.ofKinds("Secret"); len(secrets) != 0 {
		t.Errorf("got Secrets %+v, want none", secrets)
	}
}
