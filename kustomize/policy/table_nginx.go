package policy

import "slices"

// The documentation and the sources of the ingress controllers with NGINX.
const (
	nginxRisks       = "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations-risk/"
	nginxAnnotations = "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/"
	f5Types          = "github.com/nginx/kubernetes-ingress pkg/apis/configuration/v1"
	endsDirective    = "its characters could end a directive in the configuration of a shared ingress controller"
)

// nginxRows has the ingress controllers of Kubernetes and of F5. Many other controllers read
// annotations with the same names, and the prefix of the annotations is an option of ingress-nginx.
// The redirects of a route have no row: only the client follows them.
var nginxRows = slices.Concat(
	atAnnotations(
		Row{Word: allowSnippet, Except: noDirective, Why: endsDirective, Fix: "write it without ;, { and }", Source: "CVE-2025-1097, CVE-2025-1098, CVE-2025-24514"},
		"nginx.ingress.kubernetes.io/*", "nginx.org/*", "nginx.com/*",
	),
	[]Row{
		{Word: allowSnippet, Group: "networking.k8s.io", Kinds: []string{"Ingress"}, Path: "spec.rules[].http.paths[].path", Except: plainPath, Why: endsDirective, Fix: "write a plain path", Source: "CVE-2021-25745, CVE-2021-25748"},
		{Word: allowSnippet, Group: "extensions", Kinds: []string{"Ingress"}, Path: "spec.rules[].http.paths[].path", Except: plainPath, Why: endsDirective, Fix: "write a plain path", Source: "CVE-2021-25745, CVE-2021-25748"},
	},
	[]Row{
		{Word: allowProxyTarget, Annotation: "*/auth-url", Except: loginURL, Why: sendsAnywhere, Fix: nameOwn, Source: nginxRisks},
		{Word: allowProxyTarget, Annotation: "*/mirror-target", Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: nginxRisks},
	},
	atAnnotations(
		Row{Word: allowCredentials, Except: qualifiedName, Why: foreignSecret, Fix: "name a Secret of the preview", Source: nginxAnnotations},
		"*/auth-secret", "*/auth-tls-secret", "*/proxy-ssl-secret", "*/secure-verify-ca-secret",
	),
	atAnnotations(
		Row{Word: allowOtherNamespace, Except: qualifiedName, Why: "a shared proxy would send a ConfigMap of another namespace to the preview", Fix: "name a ConfigMap of the preview", Source: nginxAnnotations},
		"nginx.ingress.kubernetes.io/auth-proxy-set-headers", "nginx.ingress.kubernetes.io/custom-headers",
		"nginx.ingress.kubernetes.io/fastcgi-params-configmap", "nginx.ingress.kubernetes.io/proxy-set-headers",
	),
	f5Rows,
)

// f5Rows has F5's controller. A VirtualServer of another namespace must agree to a route of
// this one by its host.
var f5Rows = slices.Concat(
	atPaths(
		Row{Word: allowSnippet, Group: "k8s.nginx.org", Kinds: []string{"VirtualServer"}, Why: writesConfig, Source: f5Types},
		"spec.http-snippets", "spec.server-snippets", "spec.routes[].location-snippets",
	),
	atPaths(Row{Word: allowSnippet, Group: "k8s.nginx.org", Kinds: []string{"VirtualServerRoute"}, Why: writesConfig, Source: f5Types}, "spec.subroutes[].location-snippets"),
	atPaths(
		Row{Word: allowSnippet, Group: "k8s.nginx.org", Kinds: []string{"TransportServer"}, Why: writesConfig, Source: f5Types},
		"spec.serverSnippets", "spec.streamSnippets",
	),
	[]Row{
		{Word: allowSnippet, Group: "k8s.nginx.org", Kinds: []string{"Policy"}, Path: "spec.externalAuth.authSnippets", Why: writesConfig, Source: f5Types},
		{Word: allowProxyTarget, Group: "k8s.nginx.org", Kinds: []string{"Policy"}, Path: "spec.externalAuth.authServiceName", Except: qualifiedName, Why: reachesOthers, Fix: nameService, Source: f5Types},
		{Word: allowProxyTarget, Group: "k8s.nginx.org", Kinds: []string{"VirtualServer", "VirtualServerRoute", "TransportServer"}, Path: "spec.upstreams[].service", Except: qualifiedName, Why: reachesOthers, Fix: nameService, Source: f5Types},
		{Word: allowProxyTarget, Group: "k8s.nginx.org", Kinds: []string{"GlobalConfiguration"}, Why: "its listeners are those of all servers", Fix: useShared, Source: f5Types},
	},
	atAnnotations(
		Row{Word: allowOtherHost, Except: texts("80", "443"), Why: takesOfPort, Source: "https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/"},
		"nginx.org/listen-ports", "nginx.org/listen-ports-ssl",
	),
)
