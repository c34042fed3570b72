package fields

import (
	"regexp"
	"slices"
)

// namespaceRows has the fields with names of namespaces that only some kinds have. The
// tables below have the keys that mean a namespace in every kind.
var namespaceRows = slices.Concat(
	[]Row{
		// A ReferenceGrant trusts all objects of one kind in a namespace.
		namespaceRow("gateway.networking.k8s.io", "spec.from[].namespace", Whole, nil, "ReferenceGrant"),
		// Istio (istio.io/api: networking/v1, security/v1).
		namespaceRow("networking.istio.io", "spec.exportTo[]", Whole, nil, "DestinationRule", "ServiceEntry", "VirtualService"),
		namespaceRow("networking.istio.io", "spec.gateways[]", Scoped, []string{"Gateway"}, "VirtualService"),
		namespaceRow("networking.istio.io", "spec.http[].match[].gateways[]", Scoped, []string{"Gateway"}, "VirtualService"),
		namespaceRow("networking.istio.io", "spec.tls[].match[].gateways[]", Scoped, []string{"Gateway"}, "VirtualService"),
		namespaceRow("networking.istio.io", "spec.tcp[].match[].gateways[]", Scoped, []string{"Gateway"}, "VirtualService"),
		namespaceRow("networking.istio.io", "spec.http[].match[].sourceNamespace", Whole, nil, "VirtualService"),
		namespaceRow("networking.istio.io", "spec.tls[].match[].sourceNamespace", Whole, nil, "VirtualService"),
		namespaceRow("networking.istio.io", "spec.tcp[].match[].sourceNamespace", Whole, nil, "VirtualService"),
		namespaceRow("networking.istio.io", "spec.servers[].hosts[]", Scoped, nil, "Gateway"),
		namespaceRow("networking.istio.io", "spec.egress[].hosts[]", Scoped, nil, "Sidecar"),
		namespaceRow("networking.istio.io", "spec.host", Addressed, nil, "DestinationRule"),
		namespaceRow("networking.istio.io", "spec.hosts[]", Addressed, nil, "VirtualService"),
		namespaceRow("networking.istio.io", "spec.http[].route[].destination.host", Addressed, nil, "VirtualService"),
		namespaceRow("networking.istio.io", "spec.http[].mirror.host", Addressed, nil, "VirtualService"),
		namespaceRow("networking.istio.io", "spec.tls[].route[].destination.host", Addressed, nil, "VirtualService"),
		namespaceRow("networking.istio.io", "spec.tcp[].route[].destination.host", Addressed, nil, "VirtualService"),
		namespaceRow("security.istio.io", "spec.rules[].from[].source.namespaces[]", Whole, nil, "AuthorizationPolicy"),
		namespaceRow("security.istio.io", "spec.rules[].from[].source.notNamespaces[]", Whole, nil, "AuthorizationPolicy"),
		// Flagger (github.com/fluxcd/flagger: pkg/apis/flagger/v1beta1).
		namespaceRow("flagger.app", "spec.service.gateways[]", Scoped, []string{"Gateway"}, "Canary"),
		// Emissary (github.com/emissary-ingress/emissary: pkg/api/getambassador.io/v3alpha1).
		namespaceRow("getambassador.io", "spec.service", Addressed, nil, "Mapping", "TCPMapping"),
		namespaceRow("getambassador.io", "spec.auth_service", Addressed, nil, "AuthService"),
		// Contour delegates certificates (github.com/projectcontour/contour: apis/projectcontour/v1).
		namespaceRow("projectcontour.io", "spec.virtualhost.tls.secretName", Scoped, []string{"Secret"}, "HTTPProxy"),
		namespaceRow("projectcontour.io", "spec.virtualhost.tls.clientValidation.caSecret", Scoped, []string{"Secret"}, "HTTPProxy"),
		namespaceRow("projectcontour.io", "spec.routes[].services[].validation.caSecret", Scoped, []string{"Secret"}, "HTTPProxy"),
		namespaceRow("projectcontour.io", "spec.tcpproxy.services[].validation.caSecret", Scoped, []string{"Secret"}, "HTTPProxy"),
		namespaceRow("projectcontour.io", "spec.validation.caSecret", Scoped, []string{"Secret"}, "ExtensionService"),
		// NGINX Ingress Controller (github.com/nginx/kubernetes-ingress: pkg/apis/configuration/v1).
		namespaceRow("k8s.nginx.org", "spec.routes[].route", Scoped, []string{"VirtualServerRoute"}, "VirtualServer"),
		// github.com/strimzi/strimzi-kafka-operator: EntityTopicOperatorSpec, EntityUserOperatorSpec.
		namespaceRow("kafka.strimzi.io", "spec.entityOperator.topicOperator.watchedNamespace", Whole, nil, "Kafka"),
		namespaceRow("kafka.strimzi.io", "spec.entityOperator.userOperator.watchedNamespace", Whole, nil, "Kafka"),
		// github.com/hashicorp/vault-secrets-operator: api/v1beta1.
		namespaceRow("secrets.hashicorp.com", "spec.vaultAuthRef", Scoped, []string{"VaultAuth"}, "VaultStaticSecret", "VaultDynamicSecret", "VaultPKISecret"),
		// github.com/prometheus-operator/prometheus-operator: pkg/apis/monitoring/v1.
		namespaceRow("monitoring.coreos.com", "spec.namespaceSelector.matchNames[]", Whole, nil, "PodMonitor", "Probe", "ServiceMonitor"),
	},
	annotationRows([]string{"Secret"},
		// github.com/kubernetes/ingress-nginx: docs/user-guide/nginx-configuration/annotations.md.
		"nginx.ingress.kubernetes.io/auth-secret", "nginx.ingress.kubernetes.io/auth-tls-secret",
		"nginx.ingress.kubernetes.io/proxy-ssl-secret", "nginx.ingress.kubernetes.io/secure-verify-ca-secret",
		// github.com/jcmoraisjr/haproxy-ingress, github.com/haproxytech/kubernetes-ingress.
		"haproxy-ingress.github.io/auth-secret", "haproxy-ingress.github.io/auth-tls-secret", "haproxy-ingress.github.io/secure-verify-ca-secret",
		"haproxy-ingress.github.io/secure-crt-secret", "haproxy.org/auth-secret", "haproxy.org/client-ca", "haproxy.org/server-ca", "haproxy.org/server-crt",
		"ingress.kubernetes.io/auth-secret", "ingress.kubernetes.io/auth-tls-secret",
		// github.com/cert-manager/cert-manager: pkg/apis/certmanager/v1/types.go.
		"cert-manager.io/inject-ca-from-secret",
	),
	annotationRows([]string{"ConfigMap"},
		"nginx.ingress.kubernetes.io/auth-proxy-set-headers", "nginx.ingress.kubernetes.io/custom-headers",
		"nginx.ingress.kubernetes.io/fastcgi-params-configmap", "nginx.ingress.kubernetes.io/proxy-set-headers",
	),
	annotationRows(serviceKinds, "nginx.ingress.kubernetes.io/default-backend", "haproxy-ingress.github.io/default-backend-service", "haproxy.org/default-backend-service"),
	annotationRows([]string{"Certificate"}, "cert-manager.io/inject-ca-from"),
	// istio.io/api: annotation/annotations.gen.go.
	[]Row{namespaceRow(AnyGroup, "metadata.annotations[networking.istio.io/exportTo]", Whole, nil)},
	// github.com/kubernetes-sigs/external-dns: docs/annotations.
	annotationRows([]string{"Ingress"}, "external-dns.alpha.kubernetes.io/ingress"),
	annotationRows([]string{"Gateway"}, "external-dns.alpha.kubernetes.io/gateway"),
)

