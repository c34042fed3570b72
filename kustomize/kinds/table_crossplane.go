package kinds

// crossplaneGroups has the kinds of Crossplane and its providers.
var crossplaneGroups = []group{
	{
		name:       "*.m.upbound.io",
		cluster:    "ClusterProviderConfig",
		namespaced: "*",
		source:     "documentation of Crossplane 2: managed resources",
	},
	{
		name:    "*.upbound.io",
		cluster: "*",
		source:  "documentation of Crossplane 1: managed resources",
	},
}
