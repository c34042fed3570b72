package kustomize_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

// ownObjects are objects that the references of the tests name.
const ownObjects = `
apiVersion: v1
kind: Service
metadata: {name: web}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: strip}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: ca}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: cert}
spec: {secretName: tls}
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: db}
---
`

// namespaceBase returns a base in the namespace with ownObjects and an object x.
func namespaceBase(namespace, x string) tree {
	kustomization := "resources: [x.yaml]\n"
	if namespace != "" {
		kustomization += "namespace: " + namespace + "\n"
	}
	return files(map[string]string{"base/kustomization.yaml": kustomization, "base/x.yaml": ownObjects + x})
}

func TestOwnNamespace(t *testing.T) {
	t.Parallel()
	const env = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {template: {spec: {containers: [{name: a, args: [%ARGS], env: [%ENV]}]}}}"
	withEnv := func(name, value string) string {
		return strings.NewReplacer("%ARGS", "", "%ENV", `{name: `+name+`, value: "`+value+`"}`).Replace(env)
	}
	withArgs := func(args string) string { return strings.NewReplacer("%ARGS", args, "%ENV", "").Replace(env) }
	custom := func(spec string) string {
		return "apiVersion: acme.dev/v1\nkind: Thing\nmetadata: {name: x}\nspec: " + spec
	}
	annotated := func(key, value string) string {
		return "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x, annotations: {" + key + `: "` + value + `"}}` + "\nspec: {rules: [{host: a.example.com}]}"
	}
	for name, test := range map[string]struct {
		x string
		// path leads to the field, want is its value in the namespace NS.
		path, want string
		// warning is a part of the only warning, "" for none.
		warning string
	}{
		"name of a Service":           {withEnv("A", "http://web.shop.svc.cluster.local:80/x"), "spec.template.spec.containers[].env[].value", "http://web.NS.svc.cluster.local:80/x", ""},
		"service of an operator":      {withEnv("A", "postgres://u@db-rw.shop.svc/x"), "spec.template.spec.containers[].env[].value", "postgres://u@db-rw.NS.svc/x", ""},
		"Service in a short URL":      {withEnv("A", "http://web.shop:80"), "spec.template.spec.containers[].env[].value", "http://web.NS:80", ""},
		"all Services":                {withEnv("NO_PROXY", "localhost,.shop.svc"), "spec.template.spec.containers[].env[].value", "localhost,.NS.svc", ""},
		"other Service":               {withEnv("A", "http://orders.shop.svc"), "spec.template.spec.containers[].env[].value", "http://orders.shop.svc", "env[A].value leads to Service orders in the namespace shop"},
		"Services, one of them other": {withEnv("A", "web.shop.svc,orders.shop.svc"), "spec.template.spec.containers[].env[].value", "web.NS.svc,orders.shop.svc", "leads to Service orders"},
		"host":                        {withEnv("WEB_HOST", "web.shop"), "spec.template.spec.containers[].env[].value", "web.NS", ""},
		"other host":                  {withEnv("REDIS_HOST", "redis.shop"), "spec.template.spec.containers[].env[].value", "redis.shop", "leads to Service redis in the namespace shop"},
		"topic":                       {withEnv("TOPIC", "web.shop"), "spec.template.spec.containers[].env[].value", "web.shop", "env[TOPIC].value seems to have the namespace shop"},
		"other topic":                 {withEnv("TOPIC", "orders.shop"), "spec.template.spec.containers[].env[].value", "orders.shop", ""},
		"public host":                 {withEnv("PUBLIC_HOST", "www.acme.shop"), "spec.template.spec.containers[].env[].value", "www.acme.shop", ""},
		"host of a pod":               {withEnv("A", "x-0.web.shop"), "spec.template.spec.containers[].env[].value", "x-0.web.shop", "seems to have the namespace shop"},
		"host in a flag":              {withArgs(`"--api-host=web.shop"`), "spec.template.spec.containers[].args[]", "--api-host=web.NS", ""},
		"ports":                       {withEnv("BROKERS", "web.shop:9092,web.shop:9093"), "spec.template.spec.containers[].env[].value", "web.NS:9092,web.NS:9093", ""},
		"host in a ConfigMap":         {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: 'db: {host: web.shop, topic: web.shop}'}", "data.a", "db: {host: web.shop, topic: web.shop}", "data.a has the namespace shop"},
		"other namespace":             {withEnv("A", "http://web.shop2.svc"), "spec.template.spec.containers[].env[].value", "http://web.shop2.svc", ""},
		"word":                        {withEnv("A", "shop"), "spec.template.spec.containers[].env[].value", "shop", ""},
		"variable of the pod":         {withEnv("POD_NAMESPACE", "shop"), "spec.template.spec.containers[].env[].value", "NS", ""},
		"variable":                    {withEnv("METRICS_NAMESPACE", "shop"), "spec.template.spec.containers[].env[].value", "shop", "env[METRICS_NAMESPACE].value seems to have the namespace shop"},
		"argument":                    {withArgs(`"--leader-elect-namespace=shop"`), "spec.template.spec.containers[].args[]", "--leader-elect-namespace=shop", "args[0] seems to have the namespace shop"},
		"argument with an object":     {withArgs(`"--default-ssl-certificate=shop/tls"`), "spec.template.spec.containers[].args[]", "--default-ssl-certificate=shop/tls", "args[0] seems to have the namespace shop"},
		"argument of a resource":      {withArgs(`kubectl, get, ns/shop`), "spec.template.spec.containers[].args[]", "kubectl get ns/shop", "args[2] seems to have"},
		"annotation of a pod":         {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {template: {metadata: {annotations: {k8s.v1.cni.cncf.io/networks: shop/lan}}}}", "spec.template.metadata.annotations[k8s.v1.cni.cncf.io/networks]", "shop/lan", "seems to have the namespace shop"},
		"name of a secret store":      {withEnv("AWS_SECRET", "shop/db"), "spec.template.spec.containers[].env[].value", "shop/db", ""},
		"short variable":              {withEnv("NS", "shop"), "spec.template.spec.containers[].env[].value", "shop", "env[NS].value seems to have the namespace shop"},
		"pods of a Service":           {withEnv("BROKERS", "x-0.web.shop:9092,x-1.web.shop:9092"), "spec.template.spec.containers[].env[].value", "x-0.web.shop:9092,x-1.web.shop:9092", "seems to have the namespace shop"},
		"public host with a port":     {withEnv("URL", "https://www.acme.shop:443"), "spec.template.spec.containers[].env[].value", "https://www.acme.shop:443", ""},
		"domain of the Services":      {withEnv("SEARCH", "shop.svc.cluster.local"), "spec.template.spec.containers[].env[].value", "NS.svc.cluster.local", ""},
		"Kubernetes API":              {withEnv("A", "https://kubernetes.default.svc/api/v1/namespaces/shop/pods"), "spec.template.spec.containers[].env[].value", "https://kubernetes.default.svc/api/v1/namespaces/NS/pods", ""},
		"alternatives in a query":     {withEnv("A", `up{namespace=~\"other|shop\"}`), "spec.template.spec.containers[].env[].value", `up{namespace=~"other|shop"}`, "seems to have the namespace shop"},
		"arguments":                   {withArgs(`kubectl, -n, shop`), "spec.template.spec.containers[].args[]", "kubectl -n shop", "args[2] seems to have"},
		"long text":                   {withEnv("A", strings.Repeat("x ", 3000)+"http://web.shop.svc"), "spec.template.spec.containers[].env[].value", strings.Repeat("x ", 3000) + "http://web.shop.svc", "has the namespace shop of the base, which overlays leave as it is: set it in a component"},
		"ConfigMap":                   {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {url: http://web.shop.svc}", "data.url", "http://web.shop.svc", "data.url has the namespace shop"},
		"key of a ConfigMap":          {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {NAMESPACE: shop}", "data.NAMESPACE", "shop", "data.NAMESPACE seems to have the namespace shop"},

		"NetworkPolicy":             {"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: x}\nspec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}]}]}", "spec.ingress[].from[].namespaceSelector.matchLabels[kubernetes.io/metadata.name]", "NS", ""},
		"expressions":               {"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: x}\nspec: {podSelector: {}, egress: [{to: [{namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [monitoring, shop]}]}}]}]}", "spec.egress[].to[].namespaceSelector.matchExpressions[].values[]", "monitoring NS", ""},
		"other label":               {"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: x}\nspec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: shop}}}]}]}", "spec.ingress[].from[].namespaceSelector.matchLabels.team", "shop", "matchLabels.team seems to have the namespace shop"},
		"label of pods":             {"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: x}\nspec: {podSelector: {matchLabels: {app: shop, namespace: shop}}}", "spec.podSelector.matchLabels.app", "shop", ""},
		"Cilium":                    {"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x}\nspec: {endpointSelector: {}, ingress: [{fromEndpoints: [{matchLabels: {'k8s:io.kubernetes.pod.namespace': shop}}]}]}", "spec.ingress[].fromEndpoints[].matchLabels[k8s:io.kubernetes.pod.namespace]", "NS", ""},
		"Cilium, labels":            {"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x}\nspec: {endpointSelector: {}, ingress: [{fromEndpoints: [{matchLabels: {'k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name': shop}}]}]}", "spec.ingress[].fromEndpoints[].matchLabels[k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name]", "NS", ""},
		"affinity":                  {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {template: {spec: {affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: a, namespaces: [shop]}]}}}}}", "spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[].namespaces[]", "NS", ""},
		"ServiceMonitor":            {"apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: x}\nspec: {namespaceSelector: {matchNames: [shop, other]}}", "spec.namespaceSelector.matchNames[]", "NS other", ""},
		"PrometheusRule":            {"apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: x}\nspec: {groups: [{rules: [{expr: 'up{namespace=\"shop\"} == 0'}]}]}", "spec.groups[].rules[].expr", `up{namespace="shop"} == 0`, "expr seems to have the namespace shop"},
		"metric of an autoscaler":   {"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: x}\nspec: {metrics: [{external: {metric: {name: q, selector: {matchLabels: {namespace: shop}}}}}]}", "spec.metrics[].external.metric.selector.matchLabels.namespace", "shop", "matchLabels.namespace seems to have"},
		"backend":                   {"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: x}\nspec: {hostnames: [a.example.com], rules: [{backendRefs: [{name: web, namespace: shop, port: 80}]}]}", "spec.rules[].backendRefs[].namespace", "NS", ""},
		"Gateway of others":         {"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: x}\nspec: {hostnames: [a.example.com], parentRefs: [{name: public, namespace: shop}]}", "spec.parentRefs[].namespace", "shop", "leads to Gateway public in the namespace shop"},
		"Traefik's service":         {"apiVersion: traefik.io/v1alpha1\nkind: TraefikService\nmetadata: {name: x}\nspec: {weighted: {services: [{name: web, namespace: shop}]}}", "spec.weighted.services[].namespace", "NS", ""},
		"Traefik's middleware":      {"apiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {name: x}\nspec: {chain: {middlewares: [{name: strip, namespace: shop}]}}", "spec.chain.middlewares[].namespace", "NS", ""},
		"Traefik's annotation":      {annotated("traefik.ingress.kubernetes.io/router.middlewares", "other-a@kubernetescrd,shop-strip@kubernetescrd"), "metadata.annotations[traefik.ingress.kubernetes.io/router.middlewares]", "other-a@kubernetescrd,NS-strip@kubernetescrd", ""},
		"Traefik's other object":    {annotated("traefik.ingress.kubernetes.io/router.middlewares", "shop-auth@kubernetescrd"), "metadata.annotations[traefik.ingress.kubernetes.io/router.middlewares]", "shop-auth@kubernetescrd", "leads to auth in the namespace shop"},
		"certificate":               {annotated("cert-manager.io/inject-ca-from", "shop/cert"), "metadata.annotations[cert-manager.io/inject-ca-from]", "NS/cert", ""},
		"Secret of an operator":     {annotated("nginx.ingress.kubernetes.io/auth-tls-secret", "shop/ca"), "metadata.annotations[nginx.ingress.kubernetes.io/auth-tls-secret]", "NS/ca", ""},
		"Secret of a certificate":   {annotated("nginx.ingress.kubernetes.io/proxy-ssl-secret", "shop/tls"), "metadata.annotations[nginx.ingress.kubernetes.io/proxy-ssl-secret]", "NS/tls", ""},
		"Secret of others":          {annotated("nginx.ingress.kubernetes.io/auth-secret", "shop/basic"), "metadata.annotations[nginx.ingress.kubernetes.io/auth-secret]", "shop/basic", "leads to Secret basic in the namespace shop"},
		"Service is no Secret":      {annotated("nginx.ingress.kubernetes.io/auth-secret", "shop/web"), "metadata.annotations[nginx.ingress.kubernetes.io/auth-secret]", "shop/web", "leads to Secret web in the namespace shop"},
		"unknown annotation":        {annotated("acme.dev/tls-secret", "shop/ca"), "metadata.annotations[acme.dev/tls-secret]", "shop/ca", "seems to have the namespace shop"},
		"path in a vault":           {annotated("vault.hashicorp.com/agent-inject-secret-db", "shop/data/db"), "metadata.annotations[vault.hashicorp.com/agent-inject-secret-db]", "shop/data/db", ""},
		"path in a repository":      {custom("{git: {dir: clusters/namespaces/shop, url: 'https://git.acme.dev/tree/main/namespaces/shop'}}"), "spec.git.dir", "clusters/namespaces/shop", ""},
		"path at the root":          {custom("{path: namespaces/shop}"), "spec.path", "namespaces/shop", ""},
		"name in a certificate":     {manifest("cert-manager.io/v1", "Certificate", "spec: {commonName: web.shop, dnsNames: [web, web.shop, web.shop.svc]}"), "spec.dnsNames[]", "web web.NS web.NS.svc", ""},
		"other in a certificate":    {manifest("cert-manager.io/v1", "Certificate", "spec: {dnsNames: [db-primary.shop]}"), "spec.dnsNames[]", "db-primary.shop", "leads to Service db-primary in the namespace shop"},
		"host in a domain":          {"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x}\nspec: {rules: [{host: acme.shop}], tls: [{hosts: [acme.shop]}]}", "spec.rules[].host", "pr-42.shop.preview.localhost", ""},
		"path in an annotation":     {annotated("acme.dev/docs", "shop/web"), "metadata.annotations[acme.dev/docs]", "shop/web", ""},
		"principals":                {"apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: x}\nspec: {rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]}]}", "spec.rules[].from[].source.principals[]", "cluster.local/ns/NS/sa/web", ""},
		"namespaces of sources":     {"apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: x}\nspec: {rules: [{from: [{source: {namespaces: [istio-system, shop]}}]}]}", "spec.rules[].from[].source.namespaces[]", "istio-system NS", ""},
		"Sidecar":                   {"apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: x}\nspec: {egress: [{hosts: [istio-system/*, shop/*]}]}", "spec.egress[].hosts[]", "istio-system/* NS/*", ""},
		"namespace of a source":     {"apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: x}\nspec: {rules: [{when: [{key: source.namespace, values: [shop], notValues: [shop]}]}]}", "spec.rules[].when[].values[]", "NS", ""},
		"tag of Knative":            {"apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: x, annotations: {acme.dev/test: http://next-x.shop.svc}}\nspec: {traffic: [{tag: next}]}", "metadata.annotations[acme.dev/test]", "http://next-x.NS.svc", ""},
		"Service in a Sidecar":      {"apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: x}\nspec: {egress: [{hosts: [shop/web.shop.svc.cluster.local, shop/orders.shop.svc]}]}", "spec.egress[].hosts[]", "NS/web.NS.svc.cluster.local NS/orders.shop.svc", "leads to Service orders in the namespace shop"},
		"provider of secrets":       {"apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: x}\nspec: {provider: {vault: {auth: {kubernetes: {serviceAccountRef: {name: web, namespace: shop}}}}}}", "spec.provider.vault.auth.kubernetes.serviceAccountRef.namespace", "NS", ""},
		"namespace of Vault":        {"apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: x}\nspec: {provider: {vault: {namespace: shop}}}", "spec.provider.vault.namespace", "shop", "spec.provider.vault.namespace seems to have the namespace shop"},
		"custom reference":          {custom("{serviceName: web, serviceNamespace: shop}"), "spec.serviceNamespace", "NS", ""},
		"custom reference to other": {custom("{secretRef: {name: web, namespace: shop}}"), "spec.secretRef.namespace", "shop", "leads to Secret web in the namespace shop"},
		"object in a template":      {custom("{template: {metadata: {name: a, namespace: shop}}}"), "spec.template.metadata.namespace", "NS", ""},
		"created object":            {custom("{template: {metadata: {generateName: a-, namespace: shop}}}"), "spec.template.metadata.namespace", "NS", ""},
		"reference to a namespace":  {custom("{refs: [{kind: Namespace, name: shop}]}"), "spec.refs[].name", "NS", ""},
		"names of namespaces":       {custom("{namespaces: {names: [shop, other]}}"), "spec.namespaces.names[]", "NS other", ""},
		"list of namespaces":        {custom("{watchNamespaces: 'other,shop'}"), "spec.watchNamespaces", "other,shop", "spec.watchNamespaces seems to have the namespace shop"},
		"short key":                 {custom("{templateVariables: {ns: shop}}"), "spec.templateVariables.ns", "shop", "spec.templateVariables.ns seems to have the namespace shop"},
		"Secret of a field":         {custom("{caSecret: shop/ca}"), "spec.caSecret", "shop/ca", "spec.caSecret seems to have the namespace shop"},
		"path of a secret":          {custom("{secretPath: shop/ca}"), "spec.secretPath", "shop/ca", ""},
		"custom word":               {custom("{team: shop, path: shop/web, image: shop/web}"), "spec.team", "shop", ""},
		"namespace of others":       {custom("{ref: {name: web, namespace: other}}"), "spec.ref.namespace", "other", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec := kustomize.Spec{Base: "base", Allow: policy.Allowable()}
			base := load(t, spec, namespaceBase("shop", test.x))
			overlay := render(t, base, pullRequest())
			if got, want := valuesOf(t, build(t, base, overlay), test.path), strings.ReplaceAll(test.want, "NS", "shop-pr-42"); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			var warnings []string
			for _, w := range base.Warnings() {
				warnings = append(warnings, w.String())
			}
			if test.warning == "" && len(warnings) > 0 || test.warning != "" && (len(warnings) != 1 || !strings.Contains(warnings[0], test.warning)) {
				t.Errorf("got the warnings %q, want %q", warnings, test.warning)
			}
		})
	}
}

