package fields

// dnsAnnotations are the annotations of DNS controllers: external-dns
// (github.com/kubernetes-sigs/external-dns: docs/annotations) and Gardener.
var dnsAnnotations = []string{
	"external-dns.alpha.kubernetes.io/hostname", "external-dns.alpha.kubernetes.io/internal-hostname", "dns.gardener.cloud/dnsnames",
}

// templateHosts has the annotations of DNS controllers in the templates of the objects that
// operators create.
func templateHosts() []Row {
	var rows []Row
	for _, t := range annotationTemplates {
		for _, path := range t.paths {
			for _, key := range dnsAnnotations {
				rows = append(rows, recorded(t.group, t.kinds, path+"["+key+"]")...)
			}
		}
	}
	return rows
}

// annotationTemplates has the annotations of the objects that operators create.
var annotationTemplates = []struct {
	group        string
	kinds, paths []string
}{
	// External-dns also reads the annotations of pods.
	{"apps", []string{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}, []string{"spec.template.metadata.annotations"}},
	{"batch", []string{"Job"}, []string{"spec.template.metadata.annotations"}},
	{"batch", []string{"CronJob"}, []string{"spec.jobTemplate.spec.template.metadata.annotations"}},
	// github.com/argoproj/argo-rollouts: pkg/apis/rollouts/v1alpha1, PodTemplateMetadata, NginxTrafficRouting.
	{argo, []string{"Rollout"}, []string{
		"spec.template.metadata.annotations", "spec.strategy.canary.canaryMetadata.annotations", "spec.strategy.canary.stableMetadata.annotations",
		"spec.strategy.blueGreen.activeMetadata.annotations", "spec.strategy.blueGreen.previewMetadata.annotations",
		"spec.strategy.canary.steps[].experiment.templates[].metadata.annotations",
		"spec.strategy.canary.trafficRouting.nginx.canaryIngressAnnotations",
	}},
	// sigs.k8s.io/gateway-api: GatewayInfrastructure, which Istio, Envoy Gateway and others copy.
	{"gateway.networking.k8s.io", []string{"Gateway"}, []string{"spec.infrastructure.annotations"}},
	// github.com/envoyproxy/gateway: api/v1alpha1, KubernetesServiceSpec.
	{"gateway.envoyproxy.io", []string{"EnvoyProxy"}, []string{"spec.provider.kubernetes.envoyService.annotations"}},
	// github.com/strimzi/strimzi-kafka-operator: KafkaListenerOverride, KafkaClusterTemplate.
	{"kafka.strimzi.io", []string{"Kafka"}, []string{
		"spec.kafka.listeners[].configuration.bootstrap.annotations", "spec.kafka.listeners[].configuration.brokers[].annotations",
		"spec.kafka.template.externalBootstrapService.metadata.annotations", "spec.kafka.template.perPodService.metadata.annotations",
		"spec.kafka.template.externalBootstrapIngress.metadata.annotations", "spec.kafka.template.perPodIngress.metadata.annotations",
		"spec.kafka.template.externalBootstrapRoute.metadata.annotations", "spec.kafka.template.perPodRoute.metadata.annotations",
	}},
	{"kafka.strimzi.io", []string{"KafkaNodePool"}, []string{
		"spec.template.perPodService.metadata.annotations", "spec.template.perPodIngress.metadata.annotations", "spec.template.perPodRoute.metadata.annotations",
	}},
	{"kafka.strimzi.io", []string{"KafkaBridge", "KafkaConnect"}, []string{"spec.template.apiService.metadata.annotations"}},
	// github.com/mariadb-operator/mariadb-operator: ServiceTemplate.
	{"k8s.mariadb.com", []string{"MariaDB"}, []string{
		"spec.service.metadata.annotations", "spec.primaryService.metadata.annotations", "spec.secondaryService.metadata.annotations",
		"spec.maxScale.kubernetesService.metadata.annotations", "spec.maxScale.guiKubernetesService.metadata.annotations",
	}},
	{"k8s.mariadb.com", []string{"MaxScale"}, []string{"spec.kubernetesService.metadata.annotations", "spec.guiKubernetesService.metadata.annotations"}},
	// github.com/rabbitmq/cluster-operator: RabbitmqClusterServiceSpec.
	{"rabbitmq.com", []string{"RabbitmqCluster"}, []string{"spec.service.annotations", "spec.override.service.metadata.annotations"}},
	// github.com/cloudnative-pg/cloudnative-pg: ManagedService, PoolerSpec, EmbeddedObjectMetadata.
	{"postgresql.cnpg.io", []string{"Cluster"}, []string{"spec.managed.services.additional[].serviceTemplate.metadata.annotations", "spec.inheritedMetadata.annotations"}},
	{"postgresql.cnpg.io", []string{"Pooler"}, []string{"spec.serviceTemplate.metadata.annotations"}},
	// github.com/zalando/postgres-operator: docs/reference/cluster_manifest.md.
	{"acid.zalan.do", []string{"postgresql"}, []string{
		"spec.serviceAnnotations", "spec.masterServiceAnnotations", "spec.replicaServiceAnnotations",
	}},
	// github.com/elastic/cloud-on-k8s: pkg/apis/common/v1, ServiceTemplate.
	{"elasticsearch.k8s.elastic.co", []string{"Elasticsearch"}, []string{"spec.http.service.metadata.annotations", "spec.transport.service.metadata.annotations"}},
	{"kibana.k8s.elastic.co", []string{"Kibana"}, []string{"spec.http.service.metadata.annotations"}},
	{"apm.k8s.elastic.co", []string{"ApmServer"}, []string{"spec.http.service.metadata.annotations"}},
	// github.com/minio/operator: pkg/apis/minio.min.io/v2, ServiceMetadata.
	{"minio.min.io", []string{"Tenant"}, []string{"spec.serviceMetadata.minioServiceAnnotations", "spec.serviceMetadata.consoleServiceAnnotations"}},
	// The Ingresses and Services of Keycloak, Grafana, OpenTelemetry and Jaeger.
	{"k8s.keycloak.org", []string{"Keycloak"}, []string{"spec.ingress.annotations"}},
	{"grafana.integreatly.org", []string{"Grafana"}, []string{"spec.ingress.metadata.annotations", "spec.service.metadata.annotations", "spec.route.metadata.annotations"}},
	{"opentelemetry.io", []string{"OpenTelemetryCollector"}, []string{"spec.ingress.annotations"}},
	{"jaegertracing.io", []string{"Jaeger"}, []string{"spec.ingress.annotations"}},
}
