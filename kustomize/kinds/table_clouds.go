package kinds

// cloudGroups has the kinds of the controllers of cloud providers.
var cloudGroups = []group{
	{name: "*.cnrm.cloud.google.com", namespaced: "*", source: "github.com/GoogleCloudPlatform/k8s-config-connector@cdb85ecf1708"},
	{name: "*.services.k8s.aws", namespaced: "*", source: communityOperatorsProd},
	{
		name:       "aadpodidentity.k8s.io",
		namespaced: "AzureAssignedIdentity AzureIdentity AzureIdentityBinding AzurePodIdentityException",
		source:     "documentation of Azure AD Pod Identity",
	},
	{
		name:       "aga.k8s.aws",
		namespaced: "GlobalAccelerator",
		source:     "github.com/kubernetes-sigs/aws-load-balancer-controller@225f44568848",
	},
	{
		name: "alb.networking.azure.io",
		namespaced: `
			ApplicationLoadBalancer BackendLoadBalancingPolicy BackendTLSPolicy FrontendTLSPolicy
			HealthCheckPolicy IngressExtension RoutePolicy WebApplicationFirewallPolicy`,
		source: "documentation of Azure Application Gateway for Containers",
	},
	{name: "alertsmanagement.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "apimanagement.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "app.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "appconfiguration.azure.com", namespaced: "*", source: azureServiceOperator},
	{
		name:       "appgw.ingress.azure.io",
		namespaced: "AzureApplicationGatewayRewrite",
		source:     "documentation of the Azure Application Gateway Ingress Controller",
	},
	{
		name:       "appgw.ingress.k8s.io",
		namespaced: "AzureIngressProhibitedTarget",
		source:     "documentation of the Azure Application Gateway Ingress Controller",
	},
	{
		name:    "application-networking.k8s.aws",
		cluster: "ServiceNetwork",
		namespaced: `
			AccessLogPolicy IAMAuthPolicy ServiceExport ServiceImport TargetGroupPolicy
			VpcAssociationPolicy`,
		source: "github.com/aws/aws-application-networking-k8s@03d6abecad55",
	},
	{name: "authorization.azure.com", namespaced: "*", source: azureServiceOperator},
	{
		name:    "auto.gke.io",
		cluster: "AllowlistSynchronizer AllowlistedV2Workload AllowlistedWorkload WorkloadAllowlist",
		source:  "documentation of Google Kubernetes Engine",
	},
	{name: "azmonitoring.coreos.com", namespaced: "PodMonitor ServiceMonitor", source: "documentation of Azure Monitor"},
	{
		name:       "azureingressprohibitedtargets.appgw.ingress.k8s.io",
		namespaced: "AzureIngressProhibitedTarget",
		source:     "documentation of the Azure Application Gateway Ingress Controller",
	},
	{name: "batch.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "cache.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "cdn.azure.com", namespaced: "*", source: azureServiceOperator},
	{
		name:       "cloud.google.com",
		cluster:    "ComputeClass",
		namespaced: "BackendConfig",
		source:     "documentation of Google Kubernetes Engine",
	},
	{name: "cloudsql.cloud.google.com", namespaced: "AuthProxyWorkload", source: "documentation of the Cloud SQL Proxy operator"},
	{name: "cognitiveservices.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "compute.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "containerinstance.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "containerregistry.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "containerservice.azure.com", namespaced: "*", source: azureServiceOperator},
	{
		name:       "core.cnrm.cloud.google.com",
		cluster:    "ConfigConnector",
		namespaced: "ConfigConnectorContext",
		source:     "github.com/GoogleCloudPlatform/k8s-config-connector@cdb85ecf1708",
	},
	{name: "crd.k8s.amazonaws.com", cluster: "ENIConfig", source: "github.com/aws/amazon-vpc-cni-k8s@b52188387f2e"},
	{
		name: "customize.core.cnrm.cloud.google.com",
		cluster: `
			ControllerReconciler ControllerResource MutatingWebhookConfigurationCustomization
			ValidatingWebhookConfigurationCustomization`,
		namespaced: "NamespacedControllerReconciler NamespacedControllerResource",
		source:     "github.com/GoogleCloudPlatform/k8s-config-connector@cdb85ecf1708",
	},
	{name: "datafactory.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "dataprotection.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "dbformariadb.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "dbformysql.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "dbforpostgresql.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "devices.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "documentdb.azure.com", namespaced: "*", source: azureServiceOperator},
	{
		name:       "eks.amazonaws.com",
		cluster:    "IngressClassParams NodeClass NodeDiagnostic",
		namespaced: "TargetGroupBinding",
		source:     "documentation of Amazon EKS",
	},
	{
		name:       "elbv2.k8s.aws",
		cluster:    "IngressClassParams",
		namespaced: "ALBTargetControlConfig TargetGroupBinding",
		source:     "github.com/kubernetes-sigs/aws-load-balancer-controller@225f44568848",
	},
	{name: "entra.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "eventgrid.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "eventhub.azure.com", namespaced: "*", source: azureServiceOperator},
	{
		name:       "gateway.k8s.aws",
		namespaced: "ListenerRuleConfiguration LoadBalancerConfiguration TargetGroupConfiguration",
		source:     "github.com/kubernetes-sigs/aws-load-balancer-controller@225f44568848",
	},
	{name: "insights.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "kaito.sh", namespaced: "InferenceSet RAGEngine Workspace", source: "documentation of KAITO"},
	{name: "karpenter.azure.com", cluster: "AKSNodeClass", source: "documentation of Karpenter for Azure"},
	{name: "karpenter.k8s.aws", cluster: "AWSNodeTemplate", source: "documentation of Karpenter 0.31"},
	{name: "karpenter.k8s.aws", cluster: "EC2NodeClass", source: "github.com/aws/karpenter-provider-aws@1d927085dd81"},
	{name: "karpenter.k8s.gcp", cluster: "GCENodeClass", source: "documentation of Karpenter for Google Cloud"},
	{name: "karpenter.kwok.sh", cluster: "KWOKNodeClass", source: "github.com/kubernetes-sigs/karpenter@2266468104f3"},
	{name: "karpenter.sh", cluster: "Machine Provisioner", source: "documentation of Karpenter 0.31"},
	{name: "karpenter.sh", cluster: "NodeClaim NodeOverlay NodePool", source: "github.com/kubernetes-sigs/karpenter@2266468104f3"},
	{name: "keyvault.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "kubernetesconfiguration.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "kusto.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "machinelearningservices.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "managedidentity.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "monitor.azure.com", namespaced: "*", source: azureServiceOperator},
	{
		name:       "monitoring.googleapis.com",
		cluster:    "ClusterNodeMonitoring ClusterPodMonitoring ClusterRules GlobalRules",
		namespaced: "OperatorConfig PodMonitoring Rules",
		source:     "documentation of Google Kubernetes Engine",
	},
	{
		name:       "net.gke.io",
		namespaced: "TDGRPCRoute TDMesh",
		source:     "github.com/GoogleCloudPlatform/gke-networking-recipes@cce161862be7",
	},
	{name: "network.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "network.frontdoor.azure.com", namespaced: "*", source: azureServiceOperator},
	{
		name:    "networking.gke.io",
		cluster: "NetworkLogging",
		namespaced: `
			FrontendConfig GCPHTTPFilter GCPRoutingExtension GCPTrafficDistributionPolicy
			GCPTrafficExtension ManagedCertificate MultiClusterIngress MultiClusterService
			ServiceAttachment ServiceNetworkEndpointGroup`,
		source: "documentation of Google Kubernetes Engine",
	},
	{
		name: "networking.gke.io",
		cluster: `
			GCPFirewall GKENetworkParamSet Network NodeNetworkConfig NodeTopology Subnetwork
			TrafficSelector`,
		namespaced: "FQDNNetworkPolicy NetworkInterface",
		source:     "github.com/GoogleCloudPlatform/gke-networking-api@v0.2.11",
	},
	{
		name: "networking.gke.io",
		namespaced: `
			CDNPolicy GCPAuthzPolicy GCPBackendPolicy GCPGatewayPolicy GCPSessionAffinityFilter
			GCPSessionAffinityPolicy GRPCRouteRetryPolicy HTTPRouteRetryPolicy HealthCheckPolicy
			IAPPolicy LBPolicy LBSecurityPolicy OutlierDetectionPolicy`,
		source: "github.com/GoogleCloudPlatform/gke-networking-recipes@cce161862be7",
	},
	{name: "notificationhubs.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "operationalinsights.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "quota.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "redhatopenshift.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "resources.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "search.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "servicebus.azure.com", namespaced: "*", source: azureServiceOperator},
	{
		name:       "services.k8s.aws",
		cluster:    "IAMRoleSelector",
		namespaced: "AdoptedResource FieldExport",
		source:     "documentation of AWS Controllers for Kubernetes",
	},
	{name: "signalrservice.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "sql.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "storage.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "subscription.azure.com", namespaced: "*", source: azureServiceOperator},
	{name: "synapse.azure.com", namespaced: "*", source: azureServiceOperator},
	{
		name:       "vpcresources.k8s.aws",
		cluster:    "CNINode",
		namespaced: "SecurityGroupPolicy",
		source:     "github.com/aws/amazon-vpc-resource-controller-k8s@b8d425119bdb",
	},
	{name: "web.azure.com", namespaced: "*", source: azureServiceOperator},
}
