package kinds

// operatorGroupsIToL has the kinds of published operators that no other table has, for the
// groups from i to l.
var operatorGroupsIToL = []group{
	{name: "ibm.com", namespaced: "IBMApplicationGateway IBMSecurityVerify IBMSecurityVerifyDirectory", source: certifiedOperators},
	{name: "ibm.com", namespaced: "IBMSecurityVerifyAccess QuotaSubtree", source: communityOperatorsProd},
	{
		name:       "ibmcloud.ibm.com",
		namespaced: "AccessGroup AccessPolicy AuthorizationPolicy Bucket Composable CustomRole EsIndex Topic",
		source:     communityOperators,
	},
	{name: "ibmcloud.ibm.com", namespaced: "Binding Service", source: communityOperatorsProd},
	{name: "ifo.kubevirt.io", cluster: "InFlightOperation OperationRuleSet", source: communityOperatorsProd},
	{
		name: "imaging-ingestion.alvearie.org",
		namespaced: `
			DicomEventBridge DicomEventDrivenIngestion DicomInstanceBinding DicomStudyBinding
			DicomwebIngestionService DimseIngestionService DimseProxy`,
		source: communityOperatorsProd,
	},
	{name: "infinispan.org", namespaced: "Backup Batch Cache Infinispan Restore", source: communityOperatorsProd},
	{
		name: "infoscale.veritas.com",
		cluster: `
			DNS DataReplication DisasterRecoveryPlan GlobalClusterMembership InfoScaleCluster
			InfoScaleClusterSet`,
		namespaced: "InfoScaleStoragePool",
		source:     certifiedOperators,
	},
	{name: "infra.contrib.fluxcd.io", namespaced: "Terraform", source: communityOperatorsProd},
	{
		name:       "infra.hpe.com",
		cluster:    "HPEOneView",
		namespaced: "HPEServer HPEServerProfile HPEServerProfileTemplate",
		source:     certifiedOperators,
	},
	{name: "infrastructure.asset.orchestrator.com", namespaced: "Generatekey", source: certifiedOperators},
	{
		name:       "infrastructure.opendatahub.io",
		cluster:    "AzureKubernetesEngine CoreWeaveKubernetesEngine",
		namespaced: "HardwareProfile",
		source:     communityOperatorsProd,
	},
	{name: "installer.kubedb.com", namespaced: "Kubedb", source: communityOperatorsProd},
	{name: "installer.venafi.com", cluster: "VenafiInstall", source: certifiedOperators},
	{name: "instana.io", namespaced: "InstanaAgent InstanaAgentRemote", source: certifiedOperators},
	{
		name:       "integreatly.org",
		namespaced: "Grafana GrafanaDashboard GrafanaDataSource GrafanaFolder GrafanaNotificationChannel",
		source:     communityOperatorsProd,
	},
	{name: "intel.com", namespaced: "Ovms", source: communityOperators},
	{name: "intel.com", cluster: "NetworkClusterPolicy", namespaced: "ModelServer Notebook", source: certifiedOperators},
	{name: "intersight.cisco.com", namespaced: "CiscoIntersight", source: certifiedOperators},
	{name: "intersight.cisco.com", namespaced: "UCSCISolutions", source: communityOperatorsProd},
	{name: "io.jaegertracing", namespaced: "Jaeger", source: communityOperators},
	{name: "iot.dentrassi.de", namespaced: "Simulator SimulatorConsumer SimulatorProducer", source: communityOperators},
	{name: "iot.eclipse.org", namespaced: "Ditto Hawkbit", source: communityOperators},
	{name: "iot.enmasse.io", namespaced: "IoTConfig IoTProject", source: communityOperators},
	{name: "ipm.intel.com", namespaced: "CPUPowerProv", source: certifiedOperators},
	{name: "istio.banzaicloud.io", namespaced: "Istio RemoteIstio", source: communityOperators},
	{name: "itrsgroup.com", namespaced: "IAXPlatform", source: certifiedOperators},
	{name: "jaegertracing.io", namespaced: "Jaeger", source: communityOperatorsProd},
	{name: "jenkins.io", namespaced: "Jenkins", source: communityOperators},
	{name: "jenkins2tekton.io", namespaced: "JenkinsPipeline", source: certifiedOperators},
	{name: "jumpstarter.dev", namespaced: "Client Exporter ExporterAccessPolicy Lease", source: communityOperatorsProd},
	{name: "k5.config", namespaced: "K5ExternalSecret", source: certifiedOperators},
	{name: "k5.knowis.com", namespaced: "CSW", source: certifiedOperators},
	{name: "k5.project.operator", namespaced: "k5client k5dashboard k5project k5realm k5topic", source: certifiedOperators},
	{name: "k8gb.absa.oss", namespaced: "Gslb", source: communityOperatorsProd},
	{name: "k8s.aws", namespaced: "DeviceConfig", source: communityOperatorsProd},
	{
		name:       "k8s.keycloak.org",
		namespaced: "Keycloak KeycloakOIDCClient KeycloakRealmImport KeycloakSAMLClient",
		source:     communityOperatorsProd,
	},
	{name: "k8s.mariadb.com", namespaced: "PointInTimeRecovery", source: communityOperatorsProd},
	{name: "k8s.nginx.org", namespaced: "NginxIngressController", source: certifiedOperators},
	{
		name: "k8s.streamnative.io",
		namespaced: `
			Agent AgentEnvironment AgentFile AgentFunction AgentMemoryStore AgentSession AgentSkill
			AgentTrigger AgentVault ApiKeys Connection ConnectorCatalog Console Coordinator
			KafkaCluster KafkaConnect KafkaRestProxy MqttProxy OxiaCluster OxiaNamespace PFSQLCluster
			PulsarCoordinator SnSchemaRegistry StorageCatalog UniLink UniLinkSchema`,
		source: communityOperatorsProd,
	},
	{name: "kafka.banzaicloud.io", namespaced: "KafkaCluster", source: communityOperators},
	{name: "kafka.stackable.tech", namespaced: "KafkaCluster", source: certifiedOperators},
	{name: "kafka.strimzi.io", namespaced: "KafkaConnectS2I KafkaMirrorMaker", source: communityOperatorsProd},
	{
		name:       "kairos.maximilianopizarro.github.io",
		namespaced: "KairosAgent KairosConsole KairosEvent SmartScalingPolicy",
		source:     communityOperatorsProd,
	},
	{name: "kalybr.ai", namespaced: "EnterpriseSmall", source: certifiedOperators},
	{
		name:       "kauntlet.bsgchina.com",
		namespaced: "MysqlReplication PostgresReplication ProxysqlSync RedisCluster RedisReplication",
		source:     certifiedOperators,
	},
	{name: "kcos.loadcore.keysight.com", namespaced: "Framework Ingress Licensing Sso", source: certifiedOperators},
	{
		name:       "kea.openshift.io",
		namespaced: "KeaControlAgent KeaDhcp4Server KeaDhcp6Server KeaDhcpDdns KeaServer KeaStorkServer",
		source:     communityOperatorsProd,
	},
	{name: "keda.k8s.io", namespaced: "KedaController ScaledObject TriggerAuthentication", source: communityOperatorsProd},
	{name: "keda.sh", namespaced: "KedaController", source: communityOperatorsProd},
	{
		name:    "kepler.system.sustainable.computing.io",
		cluster: "Kepler KeplerInternal PowerMonitor PowerMonitorInternal",
		source:  communityOperatorsProd,
	},
	{name: "keycloak.nerc.mghpcc.org", namespaced: "KeycloakAuthorization", source: communityOperatorsProd},
	{name: "keycloak.org", namespaced: "KCOSClientRoleMapping KCOSRealmRole KCOSUserRoleMapping", source: certifiedOperators},
	{
		name:       "keycloak.org",
		namespaced: "Keycloak KeycloakBackup KeycloakClient KeycloakRealm KeycloakUser",
		source:     communityOperatorsProd,
	},
	{name: "kfdef.apps.kubeflow.org", namespaced: "KfDef", source: communityOperatorsProd},
	{name: "kiali.io", namespaced: "Kiali", source: communityOperators},
	{name: "kibana.k8s.elastic.co", namespaced: "Kibana", source: certifiedOperators},
	{name: "kogito.knative.dev", namespaced: "KogitoSource", source: communityOperatorsProd},
	{name: "koku-metrics-cfg.openshift.io", namespaced: "KokuMetricsConfig", source: communityOperatorsProd},
	{
		name:    "kollect.dev",
		cluster: "KollectClusterInventory KollectClusterScope KollectClusterTarget",
		namespaced: `
			KollectConnectionTest KollectDatabaseSink KollectEventSink KollectInventory
			KollectProfile KollectScope KollectSnapshotSink KollectTarget`,
		source: communityOperatorsProd,
	},
	{name: "kom.kaiso.github.io", namespaced: "Microservice", source: communityOperators},
	{
		name: "konflux.konflux-ci.dev",
		cluster: `
			Konflux KonfluxApplicationAPI KonfluxBuildService KonfluxCLI KonfluxCertManager
			KonfluxDefaultTenant KonfluxEnterpriseContract KonfluxImageController KonfluxInfo
			KonfluxIntegrationService KonfluxInternalRegistry KonfluxNamespaceLister KonfluxRBAC
			KonfluxReleaseService KonfluxSegmentBridge KonfluxUI`,
		source: communityOperatorsProd,
	},
	{name: "konveyor.openshift.io", namespaced: "Velero", source: communityOperatorsProd},
	{name: "korrel8r.openshift.io", namespaced: "Korrel8r", source: communityOperatorsProd},
	{name: "kruize.io", namespaced: "Kruize", source: communityOperatorsProd},
	{
		name: "kuadrant.io",
		namespaced: `
			AuthPolicy DNSHealthCheckProbe DNSPolicy DNSRecord Kuadrant ManagedZone RateLimitPolicy
			TLSPolicy`,
		source: communityOperatorsProd,
	},
	{name: "kube-green.com", namespaced: "SleepInfo", source: communityOperatorsProd},
	{name: "kubeloxilb.loxilb.io", namespaced: "Kubeloxilbapp", source: certifiedOperators},
	{name: "kubernaut.ai", namespaced: "Kubernaut", source: communityOperatorsProd},
	{name: "kubernetes.kurrent.io", namespaced: "KurrentDB KurrentDBBackup KurrentDBBackupSchedule", source: certifiedOperators},
	{
		name:       "kubernetes.zabbix.com",
		namespaced: "ZabbixAgent ZabbixAgent2 ZabbixFull ZabbixProxyMysql ZabbixProxySqlite ZabbixServer",
		source:     certifiedOperators,
	},
	{
		name:    "kubevirt.io",
		cluster: "KWebUI NodeMaintenance",
		namespaced: `
			KubeVirt KubevirtCommonTemplatesBundle KubevirtMetricsAggregation
			KubevirtNodeLabellerBundle KubevirtTemplateValidator V2VVmware`,
		source: communityOperatorsProd,
	},
	{name: "lb.lbconfig.carlosedp.com", namespaced: "ExternalLoadBalancer", source: communityOperatorsProd},
	{
		name:       "leaksignal.com",
		cluster:    "ClusterLeaksignalIstio LeaksignalNetworkTap",
		namespaced: "LeaksignalIstio",
		source:     certifiedOperators,
	},
	{name: "lighthouse.submariner.io", namespaced: "ServiceExport ServiceImport", source: communityOperators},
	{name: "lightspeed.openstack.org", namespaced: "OpenStackLightspeed", source: communityOperatorsProd},
	{name: "limitador.kuadrant.io", namespaced: "Limitador", source: communityOperatorsProd},
	{name: "listeners.stackable.tech", cluster: "ListenerClass", namespaced: "Listener PodListeners", source: certifiedOperators},
	{name: "litmuschaos.io", namespaced: "ChaosEngine ChaosExperiment ChaosResult", source: communityOperators},
	{name: "locd.lenovo.com", namespaced: "Cluster", source: certifiedOperators},
	{
		name:       "logging.logging.opstreelabs.in",
		namespaced: "Elasticsearch Fluentd IndexLifeCycle IndexTemplate Kibana",
		source:     communityOperatorsProd,
	},
	{
		name:       "logging.opstreelabs.in",
		namespaced: "Elasticsearch Fluentd IndexLifecycle IndexTemplate Kibana",
		source:     communityOperators,
	},
	{name: "logstash.k8s.elastic.co", namespaced: "Logstash", source: certifiedOperators},
	{name: "loki.grafana.com", namespaced: "AlertingRule LokiStack RecordingRule RulerConfig", source: communityOperatorsProd},
}
