package policy

import (
	"slices"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

const (
	kongTypes    = "github.com/kong/kubernetes-configuration api/configuration"
	kongPlugins  = "https://developer.konghq.com/plugins/"
	removePlugin = "remove the KongPlugin"
	apisixTypes  = "github.com/apache/apisix-ingress-controller api/v2"
	apisixHub    = "https://apisix.apache.org/plugins/"
)

// kongRows has the kinds of Kong and its gateway operator.
var kongRows = []Row{
	{
		Word: allowSnippet, Group: "configuration.konghq.com", Kinds: []string{"KongPlugin"}, Path: "plugin",
		Except: otherThan("pre-function", "post-function", "exit-transformer", "file-log"),
		Why:    "a shared Kong would execute its code, or write files", Fix: removePlugin, Source: kongPlugins,
	},
	{
		Word: allowProxyTarget, Group: "configuration.konghq.com", Kinds: []string{"KongPlugin"}, Path: "plugin",
		Except: otherThan(
			"azure-functions", "confluent", "confluent-consume", "datadog", "forward-proxy", "http-log", "kafka-consume", "kafka-log", "kafka-upstream", "ldap-auth",
			"ldap-auth-advanced", "loggly", "opa", "opentelemetry", "request-callout", "route-transformer-advanced", "solace-upstream", "statsd", "statsd-advanced",
			"syslog", "tcp-log", "udp-log", "upstream-oauth", "zipkin",
		),
		Why: sendsAnywhere, Fix: removePlugin, Source: kongPlugins,
	},
	{Word: allowCredentials, Group: "configuration.konghq.com", Kinds: []string{"KongPlugin"}, Path: "plugin", Except: otherThan("aws-lambda"), Why: "Kong would use its own role for it", Fix: removePlugin, Source: kongPlugins + "aws-lambda/"},
	{
		Word: allowProxyTarget, Group: "configuration.konghq.com", Kinds: []string{"KongConsumer", "KongConsumerGroup", "KongCustomEntity"},
		Why: "it is valid for all routes of Kong", Fix: useShared, Source: "https://developer.konghq.com/gateway/entities/consumer/",
	},
	{Word: allowProxyTarget, Group: "configuration.konghq.com", Kinds: []string{"KongService"}, Path: "spec.host", Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: kongTypes},
	{Word: allowProxyTarget, Group: "configuration.konghq.com", Kinds: []string{"KongService"}, Path: "spec.url", Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: kongTypes},
	{Word: allowProxyTarget, Group: "configuration.konghq.com", Kinds: []string{"KongTarget"}, Path: "spec.target", Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: kongTypes},
	{Word: allowCloudResource, Group: "konnect.konghq.com", Why: "its controller would create resources in Konnect", Fix: useShared, Source: "github.com/kong/kubernetes-configuration api/konnect"},
	{Word: allowLoadBalancer, Group: "gateway-operator.konghq.com", Kinds: []string{"AIGateway"}, Why: opensPort, Fix: "use a Gateway that all previews share", Source: "github.com/kong/kubernetes-configuration api/gateway-operator"},
}

// apisixCode and apisixTargets are plugins of APISIX.
var (
	apisixCode = otherThan(
		"serverless-pre-function", "serverless-post-function", "ext-plugin-pre-req", "ext-plugin-post-req", "ext-plugin-post-resp", "file-logger", "inspect", "script",
	)
	apisixTargets = otherThan(
		"forward-auth", "proxy-mirror", "http-logger", "tcp-logger", "udp-logger", "syslog", "kafka-logger", "rocketmq-logger", "kafka-proxy", "clickhouse-logger", "elasticsearch-logger",
		"loki-logger", "loggly", "splunk-hec-logging", "sls-logger", "tencent-cloud-cls", "google-cloud-logging", "lago", "skywalking", "skywalking-logger", "zipkin", "opentelemetry",
		"datadog", "opa", "authz-casdoor", "authz-keycloak", "ldap-auth", "aws-lambda", "azure-functions", "openfunction", "openwhisk", "traffic-split", "dubbo-proxy", "http-dubbo",
	)
)

// ownNode is an external node of an ApisixUpstream. A node with the type Service has a short name.
var ownNode = Values{ownService.Text, func(p fields.Place, in Scope) bool {
	if object.Scalar(object.Child(p.Holder, "type")) == "Service" {
		return ownService.have(p, in)
	}
	return ownAddress.have(p, in)
}}

// apisixRows has the kinds of APISIX.
var apisixRows = slices.Concat(
	apisixPlugins([]string{"ApisixRoute"}, "spec.http[].plugins[].name", "spec.stream[].plugins[].name"),
	apisixPlugins([]string{"ApisixPluginConfig", "PluginConfig"}, "spec.plugins[].name"),
	[]Row{
		{
			Word: allowProxyTarget, Group: "apisix.apache.org", Kinds: []string{"ApisixConsumer", "ApisixGlobalRule", "Consumer"},
			Why: "it is valid for all routes of APISIX", Fix: useShared, Source: apisixTypes,
		},
		{Word: allowSnippet, Group: "apisix.apache.org", Kinds: []string{"ApisixRoute"}, Path: "spec.http[].match.filter_func", Why: runsCode, Source: apisixTypes},
		{Word: allowProxyTarget, Group: "apisix.apache.org", Kinds: []string{"ApisixUpstream"}, Path: "spec.externalNodes[].name", Except: ownNode, Why: sendsAnywhere, Fix: nameOwn, Source: apisixTypes},
		{Word: allowProxyTarget, Group: "apisix.apache.org", Kinds: []string{"ApisixUpstream"}, Path: "spec.discovery", Why: sendsAnywhere, Source: apisixTypes},
		{Word: allowProxyTarget, Annotation: "k8s.apisix.apache.org/auth-uri", Except: publicURL, Why: sendsAnywhere, Fix: nameOwn, Source: "https://apisix.apache.org/docs/ingress-controller/concepts/annotations/"},
		{Word: allowProxyTarget, Annotation: "k8s.apisix.apache.org/svc-namespace", Except: ownNamespace, Why: reachesOthers, Source: "https://apisix.apache.org/docs/ingress-controller/concepts/annotations/"},
	},
	atPaths(
		Row{Word: allowCredentials, Group: "apisix.apache.org", Kinds: []string{"ApisixTls"}, Except: ownNamespace, Why: foreignSecret, Fix: "name a Secret of the preview", Source: apisixTypes},
		"spec.secret.namespace", "spec.client.caSecret.namespace",
	),
	atPaths(
		Row{Word: allowCredentials, Group: "apisix.apache.org", Kinds: []string{"ApisixUpstream"}, Except: ownNamespace, Why: foreignSecret, Fix: "name a Secret of the preview", Source: apisixTypes},
		"spec.tlsSecret.namespace", "spec.portLevelSettings[].tlsSecret.namespace",
	),
)

// apisixPlugins returns the rows of names of plugins.
func apisixPlugins(kinds []string, paths ...string) []Row {
	return slices.Concat(
		atPaths(Row{Word: allowSnippet, Group: "apisix.apache.org", Kinds: kinds, Except: apisixCode, Why: runsCode, Source: apisixHub}, paths...),
		atPaths(Row{Word: allowProxyTarget, Group: "apisix.apache.org", Kinds: kinds, Except: apisixTargets, Why: sendsAnywhere, Source: apisixHub}, paths...),
	)
}
