package policy

import "sigs.k8s.io/kustomize/kyaml/resid"

// listedByDefault has the kinds that `default` stands for in overlay.kinds.only. A base with
// these kinds can be written by strangers: with the rules of strangers.go, each field with an
// effect outside of the namespace is refused or set by previewset.
//
// These are missing on purpose. A ServiceAccount, a Role and a RoleBinding give pods rights. A
// NetworkPolicy can open what the set's components close, and a ResourceQuota or a LimitRange can
// replace their bounds. The Namespace has the labels of admission. A ScaledObject of KEDA can use
// credentials of its operator, and an AnalysisTemplate sends requests from the controller of Argo
// Rollouts. A ReplicationController has no use that a Deployment does not have. A VirtualService or
// an IngressRoute configures a shared proxy in more ways than the routes here. The kinds of
// operators do what their operators can.
var listedByDefault = []resid.Gvk{
	{Kind: "ConfigMap"},
	{Kind: "PersistentVolumeClaim"},
	{Kind: "Pod"},
	{Kind: "Service"},
	{Group: "apps", Kind: "Deployment"},
	{Group: "apps", Kind: "ReplicaSet"},
	{Group: "apps", Kind: "StatefulSet"},
	{Group: "argoproj.io", Kind: "Rollout"},
	{Group: "autoscaling", Kind: "HorizontalPodAutoscaler"},
	{Group: "autoscaling.k8s.io", Kind: "VerticalPodAutoscaler"},
	{Group: "batch", Kind: "CronJob"},
	{Group: "batch", Kind: "Job"},
	{Group: "gateway.networking.k8s.io", Kind: "GRPCRoute"},
	{Group: "gateway.networking.k8s.io", Kind: "HTTPRoute"},
	{Group: "gateway.networking.k8s.io", Kind: "TLSRoute"},
	{Group: "networking.k8s.io", Kind: "Ingress"},
	{Group: "policy", Kind: "PodDisruptionBudget"},
	{Group: "route.openshift.io", Kind: "Route"},
}
