package policy

import (
	"slices"
	"strings"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

const (
	foreignCertificate = "the preview would get a certificate for a host of others"
	nameOwnHost        = "name hosts of the preview"
	certManager        = "https://cert-manager.io/docs/reference/api-docs/"
	gardenerCerts      = "github.com/gardener/cert-management pkg/apis/cert/v1alpha1"
)

// certificateRows has certificates and DNS. An Issuer of the preview has only credentials of the
// preview, so its certificates have no row.
var certificateRows = slices.Concat(
	atPaths(
		Row{Word: allowOtherHost, Group: "cert-manager.io", Kinds: []string{"Certificate"}, Except: ownCertificate, Why: foreignCertificate, Fix: nameOwnHost + ", or use an Issuer of the base", Source: certManager},
		"spec.dnsNames[]", "spec.commonName",
	),
	atPaths(
		Row{Word: allowOtherHost, Group: "cert.gardener.cloud", Kinds: []string{"Certificate"}, Except: ownNames, Why: foreignCertificate, Fix: nameOwnHost, Source: gardenerCerts},
		"spec.dnsNames[]", "spec.commonName",
	),
	atAnnotations(
		Row{Word: allowOtherHost, Except: ownNames, Why: foreignCertificate, Fix: nameOwnHost, Source: "https://cert-manager.io/docs/usage/ingress/"},
		"cert-manager.io/alt-names", "cert-manager.io/common-name", "cert.gardener.cloud/commonname", "cert.gardener.cloud/dnsnames",
	),
	[]Row{
		{Word: allowOtherHost, Group: "cert-manager.io", Kinds: []string{"CertificateRequest"}, Why: "its hosts can't be checked", Fix: "write a Certificate", Source: certManager},
		{Word: allowOtherNamespace, Group: "dns.gardener.cloud", Kinds: []string{"DNSAnnotation"}, Path: "spec.resourceRef.namespace", Except: ownNamespace, Why: "it would annotate an object of another namespace", Source: "github.com/gardener/external-dns-management pkg/apis/dns/v1alpha1"},
	},
)

// ownNames are lists of hosts of the preview, and names that are not on the Internet: those of
// its Services, and names without a dot.
var ownNames = ifText("hosts and Services of the preview, and names without a dot", func(text string, in Scope) bool {
	return !slices.ContainsFunc(strings.Split(text, ","), func(name string) bool {
		name = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(name), "*."))
		return strings.Contains(name, ".") && !in.isOwnAddress(name)
	})
})

// ownCertificate is ownNames, or any name with an issuer of the preview's namespace.
var ownCertificate = Values{"with an Issuer of the preview, and " + ownNames.Text, func(p fields.Place, in Scope) bool {
	issuer := object.Child(p.Holder, "issuerRef")
	own := isOneOf(object.Child(issuer, "kind"), "Issuer", "") && isOneOf(object.Child(issuer, "group"), "cert-manager.io", "")
	return own || ownNames.have(p, in)
}}
