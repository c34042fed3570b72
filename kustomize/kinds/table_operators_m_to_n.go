package kinds

// operatorGroupsMToN has the kinds of published operators that no other table has, for the
// groups from m to n.
var operatorGroupsMToN = []group{
	{
		name:       "machine-deletion-remediation.medik8s.io",
		namespaced: "MachineDeletionRemediation MachineDeletionRemediationTemplate",
		source:     communityOperatorsProd,
	},
	{name: "machinelearning.seldon.io", namespaced: "SeldonDeployment", source: communityOperatorsProd},
	{name: "machineremediation.kubevirt.io", namespaced: "MachineRemediationOperator", source: communityOperatorsProd},
	{name: "maintenance.nvidia.com", namespaced: "MaintenanceOperatorConfig NodeMaintenance", source: certifiedOperators},
	{name: "maistra.io", namespaced: "ServiceMeshControlPlane ServiceMeshMember ServiceMeshMemberRoll", source: communityOperators},
	{name: "maistra.io", namespaced: "Session", source: communityOperatorsProd},
	{name: "manage.robin.io", namespaced: "RobinCluster", source: communityOperators},
	{name: "maps.k8s.elastic.co", namespaced: "ElasticMapsServer", source: certifiedOperators},
	{
		name:       "mariadb.mmontes.io",
		namespaced: "Backup Connection Database Grant MariaDB MaxScale Restore SqlJob User",
		source:     communityOperatorsProd,
	},
	{name: "mariadb.persistentsys", namespaced: "MariaDB Monitor", source: communityOperators},
	{name: "marin3r.3scale.net", namespaced: "EnvoyConfig EnvoyConfigRevision", source: communityOperatorsProd},
	{
		name: "marketplace.redhat.com",
		namespaced: `
			DataReporterConfig MarketplaceConfig MeterBase MeterDefinition MeterReport
			RazeeDeployment RemoteResourceS3`,
		source: certifiedOperators,
	},
	{name: "mattermost.com", namespaced: "ClusterInstallation", source: communityOperators},
	{
		name:       "maximilianopizarro.github.io",
		namespaced: "Jhipster8Worker JhipsterOnline McpWorker PyhipsterWorker",
		source:     communityOperatorsProd,
	},
	{name: "mcad.ibm.com", namespaced: "MCADHelmConfig", source: communityOperators},
	{name: "mcad.ibm.com", namespaced: "AppWrapper QueueJob SchedulingSpec", source: communityOperatorsProd},
	{name: "mediation.turbonomic.ibm.com", namespaced: "OpenstackProbe", source: certifiedOperators},
	{
		name:    "mellanox.com",
		cluster: "HostDeviceNetwork IPoIBNetwork MacvlanNetwork NicClusterPolicy NicNodePolicy",
		source:  certifiedOperators,
	},
	{name: "mercury.redhat.io", namespaced: "ServiceDomain ServiceDomainInfra", source: communityOperatorsProd},
	{name: "metallb.io", namespaced: "AddressPool Metallb", source: communityOperators},
	{
		name:       "metering.openshift.io",
		namespaced: "HiveTable MeteringConfig PrestoTable Report ReportDataSource ReportQuery StorageLocation",
		source:     communityOperators,
	},
	{name: "metrics.turbonomic.io", namespaced: "PrometheusQueryMapping PrometheusServerConfig", source: certifiedOperators},
	{name: "microcks.github.io", namespaced: "MicrocksInstall", source: communityOperatorsProd},
	{
		name: "microgateway.airlock.com",
		namespaced: `
			APIProtection AccessControlPolicy CSRFProtection ContentSecurityPolicy CustomResponse
			CustomResponsePolicy DenyRules EnvoyCluster EnvoyConfiguration EnvoyExtensionPolicy
			EnvoyHTTPFilter GatewayParameters GraphQL HeaderRewrites ICAPPolicy ICAPProvider
			IdentityPropagation JWKS JWT Limits LogMaskingPolicy OIDCProvider OIDCRelyingParty
			OpenAPI Parser RateLimitPolicy RedisProvider SessionHandling Telemetry TokenExchange`,
		source: certifiedOperators,
	},
	{name: "migration.lightwell.co.jp", namespaced: "AHVMigration", source: communityOperatorsProd},
	{
		name: "migration.openshift.io",
		namespaced: `
			DirectImageMigration DirectImageStreamMigration DirectVolumeMigration
			DirectVolumeMigrationProgress MigAnalytic MigCluster MigHook MigMigration MigPlan
			MigStorage MigrationController`,
		source: communityOperators,
	},
	{name: "migrations.kubevirt.io", namespaced: "MigController", source: communityOperatorsProd},
	{name: "minio.min.io", namespaced: "Tenant", source: bitnamiCharts},
	{name: "miniocontroller.min.io", namespaced: "MinIOInstance", source: communityOperators},
	{name: "minkms.min.io", namespaced: "MinKMS MinKMSEnclave MinKMSIdentity MinKMSKey", source: certifiedOperators},
	{name: "mlops.mlops.dev", namespaced: "NotebookValidationJob", source: communityOperatorsProd},
	{name: "modelbuilder.com", namespaced: "Modelbuilder ModelbuilderAWS", source: certifiedOperators},
	{name: "mongodb.com", namespaced: "MongoDbReplicaSet MongoDbShardedCluster MongoDbStandalone", source: communityOperators},
	{
		name:       "mongodb.com",
		cluster:    "ClusterMongoDBRole",
		namespaced: "MongoDB MongoDBMulti MongoDBMultiCluster MongoDBOpsManager MongoDBSearch MongoDBUser",
		source:     certifiedOperators,
	},
	{name: "mongodbcommunity.mongodb.com", namespaced: "MongoDBCommunity", source: certifiedOperators},
	{name: "monitoring.3scale.net", namespaced: "PrometheusExporter", source: communityOperatorsProd},
	{name: "monitoring.logicmonitor.com", namespaced: "LMContainer", source: communityOperatorsProd},
	{
		name: "monitoring.rhobs",
		namespaced: `
			Alertmanager AlertmanagerConfig MonitoringStack PodMonitor Probe Prometheus
			PrometheusAgent PrometheusRule ScrapeConfig ServiceMonitor ThanosQuerier ThanosRuler`,
		source: communityOperatorsProd,
	},
	{name: "move2kube.konveyor.io", namespaced: "Move2Kube", source: communityOperatorsProd},
	{name: "mtq.kubevirt.io", cluster: "MTQ", source: communityOperatorsProd},
	{name: "multicluster.openshift.io", cluster: "MultiClusterEngine", source: communityOperatorsProd},
	{
		name:       "multicluster.portworx.com",
		namespaced: "Cluster DisasterRecoveryAction DisasterRecoveryPair ProtectionGroup ReverseProtectionGroup",
		source:     certifiedOperators,
	},
	{
		name:       "multiclusterdns.kubefed.io",
		namespaced: "DNSEndpoint Domain IngressDNSRecord ServiceDNSRecord",
		source:     communityOperators,
	},
	{
		name:       "multiclusterdns.kubefed.k8s.io",
		namespaced: "DNSEndpoint Domain IngressDNSRecord ServiceDNSRecord",
		source:     communityOperators,
	},
	{
		name:    "multinic.fms.io",
		cluster: "CIDR Config DeviceClass HostInterface IPPool MultiNicNetwork",
		source:  communityOperatorsProd,
	},
	{name: "mysql.grds.cloud", namespaced: "MysqlCluster", source: communityOperators},
	{name: "mysql.oracle.com", namespaced: "NdbCluster", source: communityOperatorsProd},
	{name: "myvirtualdirectory.tremolo.io", namespaced: "MyVirtualDirectory", source: communityOperators},
	{name: "nats.io", namespaced: "NatsCluster NatsServiceRole", source: certifiedOperators},
	{
		name: "netscaler.com",
		namespaced: `
			AdmAgent AdmAgentOnprem NetscalerCloudController NetscalerCpxWithIngressController
			NetscalerCpxWithK8sGatewayController NetscalerGslbController NetscalerIngressController
			NetscalerIpamController NetscalerK8sGatewayController NetscalerObservabilityExporter`,
		source: certifiedOperators,
	},
	{name: "networkaddonsoperator.network.kubevirt.io", cluster: "NetworkAddonsConfig", source: communityOperatorsProd},
	{name: "networking.turbosimone.com", namespaced: "NetworkPolicy", source: communityOperatorsProd},
	{name: "networkservicemesh.io", namespaced: "NetworkServiceManager", source: communityOperators},
	{name: "networkservicemesh.io", namespaced: "NetworkService NetworkServiceEndpoint", source: communityOperatorsProd},
	{name: "nfd.k8s-sigs.io", cluster: "NodeFeatureRule", namespaced: "NodeFeature NodeFeatureGroup", source: cozystack},
	{name: "nfd.kubernetes.io", namespaced: "NodeFeatureDiscovery", source: communityOperators},
	{name: "nfd.openshift.io", namespaced: "NodeFeatureDiscovery", source: communityOperators},
	{name: "nifi.stackable.tech", namespaced: "NifiCluster", source: certifiedOperators},
	{name: "nmstate.io", cluster: "NMState", source: communityOperators},
	{name: "node-problem-detector.operator.k8s.io", namespaced: "NodeProblemDetector", source: communityOperators},
	{name: "nodemaintenance.kubevirt.io", cluster: "NodeMaintenance", source: communityOperatorsProd},
	{name: "nodemaintenance.medik8s.io", cluster: "NodeMaintenance", source: communityOperatorsProd},
	{name: "noobaa.io", namespaced: "BackingStore BucketClass NooBaa", source: communityOperators},
	{name: "nsm.networkservicemesh.io", namespaced: "NSM", source: communityOperatorsProd},
	{name: "nvidia.com", cluster: "ClusterPolicy GPUCluster NVIDIADriver", source: certifiedOperators},
}
