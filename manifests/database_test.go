package manifests_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
)

// databaseNamespace is where the component database is installed.
const databaseNamespace = "previewset-db"

// database is what the component adds.
func database(t *testing.T) (all objects) {
	t.Helper()
	for _, o := range build(t, "testdata/database") {
		if strings.HasPrefix(o.Metadata.Name, "previewset-db") || o.Metadata.Namespace == databaseNamespace {
			all = append(all, o)
		}
	}
	return all
}

func TestTheDatabaseAccountMayWriteOneSecret(t *testing.T) {
	all := database(t)
	account := all.one(t, "ServiceAccount", kustomize.DatabaseAccount)
	rules := []map[string][]string{
		{"apiGroups": {""}, "resources": {"secrets"}, "resourceNames": {"preview-database"}, "verbs": {"get", "update"}},
		{"apiGroups": {""}, "resources": {"secrets"}, "verbs": {"create"}},
	}
	roles := all.of("ClusterRole", "Role")
	if len(roles) != 1 || !reflect.DeepEqual(roles[0].Rules, rules) {
		t.Fatalf("roles %+v", roles)
	}
	who := []map[string]string{{"kind": "ServiceAccount", "name": account.Metadata.Name, "namespace": databaseNamespace}}
	bindings := all.of("ClusterRoleBinding", "RoleBinding")
	if len(bindings) != 1 || bindings[0].RoleRef["name"] != roles[0].Metadata.Name || !reflect.DeepEqual(bindings[0].Subjects, who) {
		t.Errorf("bindings %+v", bindings)
	}
	policy := all.one(t, "ValidatingAdmissionPolicy", "previewset-db")
	if c := policy.Spec.MatchConditions; len(c) != 1 || !strings.Contains(c[0].Expression, "'system:serviceaccount:"+databaseNamespace+":"+account.Metadata.Name+"'") {
		t.Errorf("the policy is about %+v", c)
	}
	if b := all.one(t, "ValidatingAdmissionPolicyBinding", "previewset-db"); b.Spec.PolicyName != policy.Metadata.Name {
		t.Errorf("the policy is not bound, but %q", b.Spec.PolicyName)
	}
}

func TestTheSweepHasNoRightInTheCluster(t *testing.T) {
	all := database(t)
	account := all.one(t, "ServiceAccount", "previewset-sweep")
	p := all.one(t, "CronJob", "previewset-sweep").Spec.JobTemplate.Spec.Template.Spec
	mayDoNothing(t, "previewset-sweep", p)
	for _, mounts := range []*bool{account.AutomountServiceAccountToken, p.AutomountServiceAccountToken} {
		if mounts == nil || *mounts {
			t.Error("it has a token")
		}
	}
	if p.ServiceAccountName != account.Metadata.Name {
		t.Errorf("it runs as %q", p.ServiceAccountName)
	}
	c := p.Containers[0]
	if service := build(t, "base").one(t, "Deployment", "previewset").Spec.Template.Spec.Containers[0].Image; c.Image != service {
		t.Errorf("it is %s, the service %s", c.Image, service)
	}
	where := map[string]string{}
	for _, m := range c.VolumeMounts {
		if !m.ReadOnly {
			t.Errorf("it can write to %s", m.MountPath)
		}
		where[m.Name] = m.MountPath
	}
	if want := map[string]string{"config": "/etc/previewset", "server": "/etc/previewset-db"}; !maps.Equal(where, want) {
		t.Errorf("mounts %v", where)
	}
	if !slices.Contains(c.Args, "--admin-url-file=/etc/previewset-db/url") || c.Args[0] != "db" || c.Args[1] != "sweep" {
		t.Errorf("it runs %q", c.Args)
	}
	for _, v := range p.Volumes {
		for _, s := range v.Projected.Sources {
			if s.Secret.Name == "previewset" {
				t.Error("it has the service's Secret")
			}
		}
	}
}

func TestThePodsOfDatabasesAreIsolated(t *testing.T) {
	all := database(t)
	if l := all.one(t, "Namespace", databaseNamespace).Metadata.Labels; l["pod-security.kubernetes.io/enforce"] != "restricted" {
		t.Errorf("namespace labels %v", l)
	}
	policies := all.of("NetworkPolicy")
	for _, p := range policies {
		if len(p.Spec.Ingress) != 0 || p.Metadata.Namespace != databaseNamespace {
			t.Errorf("network policy %+v", p)
		}
	}
	if everyone := all.one(t, "NetworkPolicy", "previewset-db").Spec.PodSelector.MatchLabels; len(policies) != 3 || len(everyone) != 0 {
		t.Errorf("%d policies, the first of %v", len(policies), everyone)
	}
	sweep := all.one(t, "CronJob", "previewset-sweep").Spec.JobTemplate.Spec.Template.Metadata.Labels
	if git := all.one(t, "NetworkPolicy", "previewset-db-to-git").Spec.PodSelector.MatchLabels; !contains(sweep, git) {
		t.Errorf("the sweep %v does not get to Git: %v", sweep, git)
	}
	if secrets := all.of("Secret"); len(secrets) != 0 {
		t.Errorf("there are Secrets: %+v", secrets)
	}
}