// valuesOf returns the values at path in the object x of manifests, without the variable
// that every container has.
func valuesOf(t *testing.T, manifests, path string) string {
	t.Helper()
	for doc := range strings.SplitSeq(manifests, "---\n") {
		n := yaml.MustParse(doc)
		if n.GetName() != "x" {
			continue
		}
		var values []string
		for _, node := range nodesAt(n.YNode(), strings.ReplaceAll(path, "[]", ".[]")) {
			if node.Value != "shop_pr_42" {
				values = append(values, node.Value)
			}
		}
		return strings.Join(values, " ")
	}
	t.Fatal("there is no object x")
	return ""
}

// nodesAt returns the nodes at path, such as spec.a.[].b or metadata.annotations[a.b/c].
func nodesAt(n *yaml.Node, path string) []*yaml.Node {
	if path == "" {
		return []*yaml.Node{n}
	}
	step, rest, _ := strings.Cut(path, ".")
	if key, after, ok := strings.Cut(path, "["); ok && !strings.Contains(key, ".") && key != "" {
		name, rest, _ := strings.Cut(after, "]")
		return nodesAt(object.At(n, key, name), strings.TrimPrefix(rest, "."))
	}
	if step != "[]" {
		return nodesAt(object.Child(n, step), rest)
	}
	var all []*yaml.Node
	for _, item := range object.Items(n) {
		all = append(all, nodesAt(item, rest)...)
	}
	return all
}

