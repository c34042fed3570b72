package policy

// Deployers apply other objects that an object has or refers to, mostly as administrators of
// the cluster.
const (
	deploysAny   = "its controller would deploy other objects with rights of its own, and this policy could not check them"
	ownObjects   = "write those objects into the base"
	runsAnywhere = "its controller would run the pods of the preview in another cluster"
)

func deploys(group, source string, kinds ...string) Row {
	return Row{Word: allowDeployer, Group: group, Kinds: kinds, Why: deploysAny, Fix: ownObjects, Source: source}
}

// deployerRows has the kinds of deployers.
var deployerRows = []Row{
	// Argo.
	deploys("argoproj.io", "github.com/argoproj/argo-cd/v3 pkg/apis/application/v1alpha1", "Application", "ApplicationSet", "AppProject"),
	deploys("argoproj.io", "https://argocd-operator.readthedocs.io/en/latest/reference/argocd/", "ArgoCD", "RolloutManager"),
	deploys("argocd-image-updater.argoproj.io", "github.com/argoproj-labs/argocd-image-updater api/v1alpha1"),
	deploys("kargo.akuity.io", "https://docs.kargo.io/user-guide/reference-docs/promotion-steps/"),

	// Flux and its relatives.
	deploys("fluxcd.controlplane.io", "https://fluxcd.control-plane.io/operator/"),
	deploys("*.toolkit.fluxcd.io", "https://fluxcd.io/flux/components/"),
	deploys("*.extensions.fluxcd.io", "https://fluxcd.io/flux/components/source/artifactgenerators/"),
	deploys("helm.fluxcd.io", "https://fluxcd.io/legacy/helm-operator/"),
	deploys("*.weave.works", "https://docs.gitops.weaveworks.org/docs/gitops-templates/"),
	deploys("*.kluctl.io", "https://kluctl.io/docs/kluctl/gitops/spec/v1beta1/"),

	// Helm and packages.
	deploys("*.cattle.io", "https://fleet.rancher.io/ref-crds, https://docs.k3s.io/helm"),
	deploys("helm.k0sproject.io", "https://docs.k0sproject.io/stable/helm-charts/"),
	deploys("operator.ibm.com", "https://www.ibm.com/docs/en/cloud-paks/foundational-services/latest?topic=operand-deployment-lifecycle-manager"),
	deploys("operators.coreos.com", "https://olm.operatorframework.io/docs/"),
	deploys("kappctrl.k14s.io", "https://carvel.dev/kapp-controller/docs/latest/app-spec/"),
	deploys("*.packaging.carvel.dev", "https://carvel.dev/kapp-controller/docs/latest/packaging/"),
	deploys("packaging.carvel.dev", "https://carvel.dev/kapp-controller/docs/latest/packaging/"),
	deploys("packages.eks.amazonaws.com", "https://anywhere.eks.amazonaws.com/docs/packages/"),
	deploys("addons.cluster.x-k8s.io", "sigs.k8s.io/cluster-api api/addons"),
	deploys("operator.cluster.x-k8s.io", "https://cluster-api-operator.sigs.k8s.io/"),
	deploys("apps.cozystack.io", "https://cozystack.io/docs/"),

	// Compositions.
	deploys("helm.crossplane.io", "https://github.com/crossplane-contrib/provider-helm"),
	deploys("helm.m.crossplane.io", "https://github.com/crossplane-contrib/provider-helm"),
	deploys("kubernetes.crossplane.io", "https://github.com/crossplane-contrib/provider-kubernetes"),
	deploys("kubernetes.m.crossplane.io", "https://github.com/crossplane-contrib/provider-kubernetes"),
	deploys("kro.run", "https://kro.run/docs/concepts/rgd/overview"),
	deploys("*.oam.dev", "https://kubevela.io/docs/platform-engineers/oam/oam-model/"),
	deploys("platform.kratix.io", "https://docs.kratix.io/main/reference/works/intro"),
	deploys("radapp.io", "https://docs.radapp.io/guides/deploy-apps/gitops/"),
	deploys("eno.azure.io", "https://github.com/Azure/eno"),
	deploys("gitops.hybrid-cloud-patterns.io", "https://validatedpatterns.io/learn/"),
	deploys("tenantoperator.stakater.com", "https://docs.stakater.com/mto/latest/kubernetes-resources/template-instance.html", "TemplateInstance"),
	deploys("template.openshift.io", "github.com/openshift/api template/v1", "TemplateInstance"),

	// Objects in several namespaces or clusters.
	deploys("*.open-cluster-management.io", "https://open-cluster-management.io/docs/concepts/work-distribution/manifestwork/"),
	deploys("*.karmada.io", "https://karmada.io/docs/userguide/scheduling/propagation-policy"),
	deploys("*.projectsveltos.io", "https://projectsveltos.github.io/sveltos/main/"),
	deploys("*.kubefed.io", "https://github.com/kubernetes-retired/kubefed"),
	deploys("*.kubernetes-fleet.io", "https://kubefleet.dev/docs/concepts/"),
	deploys("*.kubeadmiral.io", "https://github.com/kubewharf/kubeadmiral"),
	deploys("*.clusternet.io", "https://clusternet.io/docs/"),
	deploys("*.loft.sh", "https://www.vcluster.com/docs/platform/"),
	deploys("configsync.gke.io", "https://cloud.google.com/kubernetes-engine/config-sync/docs/reference/rootsync-reposync-fields"),
	{Word: allowDeployer, Group: "*.liqo.io", Why: runsAnywhere, Fix: removeIt, Source: "https://docs.liqo.io/en/stable/usage/namespace-offloading.html"},
	{Word: allowDeployer, Group: "multicluster.admiralty.io", Why: runsAnywhere, Fix: removeIt, Source: "https://admiralty.io/docs/concepts/topologies"},

	// Operators that install a complete system.
	deploys("operator.knative.dev", "https://knative.dev/docs/install/operator/configuring-with-operator/"),
	deploys("install.istio.io", "https://istio.io/latest/docs/reference/config/istio.operator.v1alpha1/"),
	deploys("pipelinesascode.tekton.dev", "https://pipelinesascode.com/docs/guide/repositorycrd/"),
}

