package policy

import "slices"

const (
	everyNode     = "it would run on every node"
	useDeployment = "use a Deployment"
	useSidecar    = "use a sidecar or a Deployment"
	kruise        = "https://openkruise.io/docs/"
)

// daemonRows has kinds, and modes of kinds, whose controllers run a pod on every node.
var daemonRows = slices.Concat(
	daemons("apps.kruise.io", useDeployment, kruise, "DaemonSet", "BroadcastJob", "ImageListPullJob", "ImagePullJob"),
	daemons("datadoghq.com", "install the agent once for the cluster", "https://docs.datadoghq.com/containers/datadog_operator/", "DatadogAgent", "DatadogAgentInternal", "DatadogCSIDriver"),
	daemons("fluentbit.fluent.io", useSidecar, "https://github.com/fluent/fluent-operator", "FluentBit"),
	daemons("nfd.openshift.io", "install it once for the cluster", "https://github.com/openshift/cluster-nfd-operator", "NodeFeatureDiscovery"),
	daemons("nfd.kubernetes.io", "install it once for the cluster", "https://github.com/kubernetes-sigs/node-feature-discovery-operator", "NodeFeatureDiscovery"),
	daemons("che.eclipse.org", "let the nodes pull images when they need them", "https://github.com/che-incubator/kubernetes-image-puller-operator", "KubernetesImagePuller"),
	daemons("pcc.paloaltonetworks.com", "install it once for the cluster", "https://operatorhub.io/operator/pcc-operator", "ConsoleDefender", "Defender"),
	daemons("redhatcop.redhat.io", "use an Ingress or an HTTPRoute", "https://github.com/redhat-cop/keepalived-operator", "KeepalivedGroup"),
	[]Row{
		daemonMode("apps.kruise.io", "AdvancedCronJob", "spec.template.broadcastJobTemplate", Values{}, kruise),
		daemonMode("opentelemetry.io", "OpenTelemetryCollector", "spec.mode", texts("deployment", "statefulset", "sidecar"), "https://opentelemetry.io/docs/platforms/kubernetes/operator/"),
		daemonMode("beat.k8s.elastic.co", "Beat", "spec.daemonSet", Values{}, "https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/beats"),
		daemonMode("agent.k8s.elastic.co", "Agent", "spec.daemonSet", Values{}, "https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/standalone-elastic-agent"),
		daemonMode("jaegertracing.io", "Jaeger", "spec.agent.strategy", texts("Sidecar", "sidecar"), "https://www.jaegertracing.io/docs/1.60/operator/"),
		daemonMode("fluentd.fluent.io", "Fluentd", "spec.mode", texts("collector"), "https://github.com/fluent/fluent-operator"),
		daemonMode("monitoring.coreos.com", "PrometheusAgent", "spec.mode", texts("StatefulSet"), "https://prometheus-operator.dev/docs/platform/prometheus-agent/"),
		daemonMode("operator.victoriametrics.com", "VMAgent", "spec.daemonSetMode", onlyFalse, "https://docs.victoriametrics.com/operator/resources/vmagent/"),
		daemonMode("gateway.envoyproxy.io", "EnvoyProxy", "spec.provider.kubernetes.envoyDaemonSet", Values{}, "https://gateway.envoyproxy.io/docs/api/extension_types/"),
	},
)

func daemons(group, fix, source string, kinds ...string) (rows []Row) {
	for _, kind := range kinds {
		rows = append(rows, Row{Word: allowDaemonSet, Group: group, Kinds: []string{kind}, Why: everyNode, Fix: fix, Source: source})
	}
	return rows
}

func daemonMode(group, kind, path string, except Values, source string) Row {
	return Row{Word: allowDaemonSet, Group: group, Kinds: []string{kind}, Path: path, Except: except, Why: everyNode, Fix: useSidecar, Source: source}
}
