package kinds

// secretGroups has the kinds of controllers for secrets.
var secretGroups = []group{
	{name: "clustersecret.io", cluster: "ClusterSecret", source: "documentation of ClusterSecret"},
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
	{name: "isindir.github.com", namespaced: "SopsSecret", source: "github.com/isindir/sops-secrets-operator@2cfc1e0a6630"},
	{name: "k8s.bitwarden.com", namespaced: "BitwardenSecret", source: "documentation of the Bitwarden Secrets Manager operator"},
	{name: "kubernetes-client.io", namespaced: "ExternalSecret", source: "documentation of Kubernetes External Secrets"},
	{name: "onepassword.com", namespaced: "OnePasswordItem", source: "github.com/1Password/onepassword-operator@9c3b1b940d79"},
	{name: "ricoberger.de", namespaced: "VaultSecret", source: "documentation of ricoberger/vault-secrets-operator"},
	{name: "secret-sync.gke.io", namespaced: "SecretSync", source: "documentation of Google Kubernetes Engine"},
	{
		name:       "secretgen.carvel.dev",
		namespaced: "SecretExport SecretImport SecretTemplate",
		source:     "documentation of secretgen-controller",
	},
	{
		name:       "secretgen.k14s.io",
		namespaced: "Certificate Password RSAKey SSHKey SecretExport SecretRequest",
		source:     "documentation of secretgen-controller",
	},
	{
		name:       "secretgenerator.mittwald.de",
		namespaced: "BasicAuth SSHKeyPair StringSecret",
		source:     "documentation of Kubernetes Secret Generator",
	},
	{
		name:       "secrets-store.csi.x-k8s.io",
		namespaced: "SecretProviderClass SecretProviderClassPodStatus",
		source:     "github.com/kubernetes-sigs/secrets-store-csi-driver@0aad886f70e9",
	},
	{name: "secrets.doppler.com", namespaced: "DopplerSecret", source: "documentation of the Doppler operator"},
	{
		name:    "secrets.infisical.com",
		cluster: "ClusterGenerator",
		namespaced: `
			InfisicalAuth InfisicalConnection InfisicalDynamicSecret InfisicalPushSecret
			InfisicalSecret InfisicalStaticSecret Password UUID`,
		source: "github.com/Infisical/kubernetes-operator@8a8a6c7ba4b0",
	},
	{name: "spv.no", namespaced: "AzureKeyVaultSecret", source: "documentation of Azure Key Vault to Kubernetes"},
}
