package fields

// The keys of fields of unknown kinds, in lower case and without dashes and underscores.
// The values of fields whose keys end in hostWords are hosts of the application, and those
// of ownURLKeys its URLs. The values of urlKeys can also be URLs of others.
var (
	hostWords = []string{
		"host", "hosts", "hostname", "hostnames", "domain", "domains", "domainname", "domainnames", "fqdn", "fqdns",
		"dnsname", "dnsnames", "servername", "servernames", "serveralias", "serveraliases", "sni", "snis",
	}
	ownURLKeys = []string{"baseurl", "externalurl", "publicurl", "rooturl", "siteurl", "appurl", "frontendurl", "hosturl", "publicaddress", "externaladdress"}
	urlKeys    = []string{"url", "urls", "uri", "uris", "address", "addresses", "endpoint", "endpoints", "origin", "origins", "redirecturi", "redirecturis", "redirecturl", "callbackurl", "issuer", "issuerurl"}
)

// nameKeys are the keys of the names of objects, and of other names that can look like hosts.
var nameKeys = []string{"name", "secretName", "configMapName", "serviceAccountName", "claimName", "credentialName", "image", "apiVersion", "apiGroup", "apiGroups", "kind", "group", "imagePullPolicy"}

// labelKeys are the keys of mappings with labels.
var labelKeys = []string{"labels", "matchLabels", "nodeSelector", "commonLabels"}

// privateDomains are the top-level domains that the public DNS does not have (RFC 6761,
// RFC 6762 and the special-use domains of IANA).
var privateDomains = []string{"local", "localhost", "internal", "invalid", "test", "svc", "cluster", "lan", "home", "corp"}
