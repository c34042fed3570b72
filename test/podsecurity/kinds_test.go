package podsecurity_test

import "slices"

// kind is a kind of objects that have a template of pods.
type kind struct {
	apiVersion, name string
	// path leads to the template, "[]" to the only item of a list; nil for a Pod.
	path []string
	// words of overlay.allow without which the policy refuses the kind itself.
	words []string
}

// nativeKinds are all kinds of Kubernetes with pods
// (k8s.io/pod-security-admission/admission, defaultPodSpecResources).
func nativeKinds() []kind {
	return []kind{
		{"v1", "Pod", nil, nil},
		{"v1", "PodTemplate", []string{"template"}, nil},
		{"v1", "ReplicationController", []string{"spec", "template"}, nil},
		{"apps/v1", "ReplicaSet", []string{"spec", "template"}, nil},
		{"apps/v1", "Deployment", []string{"spec", "template"}, nil},
		{"apps/v1", "StatefulSet", []string{"spec", "template"}, nil},
		{"apps/v1", "DaemonSet", []string{"spec", "template"}, []string{"daemon-set"}},
		{"batch/v1", "Job", []string{"spec", "template"}, nil},
		{"batch/v1", "CronJob", []string{"spec", "jobTemplate", "spec", "template"}, nil},
	}
}

// foreignKinds are kinds of other projects whose objects have a template of pods.
func foreignKinds() []kind {
	return []kind{
		{"argoproj.io/v1alpha1", "Rollout", []string{"spec", "template"}, nil},
		{"serving.knative.dev/v1", "Service", []string{"spec", "template"}, nil},
		{"apps.openshift.io/v1", "DeploymentConfig", []string{"spec", "template"}, nil},
		{"apps.kruise.io/v1alpha1", "CloneSet", []string{"spec", "template"}, nil},
		{"apps.kruise.io/v1alpha1", "BroadcastJob", []string{"spec", "template"}, []string{"daemon-set"}},
		{"batch.volcano.sh/v1alpha1", "Job", []string{"spec", "tasks", "[]", "template"}, nil},
		{"jobset.x-k8s.io/v1alpha2", "JobSet", []string{"spec", "replicatedJobs", "[]", "template", "spec", "template"}, nil},
		{"keda.sh/v1alpha1", "ScaledJob", []string{"spec", "jobTargetRef", "template"}, nil},
		{"kubeflow.org/v1", "PyTorchJob", []string{"spec", "pytorchReplicaSpecs", "Worker", "template"}, nil},
		{"ray.io/v1", "RayCluster", []string{"spec", "headGroupSpec", "template"}, nil},
		{"example.com/v1", "Unknown", []string{"spec", "shop", "pod"}, nil},
	}
}

// object returns an object of the kind with a pod.
func (k kind) object(p pod) map[string]any {
	var inner any = map[string]any{"metadata": p.meta, "spec": p.spec}
	for _, key := range slices.Backward(k.path) {
		if key == "[]" {
			inner = []any{inner}
		} else {
			inner = map[string]any{key: inner}
		}
	}
	o := map[string]any{"apiVersion": k.apiVersion, "kind": k.name, "metadata": map[string]any{"name": "shop"}}
	for key, value := range inner.(map[string]any) {
		if key == "metadata" { // of a Pod
			o["metadata"] = merged(o["metadata"].(map[string]any), value.(map[string]any))
			continue
		}
		o[key] = value
	}
	return o
}

func merged(a, b map[string]any) map[string]any {
	out := map[string]any{}
	for _, m := range []map[string]any{a, b} {
		for key, value := range m {
			out[key] = value
		}
	}
	return out
}
