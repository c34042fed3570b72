package kinds

// networkingGroups has the kinds of the Gateway API.
var networkingGroups = []group{
	{
		name: "cilium.io",
		cluster: `
			CiliumBGPAdvertisement CiliumBGPClusterConfig CiliumBGPNodeConfig
			CiliumBGPNodeConfigOverride CiliumBGPPeerConfig CiliumCIDRGroup
			CiliumClusterwideEnvoyConfig CiliumClusterwideNetworkPolicy CiliumDatapathPlugin
			CiliumEgressGatewayPolicy CiliumEndpointSlice CiliumIdentity CiliumL2AnnouncementPolicy
			CiliumLoadBalancerIPPool CiliumNode CiliumPodIPPool`,
		namespaced: `
			CiliumEndpoint CiliumEnvoyConfig CiliumGatewayClassConfig CiliumLocalRedirectPolicy
			CiliumNetworkPolicy CiliumNodeConfig`,
		source: "github.com/cilium/cilium@v1.20.2",
	},
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
}
