package policy

import (
	"regexp"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

const (
	notAdmitted  = "the cluster's admission rules would not apply to the preview's objects"
	choosesNodes = "it would replace the nodes that the cluster gives to namespaces"
	openshiftSCC = "https://docs.redhat.com/en/documentation/openshift_container_platform/latest/html/authentication_and_authorization/managing-pod-security-policies"
	argoOperator = "https://argocd-operator.readthedocs.io/en/latest/usage/deploy-to-different-namespaces/"
	admitsNodes  = "https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#podnodeselector"
)

// namespaceRows has labels and annotations of the preview's Namespace with which the cluster
// gives the namespace rights, or checks its objects less.
var namespaceRows = []Row{
	ofNamespace(allowPodSecurity, "labels[pod-security.kubernetes.io/enforce-version]", checkingVersions, "this version of the standards does not check all fields", "https://kubernetes.io/docs/concepts/security/pod-security-admission/"),
	ofNamespace(allowPodSecurity, "labels[openshift.io/run-level]", Values{}, "OpenShift does not check the pods of namespaces with it", openshiftSCC),
	ofNamespace(allowPodSecurity, "annotations[openshift.io/sa.scc.*]", Values{}, "it would choose the users, groups and SELinux levels of pods", openshiftSCC),
	ofNamespace(allowPodSecurity, "labels[admission.gatekeeper.sh/ignore]", Values{}, notAdmitted, "https://open-policy-agent.github.io/gatekeeper/website/docs/exempt-namespaces/"),
	ofNamespace(allowPodSecurity, "labels[openpolicyagent.org/webhook]", Values{}, notAdmitted, "https://www.openpolicyagent.org/docs/kubernetes/tutorial"),
	ofNamespace(allowPrivileged, "labels[resource.kubernetes.io/admin-access]", onlyFalseText, "claims could have access to devices that pods of others use", adminAccess),
	ofNamespace(allowPrivileged, "labels[resource.k8s.io/admin-access]", onlyFalseText, "claims could have access to devices that pods of others use", "k8s.io/api@v0.33.0 resource/v1beta2 DRAAdminNamespaceLabelKey"),

	{Word: allowControlPlane, Annotation: "openshift.io/node-selector", Why: choosesNodes, Source: "https://docs.redhat.com/en/documentation/openshift_container_platform/latest/html/nodes/controlling-pod-placement-onto-nodes-scheduling"},
	{Word: allowControlPlane, Annotation: "scheduler.alpha.kubernetes.io/node-selector", Why: choosesNodes, Source: admitsNodes},
	ofNamespace(allowControlPlane, "annotations[scheduler.alpha.kubernetes.io/defaultTolerations]", Values{}, choosesNodes, admitsNodes),
	ofNamespace(allowControlPlane, "annotations[scheduler.alpha.kubernetes.io/tolerationsWhitelist]", Values{}, choosesNodes, admitsNodes),

	ofNamespace(allowForeignSubject, "labels[argocd.argoproj.io/managed-by*]", Values{}, "an Argo CD of another namespace would get rights in the preview", argoOperator),
	ofNamespace(allowForeignSubject, "labels[argocd.argoproj.io/applicationset-managed-by*]", Values{}, "an Argo CD of another namespace would get rights in the preview", argoOperator),
	ofNamespace(allowForeignSubject, "annotations[field.cattle.io/projectId]", Values{}, "the members of the Rancher project would get rights in the preview, and its secrets would be copied", "https://ranchermanager.docs.rancher.com/how-to-guides/new-user-guides/manage-clusters/projects-and-namespaces"),
	ofNamespace(allowForeignSubject, "labels[capsule.clastix.io/tenant]", Values{}, "the owners of the Capsule tenant would get rights in the preview", "https://projectcapsule.dev/docs/tenants/namespaces/"),

	ofNamespace(allowScrape, "labels[openshift.io/cluster-monitoring]", onlyFalseText, "the cluster's own Prometheus would read the preview's monitors and rules", "https://docs.redhat.com/en/documentation/monitoring_stack_for_red_hat_openshift"),
	ofNamespace(allowCredentials, "annotations[iam.amazonaws.com/permitted]", Values{}, "pods could take cloud roles", "https://github.com/uswitch/kiam#overview"),
	ofNamespace(allowCredentials, "annotations[iam.amazonaws.com/allowed-roles]", Values{}, "pods could take cloud roles", "https://github.com/jtblin/kube2iam#namespace-restrictions"),
	ofNamespace(allowCloudResource, "annotations[cnrm.cloud.google.com/*]", Values{}, "it would choose the cloud project of resources", "https://cloud.google.com/config-connector/docs/how-to/organizing-resources/project-scoped-resources"),
}

func ofNamespace(word, key string, except Values, why, source string) Row {
	return Row{Word: word, Kinds: []string{"Namespace"}, Path: "metadata." + key, Except: except, Why: why, Fix: "remove it from the Namespace", Source: source}
}

// onlyFalseText are labels that turn something off.
var onlyFalseText = texts("false")

// checkingVersions are the versions of the baseline that check the fields of profiles. Earlier
// ones check annotations (check_seccompProfile_baseline.go in k8s.io/pod-security-admission).
var checkingVersions = anyOf("`latest`, and `v1.19` or later", func(n *yaml.Node) bool {
	return isOneOf(n, "", "latest") || sinceFields.MatchString(object.Scalar(n))
})

var sinceFields = regexp.MustCompile(`^v1\.(19|[2-9][0-9]|[1-9][0-9]{2})$`)
