package fields_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
)

// namespaceExamples has an object for each field of a kind that has namespaces. Every
// field has the namespace own.
const namespaceExamples = `
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
spec: {from: [{namespace: own}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  exportTo: [own]
  gateways: [own/web]
  hosts: [web.own]
  http: [{match: [{gateways: [own/web], sourceNamespace: own}], route: [{destination: {host: web.own}}], mirror: {host: web.own}}]
  tls: [{match: [{gateways: [own/web], sourceNamespace: own}], route: [{destination: {host: web.own}}]}]
  tcp: [{match: [{gateways: [own/web], sourceNamespace: own}], route: [{destination: {host: web.own}}]}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
spec: {host: web.own, exportTo: [own]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
spec: {exportTo: [own]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
spec: {servers: [{hosts: [own/shop.example.com]}]}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
spec: {egress: [{hosts: [own/*]}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
spec: {rules: [{from: [{source: {namespaces: [own], notNamespaces: [own]}}]}]}
---
apiVersion: flagger.app/v1beta1
kind: Canary
spec: {service: {gateways: [own/web]}}
---
apiVersion: getambassador.io/v3alpha1
kind: Mapping
spec: {service: "https://web.own:80/"}
---
apiVersion: getambassador.io/v3alpha1
kind: TCPMapping
spec: {service: web.own}
---
apiVersion: getambassador.io/v3alpha1
kind: AuthService
spec: {auth_service: "web.own:80"}
---
apiVersion: projectcontour.io/v1
kind: HTTPProxy
spec:
  virtualhost: {tls: {secretName: own/web, clientValidation: {caSecret: own/web}}}
  routes: [{services: [{validation: {caSecret: own/web}}]}]
  tcpproxy: {services: [{validation: {caSecret: own/web}}]}
---
apiVersion: projectcontour.io/v1alpha1
kind: ExtensionService
spec: {validation: {caSecret: own/web}}
---
apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
spec: {entityOperator: {topicOperator: {watchedNamespace: own}, userOperator: {watchedNamespace: own}}}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
spec: {vaultAuthRef: own/web}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultDynamicSecret
spec: {vaultAuthRef: own/web}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultPKISecret
spec: {vaultAuthRef: own/web}
---
apiVersion: k8s.nginx.org/v1
kind: VirtualServer
spec: {routes: [{route: own/web}]}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
spec: {namespaceSelector: {matchNames: [own]}}
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
spec: {namespaceSelector: {matchNames: [own]}}
---
apiVersion: monitoring.coreos.com/v1
kind: Probe
spec: {namespaceSelector: {matchNames: [own]}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  annotations:
    cert-manager.io/inject-ca-from: own/web
    cert-manager.io/inject-ca-from-secret: own/web
    external-dns.alpha.kubernetes.io/gateway: own/web
    external-dns.alpha.kubernetes.io/ingress: own/web
    haproxy-ingress.github.io/auth-secret: own/web
    haproxy-ingress.github.io/auth-tls-secret: own/web
    haproxy-ingress.github.io/default-backend-service: own/web:8080
    haproxy-ingress.github.io/secure-crt-secret: own/web
    haproxy-ingress.github.io/secure-verify-ca-secret: own/web
    haproxy.org/auth-secret: own/web
    haproxy.org/client-ca: own/web
    haproxy.org/default-backend-service: own/web
    haproxy.org/server-ca: own/web
    haproxy.org/server-crt: own/web
    ingress.kubernetes.io/auth-secret: own/web
    ingress.kubernetes.io/auth-tls-secret: own/web
    networking.istio.io/exportTo: own
    nginx.ingress.kubernetes.io/auth-proxy-set-headers: own/web
    nginx.ingress.kubernetes.io/auth-secret: own/web
    nginx.ingress.kubernetes.io/auth-tls-secret: own/web
    nginx.ingress.kubernetes.io/custom-headers: own/web
    nginx.ingress.kubernetes.io/default-backend: own/web
    nginx.ingress.kubernetes.io/fastcgi-params-configmap: own/web
    nginx.ingress.kubernetes.io/proxy-set-headers: own/web
    nginx.ingress.kubernetes.io/proxy-ssl-secret: own/web
    nginx.ingress.kubernetes.io/secure-verify-ca-secret: own/web
`

// Every row of the table has an example, and its references are found.
func TestNamespaceRows(t *testing.T) {
	t.Parallel()
	table, err := fields.NewTable(nil)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, doc := range strings.Split(namespaceExamples, "---\n") {
		n := yaml.MustParse(doc)
		gvk := resid.GvkFromNode(n)
		for _, row := range table.Rows(gvk, fields.Namespace) {
			for _, place := range row.Places(n.YNode()) {
				refs := row.References(place.Node.Value, []string{"own"})
				if len(refs) != 1 || place.Node.Value[refs[0].Start:refs[0].End] != "own" {
					t.Errorf("%s %s: got %v in %q", gvk.Kind, place.Name, refs, place.Node.Value)
				}
				found[row.Group+" "+gvk.Kind+" "+row.Path] = true
				found[row.Group+"  "+row.Path] = true
			}
			if other := row.References("other/own, own-2/x other.own-x", []string{"own"}); len(other) > 0 {
				t.Errorf("%s: got %v in the names of others", row.Path, other)
			}
		}
	}
	for _, row := range fields.Known() {
		kinds := row.Kinds
		if row.Group == fields.AnyGroup {
			kinds = []string{""}
		}
		for _, kind := range kinds {
			if row.Is == fields.Namespace && !found[row.Group+" "+kind+" "+row.Path] {
				t.Errorf("no example of %s %s %s", row.Group, kind, row.Path)
			}
		}
	}
}

