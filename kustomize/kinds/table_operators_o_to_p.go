package kinds

// operatorGroupsOToP has the kinds of published operators that no other table has, for the
// groups from o to p.
var operatorGroupsOToP = []group{
	{name: "oadp.openshift.io", namespaced: "CloudStorage DataProtectionApplication Velero", source: communityOperatorsProd},
	{name: "observability-analytics.redhat.com", namespaced: "AnomalyData AnomalyEngine", source: communityOperatorsProd},
	{
		name:       "observability.open-cluster-management.io",
		cluster:    "MultiClusterObservability",
		namespaced: "ObservabilityAddon",
		source:     communityOperatorsProd,
	},
	{
		name: "oceanbase.oceanbase.com",
		namespaced: `
			OBCluster OBClusterOperation OBParameter OBResourceRescue OBServer OBTenant
			OBTenantBackup OBTenantBackupPolicy OBTenantOperation OBTenantRestore OBZone`,
		source: certifiedOperators,
	},
	{name: "ocgate.yaacov.com", namespaced: "GateServer GateToken", source: communityOperators},
	{name: "oci.crypt", namespaced: "EncKeySync", source: communityOperators},
	{name: "odf.ibm.com", namespaced: "FlashSystemCluster", source: certifiedOperators},
	{name: "odf.openshift.io", cluster: "NodeRecovery", source: communityOperatorsProd},
	{name: "odoo-community.org", namespaced: "Odoo", source: communityOperatorsProd},
	{name: "oidc.security.ibm.com", namespaced: "Client", source: certifiedOperators},
	{name: "onboarding.stderr.at", cluster: "ProjectOnboarding TShirtSize", source: communityOperatorsProd},
	{name: "opa.stackable.tech", namespaced: "OpaCluster", source: certifiedOperators},
	{
		name:       "openclaw.rocks",
		cluster:    "OpenClawClusterDefaults",
		namespaced: "OpenClawInstance OpenClawSelfConfig",
		source:     communityOperatorsProd,
	},
	{name: "opendatahub.io", namespaced: "OdhDashboardConfig", source: communityOperatorsProd},
	{name: "openebs.io", namespaced: "OpenEBSInstallTemplate", source: communityOperatorsProd},
	{
		name:       "openliberty.io",
		namespaced: "OpenLiberty OpenLibertyApplication OpenLibertyDump OpenLibertyTrace",
		source:     communityOperators,
	},
	{name: "opensearch.stackable.tech", namespaced: "OpenSearchCluster", source: certifiedOperators},
	{name: "openshift-optional.skrzypek.io", namespaced: "MutexRule MutexRunConfig MutexTarget", source: communityOperatorsProd},
	{
		name:       "opentelemetry.io",
		namespaced: "Instrumentation OpAMPBridge OpenTelemetryCollector TargetAllocator",
		source:     communityOperatorsProd,
	},
	{name: "operations.kubeblocks.io", cluster: "OpsDefinition", namespaced: "OpsRequest", source: certifiedOperators},
	{name: "operator.accuknox.com", namespaced: "AccuknoxConfig", source: certifiedOperators},
	{name: "operator.etcd.io", namespaced: "EtcdCluster", source: "github.com/etcd-io/etcd-operator@77c7f1085459"},
	{name: "operator.antrea.vmware.com", namespaced: "AntreaInstall", source: certifiedOperators},
	{
		name: "operator.aquasec.com",
		namespaced: `
			AquaCloudConnector AquaCsp AquaDatabase AquaEnforcer AquaGateway AquaKubeEnforcer
			AquaLightning AquaScanner AquaServer`,
		source: communityOperatorsProd,
	},
	{name: "operator.authorino.kuadrant.io", namespaced: "Authorino", source: communityOperatorsProd},
	{name: "operator.dapr.io", namespaced: "DaprControlPlane DaprCruiseControl DaprInstance", source: communityOperatorsProd},
	{name: "operator.external-secrets.io", namespaced: "OperatorConfig", source: communityOperatorsProd},
	{
		name:    "operator.ibm.com",
		cluster: "IBMLicensing",
		namespaced: `
			Authentication CommonService IBMLicenseServiceReporter IBMLicenseServiceScanner
			IBMLicensingDefinition IBMLicensingMetadata IBMLicensingQuerySource NamespaceScope
			OperandBindInfo OperandConfig OperandRegistry OperandRequest OperatorConfig`,
		source: certifiedOperators,
	},
	{name: "operator.istio.io", cluster: "Istio IstioCNI IstioRevision", source: communityOperatorsProd},
	{name: "operator.jumpstarter.dev", namespaced: "Jumpstarter", source: communityOperatorsProd},
	{name: "operator.kubearmor.com", namespaced: "KubeArmorConfig", source: certifiedOperators},
	{name: "operator.kubefed.io", namespaced: "KubeFed KubeFedWebHook", source: communityOperators},
	{
		name:       "operator.marin3r.3scale.net",
		namespaced: "DiscoveryService DiscoveryServiceCertificate EnvoyDeployment",
		source:     communityOperatorsProd,
	},
	{name: "operator.odigos.io", namespaced: "Odigos", source: certifiedOperators},
	{
		name:       "operator.open-cluster-management.io",
		cluster:    "ClusterManager Klusterlet",
		namespaced: "MultiClusterHub MulticlusterGlobalHub MulticlusterGlobalHubAgent",
		source:     communityOperatorsProd,
	},
	{name: "operator.shipwright.io", cluster: "ShipwrightBuild", source: communityOperatorsProd},
	{name: "operator.smilecdr.com", namespaced: "Smilecdr", source: certifiedOperators},
	{name: "operators.coreos.com", namespaced: "ServiceBinding", source: communityOperators},
	{name: "operators.ibm.com", namespaced: "CommonWebUI SwitcherItem", source: certifiedOperators},
	{name: "opstreelabs.in", namespaced: "MongoDB MongoDBCluster", source: communityOperatorsProd},
	{
		name:       "org.eclipse.che",
		namespaced: "CheBackupServerConfiguration CheCluster CheClusterBackup CheClusterRestore",
		source:     communityOperatorsProd,
	},
	{name: "org.trustify", namespaced: "Trustify", source: communityOperatorsProd},
	{name: "orion.virtaitech.com", namespaced: "OrionX", source: certifiedOperators},
	{name: "packageregistry.k8s.elastic.co", namespaced: "PackageRegistry", source: certifiedOperators},
	{name: "paloaltonetworks.com", namespaced: "PanSlotConfig PortInfo", source: certifiedOperators},
	{
		name:       "paperclip.inc",
		cluster:    "PaperclipClusterDefaults",
		namespaced: "Instance PaperclipSelfConfig",
		source:     communityOperatorsProd,
	},
	{
		name:       "parameters.kubeblocks.io",
		cluster:    "ParamConfigRenderer ParametersDefinition",
		namespaced: "ComponentParameter Parameter",
		source:     certifiedOperators,
	},
	{name: "pcc.paloaltonetworks.com", namespaced: "Console ConsoleDefender Defender", source: communityOperatorsProd},
	{name: "pets.bestie.com", namespaced: "Bestie", source: communityOperatorsProd},
	{name: "pg.percona.com", namespaced: "PerconaPGCluster Pgcluster Pgpolicy Pgreplica Pgtask", source: communityOperatorsProd},
	{
		name:       "pgd.k8s.enterprisedb.io",
		cluster:    "ClusterImageCatalog",
		namespaced: "ImageCatalog PGDGroup PGDGroupCleanup",
		source:     certifiedOperators,
	},
	{
		name:       "pgv2.percona.com",
		namespaced: "PerconaPGBackup PerconaPGCluster PerconaPGRestore PerconaPGUpgrade",
		source:     communityOperatorsProd,
	},
	{
		name: "pingcap.com",
		namespaced: `
			Backup BackupSchedule DMCluster Restore TidbCluster TidbClusterAutoScaler TidbInitializer
			TidbMonitor TidbNGMonitoring`,
		source: communityOperatorsProd,
	},
	{name: "pkg.crossplane.io", cluster: "ControllerConfig", source: communityOperatorsProd},
	{name: "planetscale.com", namespaced: "PsCluster", source: communityOperators},
	{name: "platform.axerasecurity.com", namespaced: "Axera AxeraFlow AxeraForce AxeraProcess", source: certifiedOperators},
	{
		name: "platform.confluent.io",
		namespaced: `
			CMFRestClass ClusterLink ConfluentRolebinding Connect Connector ControlCenter
			FlinkApplication FlinkEnvironment Gateway KRaftController KRaftMigrationJob Kafka
			KafkaRestClass KafkaRestProxy KafkaTopic KsqlDB MigrationJob Schema SchemaExporter
			SchemaImporter SchemaRegistry USMAgent Zookeeper`,
		source: certifiedOperators,
	},
	{name: "platform.io", namespaced: "IntegrationFlow", source: communityOperatorsProd},
	{name: "pmem-csi.intel.com", cluster: "Deployment", source: communityOperators},
	{name: "pmem-csi.intel.com", cluster: "PmemCSIDeployment", source: certifiedOperators},
	{name: "podium.com", namespaced: "Podium", source: communityOperators},
	{
		name:       "poison-pill.medik8s.io",
		namespaced: "PoisonPillConfig PoisonPillRemediation PoisonPillRemediationTemplate",
		source:     communityOperators,
	},
	{
		name:       "postgres-operator.crunchydata.com",
		namespaced: "CrunchyBridgeCluster PGAdmin PGUpgrade PostgresCluster",
		source:     communityOperatorsProd,
	},
	{name: "postgresql.cnpg.io", namespaced: "DatabaseRole", source: certifiedOperators},
	{name: "postgresql.dev4devs.com", namespaced: "Backup Database", source: communityOperators},
	{
		name:    "postgresql.k8s.enterprisedb.io",
		cluster: "ClusterImageCatalog",
		namespaced: `
			Backup Cluster Database DatabaseRole FailoverQuorum ImageCatalog Pooler Publication
			ScheduledBackup Subscription`,
		source: certifiedOperators,
	},
	{name: "primer.gitops.io", namespaced: "Export", source: communityOperatorsProd},
	{
		name: "ps.percona.com",
		namespaced: `
			PerconaServerMySQL PerconaServerMySQLBackup PerconaServerMySQLClusterSet
			PerconaServerMySQLRestore`,
		source: communityOperatorsProd,
	},
	{
		name: "psmdb.percona.com",
		namespaced: `
			PerconaServerMongoDB PerconaServerMongoDBBackup PerconaServerMongoDBClusterSync
			PerconaServerMongoDBRestore`,
		source: communityOperatorsProd,
	},
	{name: "pubsubplus.solace.com", namespaced: "PubSubPlusEventBroker", source: communityOperatorsProd},
	{
		name:       "pulsar.streamnative.io",
		namespaced: "PulsarConnection PulsarNamespace PulsarPermission PulsarTenant PulsarTopic",
		source:     certifiedOperators,
	},
	{
		name:       "pulsar.streamnative.io",
		namespaced: "PulsarBroker PulsarBrokerRevision PulsarFunctionsWorker PulsarProxy",
		source:     communityOperatorsProd,
	},
	{
		name: "pxc.percona.com",
		namespaced: `
			PerconaXtraDBBackup PerconaXtraDBCluster PerconaXtraDBClusterBackup
			PerconaXtraDBClusterRestore`,
		source: communityOperatorsProd,
	},
	{name: "pystol.org", namespaced: "PystolAction", source: communityOperators},
}
