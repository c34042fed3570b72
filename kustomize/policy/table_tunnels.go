package policy

import "slices"

const (
	tailscaleDocs = "https://tailscale.com/kb/1439/kubernetes-operator-cluster-ingress"
	albDocs       = "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/"
	gkeDocs       = "https://cloud.google.com/kubernetes-engine/docs/concepts/ingress"
	ownALB        = "it would open a load balancer for each preview"
	groupSettings = "it would also apply to all others in the group"
)

// tunnelRows has tunnels to the Internet, and networks of companies.
var tunnelRows = slices.Concat(
	[]Row{
		{Word: allowProxyTarget, Group: "ngrok.k8s.ngrok.com", Kinds: []string{"AgentEndpoint"}, Path: "spec.upstream.url", Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: "github.com/ngrok/ngrok-operator api/ngrok/v1alpha1"},
		{Word: allowProxyTarget, Group: "ingress.k8s.ngrok.com", Kinds: []string{"Tunnel"}, Path: "spec.forwardsTo", Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: "github.com/ngrok/ngrok-operator api/ingress/v1alpha1"},
		{Word: allowLoadBalancer, Group: "ingress.k8s.ngrok.com", Kinds: []string{"TCPEdge"}, Why: opensPort, Fix: useRoute, Source: "github.com/ngrok/ngrok-operator api/ingress/v1alpha1"},
		{Word: allowProxyTarget, Group: "networking.cfargotunnel.com", Kinds: []string{"TunnelBinding"}, Path: "subjects[].spec.target", Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: "github.com/adyanth/cloudflare-operator api"},
		{Word: allowLoadBalancer, Annotation: "tailscale.com/expose", Except: texts("false"), Why: "it would be a machine of the tailnet for each preview", Fix: useRoute, Source: tailscaleDocs},
		{Word: allowLoadBalancer, Annotation: "tailscale.com/funnel", Except: texts("false"), Why: "it would open an address to the world for each preview", Source: tailscaleDocs},
		{Word: allowCredentials, Annotation: "tailscale.com/tags", Why: "it would choose the rights of the preview in the tailnet", Source: tailscaleDocs},
	},
	atAnnotations(
		Row{Word: allowProxyTarget, Why: "it would lead to any machine of the tailnet", Source: "https://tailscale.com/kb/1438/kubernetes-operator-cluster-egress"},
		"tailscale.com/tailnet-fqdn", "tailscale.com/tailnet-ip", "tailscale.com/ts-tailnet-target-fqdn", "tailscale.com/ts-tailnet-target-ip",
	),
)

// cloudRouteRows has the load balancers of clouds that controllers create for routes. Annotations
// of a Service for its load balancer have no effect without one.
var cloudRouteRows = slices.Concat(
	atAnnotations(
		Row{Word: allowLoadBalancer, Except: hasSibling("with `group.name`", "alb.ingress.kubernetes.io/group.name"), Why: ownALB, Fix: "set alb.ingress.kubernetes.io/group.name", Source: albDocs},
		"alb.ingress.kubernetes.io/scheme", "alb.ingress.kubernetes.io/load-balancer-name",
	),
	atAnnotations(
		Row{Word: allowProxyTarget, Except: lacksSibling("without `group.name`", "alb.ingress.kubernetes.io/group.name"), Why: groupSettings, Fix: "set it in the IngressClassParams of the group", Source: albDocs},
		"alb.ingress.kubernetes.io/inbound-cidrs", "alb.ingress.kubernetes.io/listener-attributes.*", "alb.ingress.kubernetes.io/load-balancer-attributes",
		"alb.ingress.kubernetes.io/mutual-authentication", "alb.ingress.kubernetes.io/security-groups", "alb.ingress.kubernetes.io/shield-advanced-protection",
		"alb.ingress.kubernetes.io/waf-acl-id", "alb.ingress.kubernetes.io/wafv2-acl-arn",
	),
	[]Row{
		{
			Word: allowProxyTarget, Annotation: "alb.ingress.kubernetes.io/actions.*", Except: jsonWithout("JSON without `targetGroupARN` and `targetGroupName`", "targetGroupARN", "targetGroupName"),
			Why: "a load balancer would send requests to the targets of others", Fix: "use serviceName", Source: albDocs,
		},
		{Word: allowLoadBalancer, Annotation: "alb.ingress.kubernetes.io/enable-frontend-nlb", Except: texts("false"), Why: ownALB, Source: albDocs},
		{Word: allowCloudResource, Group: "elbv2.k8s.aws", Kinds: []string{"TargetGroupBinding"}, Why: "its controller would change any target group, also of production", Fix: "use an Ingress", Source: "github.com/kubernetes-sigs/aws-load-balancer-controller apis/elbv2/v1beta1"},
		{Word: allowLoadBalancer, Annotation: "kubernetes.io/ingress.class", Except: otherThan("gce", "gce-internal"), Why: ownALB, Fix: "use a controller that all previews share", Source: gkeDocs},
		{Word: allowLoadBalancer, Group: "networking.gke.io", Kinds: []string{"MultiClusterIngress"}, Why: ownALB, Fix: useRoute, Source: "https://cloud.google.com/kubernetes-engine/docs/concepts/multi-cluster-ingress"},
		{Word: allowCloudResource, Group: "networking.gke.io", Kinds: []string{"ServiceAttachment"}, Why: "its controller would publish the Service to other projects", Fix: useRoute, Source: "https://cloud.google.com/kubernetes-engine/docs/how-to/internal-load-balancing"},
		{Word: allowCloudResource, Annotation: "cloud.google.com/neg", Except: jsonWithout("JSON without `exposed_ports`", "exposed_ports"), Why: "its controller would create groups of endpoints that load balancers of others can have", Source: "https://cloud.google.com/kubernetes-engine/docs/how-to/standalone-neg"},
		{Word: allowLoadBalancer, Group: "alb.networking.azure.io", Kinds: []string{"ApplicationLoadBalancer"}, Why: ownALB, Fix: "use one that all previews share", Source: "https://learn.microsoft.com/azure/application-gateway/for-containers/api-specification-kubernetes"},
		{Word: allowProxyTarget, Group: "appgw.ingress.k8s.io", Kinds: []string{"AzureIngressProhibitedTarget"}, Why: forOthers, Fix: useShared, Source: "https://azure.github.io/application-gateway-kubernetes-ingress/setup/install-existing/"},
	},
	atAnnotations(
		Row{Word: allowLoadBalancer, Why: ownALB, Fix: "use a controller that all previews share", Source: gkeDocs},
		"kubernetes.io/ingress.global-static-ip-name", "kubernetes.io/ingress.regional-static-ip-name", "networking.gke.io/static-ip",
	),
)
