package kinds

// observabilityGroups has the kinds of operators for metrics, logs and traces.
var observabilityGroups = []group{
	{name: "collectors.grafana.com", namespaced: "Alloy", source: "documentation of the Alloy operator"},
	{
		name: "core.humio.com",
		namespaced: `
			HumioAction HumioAlert HumioCluster HumioExternalCluster HumioFilterAlert
			HumioIngestToken HumioParser HumioRepository HumioScheduledSearch HumioView`,
		source: "documentation of the Humio operator",
	},
	{
		name: "fluentbit.fluent.io",
		cluster: `
			ClusterFilter ClusterFluentBitConfig ClusterInput ClusterMultilineParser ClusterOutput
			ClusterParser`,
		namespaced: "Collector Filter FluentBit FluentBitConfig MultilineParser Output Parser",
		source:     "github.com/fluent/fluent-operator@00625bfdaf4e",
	},
	{
		name:       "fluentd.fluent.io",
		cluster:    "ClusterFilter ClusterFluentdConfig ClusterInput ClusterOutput",
		namespaced: "Filter Fluentd FluentdConfig Input Output",
		source:     "github.com/fluent/fluent-operator@00625bfdaf4e",
	},
	{
		name: "grafana.integreatly.org",
		namespaced: `
			Grafana GrafanaAlertRuleGroup GrafanaContactPoint GrafanaDashboard GrafanaDatasource
			GrafanaFolder GrafanaLibraryPanel GrafanaMuteTiming GrafanaNotificationPolicy
			GrafanaNotificationPolicyRoute GrafanaNotificationTemplate`,
		source: bitnamiCharts,
	},
	{name: "logging-extensions.banzaicloud.io", cluster: "EventTailer", namespaced: "HostTailer", source: rancherCharts},
	{
		name:    "logging.banzaicloud.io",
		cluster: "FluentbitAgent Logging LoggingRoute NodeAgent",
		namespaced: `
			ClusterFlow ClusterOutput Flow FluentdConfig Output SyslogNGClusterFlow
			SyslogNGClusterOutput SyslogNGConfig SyslogNGFlow SyslogNGOutput`,
		source: rancherCharts,
	},
	{
		name: "monitoring.coreos.com",
		namespaced: `
			Alertmanager AlertmanagerConfig PodMonitor Probe Prometheus PrometheusAgent
			PrometheusRule ScrapeConfig ServiceMonitor ThanosRuler`,
		source: "github.com/prometheus-operator/prometheus-operator@6adcebc5076c",
	},
	{
		name:       "monitoring.grafana.com",
		namespaced: "GrafanaAgent Integration LogsInstance MetricsInstance",
		source:     "documentation of the operator of Grafana Agent",
	},
	{name: "monitoring.grafana.com", namespaced: "PodLogs", source: bitnamiCharts},
	{name: "monitoring.kiali.io", namespaced: "MonitoringDashboard", source: rancherCharts},
	{name: "newrelic.com", namespaced: "Instrumentation", source: "documentation of the Kubernetes agents operator of New Relic"},
	{
		name: "operator.victoriametrics.com",
		namespaced: `
			VLAgent VLCluster VLDistributed VLSingle VLogs VMAgent VMAlert VMAlertmanager
			VMAlertmanagerConfig VMAnomaly VMAnomalyConfig VMAuth VMCluster VMDistributed
			VMNodeScrape VMPodScrape VMProbe VMRule VMScrapeConfig VMServiceScrape VMSingle
			VMStaticScrape VMUser VTCluster VTSingle`,
		source: "github.com/VictoriaMetrics/operator@d0d258c86b5a",
	},
	{
		name:       "perses.dev",
		cluster:    "PersesGlobalDatasource",
		namespaced: "Perses PersesDashboard PersesDatasource",
		source:     "github.com/perses/perses-operator@339ac31f0dcb",
	},
	{name: "pyrra.dev", namespaced: "ServiceLevelObjective", source: "github.com/pyrra-dev/pyrra@1ba95afbf90b"},
	{name: "sloth.slok.dev", namespaced: "PrometheusServiceLevel", source: "documentation of Sloth"},
}