func namespaceRow(group, path string, form Form, of []string, kinds ...string) Row {
	return Row{Group: group, Kinds: kinds, Path: path, Is: Namespace, Form: form, Of: of}
}

// annotationRows returns the rows of annotations with a namespace, a slash and the name of
// an object of kinds.
func annotationRows(kinds []string, keys ...string) []Row {
	var rows []Row
	for _, key := range keys {
		rows = append(rows, namespaceRow(AnyGroup, "metadata.annotations["+key+"]", Scoped, kinds))
	}
	return rows
}

// namespaceLabels are the labels that have the name of a namespace, also with prefixes of
// Cilium, and Istio's attribute of requests. Kubernetes sets the first one (https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name),
// Cilium the second one on endpoints, and Calico the last one.
var namespaceLabels = []string{"kubernetes.io/metadata.name", "io.kubernetes.pod.namespace", "projectcalico.org/name", "source.namespace"}

// namespaceVariables are the environment variables that have the namespace of the pod by
// convention, in most controllers and clients.
var namespaceVariables = []string{
	"POD_NAMESPACE", "MY_POD_NAMESPACE", "KUBERNETES_NAMESPACE", "K8S_NAMESPACE", "KUBE_NAMESPACE", "WATCH_NAMESPACE",
	"OPERATOR_NAMESPACE", "LEADER_ELECTION_NAMESPACE", "KUBERNETES_POD_NAMESPACE", "OPENSHIFT_KUBE_PING_NAMESPACE", "KUBERNETES_PING_NAMESPACE",
}