func TestReferencesIn(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"http://web.shop.svc.cluster.local:8080/a":                   "web@11",
		"web.shop.svc,db-0.db.shop.svc; cache.shop.svc.":             "web@4 db@21 cache@37",
		"*.shop.svc.cluster.local":                                   "@2",
		"localhost,.shop.svc,10.0.0.0/8":                             "@11",
		"next=http%3A%2F%2Fweb.shop.svc%2F":                          "web@22",
		"http://web.shop:8080":                                       "web@11",
		"web.shop:8080":                                              "web@4",
		"amqp://user:x@queue.shop":                                   "queue@20",
		"shop-strip@kubernetescrd, other-x@kubernetescrd":            "strip@0",
		"cluster.local/ns/shop/sa/web":                               "web@17",
		"spiffe://td/ns/shop/sa/*":                                   "@15",
		"*/ns/shop/*":                                                "@5",
		"system:serviceaccount:shop:web":                             "web@22",
		"system:serviceaccounts:shop":                                "@23",
		"web.shop.serviceaccount.identity.linkerd.cluster.local":     "web@4",
		"web.shop:1,db.shop:2, other.x:3":                            "web@4 db@14",
		"--db-host=db.shop":                                          "db@13",
		`{"host": "db.shop", "topic": "db.shop"}`:                    "db@13",
		"shop.svc.cluster.local":                                     "@0",
		"a=shop.svc,b":                                               "@2",
		"https://kubernetes.default.svc/api/v1/namespaces/shop/pods": "@49",
		"/apis/apps/v1/namespaces/shop/deployments":                  "@25",
		"http://kafka-broker-ingress.knative-eventing.svc.cluster.local:80/shop/default": "@66",
		"x-0.db.shop:9092,x-1.db.shop:9092":                                              "db@7 db@24",
		"shop":                                                                           "",
		"web.shop":                                                                       "",
		"web.shop.example.com":                                                           "",
		"https://shop.example.com":                                                       "",
		"https://web.shop.example.com":                                                   "",
		"web.shop2.svc":                                                                  "",
		"web.my-shop.svc":                                                                "",
		"web.shop.svcs":                                                                  "",
		"my-shop.svc":                                                                    "",
		"/blog/namespaces/shop":                                                          "",
		"shopping-strip@kubernetescrd":                                                   "",
		"/ns/shop2/sa/web":                                                               "",
		"system:serviceaccount:shop2:web":                                                "",
	} {
		var got []string
		for _, ref := range fields.ReferencesIn(text, []string{"shop"}) {
			got = append(got, fmt.Sprintf("%s@%d", ref.Name, ref.Start))
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func FuzzReferencesIn(f *testing.F) {
	for _, text := range []string{"web.shop.svc", "shop-a@kubernetescrd", "a/ns/shop/sa/b", "%2Fa.shop.svc", "web.shop:1", "shop/a, shop/b", "shop/a,shop,shop/b", ""} {
		f.Add(text)
	}
	row := fields.Row{Form: fields.Scoped, Of: []string{"Secret"}}
	address := fields.Row{Form: fields.Addressed}
	own := []string{"shop", "shop-a"}
	f.Fuzz(func(t *testing.T, text string) {
		place := fields.Place{Pointer: "/metadata/annotations/secret-namespaces", Node: yaml.NewStringRNode(text).YNode()}
		for _, refs := range [][]fields.Reference{
			fields.ReferencesIn(text, own), row.References(text, own), address.References(text, own), fields.ReferencesAt(nil, place, own),
		} {
			end := 0
			for _, ref := range refs {
				if ref.Start < end || !slices.Contains(own, text[ref.Start:ref.End]) {
					t.Fatalf("%q: got %v", text, refs)
				}
				end = ref.End
			}
		}
	})
}

func TestUnknownHost(t *testing.T) {
	t.Parallel()
	const doc = `
spec:
  cookieDomain: store.example.com
  domains: [{name: api.example.com}, {name: storefront}]
  gateways: [{name: gw.example.com}]
  host: web.shop.svc
  virtualHost: 10.0.0.1
  ingress: {hosts: [A.Example.com., localhost]}
  publicUrl: https://www.example.org/a
  url: https://hooks.slack.com/a
  plugin: {url: "oci://registry.example.com/auth:1"}
  callback_url: https://auth.example.com/cb
  secretName: shop.example.com
  nodeSelector: {host: node.example.com}
  version: v1.2.3
  fqdn: node.internal
`
	n := yaml.MustParse(doc).YNode()
	var got []string
	fields.Texts(n, func(p fields.Place) bool {
		if host := fields.UnknownHost(p, p.Node.Value, []string{"shop.example.com"}); host != "" {
			got = append(got, p.Name+"="+host)
		}
		return true
	})
	want := []string{
		"spec.cookieDomain=store.example.com", "spec.domains[api.example.com].name=api.example.com", "spec.ingress.hosts[0]=a.example.com",
		"spec.publicUrl=www.example.org", "spec.callback_url=auth.example.com",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestWrittenHosts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`^https://shop\.example\.com/.*`:             "shop.example.com",
		`shop\\.example[.]com`:                       "shop.example.com",
		"https%3A%2F%2Fshop.example.com%2Fa":         "shop.example.com a",
		"admin@shop.example.com":                     "admin",
		"shop.example.com-tls":                       "shop.example.com-tls",
		"{\"url\":\"https://SHOP.example.com:443\"}": "url shop.example.com",
	} {
		if got := strings.Join(slices.DeleteFunc(fields.WrittenHosts(text), func(h string) bool { return h == "https" || h == "443" }), " "); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
