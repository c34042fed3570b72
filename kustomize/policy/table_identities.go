package policy

import "slices"

const (
	cloudRole    = "it would have a role in the cloud account"
	otherSPIFFE  = "it would choose its identity for other services"
	useOwnRole   = "remove it, and let the cluster give previews a role of their own"
	replicates   = "it would copy objects from or to other namespaces"
	replicateFix = "write the object into the base, or copy it with a tool of the cluster"
)

// identityRows has annotations with which pods get credentials, or with which objects are copied
// between namespaces.
var identityRows = slices.Concat(
	cloudRoles("https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html", "eks.amazonaws.com/role-arn"),
	cloudRoles("https://github.com/jtblin/kube2iam, https://github.com/uswitch/kiam", "iam.amazonaws.com/role"),
	cloudRoles("https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity", "iam.gke.io/gcp-service-account"),
	cloudRoles("https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html", "azure.workload.identity/client-id"),
	cloudRoles("https://www.alibabacloud.com/help/en/ack/, ack-pod-identity-webhook", "pod-identity.alibabacloud.com/role-name"),
	cloudRoles("https://www.tencentcloud.com/document/product/457, pod-identity-webhook", "tke.cloud.tencent.com/role-arn"),
	[]Row{
		{
			Word: allowCredentials, Label: "aadpodidbinding", Why: "it would have a role in the cloud account",
			Fix: useOwnRole, Source: "https://azure.github.io/aad-pod-identity/docs/",
		},
		{
			Word: allowCredentials, Annotation: "spiffe.io/spiffe-id", Why: otherSPIFFE,
			Source: "https://github.com/spiffe/spire/blob/v1.4.0/support/k8s/k8s-workload-registrar/README.md",
		},
	},
	replication("https://github.com/mittwald/kubernetes-replicator", "replicator.v1.mittwald.de/*"),
	replication("https://github.com/emberstack/kubernetes-reflector", "reflector.v1.k8s.emberstack.com/*"),
	replication("https://appscode.com/products/kubed/", "kubed.appscode.com/sync"),
	replication("https://config-syncer.com/docs/", "kubed.appscode.com/sync-contexts"),
	replication("https://github.com/TheYkk/synator", "synator/*"),
	[]Row{{Word: allowOtherNamespace, Label: "synator/sync", Why: replicates, Fix: replicateFix, Source: "https://github.com/TheYkk/synator"}},
)

func cloudRoles(source, key string) []Row {
	return []Row{{Word: allowCredentials, Annotation: key, Except: texts(""), Why: cloudRole, Fix: useOwnRole, Source: source}}
}

func replication(source, key string) []Row {
	return []Row{{Word: allowOtherNamespace, Annotation: key, Why: replicates, Fix: replicateFix, Source: source}}
}
