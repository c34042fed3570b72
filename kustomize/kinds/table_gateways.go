package kinds

// gatewayGroups has the kinds of the Gateway API, of ingress controllers and of service
// meshes.
var gatewayGroups = []group{
	{name: "access.smi-spec.io", namespaced: "TrafficTarget", source: "documentation of the Service Mesh Interface"},
	{
		name:       "agentgateway.dev",
		namespaced: "AgentgatewayBackend AgentgatewayParameters AgentgatewayPolicy",
		source:     "documentation of agentgateway",
	},
	{
		name:       "aigateway.envoyproxy.io",
		namespaced: "AIGatewayRoute AIServiceBackend BackendSecurityPolicy GatewayConfig MCPRoute QuotaPolicy",
		source:     "documentation of Envoy AI Gateway",
	},
	{
		name: "apisix.apache.org",
		namespaced: `
			ApisixConsumer ApisixGlobalRule ApisixPluginConfig ApisixRoute ApisixTls ApisixUpstream
			BackendTrafficPolicy Consumer GatewayProxy HTTPRoutePolicy L4RoutePolicy PluginConfig`,
		source: "github.com/apache/apisix-ingress-controller@d510f6656c5d",
	},
	{
		name:       "appprotect.f5.com",
		namespaced: "APLogConf APPolicy APUserSig",
		source:     "github.com/nginx/kubernetes-ingress@0eb3072d14f0",
	},
	{
		name:       "appprotectdos.f5.com",
		namespaced: "APDosLogConf APDosPolicy DosProtectedResource",
		source:     "github.com/nginx/kubernetes-ingress@0eb3072d14f0",
	},
	{name: "auth.consul.hashicorp.com", namespaced: "TrafficPermissions", source: "github.com/hashicorp/consul-k8s@a507b1d1e306"},
	{name: "bindings.k8s.ngrok.com", namespaced: "BoundEndpoint", source: "github.com/ngrok/ngrok-operator@024dfe1845bb"},
	{
		name:    "configuration.konghq.com",
		cluster: "KongClusterPlugin KongLicense KongVault",
		namespaced: `
			IngressClassParameters KongCACertificate KongCertificate KongConsumer KongConsumerGroup
			KongCredentialACL KongCredentialAPIKey KongCredentialBasicAuth KongCredentialHMAC
			KongCredentialJWT KongCustomEntity KongDataPlaneClientCertificate KongKey KongKeySet
			KongPlugin KongPluginBinding KongRoute KongSNI KongService KongTarget KongUpstream
			KongUpstreamPolicy`,
		source: "github.com/Kong/kubernetes-configuration@b6e8d4f7c492",
	},
	{
		name:       "configuration.konghq.com",
		namespaced: "KongIngress TCPIngress UDPIngress",
		source:     "github.com/Kong/kubernetes-ingress-controller@1fa68f8642da",
	},
	{
		name:    "consul.hashicorp.com",
		cluster: "CustomGatewayClass GatewayClassConfig RateLimit Registration",
		namespaced: `
			ControlPlaneRequestLimit CustomGatewayPolicy ExportedServices GRPCRoute Gateway
			GatewayPolicy HTTPRoute IngressGateway JWTProvider Mesh MeshService PeeringAcceptor
			PeeringDialer ProxyDefaults ReferenceGrant RouteAuthFilter RouteExtProc RouteRetryFilter
			RouteTLSSDSFilter RouteTimeoutFilter SamenessGroup ServiceDefaults ServiceIntentions
			ServiceResolver ServiceRouter ServiceSplitter TCPRoute TLSRoute TerminatingGateway
			UDPRoute`,
		source: "github.com/hashicorp/consul-k8s@a507b1d1e306",
	},
	{
		name:       "consul.networking.io",
		cluster:    "CustomGatewayClass",
		namespaced: "GRPCRoute Gateway HTTPRoute ReferenceGrant TCPRoute TLSRoute UDPRoute",
		source:     "github.com/hashicorp/consul-k8s@a507b1d1e306",
	},
	{name: "contour.heptio.com", namespaced: "IngressRoute TLSCertificateDelegation", source: "documentation of Contour 0.15"},
	{name: "enterprise.gloo.solo.io", namespaced: "AuthConfig", source: "github.com/solo-io/gloo@8d57572e5513"},
	{name: "extensions.istio.io", namespaced: "TrafficExtension WasmPlugin", source: "istio.io/api@v1.32.0"},
	{name: "externaldns.nginx.org", namespaced: "DNSEndpoint", source: "github.com/nginx/kubernetes-ingress@0eb3072d14f0"},
	{name: "fic.f5.com", namespaced: "IPAM", source: "github.com/nginx/nginx-gateway-fabric@e55bfe33969f"},
	{
		name: "gateway-operator.konghq.com",
		namespaced: `
			AIGateway ControlPlane DataPlane DataPlaneMetricsExtension GatewayConfiguration
			KongPluginInstallation WatchNamespaceGrant`,
		source: "github.com/Kong/kubernetes-configuration@b6e8d4f7c492",
	},
	{
		name: "gateway.envoyproxy.io",
		namespaced: `
			Backend BackendTrafficPolicy ClientTrafficPolicy EnvoyExtensionPolicy EnvoyPatchPolicy
			EnvoyProxy HTTPRouteFilter SecurityPolicy`,
		source: "github.com/envoyproxy/gateway@d32f28294245",
	},
	{name: "gateway.gloo.solo.io", namespaced: "DirectResponse GatewayParameters", source: "github.com/solo-io/gloo@8d57572e5513"},
	{
		name:       "gateway.kgateway.dev",
		namespaced: "Backend BackendConfigPolicy GatewayExtension TrafficPolicy",
		source:     "documentation of kgateway",
	},
	{
		name:       "gateway.kgateway.dev",
		namespaced: "DirectResponse GatewayParameters HTTPListenerPolicy ListenerPolicy RoutePolicy Upstream",
		source:     "github.com/kgateway-dev/kgateway@06ff8b9d6ce3",
	},
	{name: "gateway.networking.k8s.io", namespaced: "ReferencePolicy", source: "documentation of the Gateway API: v1alpha2"},
	{
		name:    "gateway.networking.k8s.io",
		cluster: "GatewayClass",
		namespaced: `
			BackendTLSPolicy GRPCRoute Gateway HTTPRoute ListenerSet ReferenceGrant TCPRoute TLSRoute
			UDPRoute`,
		source: "github.com/kubernetes-sigs/gateway-api@4564255ac2c3",
	},
	{
		name:       "gateway.networking.x-k8s.io",
		cluster:    "XMesh",
		namespaced: "XBackend XBackendTrafficPolicy",
		source:     "github.com/kubernetes-sigs/gateway-api@4564255ac2c3",
	},
	{
		name: "gateway.nginx.org",
		namespaced: `
			AuthenticationFilter ClientSettingsPolicy ExternalLoadBalancer NginxGateway
			NginxGatewayFabric NginxProxy ObservabilityPolicy PayloadProcessor ProxySettingsPolicy
			RateLimitPolicy SnippetsFilter SnippetsPolicy UpstreamSettingsPolicy WAFPolicy`,
		source: "github.com/nginx/nginx-gateway-fabric@e55bfe33969f",
	},
	{
		name: "gateway.solo.io",
		namespaced: `
			Gateway HttpListenerOption ListenerOption MatchableHttpGateway MatchableTcpGateway
			RouteOption RouteTable VirtualHostOption VirtualService`,
		source: "github.com/solo-io/gloo@8d57572e5513",
	},
	{
		name:       "getambassador.io",
		namespaced: "ACMEChallenge Filter FilterPolicy RateLimit",
		source:     "documentation of Ambassador Edge Stack",
	},
	{
		name: "getambassador.io",
		namespaced: `
			AuthService ConsulResolver DevPortal Host KubernetesEndpointResolver
			KubernetesServiceResolver Listener LogService Mapping Module RateLimitService TCPMapping
			TLSContext TracingService`,
		source: "github.com/emissary-ingress/emissary@3ebe0f4687ff",
	},
	{name: "gloo.solo.io", namespaced: "Proxy Settings Upstream UpstreamGroup", source: "github.com/solo-io/gloo@8d57572e5513"},
	{name: "graphql.gloo.solo.io", namespaced: "GraphQLApi", source: "documentation of Gloo Gateway"},
	{
		name: "gravitee.io",
		namespaced: `
			ApiDefinition ApiResource ApiV4Definition Application Group KafkaRoute ManagementContext
			Notification SharedPolicyGroup Subscription`,
		source: "documentation of the Gravitee operator",
	},
	{
		name:    "hub.traefik.io",
		cluster: "AccessControlPolicy",
		namespaced: `
			AIService API APIAuth APIBundle APICatalogItem APIPlan APIPortal APIPortalAuth
			APIRateLimit APIVersion ManagedApplication ManagedSubscription`,
		source: "documentation of Traefik Hub",
	},
	{
		name:       "incubator.ingress-controller.konghq.com",
		namespaced: "KongServiceFacade",
		source:     "github.com/Kong/kubernetes-configuration@b6e8d4f7c492",
	},
	{name: "inference.networking.k8s.io", namespaced: "InferencePool", source: "github.com/istio/istio@86c9f01fd735"},
	{
		name:       "inference.networking.x-k8s.io",
		namespaced: "InferenceModelRewrite InferenceObjective InferencePoolImport",
		source:     "github.com/istio/istio@86c9f01fd735",
	},
	{
		name:       "inference.networking.x-k8s.io",
		namespaced: "InferenceModel InferencePool",
		source:     "github.com/kubeflow/manifests@009c88084074",
	},
	{
		name:       "ingress.k8s.ngrok.com",
		namespaced: "HTTPSEdge NgrokModuleSet TCPEdge TLSEdge Tunnel",
		source:     "documentation of the ngrok operator 0.13",
	},
	{name: "ingress.k8s.ngrok.com", namespaced: "Domain IPPolicy", source: "github.com/ngrok/ngrok-operator@024dfe1845bb"},
	{name: "ingress.pomerium.io", cluster: "Pomerium", source: "documentation of Pomerium"},
	{
		name:       "ingress.v1.haproxy.org",
		namespaced: "Backend Defaults Global TCP",
		source:     "github.com/haproxytech/kubernetes-ingress@fc1206761aa7",
	},
	{
		name:       "ingress.v3.haproxy.org",
		namespaced: "Backend Defaults Frontend Global TCP ValidationRules",
		source:     "github.com/haproxytech/kubernetes-ingress@fc1206761aa7",
	},
	{name: "install.istio.io", namespaced: "IstioOperator", source: "github.com/solo-io/gloo@8d57572e5513"},
	{
		name:       "k8s.nginx.org",
		namespaced: "GlobalConfiguration Policy TransportServer VirtualServer VirtualServerRoute",
		source:     "github.com/nginx/kubernetes-ingress@0eb3072d14f0",
	},
	{
		name: "konnect.konghq.com",
		namespaced: `
			KonnectAPIAuthConfiguration KonnectCloudGatewayDataPlaneGroupConfiguration
			KonnectCloudGatewayNetwork KonnectCloudGatewayTransitGateway KonnectExtension
			KonnectGatewayControlPlane`,
		source: "github.com/Kong/kubernetes-configuration@b6e8d4f7c492",
	},
	{
		name:    "kuma.io",
		cluster: "Mesh MeshInsight ServiceInsight Zone ZoneInsight",
		namespaced: `
			ContainerPatch Dataplane DataplaneInsight DoNothingPolicy DoNothingResource
			HostnameGenerator MeshAccessLog MeshCircuitBreaker MeshExternalService MeshFaultInjection
			MeshGatewayInstance
			MeshHTTPRoute MeshHealthCheck MeshIdentity MeshLoadBalancingStrategy MeshMetric
			MeshMultiZoneService MeshOpenTelemetryBackend MeshPassthrough MeshProxyPatch
			MeshRateLimit MeshRetry MeshService MeshTCPRoute MeshTLS MeshTimeout MeshTrace
			MeshTrafficPermission MeshTrust MeshZoneAddress Workload`,
		source: "github.com/kumahq/kuma@348b6528bc23",
	},
	{name: "linkerd.io", namespaced: "ServiceProfile", source: "github.com/linkerd/linkerd2@b24cd4059841"},
	{name: "multicluster.linkerd.io", namespaced: "Link", source: "github.com/linkerd/linkerd2@b24cd4059841"},
	{
		name:       "networking.cfargotunnel.com",
		cluster:    "ClusterTunnel",
		namespaced: "AccessTunnel Tunnel TunnelBinding",
		source:     "github.com/adyanth/cloudflare-operator@da0c5f0fdd27",
	},
	{
		name: "networking.istio.io",
		namespaced: `
			DestinationRule EnvoyFilter Gateway ProxyConfig ServiceEntry Sidecar VirtualService
			WorkloadEntry WorkloadGroup`,
		source: "istio.io/api@v1.32.0",
	},
	{
		name:       "networking.x-k8s.io",
		cluster:    "GatewayClass",
		namespaced: "BackendPolicy Gateway HTTPRoute TCPRoute TLSRoute UDPRoute",
		source:     "documentation of the Gateway API: v1alpha1",
	},
	{
		name:       "ngrok.k8s.ngrok.com",
		namespaced: "AgentEndpoint CloudEndpoint KubernetesOperator NgrokTrafficPolicy",
		source:     "github.com/ngrok/ngrok-operator@024dfe1845bb",
	},
	{
		name: "policy.linkerd.io",
		namespaced: `
			AuthorizationPolicy EgressNetwork HTTPLocalRateLimitPolicy HTTPRoute
			MeshTLSAuthentication NetworkAuthentication Server ServerAuthorization`,
		source: "github.com/linkerd/linkerd2@b24cd4059841",
	},
	{
		name:       "projectcontour.io",
		namespaced: "ContourConfiguration ContourDeployment ExtensionService HTTPProxy TLSCertificateDelegation",
		source:     "github.com/projectcontour/contour@31c4bb38e0a5",
	},
	{name: "ratelimit.solo.io", namespaced: "RateLimitConfig", source: "github.com/solo-io/gloo@8d57572e5513"},
	{
		name:       "security.istio.io",
		namespaced: "AuthorizationPolicy PeerAuthentication RequestAuthentication",
		source:     "istio.io/api@v1.32.0",
	},
	{
		name:       "specs.smi-spec.io",
		namespaced: "HTTPRouteGroup TCPRoute UDPRoute",
		source:     "documentation of the Service Mesh Interface",
	},
	{name: "split.smi-spec.io", namespaced: "TrafficSplit", source: "documentation of the Service Mesh Interface"},
	{name: "telemetry.istio.io", namespaced: "Telemetry", source: "istio.io/api@v1.32.0"},
	{
		name: "traefik.containo.us",
		namespaced: `
			IngressRoute IngressRouteTCP IngressRouteUDP Middleware MiddlewareTCP ServersTransport
			ServersTransportTCP TLSOption TLSStore TraefikService`,
		source: "documentation of Traefik 2",
	},
	{
		name: "traefik.io",
		namespaced: `
			IngressRoute IngressRouteTCP IngressRouteUDP Middleware MiddlewareTCP ServersTransport
			ServersTransportTCP TLSOption TLSStore TraefikService`,
		source: "github.com/traefik/traefik@fd5a576df2e8",
	},
	{
		name: "tyk.tyk.io",
		namespaced: `
			ApiDefinition OperatorContext OrganizationPlacement PortalAPICatalogue PortalConfig
			SecurityPolicy SubGraph SuperGraph TykOasApiDefinition TykStreamsApiDefinition`,
		source: "documentation of the Tyk operator",
	},
	{name: "voyager.appscode.com", namespaced: "Certificate Ingress", source: "documentation of Voyager"},
	{name: "workload.linkerd.io", namespaced: "ExternalWorkload", source: "github.com/linkerd/linkerd2@b24cd4059841"},
	{name: "zalando.org", namespaced: "Stack StackSet", source: "github.com/zalando-incubator/stackset-controller@2be936fd597c"},
	{name: "zalando.org", namespaced: "AWSIAMRole RouteGroup", source: "github.com/zalando/skipper@527238d12b3d"},
}
