package policy

import "regexp"

// harmless is a row of annotations without an effect outside of the preview.
type harmless struct {
	// domain is the part of the keys before the slash, and names has the parts after it, with
	// spaces between them. The name "*" stands for all.
	domain, names string
	// values are the values without such an effect, nil for all.
	values *regexp.Regexp
	source string
}

// labelReader is a row of labels that a controller reads.
type labelReader struct {
	// key is a complete key. If it begins with an asterisk, it stands for all keys with the rest
	// as their end. If it ends with a slash, it stands for all keys of the domain before it, and
	// of the domains below.
	key, source string
}

// The values of annotations in harmlessKeys. They have no characters with a meaning in the
// configuration of a proxy, such as quotes, braces, semicolons and line breaks.
var (
	plainText = regexp.MustCompile(`^[A-Za-z0-9 ._:,/*@=+-]*$`)
	word      = regexp.MustCompile(`^[A-Za-z0-9._-]*$`)
	yes       = regexp.MustCompile(`^true$`)

	// Values in the configuration of NGINX (https://nginx.org/en/docs/syntax.html). A shared
	// controller allocates the buffers for each request.
	boolean     = regexp.MustCompile(`^(true|false)$`)
	onOff       = regexp.MustCompile(`^(on|off)$`)
	number      = regexp.MustCompile(`^[0-9]{1,9}$`)
	size        = regexp.MustCompile(`^[0-9]{1,9}[kKmMgG]?$`)
	buffer      = regexp.MustCompile(`^[1-9]([0-9]{0,3}[kK]|[mM])$`)
	buffers     = regexp.MustCompile(`^([2-9]|[1-9][0-9])$`)
	fileSize    = regexp.MustCompile(`^(0|[1-9][0-9]{0,3}[mM])$`)
	httpVersion = regexp.MustCompile(`^1\.[01]$`)
	target      = regexp.MustCompile(`^/([A-Za-z0-9/._-]|\$[0-9])*$`)
)

// The sources of harmlessKeys.
const (
	wellKnown = "https://kubernetes.io/docs/reference/labels-annotations-taints/"
	nginxRisk = "docs/user-guide/nginx-configuration/annotations-risk.md of github.com/kubernetes/ingress-nginx"
)