// A base that has no namespace has none to move, and a common word is no namespace.
func TestOwnNamespaceThatIsAWord(t *testing.T) {
	t.Parallel()
	const x = `
apiVersion: v1
kind: Pod
metadata: {name: x, labels: {app: NAME}, annotations: {acme.dev/secret: a/NAME}}
spec: {containers: [{name: NAME, image: NAME/web, args: [NAME, NAME/web, "x: NAME"], env: [{name: ROLE, value: NAME}, {name: PATH, value: "/NAME/web"}]}]}
`
	for _, namespace := range []string{"", "web", "default", "app"} {
		name := namespace
		if name == "" {
			name = "shop"
		}
		base := load(t, kustomize.Spec{Base: "base"}, namespaceBase(namespace, strings.ReplaceAll(x, "NAME", name)))
		if warnings := base.Warnings(); len(warnings) > 0 {
			t.Errorf("namespace %q: got %v", namespace, warnings)
		}
		if got := valuesOf(t, build(t, base, render(t, base, pullRequest())), "spec.containers[].args[]"); got != name+" "+name+"/web x: "+name {
			t.Errorf("namespace %q: got %q", namespace, got)
		}
	}
}

// A reference leads to an object in its namespace, and not to one with the same name in
// another namespace of the base.
func TestSeveralOwnNamespaces(t *testing.T) {
	t.Parallel()
	base := load(t, kustomize.Spec{Base: "base"}, files(map[string]string{
		"base/kustomization.yaml": "resources: [x.yaml]\n",
		"base/x.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: front}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: api, namespace: back}\n---\n" +
			"apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: front}\nspec: {containers: [{name: a, image: a, args: [\"http://web.front.svc\", \"http://api.back.svc\", \"http://web.back.svc\"]}]}\n",
	}))
	if got, want := valuesOf(t, build(t, base, render(t, base, pullRequest())), "spec.containers[].args[]"), "http://web.shop-pr-42.svc http://api.shop-pr-42.svc http://web.back.svc"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := base.Warnings(); len(got) != 1 || !strings.Contains(got[0].String(), "args[2] leads to Service web in the namespace back of the base") {
		t.Errorf("got the warnings %v", got)
	}
}

