package kinds

// operatorGroupsAToB has the kinds of published operators that no other table has, for the
// groups from a to b.
var operatorGroupsAToB = []group{
	{name: "aaq.kubevirt.io", cluster: "AAQ", source: communityOperatorsProd},
	{name: "aci.ctrl", namespaced: "AciContainersOperator", source: certifiedOperators},
	{name: "acid.zalan.do", namespaced: "OperatorConfiguration postgresql", source: communityOperators},
	{
		name: "admin.enmasse.io",
		namespaced: `
			AddressPlan AddressSpacePlan AuthenticationService BrokeredInfraConfig ConsoleService
			StandardInfraConfig`,
		source: communityOperators,
	},
	{
		name:       "agent-install.openshift.io",
		cluster:    "AgentServiceConfig",
		namespaced: "Agent AgentClassification HypershiftAgentServiceConfig InfraEnv NMStateConfig",
		source:     communityOperatorsProd,
	},
	{name: "agent.k8s.elastic.co", namespaced: "Agent", source: certifiedOperators},
	{name: "ai.mongodb.com", namespaced: "VoyageAI", source: certifiedOperators},
	{name: "ai.security.f5.com", namespaced: "SecurityOperator", source: certifiedOperators},
	{name: "aic.quicinc.com", namespaced: "AIC", source: certifiedOperators},
	{name: "aikit.intel", namespaced: "AIKitContainer", source: certifiedOperators},
	{name: "aiml.pachyderm.com", namespaced: "Pachyderm PachydermExport PachydermImport", source: certifiedOperators},
	{name: "airflow.stackable.tech", namespaced: "AirflowCluster AirflowDB", source: certifiedOperators},
	{name: "aistor.min.io", namespaced: "AdminJob ObjectStore", source: certifiedOperators},
	{name: "aitools.intel", namespaced: "GaudiAIToolsContainer", source: certifiedOperators},
	{name: "aiu.ibm.com", cluster: "AiuClusterPolicy AiuNodeState", source: certifiedOperators},
	{name: "ako.vmware.com", namespaced: "AKOConfig", source: certifiedOperators},
	{
		name: "alloydbomni.dbadmin.goog",
		namespaced: `
			Backup BackupPlan DBCluster DBClusterHealth DBInstance Failover ImageCatalog
			ObservabilityConfig PgBouncer Replication Restore Sidecar Switchover TdeConfig
			UserDefinedAuthentication`,
		source: communityOperatorsProd,
	},
	{
		name: "alloydbomni.internal.dbadmin.goog",
		namespaced: `
			BackupRepository CreateStandbyJob DeleteStandbyJob Failover Instance InstanceBackup
			InstanceBackupPlan InstanceHealth InstanceObservabilityConfig InstanceRestore
			InstanceSwitchover InstanceUserDefinedAuthentication LROJob ReplicationConfig Sidecar`,
		source: communityOperatorsProd,
	},
	{name: "amd.com", namespaced: "DeviceConfig RemediationWorkflowStatus", source: certifiedOperators},
	{name: "analysis.scaleops.sh", namespaced: "ScaleOps", source: certifiedOperators},
	{name: "anchore.com", namespaced: "AnchoreEngine", source: communityOperators},
	{name: "anjuna.io", cluster: "AnjunaConfig", source: certifiedOperators},
	{name: "anzo.cambridgesemantics.com", namespaced: "Anzo", source: certifiedOperators},
	{name: "anzobackup.cambridgesemantics.com", namespaced: "AnzoBackup", source: certifiedOperators},
	{name: "anzograph.clusters.cambridgesemantics.com", namespaced: "AnzoGraph", source: certifiedOperators},
	{name: "anzounstructured.clusters.cambridgesemantics.com", namespaced: "AnzoUnstructured", source: certifiedOperators},
	{name: "apachespark.apache.org", namespaced: "Spark", source: communityOperatorsProd},
	{name: "apelocal.csi.apecloud.com", cluster: "HostPathDefinition", source: certifiedOperators},
	{name: "api.kubemod.io", namespaced: "ModRule", source: communityOperators},
	{name: "apicodegen.apimatic.io", namespaced: "APIMatic", source: communityOperatorsProd},
	{name: "apicur.io", namespaced: "ApicurioRegistry Apicurito", source: communityOperatorsProd},
	{name: "apik10.kasten.io", namespaced: "K10", source: certifiedOperators},
	{name: "apim.wso2.com", namespaced: "APIManager", source: communityOperators},
	{name: "apimc.com.perficient", namespaced: "DevSecOpsManager ManagedNamespace SpringBootApp", source: communityOperatorsProd},
	{name: "apis.integrityshield.io", namespaced: "IntegrityShield", source: communityOperatorsProd},
	{name: "apisix.apache.org", cluster: "ApisixClusterConfig", source: bitnamiCharts},
	{name: "apm.k8s.elastic.co", namespaced: "ApmServer", source: certifiedOperators},
	{name: "apm.neuvector.com", namespaced: "Neuvector", source: communityOperatorsProd},
	{name: "app.joget.com", namespaced: "JogetDX JogetDX8", source: certifiedOperators},
	{
		name: "app.kiegroup.org",
		namespaced: `
			KogitoApp KogitoBuild KogitoDataIndex KogitoExplainability KogitoInfra KogitoJobsService
			KogitoMgmtConsole KogitoRuntime KogitoSupportingService KogitoTrusty KogitoTrustyUI`,
		source: communityOperatorsProd,
	},
	{name: "app.lightbend.com", namespaced: "AkkaCluster Console", source: communityOperators},
	{name: "app.loadcore.keysight.com", namespaced: "Agents Loadcore Nimbusmosaicdusim", source: certifiedOperators},
	{
		name: "app.redislabs.com",
		namespaced: `
			RedisEnterpriseACL RedisEnterpriseActiveActiveDatabase RedisEnterpriseCluster
			RedisEnterpriseClusterRole RedisEnterpriseClusterRoleBinding RedisEnterpriseDatabase
			RedisEnterpriseRemoteCluster RedisEnterpriseRole RedisEnterpriseRoleBinding
			RedisEnterpriseUser`,
		source: certifiedOperators,
	},
	{name: "app.stacks", namespaced: "RuntimeComponent", source: communityOperators},
	{name: "app.terraform.io", namespaced: "AgentPool AgentToken Module Project RunsCollector Workspace", source: certifiedOperators},
	{name: "appdynamics.com", namespaced: "Adam Clusteragent InfraViz", source: communityOperators},
	{name: "appinsights.randoli", namespaced: "AppInsightsAgent RandoliAgent", source: certifiedOperators},
	{name: "applicationservices.redhat.com", cluster: "Meter", source: communityOperatorsProd},
	{name: "apps.3scale.net", namespaced: "APIManager APIManagerBackup APIManagerRestore APIcast", source: communityOperatorsProd},
	{name: "apps.cloudcasa.io", namespaced: "Cloudcasa", source: certifiedOperators},
	{name: "apps.gitlab.com", namespaced: "GitLab Runner", source: communityOperatorsProd},
	{name: "apps.jamaibase.com", namespaced: "Jamaibase", source: certifiedOperators},
	{name: "apps.joget.com", namespaced: "JogetTomcat", source: communityOperators},
	{name: "apps.johnsnowlabs.com", namespaced: "Annotationlab Nlpserver", source: communityOperatorsProd},
	{
		name: "apps.kubeblocks.io",
		cluster: `
			ClusterDefinition ComponentDefinition ComponentVersion ConfigConstraint
			ShardingDefinition SidecarDefinition`,
		namespaced: "Cluster Component ServiceDescriptor",
		source:     certifiedOperators,
	},
	{name: "apps.m88i.io", namespaced: "Nexus", source: communityOperatorsProd},
	{name: "apps.ndmspc.io", namespaced: "NdmSpcConfig", source: communityOperatorsProd},
	{
		name: "apps.nvidia.com",
		namespaced: `
			NIMBuild NIMCache NIMPipeline NIMService NemoCustomizer NemoDatastore NemoEntitystore
			NemoEvaluator NemoGuardrail`,
		source: certifiedOperators,
	},
	{
		name: "apps.open-cluster-management.io",
		namespaced: `
			Channel Deployable GitOpsCluster HelmRelease PlacementRule Subscription
			SubscriptionReport SubscriptionStatus`,
		source: communityOperatorsProd,
	},
	{
		name:       "apps.openliberty.io",
		namespaced: "OpenLibertyApplication OpenLibertyDump OpenLibertyPerformanceData OpenLibertyTrace",
		source:     certifiedOperators,
	},
	{name: "apps.redhat.com", cluster: "ClusterImpairment", source: communityOperatorsProd},
	{name: "apps.tokenvisor.io", namespaced: "TokenVisor", source: certifiedOperators},
	{name: "apps.wandb.com", namespaced: "WeightsAndBiases", source: communityOperatorsProd},
	{name: "appsody.dev", namespaced: "AppsodyApplication", source: communityOperators},
	{name: "appzygy.net", namespaced: "Nuxeo", source: communityOperators},
	{name: "aquasecurity.github.io", cluster: "CISKubeBenchReport", namespaced: "VulnerabilityReport", source: communityOperators},
	{
		name:       "aquasecurity.github.io",
		cluster:    "ClusterConfigAuditReport",
		namespaced: "AquaStarboard ConfigAuditReport",
		source:     communityOperatorsProd,
	},
	{name: "argocd-image-updater.argoproj.io", namespaced: "ImageUpdater", source: communityOperatorsProd},
	{
		name:       "argoproj.io",
		namespaced: "ArgoCD ArgoCDExport NamespaceManagement NotificationsConfiguration",
		source:     communityOperatorsProd,
	},
	{
		name:       "asdb.aerospike.com",
		namespaced: "AerospikeBackup AerospikeBackupService AerospikeCluster AerospikeRestore",
		source:     communityOperatorsProd,
	},
	{name: "astra.netapp.io", namespaced: "AstraControlCenter", source: certifiedOperators},
	{name: "ati.loadcore.keysight.com", namespaced: "Updates", source: certifiedOperators},
	{
		name:       "atlas.generated.mongodb.com",
		namespaced: "Cluster DatabaseUser FlexCluster Group IPAccessListEntry",
		source:     communityOperatorsProd,
	},
	{
		name: "atlas.mongodb.com",
		namespaced: `
			AtlasBackupCompliancePolicy AtlasBackupPolicy AtlasBackupSchedule AtlasCluster
			AtlasCustomRole AtlasDataFederation AtlasDatabaseUser AtlasDeployment AtlasFederatedAuth
			AtlasIPAccessList AtlasNetworkContainer AtlasNetworkPeering AtlasOrgSettings
			AtlasPrivateEndpoint AtlasProject AtlasSearchIndexConfig AtlasStreamConnection
			AtlasStreamInstance AtlasTeam AtlasThirdPartyIntegration`,
		source: communityOperatorsProd,
	},
	{name: "atlasmap.io", namespaced: "AtlasMap", source: communityOperators},
	{
		name:       "attune.io",
		cluster:    "AttuneDefaults",
		namespaced: "AttuneNamespaceDefaults AttunePolicy",
		source:     communityOperatorsProd,
	},
	{name: "authentication.stackable.tech", cluster: "AuthenticationClass", source: certifiedOperators},
	{name: "authorino.3scale.net", namespaced: "AuthConfig", source: communityOperatorsProd},
	{name: "authorino.kuadrant.io", namespaced: "AuthConfig", source: communityOperatorsProd},
	{
		name:       "automotive.sdv.cloud.redhat.com",
		namespaced: "CatalogImage ContainerBuild Image ImageBuild ImageReseal OperatorConfig Workspace",
		source:     communityOperatorsProd,
	},
	{name: "automotive.sig.centos.org", namespaced: "ContainerBuild ImageBuild OperatorConfig", source: communityOperatorsProd},
	{name: "autoops.k8s.elastic.co", namespaced: "AutoOpsAgentPolicy", source: certifiedOperators},
	{name: "autoscaling.k8s.elastic.co", namespaced: "ElasticsearchAutoscaler", source: certifiedOperators},
	{name: "aws-efs.managed.openshift.io", namespaced: "SharedVolume", source: communityOperatorsProd},
	{
		name: "azure.microsoft.com",
		namespaced: `
			APIMgmtAPI ApimService AppInsights AppInsightsApiKey AzureLoadBalancer
			AzureNetworkInterface AzurePublicIPAddress AzureSQLManagedUser AzureSQLUser
			AzureSQLVNetRule AzureSqlAction AzureSqlDatabase AzureSqlFailoverGroup
			AzureSqlFirewallRule AzureSqlServer AzureVMScaleSet AzureVirtualMachine
			AzureVirtualMachineExtension BlobContainer ConsumerGroup CosmosDB CosmosDBSQLDatabase
			Eventhub EventhubNamespace KeyVault KeyVaultKey MySQLAADUser MySQLDatabase
			MySQLFirewallRule MySQLServer MySQLServerAdministrator MySQLUser MySQLVNetRule
			PostgreSQLDatabase PostgreSQLFirewallRule PostgreSQLServer PostgreSQLUser
			PostgreSQLVNetRule RedisCache RedisCacheAction RedisCacheFirewallRule ResourceGroup
			StorageAccount VirtualNetwork`,
		source: communityOperatorsProd,
	},
	{name: "backup.seawise.cloud", namespaced: "Seawise", source: certifiedOperators},
	{name: "beat.k8s.elastic.co", namespaced: "Beat", source: certifiedOperators},
	{name: "beegfs.csi.netapp.com", namespaced: "BeegfsDriver", source: communityOperatorsProd},
	{name: "binding.operators.coreos.com", cluster: "BindableKinds", namespaced: "ServiceBinding", source: communityOperatorsProd},
	{name: "bitnami.com", namespaced: "SealedSecret", source: bitnamiCharts},
	{name: "bitnami.com", namespaced: "SealedSecretController", source: communityOperators},
	{name: "bonree.com", namespaced: "SmartKube", source: certifiedOperators},
	{name: "bookkeeper.streamnative.io", namespaced: "BookKeeperCluster", source: communityOperatorsProd},
	{
		name:    "bpfd.dev",
		cluster: "BpfProgram KprobeProgram TcProgram TracepointProgram UprobeProgram XdpProgram",
		source:  communityOperatorsProd,
	},
	{
		name: "bpfman.io",
		cluster: `
			BpfApplication BpfProgram ClusterBpfApplication ClusterBpfApplicationState Config
			FentryProgram FexitProgram KprobeProgram TcProgram TcxProgram TracepointProgram
			UprobeProgram XdpProgram`,
		namespaced: `
			BpfApplicationState BpfNsApplication BpfNsProgram TcNsProgram TcxNsProgram
			UprobeNsProgram XdpNsProgram`,
		source: communityOperatorsProd,
	},
	{
		name:       "broker.amq.io",
		namespaced: "ActiveMQArtemis ActiveMQArtemisAddress ActiveMQArtemisScaledown ActiveMQArtemisSecurity",
		source:     communityOperatorsProd,
	},
	{name: "build.dev", cluster: "ClusterBuildStrategy", namespaced: "Build BuildRun BuildStrategy", source: communityOperators},
}
