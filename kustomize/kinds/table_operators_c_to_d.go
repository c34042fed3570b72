package kinds

// operatorGroupsCToD has the kinds of published operators that no other table has, for the
// groups from c to d.
var operatorGroupsCToD = []group{
	{name: "ca.broadcom.com", namespaced: "UniversalMonitoringAgent UniversalMonitoringAgentsAdmin", source: certifiedOperators},
	{name: "ca.broadcom.com1", namespaced: "UniversalMonitoringAgentsTeam", source: certifiedOperators},
	{name: "cache.jhouse.com", namespaced: "NFSProvisioner", source: communityOperatorsProd},
	{name: "cache.microsafe.com.mx", namespaced: "AimsMobile", source: certifiedOperators},
	{name: "cache.quay.io", namespaced: "Memcached", source: certifiedOperators},
	{name: "cache.wunicorns.com", namespaced: "NodeDiscovery", source: communityOperatorsProd},
	{name: "caching.ibm.com", namespaced: "VarnishCluster", source: communityOperatorsProd},
	{
		name: "camel.apache.org",
		namespaced: `
			Build CamelCatalog CamelMonitor Integration IntegrationContext IntegrationKit
			IntegrationPlatform IntegrationProfile Kamelet KameletBinding Karavan Pipe`,
		source: communityOperatorsProd,
	},
	{
		name: "capabilities.3scale.net",
		namespaced: `
			API ActiveDoc Application Backend Binding CustomPolicyDefinition DeveloperAccount
			DeveloperUser Limit MappingRule Metric OpenAPI Plan Product ProxyConfigPromote Tenant`,
		source: communityOperatorsProd,
	},
	{name: "card.synaxg.app.com", namespaced: "SG3Reset SG3Update", source: certifiedOperators},
	{name: "cassandra.datastax.com", namespaced: "CassandraDatacenter", source: communityOperatorsProd},
	{
		name:       "cassandraoperator.instaclustr.com",
		namespaced: "CassandraBackup CassandraCluster CassandraDataCenter",
		source:     communityOperators,
	},
	{name: "catalog.xrootd.org", namespaced: "XrootdVersion", source: communityOperators},
	{name: "ccm.oraclecloud.com", cluster: "OCICloudManager OCICsiDriver", source: communityOperatorsProd},
	{
		name: "ccnf.zte.com.cn",
		namespaced: `
			CommonCoreNetworkFunction CommonCoreNetworkFunctionBackupRestore
			CommonCoreNetworkFunctionConfig CommonCoreNetworkFunctionOperation
			CommonCoreNetworkFunctionRollbackTask CommonCoreNetworkFunctionUpgradeTask`,
		source: certifiedOperators,
	},
	{name: "ccs.cpd.ibm.com", namespaced: "CCS", source: certifiedOperators},
	{name: "cdi.kubevirt.io", cluster: "CDI", source: communityOperatorsProd},
	{name: "certification.redhat.com", namespaced: "OperatorPipeline", source: certifiedOperators},
	{name: "cfm.cloudera.com", namespaced: "Nifi NifiRegistry NifiRegistryBinding", source: certifiedOperators},
	{name: "chaosblade.io", namespaced: "ChaosBlade", source: communityOperators},
	{name: "charts.alloys.com", namespaced: "Alloy", source: certifiedOperators},
	{name: "charts.clusterpulse.io", namespaced: "ClusterPulse", source: communityOperatorsProd},
	{name: "charts.csi.hitachi.com", namespaced: "HNAS", source: certifiedOperators},
	{name: "charts.ddn.com", namespaced: "ExaCsi", source: certifiedOperators},
	{name: "charts.edgelabs.ai", namespaced: "AiSensor", source: certifiedOperators},
	{name: "charts.flagsmith.com", namespaced: "Flagsmith", source: communityOperators},
	{
		name: "charts.helm.k8s.io",
		namespaced: `
			Kong NetflowCollector OpsmxSpinnakerOperator Skydive SnykMonitor SpinnakerOperator
			TwistlockConsole`,
		source: communityOperators,
	},
	{name: "charts.helm.k8s.io", namespaced: "Kubeturbo OpenshiftArtifactoryHa OpenshiftXray Prometurbo", source: certifiedOperators},
	{name: "charts.helm.k8s.io", namespaced: "Cockroachdb Xl", source: communityOperatorsProd},
	{name: "charts.iomete.com", namespaced: "IometeDataPlaneEnterprise", source: certifiedOperators},
	{name: "charts.kedify.io", namespaced: "KedifyAgent", source: certifiedOperators},
	{name: "charts.kubecost.com", namespaced: "Kubecost", source: certifiedOperators},
	{name: "charts.kubecost.com", namespaced: "CostAnalyzer", source: communityOperatorsProd},
	{name: "charts.nginx.org", namespaced: "NginxIngress", source: certifiedOperators},
	{name: "charts.operatorhub.io", namespaced: "CcmNodeAgent", source: certifiedOperators},
	{name: "charts.operatorhub.io", namespaced: "Cockroachdb", source: communityOperatorsProd},
	{name: "charts.paloaltonetworks.com", namespaced: "CnSeries PanCnSeriesFirewall", source: certifiedOperators},
	{name: "charts.pelorus.dora-metrics.io", namespaced: "Pelorus", source: communityOperatorsProd},
	{name: "charts.pelorus.konveyor.io", namespaced: "Pelorus", source: communityOperatorsProd},
	{name: "charts.quay.io", namespaced: "AistorVolumemanager Directpv", source: certifiedOperators},
	{name: "charts.redteamobile.com", namespaced: "RedteamobileEntitlement", source: certifiedOperators},
	{name: "charts.tintri.com", namespaced: "VmstoreCsi", source: certifiedOperators},
	{name: "che.eclipse.org", namespaced: "KubernetesImagePuller", source: communityOperatorsProd},
	{name: "cilium.io", cluster: "CiliumConfig", source: certifiedOperators},
	{name: "cis.f5.com", namespaced: "F5BigIpCtlr", source: certifiedOperators},
	{name: "clickhouse-keeper.altinity.com", namespaced: "ClickHouseKeeperInstallation", source: communityOperatorsProd},
	{
		name:       "clickhouse.altinity.com",
		namespaced: "ClickHouseInstallation ClickHouseInstallationTemplate ClickHouseOperatorConfiguration",
		source:     communityOperatorsProd,
	},
	{name: "clients.turbonomic.ibm.com", namespaced: "TurbonomicClient VersionManager", source: certifiedOperators},
	{
		name: "cloud.abinitio.com",
		namespaced: `
			CoOperatingSystemRuntime CoOperatingSystemRuntimeClaim CoOperatingSystemRuntimePool
			CoOperatingSystemRuntimePoolMetric CoOperatingSystemRuntimeProfile
			CoOperatingSystemRuntimeResourcesRequest CoOperatingSystemRuntimeTemplate`,
		source: certifiedOperators,
	},
	{name: "cloud.microstrategy.com", namespaced: "MstrManagementService", source: certifiedOperators},
	{name: "cluster-services-openshift.cloud.google.com", namespaced: "TelemetryConfig", source: certifiedOperators},
	{
		name: "cluster.appdynamics.com",
		namespaced: `
			Clusteragent Clustermon Containermon DbCollector DbConfig InfraViz Inframon LogCollector
			Servermon`,
		source: certifiedOperators,
	},
	{name: "cluster.ipfs.io", namespaced: "CircuitRelay IpfsCluster", source: communityOperatorsProd},
	{
		name:       "clusterpulse.io",
		namespaced: "ClusterConnection MetricSource MonitorAccessPolicy RegistryConnection",
		source:     communityOperatorsProd,
	},
	{name: "clusterregistry.k8s.io", namespaced: "Cluster", source: communityOperatorsProd},
	{
		name:       "clustertemplate.openshift.io",
		cluster:    "ClusterTemplate ClusterTemplateSetup Config",
		namespaced: "ClusterTemplateInstance ClusterTemplateQuota",
		source:     communityOperatorsProd,
	},
	{name: "cmmd.gw.com", namespaced: "CMMD Label", source: communityOperatorsProd},
	{name: "cmmd.samsung.com", namespaced: "CMMD Label", source: communityOperatorsProd},
	{name: "codeflare.codeflare.dev", namespaced: "InstaScale MCAD", source: communityOperatorsProd},
	{name: "coherence.oracle.com", namespaced: "Coherence CoherenceJob", source: communityOperatorsProd},
	{
		name: "commoncorenetworkfunction.zte.com.cn",
		namespaced: `
			CommonCoreNetworkFunction CommonCoreNetworkFunctionBackup CommonCoreNetworkFunctionConfig
			CommonCoreNetworkFunctionRestore CommonCoreNetworkFunctionRollbackTask
			CommonCoreNetworkFunctionUpgradeTask`,
		source: certifiedOperators,
	},
	{name: "commvault.com", namespaced: "CommvaultConfig", source: communityOperatorsProd},
	{
		name: "components.platform.opendatahub.io",
		cluster: `
			CodeFlare Dashboard DataSciencePipelines FeastOperator Kserve Kueue LlamaStackOperator
			MLflowOperator ModelController ModelMeshServing ModelRegistry ModelsAsService OGX Ray
			SparkOperator Trainer TrainingOperator TrustyAI Workbenches`,
		source: communityOperatorsProd,
	},
	{
		name:       "compute.functionmesh.io",
		cluster:    "ConnectorCatalog",
		namespaced: "BackendConfig Function FunctionMesh Sink Source",
		source:     certifiedOperators,
	},
	{name: "config.eda.nokia.com", cluster: "ConnectControllerConfig", source: certifiedOperators},
	{name: "config.opendatahub.io", cluster: "Platform", source: communityOperatorsProd},
	{
		name:       "configplane.juniper.net",
		namespaced: "ApiServer ApiServerStatus Controller ControllerStatus Kubemanager KubemanagerStatus",
		source:     certifiedOperators,
	},
	{name: "conjur.cyberark.com", namespaced: "ConjurFollower", source: certifiedOperators},
	{
		name:       "connect.eda.nokia.com",
		namespaced: "ConnectNetworkAttachmentStatus ConnectNetworkDefinition",
		source:     certifiedOperators,
	},
	{name: "console.openshift.io", namespaced: "OdhQuickStart", source: communityOperatorsProd},
	{name: "console.streamshub.github.com", namespaced: "Console", source: communityOperatorsProd},
	{name: "container-security.trendmicro.com", namespaced: "VisionOneContainerSecurity", source: communityOperatorsProd},
	{name: "containers.kove.com", namespaced: "KoveMemoryConfig KoveSystem", source: certifiedOperators},
	{name: "containers.kove.net", namespaced: "KoveMemoryConfig KoveSystem", source: certifiedOperators},
	{name: "containo.us", namespaced: "Traefikee", source: communityOperators},
	{name: "control.k8ssandra.io", namespaced: "CassandraTask", source: communityOperatorsProd},
	{name: "controlplane.juniper.net", namespaced: "Control ControlStatus", source: certifiedOperators},
	{name: "core.cs.sap.com", cluster: "ClusterSecret", source: cozystack},
	{name: "core.k8s.kubemq.io", namespaced: "KubemqDashboard", source: communityOperators},
	{name: "core.k8s.kubemq.io", namespaced: "KubemqCluster KubemqConnector", source: certifiedOperators},
	{name: "core.kubebrowser.io", namespaced: "Browser BrowserSystem", source: communityOperatorsProd},
	{name: "core.spinkube.dev", namespaced: "SpinApp SpinAppExecutor", source: "github.com/spinframework/spin-operator@943f5b1732b1"},
	{
		name:       "core.kubefed.io",
		cluster:    "ClusterPropagatedVersion",
		namespaced: "FederatedServiceStatus FederatedTypeConfig KubeFedCluster KubeFedConfig PropagatedVersion",
		source:     communityOperators,
	},
	{
		name:       "core.kubefed.k8s.io",
		cluster:    "ClusterPropagatedVersion",
		namespaced: "FederatedServiceStatus FederatedTypeConfig KubeFedCluster KubeFedConfig PropagatedVersion",
		source:     communityOperators,
	},
	{name: "core.libopenstorage.org", namespaced: "StorageNodeStatus", source: communityOperators},
	{name: "core.libopenstorage.org", namespaced: "ComponentK8sConfig StorageCluster StorageNode", source: certifiedOperators},
	{name: "core.observatorium.io", namespaced: "Observatorium", source: communityOperatorsProd},
	{name: "coroot.com", namespaced: "Coroot", source: certifiedOperators},
	{name: "costmanagement-metrics-cfg.openshift.io", namespaced: "CostManagementMetricsConfig", source: communityOperatorsProd},
	{
		name: "couchbase.com",
		namespaced: `
			CouchbaseAutoscaler CouchbaseBackup CouchbaseBackupRestore CouchbaseBucket
			CouchbaseCluster CouchbaseCollection CouchbaseCollectionGroup CouchbaseEncryptionKey
			CouchbaseEphemeralBucket CouchbaseGroup CouchbaseMemcachedBucket
			CouchbaseMigrationReplication CouchbaseReplication CouchbaseRoleBinding CouchbaseScope
			CouchbaseScopeGroup CouchbaseUser`,
		source: certifiedOperators,
	},
	{
		name:       "couchdb.databases.cloud.ibm.com",
		namespaced: "Backup Bucket CouchDBCluster Formation FormationLock Recipe RecipeTemplate",
		source:     communityOperators,
	},
	{name: "cpd.ibm.com", namespaced: "Ibmcpd", source: certifiedOperators},
	{name: "crd.k8s.appian.com", namespaced: "Appian", source: certifiedOperators},
	{name: "crd.nutanix.com", namespaced: "NutanixCsiStorage", source: certifiedOperators},
	{name: "crdb.cockroachlabs.com", namespaced: "CrdbCluster", source: certifiedOperators},
	{name: "credstash.ouzi.tech", namespaced: "CredstashSecret", source: communityOperators},
	{name: "crunchydata.com", namespaced: "Pgbackup", source: communityOperators},
	{name: "crunchydata.com", namespaced: "Pgcluster Pgpolicy Pgreplica Pgtask", source: certifiedOperators},
	{name: "csi.alibabacloud.com", cluster: "AlibabaCloudCSIDriver", source: communityOperatorsProd},
	{name: "csi.hitachi.com", namespaced: "GadPairAction HSPC", source: certifiedOperators},
	{name: "csi.hpe.com", namespaced: "GadPairAction XSPC", source: certifiedOperators},
	{
		name:       "csi.ibm.com",
		cluster:    "HostDefinition",
		namespaced: "CSIScaleOperator HostDefiner IBMBlockCSI",
		source:     communityOperatorsProd,
	},
	{name: "csi.nec.com", namespaced: "NSPC SANStorageCSI", source: certifiedOperators},
	{name: "csi.truenas.io", cluster: "TrueNASCSI", source: certifiedOperators},
	{
		name:       "csidriver.infinidat.com",
		cluster:    "Iboxcg Iboxpromote Iboxreplica",
		namespaced: "InfiniboxCsiDriver",
		source:     certifiedOperators,
	},
	{name: "cte-k8s-operator.csi.cte.cpl.thalesgroup.com", namespaced: "CteK8sOperator", source: certifiedOperators},
	{
		name: "customized-user-remediation.medik8s.io",
		namespaced: `
			CustomizedUserRemediation CustomizedUserRemediationConfig
			CustomizedUserRemediationTemplate`,
		source: communityOperatorsProd,
	},
	{name: "cxl.antline.com", namespaced: "CXL Label", source: communityOperatorsProd},
	{name: "dapr.io", namespaced: "Component Configuration HTTPEndpoint Resiliency Subscription", source: communityOperatorsProd},
	{name: "dashboard.opendatahub.io", namespaced: "AcceleratorProfile OdhApplication OdhDocument", source: communityOperatorsProd},
	{
		name:    "datadoghq.com",
		cluster: "DatadogPodAutoscalerClusterProfile",
		namespaced: `
			DatadogAgent DatadogAgentInternal DatadogAgentProfile DatadogCSIDriver DatadogDashboard
			DatadogGenericResource DatadogInstrumentation DatadogMetric DatadogMonitor
			DatadogPodAutoscaler DatadogSLO`,
		source: communityOperatorsProd,
	},
	{name: "dataplane.juniper.net", namespaced: "Vrouter VrouterStatus", source: certifiedOperators},
	{
		name:       "dataprotection.kubeblocks.io",
		cluster:    "ActionSet BackupPolicyTemplate BackupRepo StorageProvider",
		namespaced: "Backup BackupPolicy BackupSchedule Restore",
		source:     certifiedOperators,
	},
	{name: "datasance.com", namespaced: "ControlPlane", source: certifiedOperators},
	{name: "datasciencecluster.opendatahub.io", cluster: "DataScienceCluster", source: communityOperatorsProd},
	{name: "datastore.juniper.net", namespaced: "Etcd EtcdStatus", source: certifiedOperators},
	{name: "datatrucker.datatrucker.io", namespaced: "DatatruckerConfig DatatruckerFlow", source: communityOperatorsProd},
	{name: "db.movetokube.com", namespaced: "Postgres PostgresUser", source: communityOperators},
	{name: "db.sap-redhat.io", namespaced: "HanaExpress", source: communityOperatorsProd},
	{
		name:       "dbaas.redhat.com",
		cluster:    "DBaaSProvider",
		namespaced: "DBaaSConnection DBaaSInstance DBaaSInventory DBaaSPlatform DBaaSPolicy",
		source:     communityOperatorsProd,
	},
	{name: "debezium.io", namespaced: "DebeziumServer", source: communityOperatorsProd},
	{
		name:       "dependencies.tenantoperator.stakater.com",
		namespaced: "Dex DexConfigOperator FinOpsOperator KubeStateMetrics OpenCost Postgres Prometheus",
		source:     certifiedOperators,
	},
	{name: "deploy.hybridapp.io", namespaced: "Operator", source: communityOperators},
	{name: "deployments.netai.tech", namespaced: "AntennaDeployment Demo", source: certifiedOperators},
	{name: "designer.kaoto.io", namespaced: "Kaoto", source: communityOperatorsProd},
	{name: "deviceplugin.intel.com", cluster: "FpgaDevicePlugin", source: communityOperators},
	{
		name:    "deviceplugin.intel.com",
		cluster: "DsaDevicePlugin GpuDevicePlugin QatDevicePlugin SgxDevicePlugin",
		source:  certifiedOperators,
	},
	{name: "devx.ibm.com", namespaced: "StarterKit", source: communityOperators},
	{name: "dh2i.com", namespaced: "DxEnterpriseSqlAg DxSqlAg", source: certifiedOperators},
	{name: "docling.github.io", namespaced: "DoclingServe", source: communityOperatorsProd},
	{name: "dotvirt.io", namespaced: "Dotvirt", source: communityOperatorsProd},
	{name: "druid.apache.org", namespaced: "Druid", source: communityOperators},
	{name: "druid.stackable.tech", namespaced: "DruidCluster", source: certifiedOperators},
	{name: "ds.cpd.ibm.com", namespaced: "DataStage PXRuntime", source: certifiedOperators},
	{name: "dscinitialization.opendatahub.io", cluster: "DSCInitialization FeatureTracker", source: communityOperatorsProd},
	{name: "dynatrace.com", namespaced: "OneAgent OneAgentAPM", source: communityOperators},
	{name: "dynatrace.com", namespaced: "DynaKube EdgeConnect", source: communityOperatorsProd},
}
