package kinds

// certificateGroups has the kinds of controllers for certificates and DNS.
var certificateGroups = []group{
	{name: "acme.cert-manager.io", namespaced: "Challenge Order", source: "github.com/cert-manager/cert-manager@2d0d7f7f7424"},
	{
		name:       "awspca.cert-manager.io",
		cluster:    "AWSPCAClusterIssuer",
		namespaced: "AWSPCAIssuer",
		source:     "documentation of the AWS Private CA issuer",
	},
	{
		name:       "cas-issuer.jetstack.io",
		cluster:    "GoogleCASClusterIssuer",
		namespaced: "GoogleCASIssuer",
		source:     "documentation of the Google CAS issuer",
	},
	{
		name:       "cert-manager.io",
		cluster:    "ClusterIssuer",
		namespaced: "Certificate CertificateRequest Issuer",
		source:     "github.com/cert-manager/cert-manager@2d0d7f7f7424",
	},
	{
		name:       "cert-manager.k8s.cloudflare.com",
		cluster:    "ClusterOriginIssuer",
		namespaced: "OriginIssuer",
		source:     "documentation of the Cloudflare origin CA issuer",
	},
	{name: "cert.gardener.cloud", namespaced: "Certificate CertificateRevocation Issuer", source: "documentation of Gardener"},
	{
		name:       "certmanager.k8s.io",
		cluster:    "ClusterIssuer",
		namespaced: "Certificate CertificateRequest Challenge Issuer Order",
		source:     "documentation of cert-manager 0.10",
	},
	{name: "certmanager.step.sm", cluster: "StepClusterIssuer", namespaced: "StepIssuer", source: "documentation of the Step issuer"},
	{
		name:       "dns.gardener.cloud",
		cluster:    "DNSOwner",
		namespaced: "DNSAnnotation DNSEntry DNSProvider",
		source:     "documentation of Gardener",
	},
	{
		name:    "policy.cert-manager.io",
		cluster: "CertificateRequestPolicy",
		source:  "github.com/cert-manager/approver-policy@81ac7e0cf259",
	},
	{name: "trust.cert-manager.io", cluster: "Bundle", source: "github.com/knative/eventing@8cf4c4b67303"},
}
