package policy

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// serviceTypes is where the API of Kubernetes has the types of Services.
const serviceTypes = "k8s.io/api core/v1 ServiceType"

// exposedRows has the Services that operators create, by the fields with their type: the
// templates of Services, and fields such as serviceType and spec.kafka.listeners[].type.
var exposedRows = []Row{
	{Word: allowLoadBalancer, Field: "*type", Value: "LoadBalancer", Why: opensLoadBalancer, Fix: useRoute, Source: serviceTypes},
	{Word: allowNodePort, Field: "*type", Value: "NodePort", Why: takesNodePort, Fix: useRoute, Source: serviceTypes},
	{Word: allowLoadBalancer, Field: "expose", Value: "LoadBalancer", Why: opensLoadBalancer, Fix: useRoute, Source: kubemq},
	{Word: allowNodePort, Field: "expose", Value: "NodePort", Why: takesNodePort, Fix: useRoute, Source: kubemq},
	{Word: allowExternalName, Field: "*type", Value: "ExternalName", Why: leadsElsewhere, Fix: useExternalName, Source: serviceTypes},
	{Word: allowExternalIP, Field: "externalIPs", Except: emptyList, Why: takesAnyIP, Source: "CVE-2020-8554"},
	{Word: allowLoadBalancer, Field: "*loadBalancer", Value: "true", Why: opensLoadBalancer, Fix: "set it to false", Source: "github.com/zalando/postgres-operator pkg/apis/acid.zalan.do/v1 PostgresSpec"},

	// These have no type, or a default that is not ClusterIP.
	{Word: allowLoadBalancer, Group: "ais.nvidia.com", Kinds: []string{"AIStore"}, Path: "spec.enableExternalLB", Except: onlyFalse, Why: opensLoadBalancer, Source: "https://github.com/NVIDIA/ais-k8s operator/api/v1beta1"},
	{Word: allowLoadBalancer, Group: "gateway-operator.konghq.com", Kinds: []string{"DataPlane"}, Path: "spec", Except: kongInCluster, Why: "its Service opens a load balancer by default", Fix: "set spec.network.services.ingress.type to ClusterIP", Source: "https://developer.konghq.com/operator/reference/custom-resources/"},
	{Word: allowNodePort, Group: "*.stackable.tech", Field: "*listenerClass", Except: texts("cluster-internal"), Why: stackable, Fix: "set it to cluster-internal", Source: stackableListeners},
	{Word: allowNodePort, Group: "listeners.stackable.tech", Kinds: []string{"Listener"}, Path: "spec.className", Except: texts("cluster-internal"), Why: stackable, Fix: "set it to cluster-internal", Source: stackableListeners},
	{Word: allowLoadBalancer, Group: "hazelcast.com", Kinds: []string{"Hazelcast"}, Path: "spec.exposeExternally", Why: opensLoadBalancer, Source: "https://docs.hazelcast.com/operator/latest/expose-externally"},
	{Word: allowLoadBalancer, Group: "minio.min.io", Kinds: []string{"Tenant"}, Path: "spec.exposeServices.console", Except: onlyFalse, Why: opensLoadBalancer, Source: minioTenant},
	{Word: allowLoadBalancer, Group: "minio.min.io", Kinds: []string{"Tenant"}, Path: "spec.exposeServices.minio", Except: onlyFalse, Why: opensLoadBalancer, Source: minioTenant},
	{Word: allowLoadBalancer, Group: "mongodb.com", Kinds: []string{"MongoDB", "MongoDBMultiCluster"}, Path: "spec.externalAccess", Except: clusterIPService, Why: opensLoadBalancer, Fix: "set externalService.spec.type to ClusterIP", Source: "https://www.mongodb.com/docs/kubernetes/current/reference/k8s-operator-specification/"},
	{Word: allowLoadBalancer, Group: "app.redislabs.com", Kinds: []string{"RedisEnterpriseCluster"}, Path: "spec.servicesRiggerSpec.databaseServiceType", Except: inCluster, Why: opensLoadBalancer, Fix: "set it to cluster_ip", Source: "https://redis.io/docs/latest/operate/kubernetes/networking/"},
	{Word: allowNodePort, Group: "couchbase.com", Kinds: []string{"CouchbaseCluster"}, Path: "spec.networking.exposeAdminConsole", Except: onlyFalse, Why: takesNodePort, Source: couchbaseCluster},
	{Word: allowNodePort, Group: "couchbase.com", Kinds: []string{"CouchbaseCluster"}, Path: "spec.networking.exposedFeatures", Except: emptyList, Why: takesNodePort, Source: couchbaseCluster},
	{Word: allowNodePort, Group: "cluster.redpanda.com", Kinds: []string{"Redpanda"}, Path: "spec", Except: notExternal, Why: "its Service takes a port of every node by default", Fix: "set spec.clusterSpec.external.enabled to false", Source: "https://docs.redpanda.com/current/reference/k-redpanda-helm-spec/#external"},
}

const (
	kubemq             = "https://docs.kubemq.io/configuration/cluster/set-grpc-interface"
	stackable          = "its class could open a load balancer, or take a port of every node"
	stackableListeners = "https://docs.stackable.tech/home/stable/listener-operator/listenerclass/"
	minioTenant        = "https://github.com/minio/operator pkg/apis/minio.min.io/v2 ExposeServices"
	couchbaseCluster   = "https://docs.couchbase.com/operator/current/resource/couchbasecluster.html"
)

// The values of fields with which operators expose a server.
var (
	clusterIPService = anyOf("`externalService.spec.type: ClusterIP`", func(access *yaml.Node) bool {
		return object.Scalar(object.At(access, "externalService", "spec", "type")) == "ClusterIP"
	})
	kongInCluster = anyOf("`network.services.ingress.type: ClusterIP`", func(spec *yaml.Node) bool {
		return object.Scalar(object.At(spec, "network", "services", "ingress", "type")) == "ClusterIP"
	})
	inCluster   = texts("cluster_ip", "headless", "cluster_ip,headless", "headless,cluster_ip")
	notExternal = anyOf("`clusterSpec.external.enabled: false`", func(spec *yaml.Node) bool {
		enabled := object.At(spec, "clusterSpec", "external", "enabled")
		return !isNull(enabled) && isFalse(enabled)
	})
)
