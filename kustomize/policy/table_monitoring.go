package policy

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// The monitoring system of a cluster reads these objects in all namespaces.
const (
	sendsFile      = "the monitoring system would send the contents of a file of its own, such as its token"
	readsOthers    = "it would read the objects and the metrics of other namespaces"
	usesMonitoring = "it would use the identity of the monitoring system to read the cloud or the cluster"
	useSecret      = "use a Secret of the preview"
	prometheusAPI  = "https://prometheus-operator.dev/docs/api-reference/api/"
	victoriaAPI    = "https://docs.victoriametrics.com/operator/api/"
	coreMonitoring = "monitoring.coreos.com"
	victoria       = "operator.victoriametrics.com"
)

var (
	monitors        = []string{"PodMonitor", "Probe", "ServiceMonitor"}
	victoriaScrapes = []string{"VMNodeScrape", "VMPodScrape", "VMProbe", "VMScrapeConfig", "VMServiceScrape", "VMStaticScrape"}
)

// monitoringRows has kinds of monitoring.
var monitoringRows = slices.Concat(
	files(coreMonitoring, prometheusAPI, "AlertmanagerConfig", "PodMonitor", "Probe", "ScrapeConfig", "ServiceMonitor"),
	files("azmonitoring.coreos.com", "https://learn.microsoft.com/azure/azure-monitor/containers/prometheus-metrics-scrape-crd", "PodMonitor", "ServiceMonitor"),
	files(victoria, victoriaAPI, append([]string{"VMAlertmanagerConfig"}, victoriaScrapes...)...),

	selectors(coreMonitoring, prometheusAPI, monitors...),
	selectors("azmonitoring.coreos.com", prometheusAPI, "PodMonitor", "ServiceMonitor"),
	selectors(victoria, victoriaAPI, victoriaScrapes...),
	selectors("monitoring.grafana.com", "https://github.com/grafana/agent-operator", "PodLogs"),

	discoveries(coreMonitoring, prometheusAPI, "ScrapeConfig"),
	discoveries(victoria, victoriaAPI, "VMScrapeConfig"),
	[]Row{
		// Monitoring systems of the preview itself.
		{Word: allowOtherNamespace, Group: coreMonitoring, Kinds: []string{"Alertmanager", "Prometheus", "PrometheusAgent", "ThanosRuler"}, Field: "*NamespaceSelector", Except: ownSelector, Why: readsOthers, Source: prometheusAPI},
		{Word: allowOtherNamespace, Group: victoria, Kinds: []string{"VMAgent", "VMAlert", "VMAlertmanager", "VMAuth"}, Field: "*NamespaceSelector", Except: ownSelector, Why: readsOthers, Source: victoriaAPI},
		{Word: allowOtherNamespace, Group: victoria, Field: "selectAllByDefault", Except: onlyFalse, Why: readsOthers, Source: victoriaAPI},
		{Word: allowOtherNamespace, Group: "monitoring.grafana.com", Kinds: []string{"GrafanaAgent", "LogsInstance", "MetricsInstance"}, Field: "*NamespaceSelector", Except: ownSelector, Why: readsOthers, Source: "https://github.com/grafana/agent-operator"},
		{Word: allowProxyTarget, Group: victoria, Kinds: []string{"VMUser"}, Why: "a shared proxy would send requests to any address for it", Fix: removeIt, Source: "https://docs.victoriametrics.com/operator/resources/vmuser/"},

		// Grafana.
		{Word: allowOtherNamespace, Group: "grafana.integreatly.org", Field: "allowCrossNamespaceImport", Except: onlyFalse, Why: "it would change the Grafana of another namespace", Source: "https://grafana.github.io/grafana-operator/docs/api/"},

		// Collectors of logs that all namespaces share.
		{Word: allowSnippet, Group: "logging.banzaicloud.io", Kinds: []string{"Flow"}, Path: "spec.filters[].record_transformer.enable_ruby", Except: onlyFalse, Why: runsRuby, Source: "https://kube-logging.dev/docs/configuration/plugins/filters/record_transformer/"},
		{Word: allowSnippet, Group: "logging.banzaicloud.io", Kinds: []string{"Flow"}, Path: "spec.filters[].record_modifier", Why: runsRuby, Source: "https://kube-logging.dev/docs/configuration/plugins/filters/record_modifier/"},
		{Word: allowSnippet, Group: "fluentd.fluent.io", Field: "enableRuby", Except: onlyFalse, Why: runsRuby, Source: "https://github.com/fluent/fluent-operator docs/plugins/fluentd"},
		{Word: allowSnippet, Group: "fluentd.fluent.io", Field: "customPlugin", Why: addsConfiguration, Source: "https://github.com/fluent/fluent-operator docs/plugins/fluentd"},
		{Word: allowSnippet, Group: "fluentbit.fluent.io", Field: "customPlugin", Why: addsConfiguration, Source: "https://github.com/fluent/fluent-operator docs/plugins/fluentbit"},
		{Word: allowSnippet, Group: "fluentbit.fluent.io", Kinds: []string{"Filter"}, Path: "spec.filters[].lua", Why: addsConfiguration, Source: "https://docs.fluentbit.io/manual/data-pipeline/filters/lua"},
		{Word: allowSnippet, Group: "fluentbit.fluent.io", Kinds: []string{"Filter"}, Path: "spec.filters[].wasm", Why: addsConfiguration, Source: "https://docs.fluentbit.io/manual/data-pipeline/filters/wasm"},
		{Word: allowHostPath, Group: "logging-extensions.banzaicloud.io", Kinds: []string{"HostTailer"}, Why: "it would read files of every node", Fix: removeIt, Source: "https://kube-logging.dev/docs/configuration/extensions/kubernetes-host-tailer/"},
	},
)

