package policy

// apiGatewayRows has API gateways and other controllers with routes.
var apiGatewayRows = []Row{
	{Word: allowProxyTarget, Group: "oathkeeper.ory.sh", Kinds: []string{"Rule"}, Path: "spec.upstream.url", Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: "github.com/ory/oathkeeper-maester api/v1alpha1"},
	{Word: allowProxyTarget, Group: "tyk.tyk.io", Kinds: []string{"ApiDefinition"}, Path: "spec.proxy.target_url", Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: "github.com/TykTechnologies/tyk-operator api/v1alpha1"},
	{Word: allowSnippet, Group: "tyk.tyk.io", Kinds: []string{"ApiDefinition"}, Path: "spec.custom_middleware", Why: runsCode, Source: "github.com/TykTechnologies/tyk-operator api/v1alpha1"},
	{Word: allowProxyTarget, Group: "networking.internal.knative.dev", Kinds: []string{"Ingress"}, Path: "spec.rules[].http.paths[].splits[].serviceNamespace", Except: ownNamespace, Why: reachesOthers, Fix: nameService, Source: "knative.dev/networking pkg/apis/networking/v1alpha1"},
	{Word: allowProxyTarget, Annotation: "higress.io/destination", Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: "https://higress.cn/en/docs/latest/user/annotation/"},
	{Word: allowProxyTarget, Annotation: "mse.ingress.kubernetes.io/destination", Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: "https://higress.cn/en/docs/latest/user/annotation/"},
}
