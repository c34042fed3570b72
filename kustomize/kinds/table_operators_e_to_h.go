package kinds

// operatorGroupsEToH has the kinds of published operators that no other table has, for the
// groups from e to h.
var operatorGroupsEToH = []group{
	{name: "eclipse.org", namespaced: "Amlen", source: communityOperatorsProd},
	{name: "ecr.mobb.redhat.com", namespaced: "ArgoHelmRepoSecret Secret", source: communityOperatorsProd},
	{
		name:    "edbpgai.edb.com",
		cluster: "HMFederationPairing HMFederationToken HMRegistry HybridControlPlane Postflight Preflight",
		source:  certifiedOperators,
	},
	{name: "edgefs.rook.io", namespaced: "Cluster ISCSI ISGW NFS S3 S3X SWIFT", source: communityOperators},
	{
		name: "edp.epam.com",
		namespaced: `
			Nexus NexusBlobStore NexusCleanupPolicy NexusRepository NexusRole NexusScript NexusUser
			Sonar SonarGroup SonarPermissionTemplate SonarQualityGate SonarQualityProfile SonarUser`,
		source: communityOperatorsProd,
	},
	{name: "eginnovations.com", namespaced: "EgUniversalAgent", source: communityOperatorsProd},
	{name: "elastic.carrefour.com", namespaced: "ElasticIndex ElasticTemplate", source: communityOperators},
	{name: "elasticsearch.k8s.elastic.co", namespaced: "Elasticsearch", source: certifiedOperators},
	{name: "elasticsearch.opencontent.ibm.com", namespaced: "ElasticsearchCluster", source: certifiedOperators},
	{name: "ember-csi.io", namespaced: "EmberCSI EmberStorageBackend", source: communityOperatorsProd},
	{name: "enmasse.io", cluster: "AddressSpaceSchema", namespaced: "Address AddressSpace", source: communityOperators},
	{
		name: "enterprise.mariadb.com",
		namespaced: `
			Backup Connection Database ExternalMariaDB Grant MariaDB MaxScale PhysicalBackup
			PointInTimeRecovery Restore SqlJob User`,
		source: certifiedOperators,
	},
	{name: "enterprise.splunk.com", namespaced: "Spark", source: communityOperators},
	{
		name: "enterprise.splunk.com",
		namespaced: `
			ClusterManager ClusterMaster IndexerCluster IngestorCluster LicenseManager LicenseMaster
			MonitoringConsole ObjectStorage Queue SearchHeadCluster Standalone`,
		source: certifiedOperators,
	},
	{name: "enterprisesearch.k8s.elastic.co", namespaced: "EnterpriseSearch", source: certifiedOperators},
	{name: "eqube.operator", namespaced: "EQProduct", source: certifiedOperators},
	{name: "etcd.database.coreos.com", namespaced: "EtcdBackup EtcdCluster EtcdRestore", source: communityOperatorsProd},
	{name: "ethernet.intel.com", namespaced: "EthernetClusterConfig EthernetNodeConfig", source: certifiedOperators},
	{name: "eunomia.kohls.io", namespaced: "GitOpsConfig", source: communityOperators},
	{name: "eweb.enterpriseweb.com", namespaced: "CloudNFV", source: certifiedOperators},
	{name: "experimental.kubeblocks.io", namespaced: "NodeCountScaler", source: certifiedOperators},
	{name: "extensions.hive.openshift.io", namespaced: "AgentClusterInstall", source: communityOperatorsProd},
	{name: "extensions.kubeblocks.io", cluster: "Addon", source: certifiedOperators},
	{name: "ezmeral.hpe.com", namespaced: "HPEEzmeralCSIDriver HPEEzmeralNFSCSIDriver", source: certifiedOperators},
	{name: "falarica.io", namespaced: "Presto", source: communityOperators},
	{name: "falco.org", namespaced: "Falco", source: communityOperators},
	{
		name:    "falcon.crowdstrike.com",
		cluster: "FalconAdmission FalconContainer FalconDeployment FalconImageAnalyzer FalconNodeSensor",
		source:  certifiedOperators,
	},
	{name: "features.opendatahub.io", cluster: "FeatureTracker", source: communityOperatorsProd},
	{name: "federatorai.containers.ai", namespaced: "AlamedaService", source: communityOperators},
	{
		name:       "fence-agents-remediation.medik8s.io",
		namespaced: "FenceAgentsRemediation FenceAgentsRemediationTemplate",
		source:     communityOperatorsProd,
	},
	{
		name: "fep.fujitsu.io",
		namespaced: `
			FEPAction FEPAutoscale FEPBackup FEPCert FEPCluster FEPConfig FEPExporter FEPLogging
			FEPPgpool2 FEPPgpool2Cert FEPRestore FEPUpgrade FEPUser FEPVolume`,
		source: certifiedOperators,
	},
	{name: "fic.f5.com", namespaced: "F5IpamCtlr", source: certifiedOperators},
	{
		name:       "flink.apache.org",
		namespaced: "FlinkBlueGreenDeployment FlinkDeployment FlinkSessionJob FlinkStateSnapshot",
		source:     communityOperatorsProd,
	},
	{name: "flowconfig.intel.com", namespaced: "FlowConfigNodeAgentDeployment NodeFlowConfig", source: certifiedOperators},
	{
		name:       "fluxcd.controlplane.io",
		namespaced: "FluxInstance FluxReport ResourceSet ResourceSetInputProvider",
		source:     communityOperatorsProd,
	},
	{
		name: "forklift.konveyor.io",
		namespaced: `
			ForkliftController Hook Host Migration NetworkMap OpenstackVolumePopulator
			OvirtVolumePopulator Plan Provider Provisioner StorageMap`,
		source: communityOperatorsProd,
	},
	{name: "fossul.io", namespaced: "Backup BackupConfig BackupSchedule Fossul Restore", source: communityOperatorsProd},
	{name: "foundation.ibm.com", namespaced: "NavConfiguration", source: certifiedOperators},
	{name: "fpga.intel.com", namespaced: "AcceleratorFunction FpgaRegion", source: communityOperators},
	{
		name:       "fusion.storage.openshift.io",
		namespaced: "FileSystemClaim FusionAccess LocalVolumeDiscovery LocalVolumeDiscoveryResult",
		source:     certifiedOperators,
	},
	{name: "gateway.networking.k8s.io", namespaced: "BackendLBPolicy", source: bitnamiCharts},
	{name: "gateway.networking.x-k8s.io", namespaced: "XListenerSet", source: bitnamiCharts},
	{name: "gingersnap-project.io", namespaced: "Cache EagerCacheRule LazyCacheRule", source: communityOperatorsProd},
	{name: "github-practice.boxboat.com", namespaced: "ActionsRunnerController", source: communityOperatorsProd},
	{name: "gitops.harness.io", namespaced: "GitopsAgent", source: certifiedOperators},
	{name: "gitops.hybrid-cloud-patterns.io", namespaced: "Pattern", source: communityOperatorsProd},
	{name: "global-hub.open-cluster-management.io", namespaced: "ManagedClusterMigration", source: communityOperatorsProd},
	{name: "gpu.metax-tech.com", cluster: "ClusterOperator", source: certifiedOperators},
	{name: "grafana.integreatly.org", namespaced: "GrafanaManifest GrafanaServiceAccount", source: communityOperatorsProd},
	{name: "habana.ai", namespaced: "DeviceConfig", source: certifiedOperators},
	{name: "habanalabs.habana.ai", cluster: "ClusterPolicy", source: certifiedOperators},
	{name: "halkyon.io", namespaced: "Capability Component Link", source: communityOperators},
	{name: "hammu.ai", namespaced: "HammuPlatform", source: certifiedOperators},
	{name: "hawt.io", namespaced: "Hawtio", source: communityOperatorsProd},
	{name: "hazelcast.com", namespaced: "HazelcastEnterprise HazelcastJet HazelcastJetEnterprise", source: communityOperators},
	{
		name: "hazelcast.com",
		namespaced: `
			Cache CronHotBackup Flow Hazelcast HazelcastEndpoint HotBackup JetJob JetJobSnapshot
			ManagementCenter Map MultiMap Queue ReplicatedMap Topic UserCodeNamespace
			VectorCollection WanReplication WanSync`,
		source: certifiedOperators,
	},
	{name: "hbase.stackable.tech", namespaced: "HbaseCluster", source: certifiedOperators},
	{name: "hco.kubevirt.io", namespaced: "HyperConverged", source: communityOperatorsProd},
	{name: "hdfs.stackable.tech", namespaced: "HdfsCluster", source: certifiedOperators},
	{name: "headscale.jicoyne.io", namespaced: "Headscale", source: communityOperatorsProd},
	{name: "hedvig.io", namespaced: "HedvigDeploy", source: communityOperatorsProd},
	{name: "helm-operator.sumologic.com", namespaced: "SumologicCollection", source: certifiedOperators},
	{name: "helm.infinidat.com", namespaced: "InfiniboxCsiDriver", source: certifiedOperators},
	{name: "helm.mariadb.mmontes.io", namespaced: "MariadbOperator", source: communityOperatorsProd},
	{name: "helm.sigstore.dev", namespaced: "Rekor", source: communityOperatorsProd},
	{
		name:       "hermes.agent",
		cluster:    "HermesClusterDefaults",
		namespaced: "HermesInstance HermesSelfConfig",
		source:     communityOperatorsProd,
	},
	{
		name:       "hibernation.stakater.com",
		cluster:    "ClusterResourceSupervisor",
		namespaced: "ResourceSupervisor",
		source:     certifiedOperators,
	},
	{
		name:    "hive.openshift.io",
		cluster: "ClusterImageSet HiveConfig SelectorSyncIdentityProvider SelectorSyncSet",
		namespaced: `
			Checkpoint ClusterClaim ClusterDeployment ClusterDeploymentCustomization
			ClusterDeprovision ClusterPool ClusterProvision ClusterRelocate ClusterState DNSZone
			MachinePool MachinePoolNameLease SyncIdentityProvider SyncSet SyncSetInstance`,
		source: communityOperatorsProd,
	},
	{name: "hive.stackable.tech", namespaced: "HiveCluster", source: certifiedOperators},
	{
		name:       "hiveinternal.openshift.io",
		namespaced: "ClusterSync ClusterSyncLease FakeClusterInstall",
		source:     communityOperatorsProd,
	},
	{name: "hostpathprovisioner.kubevirt.io", cluster: "HostPathProvisioner", source: communityOperatorsProd},
	{name: "hulft.saison-technology.com", namespaced: "Hulft", source: certifiedOperators},
	{name: "hybris.hybris.org", namespaced: "HybrisApp HybrisBase", source: communityOperatorsProd},
	{name: "hyperfoil.io", namespaced: "Horreum Hyperfoil", source: communityOperatorsProd},
}
