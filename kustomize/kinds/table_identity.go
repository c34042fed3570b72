package kinds

// identityGroups has the kinds of controllers for identities and tenants.
var identityGroups = []group{
	{name: "authentication.concierge.pinniped.dev", cluster: "JWTAuthenticator WebhookAuthenticator", source: bitnamiCharts},
	{name: "authzed.com", namespaced: "SpiceDBCluster", source: "github.com/authzed/spicedb-operator@8475347b50a1"},
	{
		name:       "capsule.clastix.io",
		cluster:    "GlobalProxySettings",
		namespaced: "ProxySetting",
		source:     "documentation of Capsule Proxy",
	},
	{
		name: "capsule.clastix.io",
		cluster: `
			CapsuleConfiguration GlobalCustomQuota GlobalResourceQuota GlobalTenantResource
			ResourcePool Tenant TenantOwner`,
		namespaced: "CustomQuota QuantityLedger ResourcePoolClaim RuleStatus TenantResource",
		source:     "github.com/projectcapsule/capsule@65a4e19e028f",
	},
	{name: "config.concierge.pinniped.dev", cluster: "CredentialIssuer", source: bitnamiCharts},
	{name: "config.supervisor.pinniped.dev", namespaced: "FederationDomain OIDCClient", source: bitnamiCharts},
	{
		name: "dex.coreos.com",
		namespaced: `
			AuthCode AuthRequest Connector DeviceRequest DeviceToken OAuth2Client OfflineSessions
			Password RefreshToken SigningKey`,
		source: "documentation of Dex: its storage in Kubernetes",
	},
	{
		name:       "hnc.x-k8s.io",
		cluster:    "HNCConfiguration",
		namespaced: "HierarchicalResourceQuota HierarchyConfiguration SubnamespaceAnchor",
		source:     "github.com/kubernetes-sigs/hierarchical-namespaces@edf6ade71028",
	},
	{name: "hydra.ory.sh", namespaced: "OAuth2Client", source: "github.com/ory/k8s@4de8d629c0b3"},
	{
		name: "idp.supervisor.pinniped.dev",
		namespaced: `
			ActiveDirectoryIdentityProvider GitHubIdentityProvider LDAPIdentityProvider
			OIDCIdentityProvider`,
		source: bitnamiCharts,
	},
	{
		name: "management.loft.sh",
		cluster: `
			AgentAuditEvent Announcement App Backup Cluster ClusterAccess ClusterRoleTemplate Config
			ConvertVirtualClusterConfig DevPodEnvironmentTemplate DevPodWorkspacePreset
			DevPodWorkspaceTemplate DirectClusterEndpointToken Event Feature IngressAuthToken License
			LicenseToken LoftUpgrade OIDCClient OwnedAccessKey Project RedirectToken
			RegisterVirtualCluster ResetAccessKey Runner Self SelfSubjectAccessReview SpaceTemplate
			SubjectAccessReview Task Team TranslateVClusterResourceName User VirtualClusterTemplate`,
		namespaced: "DevPodWorkspaceInstance ProjectSecret SharedSecret SpaceInstance VirtualClusterInstance",
		source:     "github.com/loft-sh/api@293ef7c4ec2b",
	},
	{name: "oathkeeper.ory.sh", namespaced: "Rule", source: "github.com/ory/k8s@4de8d629c0b3"},
	{
		name:       "spire.spiffe.io",
		cluster:    "ClusterFederatedTrustDomain ClusterSPIFFEID ClusterStaticEntry",
		namespaced: "ControllerManagerConfig",
		source:     "github.com/spiffe/spire-controller-manager@430567cc024f",
	},
	{
		name: "storage.loft.sh",
		cluster: `
			AccessKey App Cluster ClusterAccess ClusterRoleTemplate DevPodEnvironmentTemplate
			DevPodWorkspacePreset DevPodWorkspaceTemplate NetworkPeer Project Runner SpaceTemplate
			Task Team User VirtualClusterTemplate`,
		namespaced: "DevPodWorkspaceInstance SharedSecret SpaceInstance VirtualClusterInstance",
		source:     "github.com/loft-sh/api@293ef7c4ec2b",
	},
	{
		name:       "twingate.com",
		namespaced: "TwingateConnector TwingateGroup TwingateResource TwingateResourceAccess",
		source:     "documentation of the Twingate operator",
	},
	{name: "virtualcluster.loft.sh", namespaced: "HelmRelease", source: "github.com/loft-sh/api@293ef7c4ec2b"},
}