// harmlessKeys has annotations that controllers read, and whose effect stays in the preview.
// previewset judges hosts in annotations by other rules.
var harmlessKeys = []harmless{
	{"app.kubernetes.io", "*", nil, wellKnown},
	{"checksum", "*", nil, "https://helm.sh/docs/howto/charts_tips_and_tricks/#automatically-roll-deployments"},
	{"config.kubernetes.io", "*", nil, "only Kustomize reads them: sigs.k8s.io/kustomize/kyaml/kio/kioutil"},
	{"deployment.kubernetes.io", "revision", nil, wellKnown},
	{"kubectl.kubernetes.io", "default-container default-logs-container last-applied-configuration restartedAt", nil, wellKnown},
	{"kubernetes.io", "change-cause description", nil, wellKnown},
	{"kubernetes.io", "ingress.class tls-acme", word, wellKnown},
	{"cluster-autoscaler.kubernetes.io", "safe-to-evict", yes, "https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md"},
	{"container.apparmor.security.beta.kubernetes.io", "*", nil, "judged by the word apparmor"},
	{"service.kubernetes.io", "topology-mode", word, wellKnown},
	{"previewset.dev", "*", nil, "only previewset reads them"},

	{"argocd.argoproj.io", "compare-options hook hook-delete-policy ignore-healthcheck sync-options sync-wave", nil, "https://argo-cd.readthedocs.io/en/stable/user-guide/annotations-and-labels/"},
	{"helm.sh", "hook hook-delete-policy hook-weight resource-policy", nil, "https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-hooks"},
	{"meta.helm.sh", "release-name release-namespace", nil, "https://helm.sh/docs/topics/v4_changes/, read by Helm only"},
	{"reloader.stakater.com", "auto match search", word, "https://github.com/stakater/Reloader"},
	{"configmap.reloader.stakater.com", "auto reload", plainText, "https://github.com/stakater/Reloader"},
	{"secret.reloader.stakater.com", "auto reload", plainText, "https://github.com/stakater/Reloader"},

	{"prometheus.io", "path port scheme scrape", plainText, "https://github.com/prometheus-community/helm-charts/blob/main/charts/prometheus/values.yaml"},
	{"cert-manager.io", "cluster-issuer issuer issuer-group issuer-kind private-key-algorithm private-key-rotation-policy private-key-size revision-history-limit", plainText, "https://cert-manager.io/docs/reference/annotations/"},
	{"acme.cert-manager.io", "http01-edit-in-place", word, "https://cert-manager.io/docs/reference/annotations/"},
	{"external-dns.alpha.kubernetes.io", "hostname ttl", plainText, "https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/"},

	// The annotations with the risk "Low", except for those that turn a protection off, with values
	// that NGINX can read: a wrong one would stop all changes of a shared controller.
	{"nginx.ingress.kubernetes.io", "affinity affinity-canary-behavior backend-protocol load-balance session-cookie-samesite", word, nginxRisk},
	{"nginx.ingress.kubernetes.io", "canary cors-allow-credentials enable-cors from-to-www-redirect http2-push-preload service-upstream " +
		"session-cookie-change-on-failure session-cookie-conditional-samesite-none session-cookie-partitioned session-cookie-secure ssl-redirect " +
		"upstream-hash-by-subset use-port-in-redirects use-regex", boolean, nginxRisk},
	{"nginx.ingress.kubernetes.io", "canary-weight canary-weight-total cors-max-age limit-burst-multiplier limit-connections limit-rate limit-rate-after " +
		"limit-rpm limit-rps permanent-redirect-code proxy-connect-timeout proxy-next-upstream-timeout proxy-next-upstream-tries proxy-read-timeout " +
		"proxy-send-timeout temporal-redirect-code upstream-hash-by-subset-size", number, nginxRisk},
	{"nginx.ingress.kubernetes.io", "client-body-buffer-size proxy-buffer-size", buffer, nginxRisk},
	{"nginx.ingress.kubernetes.io", "proxy-buffers-number", buffers, nginxRisk},
	{"nginx.ingress.kubernetes.io", "proxy-buffering proxy-request-buffering", onOff, nginxRisk},
	{"nginx.ingress.kubernetes.io", "proxy-http-version", httpVersion, nginxRisk},
	{"nginx.ingress.kubernetes.io", "proxy-max-temp-file-size", fileSize, nginxRisk},
	{"nginx.ingress.kubernetes.io", "connection-proxy-header", word, nginxRisk},
	// Some with the risk "Medium", with values that are only texts.
	{"nginx.ingress.kubernetes.io", "affinity-mode session-cookie-name", word, nginxRisk},
	{"nginx.ingress.kubernetes.io", "force-ssl-redirect preserve-trailing-slash", boolean, nginxRisk},
	{"nginx.ingress.kubernetes.io", "proxy-body-size session-cookie-expires session-cookie-max-age", size, nginxRisk},
	{"nginx.ingress.kubernetes.io", "allowlist-source-range cors-allow-headers cors-allow-methods cors-allow-origin cors-expose-headers denylist-source-range whitelist-source-range", plainText, nginxRisk},
	{"nginx.ingress.kubernetes.io", "app-root rewrite-target session-cookie-path", target, nginxRisk},

	{"traefik.ingress.kubernetes.io", "router.entrypoints router.pathmatcher router.tls service.sticky.cookie service.sticky.cookie.name service.sticky.cookie.secure", word, "https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/"},
	{"haproxy.router.openshift.io", "balance disable_cookies timeout timeout-tunnel", word, "https://docs.okd.io/latest/networking/ingress_load_balancing/routes/creating-advanced-routes.html"},
	{"service.beta.openshift.io", "inject-cabundle serving-cert-secret-name", word, "https://docs.okd.io/latest/security/certificates/service-serving-certificate.html"},
	{"alb.ingress.kubernetes.io", "backend-protocol healthcheck-interval-seconds healthcheck-path healthcheck-port healthcheck-protocol healthcheck-timeout-seconds " +
		"healthy-threshold-count success-codes target-type unhealthy-threshold-count", plainText, "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/"},
}