// Kustomize moves the subjects of RoleBindings only if the ServiceAccount has its namespace
// in its own file (filterMapCandidatesByNamespace in api/filters/nameref).
func TestSubjectsOfOwnNamespace(t *testing.T) {
	t.Parallel()
	const x = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: x}\nroleRef: {kind: Role, name: a, apiGroup: rbac.authorization.k8s.io}\n" +
		"subjects: [{kind: ServiceAccount, name: web, namespace: shop}]"
	base := load(t, kustomize.Spec{Base: "base", Allow: []string{"foreign-subject"}}, namespaceBase("shop", x))
	if got := valuesOf(t, build(t, base, render(t, base, pullRequest())), "subjects[].namespace"); got != "shop-pr-42" {
		t.Errorf("got %q", got)
	}
	if warnings := base.Warnings(); len(warnings) > 0 {
		t.Errorf("got %v", warnings)
	}
}

// A replacement of the base copies its namespace before overlays change it.
func TestNamespaceCopiedByReplacement(t *testing.T) {
	t.Parallel()
	base := load(t, kustomize.Spec{Base: "base"}, files(map[string]string{
		"base/kustomization.yaml": "namespace: shop\nresources: [x.yaml]\nreplacements:\n- source: {kind: Service, name: web, fieldPath: metadata.namespace}\n" +
			"  targets:\n  - select: {kind: Thing}\n    fieldPaths: [spec.webName.value]\n  - select: {kind: Thing}\n    fieldPaths: [spec.service.namespace]\n",
		"base/x.yaml": ownObjects + "apiVersion: acme.dev/v1\nkind: Thing\nmetadata: {name: x}\nspec: {service: {name: web, namespace: X}, webName: {name: APP_NAMESPACE, value: X}}",
	}))
	manifests := build(t, base, render(t, base, pullRequest()))
	if got := valuesOf(t, manifests, "spec.service.namespace"); got != "shop-pr-42" {
		t.Errorf("got %q", got)
	}
	if warnings := base.Warnings(); len(warnings) != 1 || !strings.Contains(warnings[0].Message, "spec.webName.value seems to have the namespace shop") {
		t.Errorf("got %v", warnings)
	}
}

// A row of the set makes the meaning of a field certain.
func TestOwnFieldOfNamespaces(t *testing.T) {
	t.Parallel()
	const x = "apiVersion: acme.dev/v1\nkind: Thing\nmetadata: {name: x}\nspec: {consumers: [shop, monitoring], vault: {namespace: shop}}"
	spec := kustomize.Spec{Base: "base", Fields: []kustomize.Field{
		{Group: "acme.dev", Kind: "Thing", Path: "spec.consumers[]", Is: "namespace"}, {Group: "acme.dev", Kind: "Thing", Path: "spec.vault.namespace", Is: "namespace"},
	}}
	base := load(t, spec, namespaceBase("shop", x))
	manifests := build(t, base, render(t, base, pullRequest()))
	if got := valuesOf(t, manifests, "spec.consumers[]") + " " + valuesOf(t, manifests, "spec.vault.namespace"); got != "shop-pr-42 monitoring shop-pr-42" {
		t.Errorf("got %q", got)
	}
	if warnings := base.Warnings(); len(warnings) > 0 {
		t.Errorf("got %v", warnings)
	}
}