// generatorRows has fields with objects that a controller creates, and that this policy can't
// check.
var generatorRows = []Row{
	{Word: allowDeployer, Group: "external-secrets.io", Kinds: []string{"ExternalSecret"}, Path: "spec.target.manifest", Why: deploysAny, Source: "https://external-secrets.io/latest/guides/targeting-custom-resources/"},
	{Word: allowDeployer, Group: "kyverno.io", Kinds: []string{"Policy"}, Path: "spec.rules[].generate", Why: "Kyverno would create other objects with rights of its own, and this policy could not check them", Source: kyvernoRules},
	{Word: allowDeployer, Group: "policies.kyverno.io", Kinds: []string{"NamespacedGeneratingPolicy"}, Why: deploysAny, Fix: ownObjects, Source: kyvernoRules},
	{Word: allowPodText, Group: "kyverno.io", Kinds: []string{"Policy"}, Path: "spec.rules[].mutate", Why: changesPods, Source: kyvernoRules},
	{Word: allowPodText, Group: "policies.kyverno.io", Kinds: []string{"NamespacedMutatingPolicy"}, Why: changesPods, Fix: "change the pods in the base", Source: kyvernoRules},
	{Word: allowPodText, Group: "policies.kubewarden.io", Kinds: []string{"AdmissionPolicy", "AdmissionPolicyGroup"}, Path: "spec.mutating", Except: onlyFalse, Why: changesPods, Source: "https://docs.kubewarden.io/reference/CRDs"},
	{Word: allowPodSecurity, Group: "kyverno.io", Kinds: []string{"PolicyException"}, Why: exemptsObjects, Fix: removeIt, Source: "https://kyverno.io/docs/exceptions/"},
	{Word: allowPodSecurity, Group: "policies.kyverno.io", Kinds: []string{"PolicyException"}, Why: exemptsObjects, Fix: removeIt, Source: "https://kyverno.io/docs/exceptions/"},
	{Word: allowPodSecurity, Group: "uds.dev", Kinds: []string{"Exemption"}, Why: exemptsObjects, Fix: removeIt, Source: "https://uds.defenseunicorns.com/reference/configuration/custom-resources/exemptions-v1alpha1-cr/"},

	// These operators give the pods that they create a Role.
	{Word: allowRole, Group: "jenkins.io", Kinds: []string{"Jenkins"}, Why: createsPods, Fix: removeIt, Source: "github.com/jenkinsci/kubernetes-operator pkg/configuration/base/resources/rbac.go"},
	{Word: allowRole, Group: "apps.gitlab.com", Kinds: []string{"Runner"}, Why: createsPods, Fix: removeIt, Source: "https://docs.gitlab.com/runner/install/operator/"},
}

const (
	removeIt       = "remove it"
	kyvernoRules   = "https://kyverno.io/docs/policy-types/"
	changesPods    = "it would change pods after this policy has checked them"
	exemptsObjects = "it would exempt objects from the policies of the cluster"
	createsPods    = "its operator gives it a Role with which it can create pods that this policy refuses"
)