// labelReaders has labels that controllers of other namespaces read.
var labelReaders = []labelReader{
	// Sidecars of shared programs load the ConfigMaps with these labels from all namespaces.
	{"grafana_alert", "sidecar.alerts.label in charts/grafana/values.yaml of github.com/grafana/helm-charts"},
	{"grafana_dashboard", "sidecar.dashboards.label in charts/grafana/values.yaml of github.com/grafana/helm-charts"},
	{"grafana_datasource", "sidecar.datasources.label in charts/grafana/values.yaml of github.com/grafana/helm-charts"},
	{"grafana_notifier", "sidecar.notifiers.label in charts/grafana/values.yaml of github.com/grafana/helm-charts"},
	{"grafana_plugin", "sidecar.plugins.label in charts/grafana/values.yaml of github.com/grafana/helm-charts"},
	{"loki_rule", "sidecar.rules.label in production/helm/loki/values.yaml of github.com/grafana/loki"},
	{"*jenkins-config", "controller.sidecars.configAutoReload in charts/jenkins/values.yaml of github.com/jenkinsci/helm-charts"},

	// The Gateways of Istio select pods with this label in all namespaces, and send them their
	// configuration. The tools for support read these ConfigMaps and run what is in them.
	{"istio", "https://istio.io/latest/docs/reference/config/networking/gateway/#Gateway"},
	{"troubleshoot.sh/", "https://troubleshoot.sh/docs/support-bundle/discover-cluster-specs/"},
	{"cert-manager.io/", "https://cert-manager.io/docs/installation/best-practice/"},

	// Pods with these labels get an identity, a sidecar, or a place in a network.
	{"aadpodidbinding", "https://azure.github.io/aad-pod-identity/docs/demo/standard_walkthrough/"},
	{"azure.workload.identity/", "https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html"},
	{"amazonaws.com/", "https://docs.aws.amazon.com/eks/latest/userguide/"},
	{"k8s.aws/", "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/"},
	{"gke.io/", "https://cloud.google.com/kubernetes-engine/docs"},
	{"argoproj.io/", "https://argo-cd.readthedocs.io/en/stable/user-guide/annotations-and-labels/"},
	{"cilium.io/", "https://docs.cilium.io/en/stable/"},
	{"dapr.io/", "https://docs.dapr.io/reference/arguments-annotations-overview/"},
	{"datadoghq.com/", "https://docs.datadoghq.com/containers/cluster_agent/admission_controller/"},
	{"gatekeeper.sh/", "https://open-policy-agent.github.io/gatekeeper/website/docs/exempt-namespaces/"},
	{"hashicorp.com/", "https://developer.hashicorp.com/consul/docs/k8s/annotations-and-labels"},
	{"istio.io/", "https://istio.io/latest/docs/reference/config/labels/"},
	{"k8s.io/", "the domain of Kubernetes and its projects"},
	{"karpenter.sh/", "https://karpenter.sh/docs/"},
	{"knative.dev/", "https://knative.dev/docs/serving/services/private-services/"},
	{"kubernetes.io/", wellKnown},
	{"kubevirt.io/", "https://kubevirt.io/user-guide/"},
	{"kyverno.io/", "https://kyverno.io/docs/"},
	{"linkerd.io/", "https://linkerd.io/2/reference/proxy-configuration/"},
	{"openshift.io/", "https://docs.okd.io/latest/"},
	{"projectcalico.org/", "https://docs.tigera.io/calico/latest/"},
	{"traefik.io/", "https://doc.traefik.io/traefik/reference/"},
	{"x-k8s.io/", "the domain of projects of Kubernetes"},
}