// referents has the kinds to which a field refers, by a word in its key. The first word
// that the key contains counts.
var referents = []referent{
	{"secret", []string{"Secret"}},
	{"configmap", []string{"ConfigMap"}},
	{"serviceaccount", accountKinds},
	{"middleware", []string{"Middleware", "MiddlewareTCP"}},
	{"gateway", []string{"Gateway"}},
	{"issuer", []string{"Issuer"}},
	{"backend", []string{"Service", "TraefikService", "Backend"}},
	{"service", []string{"Service", "TraefikService"}},
	{"upstream", []string{"Upstream"}},
}

// referent is a word of keys and the kinds of the objects that their fields name.
type referent struct {
	word  string
	kinds []string
}

// derived has objects that controllers create for another object, by its group and kind.
var derived = []derivedObject{
	{"cert-manager.io", "Certificate", "Secret", "spec.secretName", nil},
	{"external-secrets.io", "ExternalSecret", "Secret", "spec.target.name", []string{""}},
	{"bitnami.com", "SealedSecret", "Secret", "", []string{""}},
	{"secrets.hashicorp.com", "VaultStaticSecret", "Secret", "spec.destination.name", nil},
	{"secrets.hashicorp.com", "VaultDynamicSecret", "Secret", "spec.destination.name", nil},
	{"secrets.hashicorp.com", "VaultPKISecret", "Secret", "spec.destination.name", nil},
	{"serving.knative.dev", "Service", "Service", "", []string{""}},
	{"serving.knative.dev", "Route", "Service", "", []string{""}},
	{"postgresql.cnpg.io", "Cluster", "Service", "", []string{"-rw", "-ro", "-r"}},
	{"acid.zalan.do", "postgresql", "Service", "", []string{"", "-repl", "-pooler"}},
	{"kafka.strimzi.io", "Kafka", "Service", "", []string{"-kafka-bootstrap", "-kafka-brokers"}},
	{"rabbitmq.com", "RabbitmqCluster", "Service", "", []string{"", "-nodes"}},
	{"k8s.mariadb.com", "MariaDB", "Service", "", []string{"", "-primary", "-secondary", "-internal"}},
	{"elasticsearch.k8s.elastic.co", "Elasticsearch", "Service", "", []string{"-es-http"}},
	{"mongodbcommunity.mongodb.com", "MongoDBCommunity", "Service", "", []string{"-svc"}},
	{"k8s.keycloak.org", "Keycloak", "Service", "", []string{"-service"}},
}

