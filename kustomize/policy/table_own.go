package policy

// The values of fields with namespaces and credentials.
var (
	ownNamespace   = Values{"the preview's namespace", isOwnName}
	ownReference   = Values{"objects of the preview's namespace", isOwnReference}
	ownSelector    = Values{"selectors of the preview's namespace by the label `" + namespaceLabel + "`, and affinities", selectsOwn}
	ownCredentials = anyOf("fields such as `secretRef` and `serviceAccountRef`", hasOwnCredentials)
)
