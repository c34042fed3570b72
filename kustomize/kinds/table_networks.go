package kinds

// networkGroups has the kinds of networks of pods and clusters.
var networkGroups = []group{
	{name: "chisel-operator.io", namespaced: "ExitNode ExitNodeProvisioner", source: "documentation of the Chisel operator"},
	{name: "cilium.io", cluster: "CiliumBGPPeeringPolicy CiliumExternalWorkload", source: "documentation of Cilium 1.14"},
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
		name: "crd.antrea.io",
		cluster: `
			AntreaAgentInfo AntreaControllerInfo AntreaNodeConfig BGPPolicy ClusterGroup
			ClusterNetworkPolicy Egress ExternalIPPool FlowExporterDestination IPPool
			NodeLatencyMonitor PacketCapture SupportBundleCollection Tier Traceflow TrafficControl`,
		namespaced: "ExternalEntity ExternalNode Group NetworkPolicy",
		source:     "github.com/antrea-io/antrea@fc70f2bb7037",
	},
	{name: "crd.projectcalico.org", cluster: "AdminNetworkPolicy BaselineAdminNetworkPolicy", source: "documentation of Calico 3.29"},
	{
		name: "crd.projectcalico.org",
		cluster: `
			BGPConfiguration BGPFilter BGPPeer BlockAffinity CalicoNodeStatus ClusterInformation
			FelixConfiguration GlobalNetworkPolicy GlobalNetworkSet HostEndpoint IPAMBlock IPAMConfig
			IPAMHandle IPPool IPReservation KubeControllersConfiguration StagedGlobalNetworkPolicy
			Tier`,
		namespaced: "NetworkPolicy NetworkSet StagedKubernetesNetworkPolicy StagedNetworkPolicy",
		source:     "github.com/projectcalico/calico@87c15906f20c",
	},
	{name: "externaldns.k8s.io", namespaced: "DNSEndpoint DNSRecord", source: "github.com/kubernetes-sigs/external-dns@2bf1bf8af2b7"},
	{
		name:       "frrk8s.metallb.io",
		cluster:    "FRRNodeState",
		namespaced: "BGPSessionState FRRConfiguration FRRK8sConfiguration",
		source:     "github.com/metallb/metallb@7938d3f89b8b",
	},
	{
		name:       "k8s.cni.cncf.io",
		namespaced: "IPAMClaim MultiNetworkPolicy",
		source:     "documentation of the Network Plumbing Working Group",
	},
	{name: "k8s.cni.cncf.io", namespaced: "NetworkAttachmentDefinition", source: bitnamiCharts},
	{
		name: "k8s.ovn.org",
		cluster: `
			AdminPolicyBasedExternalRoute ClusterNetworkConnect ClusterUserDefinedNetwork EgressIP
			RouteAdvertisements Uplink UplinkState VTEP`,
		namespaced: "EgressFirewall EgressQoS EgressService NetworkQoS UserDefinedNetwork",
		source:     "github.com/ovn-kubernetes/ovn-kubernetes@8871cd9cec9c",
	},
	{name: "kilo.squat.ai", cluster: "Peer", source: cozystack},
	{
		name: "kubeovn.io",
		cluster: `
			IP IPPool IptablesDnatRule IptablesEIP IptablesFIPRule IptablesSnatRule OvnDnatRule
			OvnEip OvnFip OvnSnatRule ProviderNetwork QoSPolicy SecurityGroup Subnet SwitchLBRule Vip
			Vlan Vpc VpcDns VpcNatGateway`,
		namespaced: "VpcEgressGateway",
		source:     cozystack,
	},
	{
		name: "metallb.io",
		namespaced: `
			BFDProfile BGPAdvertisement BGPPeer Community ConfigurationState IPAddressPool
			L2Advertisement ServiceBGPStatus ServiceL2Status`,
		source: "github.com/metallb/metallb@7938d3f89b8b",
	},
	{name: "migration.projectcalico.org", cluster: "DatastoreMigration", source: "github.com/projectcalico/calico@87c15906f20c"},
	{
		name:    "multicluster.crd.antrea.io",
		cluster: "LabelIdentity",
		namespaced: `
			ClusterClaim ClusterInfoImport ClusterSet Gateway MemberClusterAnnounce
			MultiClusterConfig ResourceExport ResourceImport`,
		source: "github.com/antrea-io/antrea@fc70f2bb7037",
	},
	{name: "multicluster.x-k8s.io", namespaced: "ServiceExport ServiceImport", source: "sigs.k8s.io/mcs-api@v0.5.2"},
	{
		name:       "networking.k8s.aws",
		cluster:    "ClusterNetworkPolicy ClusterPolicyEndpoint",
		namespaced: "ApplicationNetworkPolicy PolicyEndpoint",
		source:     "documentation of Amazon EKS",
	},
	{
		name: "operator.tigera.io",
		cluster: `
			APIServer GatewayAPI Goldmane ImageSet Installation Istio ManagementClusterConnection
			TigeraStatus Whisker`,
		source: "github.com/projectcalico/calico@87c15906f20c",
	},
	{
		name:    "policy.networking.k8s.io",
		cluster: "AdminNetworkPolicy BaselineAdminNetworkPolicy",
		source:  "documentation of the Network Policy API: v1alpha1",
	},
	{name: "policy.networking.k8s.io", cluster: "ClusterNetworkPolicy", source: "github.com/projectcalico/calico@87c15906f20c"},
	{name: "projectcalico.org", cluster: "Profile", source: "documentation of Calico"},
	{
		name: "projectcalico.org",
		cluster: `
			BGPConfiguration BGPFilter BGPPeer BlockAffinity CalicoNodeStatus ClusterInformation
			FelixConfiguration GlobalNetworkPolicy GlobalNetworkSet HostEndpoint IPAMBlock
			IPAMConfiguration IPAMHandle IPPool IPReservation KubeControllersConfiguration
			StagedGlobalNetworkPolicy Tier`,
		namespaced: "NetworkPolicy NetworkSet StagedKubernetesNetworkPolicy StagedNetworkPolicy",
		source:     "github.com/projectcalico/calico@87c15906f20c",
	},
	{
		name: "skupper.io",
		namespaced: `
			AccessGrant AccessToken AttachedConnector AttachedConnectorBinding Certificate Connector
			Link Listener MultiKeyListener RouterAccess SecuredAccess Site`,
		source: "github.com/skupperproject/skupper@80b1ba6de37f",
	},
	{
		name:       "spiderpool.spidernet.io",
		cluster:    "SpiderCoordinator SpiderIPPool SpiderReservedIP SpiderSubnet",
		namespaced: "SpiderClaimParameter SpiderEndpoint SpiderMultusConfig",
		source:     "documentation of Spiderpool",
	},
	{
		name:       "stunner.l7mp.io",
		cluster:    "Dataplane",
		namespaced: "GatewayConfig StaticService UDPRoute",
		source:     "documentation of STUNner",
	},
	{
		name:       "tailscale.com",
		cluster:    "Connector DNSConfig PeerRelay ProxyClass ProxyGroup Recorder Tailnet",
		namespaced: "ProxyGroupPolicy",
		source:     "github.com/tailscale/tailscale@de9ec7ee2562",
	},
	{name: "whereabouts.cni.cncf.io", namespaced: "IPPool OverlappingRangeIPReservation", source: bitnamiCharts},
}
