package kinds

// secretsGroups has the kinds of operators for secrets.
var secretsGroups = []group{
	{
		name:       "external-secrets.io",
		cluster:    "ClusterExternalSecret ClusterPushSecret ClusterSecretStore",
		namespaced: "ExternalSecret PushSecret SecretStore",
		source:     "github.com/external-secrets/external-secrets@cc5bfbc2234a",
	},
	{
		name:    "generators.external-secrets.io",
		cluster: "ClusterGenerator",
		namespaced: `
			ACRAccessToken BeyondtrustWorkloadCredentialsDynamicSecret CloudsmithAccessToken
			ECRAuthorizationToken Fake GCRAccessToken GeneratorState GithubAccessToken
			GitlabDeployToken Grafana MFA Password QuayAccessToken SSHKey STSSessionToken UUID
			VaultDynamicSecret Webhook`,
		source: "github.com/external-secrets/external-secrets@cc5bfbc2234a",
	},
}
