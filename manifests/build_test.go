package manifests_test

import (
	"encoding/json"
	"slices"
	"testing"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// overlays returns the directories that can be applied directly, or with a configuration.
func overlays() []string {
	return []string{"base", "overlays/single", "overlays/separate-pruner", "example"}
}

// object has the fields of all kinds that the tests read.
type object struct {
	Kind     string
	Metadata struct {
		Name, Namespace string
		Labels          map[string]string
	}
	AutomountServiceAccountToken *bool
	Data                         map[string]string
	Rules                        []map[string][]string // of a Role
	RoleRef                      map[string]string
	Subjects                     []map[string]string
	Spec                         struct {
		Selector    any
		PodSelector struct{ MatchLabels map[string]string }
		Ports       []struct {
			Port       int
			TargetPort string
		}
		Ingress  []rule
		Replicas int
		Template struct {
			Metadata struct{ Labels map[string]string }
			Spec     pod
		}
		JobTemplate struct {
			Spec struct {
				Template struct {
					Metadata struct{ Labels map[string]string }
					Spec     pod
				}
			}
		}
		MatchConditions []struct{ Expression string }
		PolicyName      string
	}
}

type rule struct {
	From []struct {
		PodSelector, NamespaceSelector struct {
			MatchLabels      map[string]string
			MatchExpressions []struct {
				Key, Operator string
				Values        []string
			}
		}
	}
	Ports []struct{ Port int }
}

type pod struct {
	ServiceAccountName           string
	AutomountServiceAccountToken *bool
	HostNetwork, HostPID         bool
	SecurityContext              struct {
		RunAsNonRoot   bool
		RunAsUser      int
		SeccompProfile struct{ Type string }
	}
	Containers []container
	Volumes    []volume
}

type container struct {
	Image string
	Args  []string
	Env   []struct{ Name, Value string }
	Ports []struct {
		Name          string
		ContainerPort int
	}
	SecurityContext struct {
		AllowPrivilegeEscalation *bool
		ReadOnlyRootFilesystem   bool
		Privileged               bool
		Capabilities             struct{ Add, Drop []string }
	}
	Resources                     struct{ Requests, Limits map[string]string }
	LivenessProbe, ReadinessProbe struct{ HTTPGet struct{ Path, Port string } }
	VolumeMounts                  []struct {
		Name, MountPath string
		ReadOnly        bool
	}
}

// env returns the value of an environment variable, or "".
func (c container) env(name string) string {
	for _, e := range c.Env {
		if e.Name == name {
			return e.Value
		}
	}
	return ""
}

type volume struct {
	Name      string
	Projected struct {
		Sources []struct{ ConfigMap, Secret struct{ Name string } }
	}
	Secret struct{ SecretName string }
}

type objects []object

func build(t *testing.T, dir string) (all objects) {
	t.Helper()
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	for _, r := range built.Resources() {
		data, err := r.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var o object
		if err := json.Unmarshal(data, &o); err != nil {
			t.Fatalf("%s: %s: %v", dir, r.CurId(), err)
		}
		all = append(all, o)
	}
	return all
}

// ofKinds returns the objects of these kinds.
func (all objects) ofKinds(kinds ...string) (some objects) {
	for _, o := range all {
		if slices.Contains(kinds, o.Kind) {
			some = append(some, o)
		}
	}
	return some
}

// get returns the object of a kind and name. A missing object fails the test.
func (all objects) get(t *testing.T, kind, name string) object {
	t.Helper()
	for _, o := range all.ofKinds(kind) {
		if o.Metadata.Name == name {
			return o
		}
	}
	t.Fatalf("no %s %s", kind, name)
	return object{}
}