const (
	runsRuby          = "the shared collector of logs would run code of the preview"
	addsConfiguration = "the shared collector of logs would run code or configuration of the preview"
)

// onlyCA are the fields with a file that only verifies servers, and the profile of an account.
var onlyCA = Values{"`caFile` and `profile`", func(p fields.Place, _ Scope) bool {
	return slices.Contains([]string{"caFile", "ca_file", "profile"}, p.Name)
}}

func files(group, source string, kinds ...string) []Row {
	return []Row{{Word: allowScrape, Group: group, Kinds: kinds, Field: "*file", Except: onlyCA, Why: sendsFile, Fix: useSecret, Source: source}}
}

// selectors returns the rows of the namespaces in which monitors look for their targets.
func selectors(group, source string, kinds ...string) []Row {
	return []Row{
		{Word: allowOtherNamespace, Group: group, Kinds: kinds, Field: "matchNames", Except: ownNamespace, Why: readsOthers, Source: source},
		{Word: allowOtherNamespace, Group: group, Kinds: kinds, Field: "any", Except: onlyFalse, Why: readsOthers, Source: source},
	}
}

// discoveries returns the rows of fields that find targets with the identity of the monitoring
// system.
func discoveries(group, source, kind string) []Row {
	row := Row{Word: allowScrape, Group: group, Kinds: []string{kind}, Why: usesMonitoring, Source: source}
	rows := atFields(row, "azureSDConfigs", "ec2SDConfigs", "gceSDConfigs", "lightSailSDConfigs")
	row.Except = ownDiscovery
	return append(rows, append(atFields(row, "kubernetesSDConfigs"), Row{
		Word: allowScrape, Group: group, Kinds: row.Kinds, Field: "fileSDConfigs", Why: "it would read files of the monitoring system", Source: source,
	})...)
}

// ownDiscovery finds only objects of the preview's namespace.
var ownDiscovery = Values{"discoveries in the preview's namespace", func(p fields.Place, in Scope) bool {
	return isListOf(p.Node, func(discovery *yaml.Node) bool {
		own := object.At(discovery, "namespaces", "ownNamespace")
		names := object.At(discovery, "namespaces", "names")
		if isNull(names) {
			return !isNull(own) && own.Value == "true"
		}
		return len(object.Items(names)) > 0 && isListOf(names, in.isOwn)
	})
}}
