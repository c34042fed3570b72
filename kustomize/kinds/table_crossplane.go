package kinds

// crossplaneGroups has the kinds of Crossplane and its providers.
var crossplaneGroups = []group{
	{name: "*.aws.upbound.io", cluster: "*", source: "github.com/upbound/provider-aws@053d318d5263"},
	{name: "*.azure.upbound.io", cluster: "*", source: crossplane1},
	{name: "*.azuread.upbound.io", cluster: "*", source: "github.com/crossplane-contrib/provider-upjet-azuread@d449861d5e97"},
	{name: "*.crossplane.io", cluster: "*", source: crossplane1},
	{name: "*.gcp.upbound.io", cluster: "*", source: crossplane1},
	{
		name:       "*.m.crossplane.io",
		cluster:    "ClusterProviderConfig",
		namespaced: "*",
		source:     "documentation of Crossplane 2: managed resources",
	},
	{
		name:       "*.m.upbound.io",
		cluster:    "ClusterProviderConfig",
		namespaced: "*",
		source:     "github.com/crossplane-contrib/provider-upjet-azuread@d449861d5e97",
	},
	{
		name: "apiextensions.crossplane.io",
		cluster: `
			CompositeResourceDefinition Composition CompositionRevision EnvironmentConfig
			ManagedResourceActivationPolicy ManagedResourceDefinition Usage`,
		source: "github.com/crossplane/crossplane@2d040d2daf4e",
	},
	{name: "aws.upbound.io", cluster: "*", source: "github.com/upbound/provider-aws@053d318d5263"},
	{name: "azure.upbound.io", cluster: "*", source: crossplane1},
	{name: "azuread.upbound.io", cluster: "*", source: "github.com/crossplane-contrib/provider-upjet-azuread@d449861d5e97"},
	{name: "gcp.upbound.io", cluster: "*", source: crossplane1},
	{
		name:    "ops.crossplane.io",
		cluster: "CronOperation Operation WatchOperation",
		source:  "github.com/crossplane/crossplane@2d040d2daf4e",
	},
	{
		name: "pkg.crossplane.io",
		cluster: `
			Configuration ConfigurationRevision DeploymentRuntimeConfig Function FunctionRevision
			ImageConfig Lock Provider ProviderRevision`,
		source: "github.com/crossplane/crossplane@2d040d2daf4e",
	},
	{
		name:       "protection.crossplane.io",
		cluster:    "ClusterUsage",
		namespaced: "Usage",
		source:     "github.com/crossplane/crossplane@2d040d2daf4e",
	},
}
