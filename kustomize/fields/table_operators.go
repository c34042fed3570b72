package fields

import "slices"

// certificateHosts has certificates and DNS records. A certificate for a host is no route
// to it, so only the hosts of the base are replaced. The last label of a DNSEndpoint's
// target can be another server.
func certificateHosts() []Row {
	return slices.Concat(
		owned("cert-manager.io", []string{"Certificate"}, "spec.dnsNames[]", "spec.commonName"),
		mentioned("cert-manager.io", []string{"Certificate"}, "spec.uris[]", "spec.literalSubject"),
		mentioned("cert-manager.io", []string{"Issuer"}, "spec.acme.solvers[].selector.dnsNames[]", "spec.acme.solvers[].selector.dnsZones[]"),
		owned("networking.gke.io", []string{"ManagedCertificate"}, "spec.domains[]"),
		owned("cert.gardener.cloud", []string{"Certificate"}, "spec.commonName", "spec.dnsNames[]"),
		recorded("externaldns.k8s.io", []string{"DNSEndpoint"}, "spec.endpoints[].dnsName"),
		mentioned("externaldns.k8s.io", []string{"DNSEndpoint"}, "spec.endpoints[].targets[]"),
		recorded("externaldns.k8s.io", []string{"DNSRecord"}, "spec.endpoint.dnsName"),
		recorded("externaldns.nginx.org", []string{"DNSEndpoint"}, "spec.endpoints[].dnsName"),
		mentioned("externaldns.nginx.org", []string{"DNSEndpoint"}, "spec.endpoints[].targets[]"),
		recorded("kuadrant.io", []string{"DNSRecord"}, "spec.rootHost", "spec.endpoints[].dnsName"),
		recorded("ingress.operator.openshift.io", []string{"DNSRecord"}, "spec.dnsName"),
		recorded("dns.gardener.cloud", []string{"DNSEntry"}, "spec.dnsName"),
		mentioned("dns.gardener.cloud", []string{"DNSEntry"}, "spec.targets[]"),
		mentioned("", []string{"Service"}, "spec.externalName"),
	)
}

// operatorHosts has the custom resources of applications that write their own routes.
func operatorHosts() []Row {
	return slices.Concat(
		keycloakHosts(), monitoringHosts(),
		served("argoproj.io", []string{"ArgoCD"}, "spec.server.host", "spec.server.grpc.host", "spec.prometheus.host", "spec.grafana.host"),
		mentioned("argoproj.io", []string{"AnalysisTemplate"}, "spec.metrics[].provider.web.url", "spec.args[].value"),
		served("kafka.strimzi.io", []string{"Kafka"}, "spec.kafka.listeners[].configuration.bootstrap.host", "spec.kafka.listeners[].configuration.brokers[].host"),
		[]Row{{
			Group: "kafka.strimzi.io", Kinds: []string{"Kafka"}, Path: "spec.kafka.listeners[].configuration.hostTemplate", Is: OtherHost, Form: Pattern,
			Fix: "write the host of each broker in configuration.brokers",
		}},
		owned("kafka.strimzi.io", []string{"Kafka"},
			"spec.kafka.listeners[].configuration.bootstrap.alternativeNames[]", "spec.kafka.listeners[].configuration.brokers[].advertisedHost"),
		served("goharbor.io", []string{"HarborCluster", "Harbor"}, "spec.expose.core.ingress.host", "spec.expose.notary.ingress.host"),
		owned("goharbor.io", []string{"HarborCluster", "Harbor"}, "spec.externalURL"),
		served("wordpress.presslabs.org", []string{"Wordpress"}, "spec.routes[].domain", "spec.domains[]"),
		owned("minio.min.io", []string{"Tenant"}, "spec.features.domains.console", "spec.features.domains.minio[]"),
		mentioned("hydra.ory.sh", []string{"OAuth2Client"},
			"spec.redirectUris[]", "spec.postLogoutRedirectUris[]", "spec.allowedCorsOrigins[]", "spec.frontChannelLogoutURI", "spec.backChannelLogoutURI"),
	)
}

// keycloakHosts has the kinds of Keycloak's operators (keycloaks.k8s.keycloak.org-v1.yml in
// github.com/keycloak/keycloak-k8s-resources). The operator creates an Ingress, for every
// host if it has none, unless spec.ingress.enabled is false.
func keycloakHosts() []Row {
	const group = "k8s.keycloak.org"
	server, realm := []string{"Keycloak"}, []string{"KeycloakRealmImport"}
	clients := []string{"redirectUris[]", "webOrigins[]", "rootUrl", "baseUrl", "adminUrl"}
	var paths, old []string
	for _, field := range clients {
		paths = append(paths, "spec.realm.clients[]."+field)
		old = append(old, "spec.client."+field)
	}
	return slices.Concat(
		[]Row{{
			Group: group, Kinds: server, Path: "spec.hostname?.hostname", Is: Host,
			Create: []Condition{{Path: "spec.ingress.enabled", Values: []string{"false"}, Not: true}},
		}},
		served(group, server, "spec.hostname.admin"),
		owned(group, server, "spec.hostname.adminUrl"),
		mentioned(group, realm, append(paths, "spec.realm.attributes.frontendUrl")...),
		served("keycloak.org", server, "spec.externalAccess.host"),
		mentioned("keycloak.org", []string{"KeycloakClient"}, old...),
	)
}

// monitoringHosts has the operators of Prometheus, Grafana, Jaeger, OpenTelemetry and
// Elastic.
func monitoringHosts() []Row {
	return slices.Concat(
		owned("monitoring.coreos.com", []string{"Prometheus", "Alertmanager", "ThanosRuler"}, "spec.externalUrl", "spec.alertQueryUrl"),
		mentioned("monitoring.coreos.com", []string{"Probe"}, "spec.targets.staticConfig.static[]"),
		served("grafana.integreatly.org", []string{"Grafana"}, "spec.ingress.spec.rules[].host?", "spec.ingress.spec.tls[].hosts[]", "spec.route.spec.host", "spec.httpRoute.spec.hostnames?[]"),
		owned("grafana.integreatly.org", []string{"Grafana"}, "spec.config.server.root_url", "spec.config.server.domain"),
		served("jaegertracing.io", []string{"Jaeger"}, "spec.ingress.hosts[]"),
		served("opentelemetry.io", []string{"OpenTelemetryCollector"}, "spec.ingress.hostname", "spec.ingress.tls[].hosts[]"),
		owned("kibana.k8s.elastic.co", []string{"Kibana"}, "spec.http.tls.selfSignedCertificate.subjectAltNames[].dns", "spec.config[server.publicBaseUrl]"),
		owned("elasticsearch.k8s.elastic.co", []string{"Elasticsearch"}, "spec.http.tls.selfSignedCertificate.subjectAltNames[].dns"),
	)
}
