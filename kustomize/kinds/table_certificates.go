package kinds

// certificatesGroups has the kinds of cert-manager.
var certificatesGroups = []group{
	{
		name:       "acme.cert-manager.io",
		namespaced: "Challenge Order",
		source:     "github.com/cert-manager/cert-manager@2d0d7f7f7424",
	},
	{
		name:       "cert-manager.io",
		cluster:    "ClusterIssuer",
		namespaced: "Certificate CertificateRequest Issuer",
		source:     "github.com/cert-manager/cert-manager@2d0d7f7f7424",
	},
}
