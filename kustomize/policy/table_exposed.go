package policy

// serviceTypes is where the API of Kubernetes has the types of Services.
const serviceTypes = "k8s.io/api core/v1 ServiceType"

// exposedRows has the Services that operators create, by the fields with their type: the
// templates of Services, and fields such as serviceType and spec.kafka.listeners[].type.
var exposedRows = []Row{
	{Word: allowLoadBalancer, Field: "*type", Value: "LoadBalancer", Why: opensLoadBalancer, Fix: useRoute, Source: serviceTypes},
	{Word: allowNodePort, Field: "*type", Value: "NodePort", Why: takesNodePort, Fix: useRoute, Source: serviceTypes},
	{Word: allowExternalName, Field: "*type", Value: "ExternalName", Why: leadsElsewhere, Fix: useExternalName, Source: serviceTypes},
	{Word: allowExternalIP, Field: "externalIPs", Except: emptyList, Why: takesAnyIP, Source: "CVE-2020-8554"},
	{Word: allowLoadBalancer, Field: "*loadBalancer", Value: "true", Why: opensLoadBalancer, Fix: "set it to false", Source: "github.com/zalando/postgres-operator pkg/apis/acid.zalan.do/v1 PostgresSpec"},
}
