package kinds

// operatorGroupsTToZ has the kinds of published operators that no other table has, for the
// groups from t to z.
var operatorGroupsTToZ = []group{
	{name: "tackle.io", namespaced: "Tackle", source: communityOperators},
	{
		name:       "tackle.konveyor.io",
		namespaced: "Addon Extension IdentityProvider IdpClient LdapProvider Schema Tackle Task",
		source:     communityOperatorsProd,
	},
	{name: "tagger.dev", namespaced: "Tag", source: communityOperatorsProd},
	{
		name:       "tawon.mantisnet.com",
		cluster:    "ClusterDirective DirectiveBinding",
		namespaced: "Dashboard Directive Stream StreamStore TopologyAggregator",
		source:     certifiedOperators,
	},
	{name: "teiid.io", namespaced: "VirtualDatabase", source: communityOperators},
	{name: "tektontasks.kubevirt.io", namespaced: "TektonTasks", source: communityOperatorsProd},
	{
		name:       "templates.stakater.com",
		cluster:    "ClusterTemplateInstance Template",
		namespaced: "TemplateInstance",
		source:     certifiedOperators,
	},
	{name: "tempo.grafana.com", namespaced: "TempoMonolithic TempoStack", source: communityOperatorsProd},
	{
		name:       "tenantoperator.stakater.com",
		cluster:    "Extensions Quota ResourceSupervisor Template TemplateGroupInstance Tenant",
		namespaced: "IntegrationConfig TemplateInstance",
		source:     certifiedOperators,
	},
	{name: "tesseract-cube.bsgchina.com", namespaced: "Unit UnitSet", source: certifiedOperators},
	{name: "tm.solution-soft.com", namespaced: "TimeMachine", source: certifiedOperators},
	{name: "tools.opdev.io", namespaced: "DemoResource", source: certifiedOperators},
	{name: "topology.node.k8s.io", cluster: "NodeResourceTopology", source: cozystack},
	{name: "topolvm.cybozu.com", cluster: "LogicalVolume", namespaced: "TopolvmCluster", source: communityOperators},
	{name: "trace.kubeblocks.io", namespaced: "ReconciliationTrace", source: certifiedOperators},
	{name: "trident.netapp.io", cluster: "TridentConfigurator TridentOrchestrator", source: communityOperatorsProd},
	{
		name:       "triliovault.trilio.io",
		cluster:    "ClusterBackup ClusterBackupPlan ClusterRestore",
		namespaced: "Backup BackupPlan Hook License Policy Restore Target TrilioVaultManager",
		source:     certifiedOperators,
	},
	{name: "trino.stackable.tech", namespaced: "TrinoCatalog TrinoCluster", source: certifiedOperators},
	{name: "trivy-operator.devopstales.io", namespaced: "NamespaceScanner VulnerabilityReport", source: communityOperatorsProd},
	{name: "trustedservices.intel.com", cluster: "TdxQuoteGenerationService", source: certifiedOperators},
	{name: "tvo.trilio.io", namespaced: "TVOBackupTarget TVOControlPlane", source: certifiedOperators},
	{
		name:       "upstream.pgv2.percona.com",
		namespaced: "CrunchyBridgeCluster PGAdmin PGUpgrade PostgresCluster",
		source:     communityOperatorsProd,
	},
	{name: "user.enmasse.io", namespaced: "MessagingUser", source: communityOperators},
	{
		name:    "v1.edp.epam.com",
		cluster: "ClusterKeycloak ClusterKeycloakRealm",
		namespaced: `
			Keycloak KeycloakAuthFlow KeycloakClient KeycloakClientScope KeycloakOrganization
			KeycloakRealm KeycloakRealmComponent KeycloakRealmGroup KeycloakRealmIdentityProvider
			KeycloakRealmRole KeycloakRealmRoleBatch KeycloakRealmUser`,
		source: communityOperatorsProd,
	},
	{name: "v2v.kubevirt.io", cluster: "VMImportConfig", namespaced: "OVirtProvider V2VVmware", source: communityOperatorsProd},
	{name: "vault.banzaicloud.com", namespaced: "Vault", source: communityOperators},
	{name: "vault.sdbrett.com", namespaced: "Vault", source: communityOperators},
	{name: "velero.io", namespaced: "ResticRepository", source: communityOperatorsProd},
	{
		name: "vertica.com",
		namespaced: `
			EventTrigger VClusterServer VerticaAutoscaler VerticaDB VerticaReplicator
			VerticaRestorePointsQuery VerticaScrutinize`,
		source: communityOperatorsProd,
	},
	{name: "vfunction.com", namespaced: "VfunctionServer", source: certifiedOperators},
	{name: "virt.mathianasj.github.com", namespaced: "VirtGitSync", source: communityOperatorsProd},
	{name: "viya.sas.com", namespaced: "CASDeployment", source: certifiedOperators},
	{name: "vlic.veritas.com", cluster: "License", source: certifiedOperators},
	{
		name: "wap.loadcore.keysight.com",
		namespaced: `
			Appsec Core Db Diagnostics Logging Messagebroker Migration Notifications Statsdashboard
			Storage Testcore Ui`,
		source: certifiedOperators,
	},
	{name: "wavefront.com", namespaced: "WavefrontCollector WavefrontProxy", source: communityOperators},
	{
		name: "wavek8s.com",
		cluster: `
			WaveAlert WaveAlertChannel WaveAutopilotPreset WaveAutopilotSchedule WaveDiagnosisConfig
			WaveFlowPolicy WaveKarpenterNodeWarmup WaveLabelGroup WaveNetfunnelConnection`,
		namespaced: `
			Wave WaveAutopilotPolicy WaveKarpenterSpotPlacement WaveNetfunnelMapping
			WavePvcAutoExpansion WaveSmartSizingPolicy`,
		source: certifiedOperators,
	},
	{name: "webotx.nec.com", namespaced: "ApplicationServer", source: certifiedOperators},
	{name: "websocket.loadcore.keysight.com", namespaced: "Websocket", source: certifiedOperators},
	{name: "wildfly.org", namespaced: "WildFlyServer", source: communityOperators},
	{name: "windup.jboss.org", namespaced: "Windup", source: communityOperatorsProd},
	{name: "wol.pillon.org", cluster: "WolConfig", source: communityOperatorsProd},
	{name: "workflow.apache.org", namespaced: "AirFlow", source: communityOperatorsProd},
	{name: "workload.codeflare.dev", namespaced: "AppWrapper SchedulingSpec", source: communityOperatorsProd},
	{name: "workloads.kubeblocks.io", namespaced: "InstanceSet", source: certifiedOperators},
	{name: "workspace.maistra.io", namespaced: "Session", source: communityOperatorsProd},
	{name: "wso2.com", namespaced: "API Integration RateLimiting Security TargetEndpoint", source: communityOperators},
	{name: "wspipelines.cpd.ibm.com", namespaced: "WSPipelines", source: certifiedOperators},
	{name: "xcrypt.zettaset.com", namespaced: "XCrypt", source: certifiedOperators},
	{name: "xld.digital.ai", namespaced: "DigitalaiDeploy", source: certifiedOperators},
	{name: "xlr.digital.ai", namespaced: "DigitalaiRelease", source: certifiedOperators},
	{name: "xrootd.xrootd.org", namespaced: "XrootdCluster", source: communityOperators},
	{name: "yaks.citrusframework.org", namespaced: "Instance Test", source: communityOperatorsProd},
	{name: "yugabyte.com", namespaced: "YBCluster", source: communityOperators},
	{
		name:       "zadara.com",
		cluster:    "AppDefinition SnapshotPolicy Vpsa",
		namespaced: "ApplicationClone ApplicationSnapshot CloneConfiguration Invoker SnapshotConfiguration",
		source:     communityOperators,
	},
	{name: "zen.cpd.ibm.com", namespaced: "ZenExtension ZenService", source: certifiedOperators},
	{name: "zookeeper.stackable.tech", namespaced: "ZookeeperCluster ZookeeperZnode", source: certifiedOperators},
	{name: "zookeeper.streamnative.io", namespaced: "ZooKeeperCluster", source: communityOperatorsProd},
}