// derivedObject is the object of the kind Creates that a controller creates for objects of
// Group and Kind. Its name is in the field Field, or is the name of the object with one of
// the Suffixes.
type derivedObject struct {
	Group, Kind, Creates, Field string
	Suffixes                    []string
}

// Patterns of namespaces in texts. The group ns is the namespace, and name the name of the
// object.
var namespacePatterns = []pattern{
	// The name of a Service in the cluster, or of all Services
	// (https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/).
	{regexp.MustCompile(`(?P<name>(?:%2[Ff])?[a-z0-9*-]*)\.(?P<ns>[a-z0-9-]+)\.svc(?:[^A-Za-z0-9_-]|$)`), serviceKinds},
	// The domain of all Services of a namespace.
	{regexp.MustCompile(`(?:^|[^A-Za-z0-9_.-])(?P<ns>[a-z0-9-]+)\.svc(?:[^A-Za-z0-9_-]|$)`), nil},
	// A namespace in the path of the Kubernetes API
	// (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris), and in that of a
	// broker of Knative.
	{regexp.MustCompile(`/(?:api/v1|apis/[a-z0-9.-]+/v[a-z0-9]+)/namespaces/(?P<ns>[a-z0-9-]+)`), nil},
	{regexp.MustCompile(`broker-ingress\.[a-z0-9-]+\.svc[a-z0-9.]*(?::[0-9]+)?/(?P<ns>[a-z0-9-]+)/`), nil},
	// A pod of a Service, and its namespace, with a port. It could also be a public host.
	{regexp.MustCompile(`(?:://|@|^|[,;\s])[a-z0-9-]+\.(?P<name>[a-z0-9-]+)\.(?P<ns>[a-z0-9-]+):[0-9]+`), []string{mention}},
	// Service and namespace in a URL, or with a port.
	{regexp.MustCompile(`(?:://|@)(?P<name>[a-z0-9-]+)\.(?P<ns>[a-z0-9-]+)(?:[^A-Za-z0-9_.-]|$)`), serviceKinds},
	{regexp.MustCompile(`(?:^|[,;\s])(?P<name>[a-z0-9-]+)\.(?P<ns>[a-z0-9-]+):[0-9]+`), serviceKinds},
	// Service and namespace after a flag or a key that means a host.
	{regexp.MustCompile(`(?i:host|hostname|addr|address|server|endpoint|url|uri|upstream|backend|broker)s?["']?[ \t]*[:=][ \t]*["']?(?P<name>[a-z0-9-]+)\.(?P<ns>[a-z0-9-]+)(?:[^A-Za-z0-9_.-]|$)`), serviceKinds},
	// An identity in SPIFFE, as in Istio's principals.
	{regexp.MustCompile(`/ns/(?P<ns>[a-z0-9-]+)/sa/(?P<name>[a-z0-9.-]+|\*)`), accountKinds},
	{regexp.MustCompile(`/ns/(?P<ns>[a-z0-9-]+)/\*`), nil},
	// The user and the group of ServiceAccounts
	// (https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/).
	{regexp.MustCompile(`system:serviceaccount:(?P<ns>[a-z0-9-]+):(?P<name>[a-z0-9.-]+)`), accountKinds},
	{regexp.MustCompile(`system:serviceaccounts:(?P<ns>[a-z0-9-]+)`), nil},
	// An identity of Linkerd (https://linkerd.io/2/features/automatic-mtls/).
	{regexp.MustCompile(`(?P<name>[a-z0-9*-]+)\.(?P<ns>[a-z0-9-]+)\.serviceaccount\.identity\.`), accountKinds},
}

var (
	serviceKinds = []string{"Service"}
	accountKinds = []string{"ServiceAccount"}
)

// pattern matches texts that name a namespace and an object of kinds.
type pattern struct {
	*regexp.Regexp
	kinds []string
}
