package kinds

// operatorGroupsQToS has the kinds of published operators that no other table has, for the
// groups from q to s.
var operatorGroupsQToS = []group{
	{name: "qiskit.ibm.com", namespaced: "QiskitPlayground", source: communityOperatorsProd},
	{name: "qserv.lsst.org", namespaced: "Qserv", source: communityOperators},
	{name: "quay.redhat.com", namespaced: "QuayRegistry", source: communityOperatorsProd},
	{name: "quota.codeflare.dev", namespaced: "QuotaSubtree", source: communityOperatorsProd},
	{name: "rabbitmq.com", namespaced: "SuperStreamConsumer", source: communityOperatorsProd},
	{name: "radanalytics.io", namespaced: "SparkApplication SparkCluster SparkHistoryServer", source: communityOperators},
	{name: "raftt.io", namespaced: "Raftt", source: certifiedOperators},
	{name: "rc.app.stacks", namespaced: "RuntimeComponent RuntimeOperation", source: certifiedOperators},
	{name: "rebellions.ai", cluster: "RBLNClusterPolicy RBLNDriver", source: certifiedOperators},
	{
		name:    "redhatcop.redhat.io",
		cluster: "EgressIPAM GlobalDNSZone GroupConfig GroupSync NamespaceConfig UserConfig",
		namespaced: `
			Audit AuditRequestHeader AuthEngineMount AzureAuthEngineConfig AzureAuthEngineRole
			AzureSecretEngineConfig AzureSecretEngineRole CertAuthEngineConfig CertAuthEngineRole
			DatabaseSecretEngineConfig DatabaseSecretEngineRole DatabaseSecretEngineStaticRole Entity
			EntityAlias GCPAuthEngineConfig GCPAuthEngineRole GitHubSecretEngineConfig
			GitHubSecretEngineRole GitWebhook GlobalDNSRecord GlobalRouteDiscovery Group GroupAlias
			IdentityOIDCAssignment IdentityOIDCClient IdentityOIDCProvider IdentityOIDCScope
			IdentityTokenConfig IdentityTokenKey IdentityTokenRole JWTOIDCAuthEngineConfig
			JWTOIDCAuthEngineRole KeepalivedGroup KubernetesAuthEngineConfig KubernetesAuthEngineRole
			KubernetesSecretEngineConfig KubernetesSecretEngineRole LDAPAuthEngineConfig
			LDAPAuthEngineGroup MustGather Namespace NodeScalingWatermark PKISecretEngineConfig
			PKISecretEngineRole PasswordPolicy Patch Policy QuayEcosystem QuaySecretEngineConfig
			QuaySecretEngineRole QuaySecretEngineStaticRole RabbitMQSecretEngineConfig
			RabbitMQSecretEngineRole RandomSecret ResourceLocker SecretEngineMount VaultSecret`,
		source: communityOperatorsProd,
	},
	{name: "redis.opstreelabs.in", namespaced: "Redis", source: communityOperatorsProd},
	{
		name:       "redis.redis.opstreelabs.in",
		namespaced: "Redis RedisCluster RedisReplication RedisSentinel",
		source:     communityOperatorsProd,
	},
	{name: "redkey.inditex.dev", namespaced: "Redkey RedkeyCluster RedkeyConfig", source: communityOperatorsProd},
	{name: "registry.apicur.io", namespaced: "ApicurioRegistry ApicurioRegistry3", source: communityOperatorsProd},
	{
		name:       "registry.devfile.io",
		cluster:    "ClusterDevfileRegistriesList",
		namespaced: "DevfileRegistriesList DevfileRegistry",
		source:     communityOperatorsProd,
	},
	{name: "remediation.medik8s.io", cluster: "NodeHealthCheck", source: communityOperatorsProd},
	{name: "repo-manager.pulpproject.org", namespaced: "Pulp PulpBackup PulpRestore", source: communityOperatorsProd},
	{name: "resource.nvidia.com", namespaced: "ComputeDomain ComputeDomainClique", source: certifiedOperators},
	{
		name: "resource.streamnative.io",
		namespaced: `
			PulsarConnection PulsarGeoReplication PulsarNamespace PulsarPermission PulsarTenant
			PulsarTopic`,
		source: communityOperatorsProd,
	},
	{name: "rest.loadcore.keysight.com", namespaced: "Apibrowser", source: certifiedOperators},
	{
		name:       "rhoas.redhat.com",
		namespaced: "CloudServiceAccountRequest CloudServicesRequest KafkaConnection ServiceRegistryConnection",
		source:     communityOperatorsProd,
	},
	{name: "rhsyseng.github.io", cluster: "ClusterRelocation", source: communityOperatorsProd},
	{name: "ripsaw.cloudbulldozer.io", namespaced: "Benchmark", source: communityOperatorsProd},
	{name: "rocketmq.apache.org", namespaced: "Broker NameService TopicTransfer", source: communityOperators},
	{
		name:       "rp5.reportportal.io",
		namespaced: "ReportPortal ReportPortalRestore ServiceApiServiceMonitor",
		source:     communityOperatorsProd,
	},
	{name: "rsct.ibm.com", namespaced: "RSCT", source: communityOperatorsProd},
	{name: "rtf.operators.mulesoft.com", namespaced: "RuntimeFabric", source: certifiedOperators},
	{name: "runtimes.ibm.com", namespaced: "RuntimeAssembly", source: certifiedOperators},
	{name: "ruptura.io", namespaced: "RupturaInstance", source: communityOperatorsProd},
	{name: "ryanmillerc.github.io", namespaced: "CatFact", source: communityOperatorsProd},
	{name: "s3.stackable.tech", namespaced: "S3Bucket S3Connection", source: certifiedOperators},
	{
		name:    "sailoperator.io",
		cluster: "Istio IstioCNI IstioRevision IstioRevisionTag RemoteIstio ZTunnel",
		source:  communityOperatorsProd,
	},
	{name: "scheduling.kubefed.io", namespaced: "ReplicaSchedulingPreference", source: communityOperators},
	{name: "scheduling.kubefed.k8s.io", namespaced: "ReplicaSchedulingPreference", source: communityOperators},
	{
		name:    "scylla.scylladb.com",
		cluster: "NodeConfig RemoteKubernetesCluster ScyllaOperatorConfig",
		namespaced: `
			RemoteOwner ScyllaCluster ScyllaDBCluster ScyllaDBDatacenter
			ScyllaDBDatacenterNodesStatusReport ScyllaDBManagerClusterRegistration
			ScyllaDBManagerTask ScyllaDBMonitoring`,
		source: certifiedOperators,
	},
	{name: "sdi.sap-redhat.io", namespaced: "SDIObserver", source: communityOperatorsProd},
	{
		name: "secrets.hashicorp.com",
		namespaced: `
			CSISecrets HCPAuth HCPVaultSecretsApp SecretTransformation VaultAuth VaultAuthGlobal
			VaultConnection VaultDynamicSecret VaultPKISecret VaultStaticSecret`,
		source: certifiedOperators,
	},
	{name: "secrets.stackable.tech", cluster: "SecretClass", namespaced: "TrustStore", source: certifiedOperators},
	{name: "secscan.quay.redhat.com", namespaced: "ImageManifestVuln", source: communityOperators},
	{name: "security.brcmlabs.com", namespaced: "Gateway L7Api L7Portal L7StateStore Repository", source: communityOperatorsProd},
	{
		name:       "self-node-remediation.medik8s.io",
		namespaced: "SelfNodeRemediation SelfNodeRemediationConfig SelfNodeRemediationTemplate",
		source:     communityOperatorsProd,
	},
	{name: "sematext.com", namespaced: "SematextAgent", source: communityOperators},
	{
		name:       "servicebinding.io",
		cluster:    "ClusterWorkloadResourceMapping",
		namespaced: "ServiceBinding",
		source:     communityOperatorsProd,
	},
	{name: "services.cloud.sap.com", namespaced: "ServiceBinding ServiceInstance", source: communityOperators},
	{name: "services.platform.opendatahub.io", cluster: "Auth GatewayConfig Monitoring ServiceMesh", source: communityOperatorsProd},
	{name: "shield.sysdig.com", namespaced: "Shield", source: certifiedOperators},
	{name: "siddhi.io", namespaced: "SiddhiProcess", source: communityOperators},
	{name: "singhp11.io", namespaced: "Ibmq Ibmqe", source: communityOperators},
	{name: "singhp11.io", namespaced: "QiskitPlayground", source: communityOperatorsProd},
	{name: "slinky.slurm.net", namespaced: "Accounting Controller LoginSet NodeSet RestApi Token", source: communityOperatorsProd},
	{name: "snapscheduler.backube", namespaced: "SnapshotSchedule", source: communityOperatorsProd},
	{name: "sol.rt.cp.knowis.de", namespaced: "Solution", source: certifiedOperators},
	{
		name:       "sonataflow.org",
		cluster:    "SonataFlowClusterPlatform",
		namespaced: "SonataFlow SonataFlowBuild SonataFlowPlatform",
		source:     communityOperatorsProd,
	},
	{name: "sonatype.com", namespaced: "NexusIQ NexusRepo", source: certifiedOperators},
	{name: "sosivio.sosiv.io", cluster: "Sosivio", source: communityOperatorsProd},
	{name: "sources.eventing.knative.dev", namespaced: "CamelSource", source: communityOperators},
	{name: "sources.knative.dev", namespaced: "CamelSource", source: communityOperators},
	{name: "spark.stackable.tech", namespaced: "SparkApplication SparkConnectServer SparkHistoryServer", source: certifiedOperators},
	{name: "spyre.ibm.com", cluster: "SpyreClusterPolicy SpyreNodeState", source: certifiedOperators},
	{name: "sriovfec.intel.com", namespaced: "SriovFecClusterConfig SriovFecNodeConfig", source: certifiedOperators},
	{name: "sriovfect2.amd.com", namespaced: "SriovT2Card", source: certifiedOperators},
	{
		name: "sriovnetwork.openshift.io",
		namespaced: `
			OVSNetwork SriovIBNetwork SriovNetwork SriovNetworkNodePolicy SriovNetworkNodeState
			SriovNetworkPoolConfig SriovOperatorConfig`,
		source: rancherCharts,
	},
	{name: "sriovvrb.intel.com", namespaced: "SriovVrbClusterConfig SriovVrbNodeConfig", source: certifiedOperators},
	{name: "sro.openshift.io", cluster: "SpecialResource", source: communityOperatorsProd},
	{
		name: "ssp.kubevirt.io",
		namespaced: `
			KubevirtCommonTemplatesBundle KubevirtMetricsAggregation KubevirtNodeLabellerBundle
			KubevirtTemplateValidator SSP`,
		source: communityOperatorsProd,
	},
	{name: "stackconfigpolicy.k8s.elastic.co", namespaced: "StackConfigPolicy", source: certifiedOperators},
	{name: "stackgres.io", namespaced: "SGBackupConfig", source: certifiedOperators},
	{
		name: "stackgres.io",
		namespaced: `
			SGBackup SGCluster SGConfig SGDbOps SGDistributedLogs SGInstanceProfile SGObjectStorage
			SGPoolingConfig SGPostgresConfig SGScript SGShardedBackup SGShardedCluster SGShardedDbOps
			SGStream`,
		source: communityOperatorsProd,
	},
	{
		name:       "storage-based-remediation.medik8s.io",
		namespaced: "StorageBasedRemediation StorageBasedRemediationConfig StorageBasedRemediationTemplate",
		source:     communityOperatorsProd,
	},
	{
		name: "storage.dell.com",
		namespaced: `
			ApexConnectivityClient CSIIsilon CSIPowerMax CSIPowerMaxRevProxy CSIPowerStore CSIUnity
			CSIVXFlexOS ContainerStorageModule`,
		source: communityOperatorsProd,
	},
	{name: "storage.hpe.com", namespaced: "HPECSIDriver HPEGreenLakeFileCSIDriver", source: certifiedOperators},
	{name: "storage.lightbitslabs.com", namespaced: "CSIDriver Cluster Monitoring Project", source: certifiedOperators},
	{
		name: "storage.simplyblock.io",
		namespaced: `
			BackupPolicy BackupRestore Device Lvol Pool SnapshotReplication StorageBackup
			StorageCluster StorageNode Task`,
		source: certifiedOperators,
	},
	{name: "storage.vastdata.com", namespaced: "VastCSIDriver VastCluster VastStorage", source: certifiedOperators},
	{name: "storageos.com", namespaced: "Job NFSServer StorageOSCluster StorageOSUpgrade", source: communityOperators},
	{name: "sts.min.io", namespaced: "PolicyBinding", source: certifiedOperators},
	{name: "sts.silicom.com", namespaced: "StsConfig StsNode StsOperatorConfig", source: communityOperatorsProd},
	{name: "studio.libredb.org", namespaced: "LibreDBStudio", source: communityOperatorsProd},
	{name: "submariner.io", namespaced: "Broker ServiceDiscovery Submariner", source: communityOperators},
	{
		name:       "submarineraddon.open-cluster-management.io",
		namespaced: "SubmarinerConfig SubmarinerDiagnoseConfig",
		source:     communityOperatorsProd,
	},
	{name: "superset.stackable.tech", namespaced: "DruidConnection SupersetCluster SupersetDB", source: certifiedOperators},
	{name: "support.openshift.io", namespaced: "Sosreport", source: communityOperatorsProd},
	{name: "susql.ibm.com", namespaced: "LabelGroup", source: communityOperatorsProd},
	{name: "syndesis.io", namespaced: "Syndesis", source: communityOperatorsProd},
	{name: "sysdig.com", namespaced: "SysdigAgent", source: communityOperators},
}
