package kinds_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/kinds"
)

func TestScopeOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, group, kind string
		want              kinds.Scope
	}{
		{"core group", "", "Pod", kinds.Namespaced},
		{"core group, cluster-wide", "", "PersistentVolume", kinds.Cluster},
		{"same kind in another group", "metrics.k8s.io", "Pod", kinds.Unknown},
		{"removed version", "extensions", "Ingress", kinds.Namespaced},
		{"served by an aggregated API", "user.openshift.io", "User", kinds.Cluster},
		{"several rows for a group", "argoproj.io", "AppProject", kinds.Namespaced},
		{"several rows for a group, cluster-wide", "argoproj.io", "ClusterWorkflowTemplate", kinds.Cluster},
		{"all kinds of a group", "constraints.gatekeeper.sh", "K8sRequiredLabels", kinds.Cluster},
		{"all groups of a domain", "s3.services.k8s.aws", "Bucket", kinds.Namespaced},
		{"the domain itself", "cnrm.cloud.google.com", "Bucket", kinds.Unknown},
		{"all groups of a domain below that of others", "s3.aws.m.upbound.io", "Bucket", kinds.Namespaced},
		{"all groups of a domain, cluster-wide", "s3.aws.upbound.io", "Bucket", kinds.Cluster},
		{"a kind in all groups of a domain", "aws.m.upbound.io", "ClusterProviderConfig", kinds.Cluster},
		{"unknown kind", "argoproj.io", "Applications", kinds.Unknown},
		{"unknown group", "shop.example.com", "Order", kinds.Unknown},
		{"empty", "", "", kinds.Unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := kinds.ScopeOf(tt.group, tt.kind); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

var (
	groupName = regexp.MustCompile(`^(|(\*\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?)$`)
	kindName  = regexp.MustCompile(`^(\*|[A-Za-z][A-Za-z0-9]*)$`)
)

// TestTables checks the form of the tables: no kind is there twice, and each row has a
// source, and kinds in the order of their names.
func TestTables(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, group := range kinds.Groups() {
		if !groupName.MatchString(group.Name) {
			t.Errorf("%q is no name of a group", group.Name)
		}
		if strings.TrimSpace(group.Source) == "" {
			t.Errorf("%s %v %v: has no source", group.Name, group.Cluster, group.Namespaced)
		}
		for _, list := range [][]string{group.Cluster, group.Namespaced} {
			if !slices.IsSorted(list) {
				t.Errorf("%s: %v is not sorted", group.Name, list)
			}
		}
		all := slices.Concat(group.Cluster, group.Namespaced)
		if len(all) == 0 {
			t.Errorf("%s of %s has no kinds", group.Name, group.Source)
		}
		for _, kind := range all {
			if !kindName.MatchString(kind) {
				t.Errorf("%s: %q is no name of a kind", group.Name, kind)
			}
			key := group.Name + "/" + kind
			if other, ok := seen[key]; ok {
				t.Errorf("%s is in the rows of %s and %s", key, other, group.Source)
			}
			seen[key] = group.Source
		}
	}
}

// TestKustomizeAgrees compares the scopes with those of Kustomize's table, which has some
// versions of the kinds of Kubernetes.
func TestKustomizeAgrees(t *testing.T) {
	t.Parallel()
	compared := 0
	for _, gvk := range kustomizeKinds(t) {
		meta := yaml.TypeMeta{APIVersion: strings.TrimPrefix(gvk.group+"/"+gvk.version, "/"), Kind: gvk.kind}
		namespaced, found := openapi.IsNamespaceScoped(meta)
		if !found {
			continue
		}
		want := kinds.Cluster
		if namespaced {
			want = kinds.Namespaced
		}
		if got := kinds.ScopeOf(gvk.group, gvk.kind); got != want {
			t.Errorf("%s %s: got %q, want %q", meta.APIVersion, gvk.kind, got, want)
		}
		compared++
	}
	if compared < 60 {
		t.Errorf("compared %d kinds, want at least 60", compared)
	}
}

type gvk struct{ group, version, kind string }

// kustomizeKinds returns the kinds of Kustomize's schema of Kubernetes.
func kustomizeKinds(t *testing.T) []gvk {
	t.Helper()
	var all []gvk
	for _, definition := range openapi.Schema().Definitions {
		entries, _ := definition.Extensions["x-kubernetes-group-version-kind"].([]any)
		for _, entry := range entries {
			fields, ok := entry.(map[string]any)
			if !ok {
				t.Fatalf("got %v, want the fields of a group, version and kind", entry)
			}
			group, _ := fields["group"].(string)
			version, _ := fields["version"].(string)
			kind, _ := fields["kind"].(string)
			all = append(all, gvk{group, version, kind})
		}
	}
	return all
}
