package kinds

// knativeGroups has the kinds of Knative.
var knativeGroups = []group{
	{
		name:       "autoscaling.internal.knative.dev",
		namespaced: "Metric PodAutoscaler",
		source:     "github.com/knative/operator@b4f2c2549cd0",
	},
	{
		name:       "bindings.knative.dev",
		namespaced: "GitHubBinding GitLabBinding KafkaBinding",
		source:     "github.com/knative/operator@b4f2c2549cd0",
	},
	{name: "caching.internal.knative.dev", namespaced: "Image", source: "github.com/knative/operator@b4f2c2549cd0"},
	{
		name:       "eventing.knative.dev",
		namespaced: "Broker EventPolicy EventTransform EventType KafkaSink RequestReply Trigger",
		source:     "github.com/knative/operator@b4f2c2549cd0",
	},
	{name: "flows.knative.dev", namespaced: "Parallel Sequence", source: "github.com/knative/operator@b4f2c2549cd0"},
	{name: "guard.security.knative.dev", namespaced: "Guardian", source: "github.com/knative/operator@b4f2c2549cd0"},
	{
		name:       "internal.kafka.eventing.knative.dev",
		namespaced: "Consumer ConsumerGroup",
		source:     "github.com/knative/operator@b4f2c2549cd0",
	},
	{
		name:       "messaging.knative.dev",
		namespaced: "Channel InMemoryChannel KafkaChannel Subscription",
		source:     "github.com/knative/operator@b4f2c2549cd0",
	},
	{name: "messaging.knative.dev", namespaced: "Parallel Sequence", source: "github.com/solo-io/gloo@8d57572e5513"},
	{
		name:       "networking.internal.knative.dev",
		cluster:    "ClusterDomainClaim",
		namespaced: "Certificate Ingress ServerlessService",
		source:     "github.com/knative/operator@b4f2c2549cd0",
	},
	{name: "operator.knative.dev", namespaced: "KnativeEventing KnativeServing", source: "github.com/knative/operator@b4f2c2549cd0"},
	{
		name:       "serving.knative.dev",
		namespaced: "Configuration DomainMapping Revision Route Service",
		source:     "github.com/knative/operator@b4f2c2549cd0",
	},
	{name: "sinks.knative.dev", namespaced: "IntegrationSink JobSink", source: "github.com/knative/operator@b4f2c2549cd0"},
	{
		name:       "sources.eventing.knative.dev",
		namespaced: "ApiServerSource ContainerSource CronJobSource",
		source:     "github.com/solo-io/gloo@8d57572e5513",
	},
	{
		name: "sources.knative.dev",
		namespaced: `
			ApiServerSource CephSource ContainerSource GitHubSource GitLabSource IntegrationSource
			KafkaSource PingSource RabbitmqSource RedisStreamSource SinkBinding`,
		source: "github.com/knative/operator@b4f2c2549cd0",
	},
}
