package kinds

// scalingGroups has the kinds of autoscalers.
var scalingGroups = []group{
	{
		name:       "eventing.keda.sh",
		cluster:    "ClusterCloudEventSource",
		namespaced: "CloudEventSource",
		source:     "github.com/kedacore/keda@8b4f083ca8c8",
	},
	{
		name:       "keda.sh",
		cluster:    "ClusterTriggerAuthentication",
		namespaced: "ScaledJob ScaledObject TriggerAuthentication",
		source:     "github.com/kedacore/keda@8b4f083ca8c8",
	},
}
