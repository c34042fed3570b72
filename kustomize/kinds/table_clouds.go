package kinds

// cloudsGroups has the kinds of the controllers of cloud providers.
var cloudsGroups = []group{
	{
		name:       "*.cnrm.cloud.google.com",
		namespaced: "*",
		source:     "documentation of Config Connector",
	},
	{
		name:       "*.services.k8s.aws",
		namespaced: "*",
		source:     "documentation of AWS Controllers for Kubernetes",
	},
}
