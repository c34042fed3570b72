package kinds

// deliveryGroups has the kinds of controllers that deploy, build or deliver applications.
var deliveryGroups = []group{
	{
		name:       "actions.github.com",
		namespaced: "AutoscalingListener AutoscalingRunnerSet EphemeralRunner EphemeralRunnerSet",
		source:     "github.com/actions/actions-runner-controller@2ee6b3b8e8d2",
	},
	{
		name:       "actions.summerwind.dev",
		namespaced: "HorizontalRunnerAutoscaler Runner RunnerDeployment RunnerReplicaSet RunnerSet",
		source:     "github.com/actions/actions-runner-controller@2ee6b3b8e8d2",
	},
	{name: "auto.pulumi.com", namespaced: "Update Workspace", source: "github.com/pulumi/pulumi-kubernetes-operator@475dbc6c9d34"},
	{name: "awx.ansible.com", namespaced: "AWX AWXBackup AWXMeshIngress AWXRestore", source: "documentation of the AWX operator"},
	{
		name:       "controller.devfile.io",
		namespaced: "DevWorkspaceOperatorConfig DevWorkspaceRouting",
		source:     "documentation of the DevWorkspace operator",
	},
	{
		name:    "core.oam.dev",
		cluster: "ResourceTracker",
		namespaced: `
			Application ApplicationRevision ComponentDefinition DefinitionRevision Policy
			PolicyDefinition TraitDefinition Workflow WorkflowStepDefinition WorkloadDefinition`,
		source: "github.com/kubevela/kubevela@5a44b5f10c59",
	},
	{
		name: "core.openfeature.dev",
		namespaced: `
			FeatureFlag FeatureFlagConfiguration FeatureFlagSource FlagSourceConfiguration Flagd
			InProcessConfiguration`,
		source: "github.com/open-feature/open-feature-operator@90d373fd1661",
	},
	{name: "cue.oam.dev", namespaced: "Package", source: "github.com/kubevela/kubevela@5a44b5f10c59"},
	{name: "dashboard.tekton.dev", namespaced: "Extension", source: "github.com/tektoncd/operator@390143289a66"},
	{
		name:       "data.packaging.carvel.dev",
		namespaced: "Package PackageMetadata",
		source:     "documentation of kapp-controller: its aggregated API",
	},
	{name: "endpointmonitor.stakater.com", namespaced: "EndpointMonitor", source: "documentation of the Ingress Monitor Controller"},
	{
		name: "fission.io",
		namespaced: `
			CanaryConfig Environment Function HTTPTrigger KubernetesWatchTrigger MessageQueueTrigger
			Package TimeTrigger`,
		source: "documentation of Fission",
	},
	{name: "flagger.app", namespaced: "AlertProvider Canary MetricTemplate", source: "github.com/fluxcd/flagger@15bd6ad555e6"},
	{name: "flux.weave.works", namespaced: "FluxHelmRelease HelmRelease", source: "documentation of Flux 1"},
	{name: "forecastle.stakater.com", namespaced: "ForecastleApp", source: "documentation of Forecastle"},
	{name: "gitops.kluctl.io", namespaced: "KluctlDeployment", source: "documentation of Kluctl"},
	{
		name:    "goharbor.io",
		cluster: "HarborServerConfiguration",
		namespaced: `
			ChartMuseum Core Exporter Harbor HarborCluster HarborConfiguration HarborProject
			JobService NotaryServer NotarySigner Portal PullSecretBinding Registry RegistryController
			Trivy`,
		source: "documentation of the Harbor operator",
	},
	{name: "helm.cattle.io", namespaced: "HelmChart HelmChartConfig", source: "github.com/k3s-io/helm-controller@v0.17.9"},
	{name: "helm.fluxcd.io", namespaced: "HelmRelease", source: "documentation of Flux 1"},
	{name: "helm.toolkit.fluxcd.io", namespaced: "HelmRelease", source: cozystack},
	{name: "image.toolkit.fluxcd.io", namespaced: "ImagePolicy ImageRepository ImageUpdateAutomation", source: cozystack},
	{name: "internal.kro.run", cluster: "GraphRevision", source: "github.com/kubernetes-sigs/kro@0302e659ede7"},
	{
		name:       "internal.packaging.carvel.dev",
		namespaced: "InternalPackage InternalPackageMetadata",
		source:     "github.com/carvel-dev/kapp-controller@e4b4822224f7",
	},
	{name: "k3s.cattle.io", cluster: "ETCDSnapshotFile", namespaced: "Addon", source: "documentation of K3s"},
	{name: "kappctrl.k14s.io", namespaced: "App", source: "github.com/carvel-dev/kapp-controller@e4b4822224f7"},
	{
		name:    "kro.run",
		cluster: "ResourceGraphDefinition",
		namespaced: `
			AllowUnknown CheckArbitraryObjectsNoOp CheckInstanceCreationSimpleDeployment
			CheckInstanceUpdateSimpleDeployment CheckMultiResourceAutoscaledDeployment
			CheckRGDCreationSimpleDeployment ComplexApp SimpleDeploymentForDeletion Singleton
			ValidationTestApp`,
		source: "github.com/kubernetes-sigs/kro@0302e659ede7",
	},
	{name: "kubefledged.io", namespaced: "ImageCache", source: "documentation of kube-fledged"},
	{name: "kustomize.toolkit.fluxcd.io", namespaced: "Kustomization", source: cozystack},
	{name: "nais.io", namespaced: "Application Naisjob", source: "documentation of NAIS"},
	{name: "notification.toolkit.fluxcd.io", namespaced: "Provider Receiver", source: cozystack},
	{name: "notification.toolkit.fluxcd.io", namespaced: "Alert", source: "github.com/fluxcd/flux2@da2d22d36901"},
	{
		name:       "nuclio.io",
		namespaced: "NuclioAPIGateway NuclioFunction NuclioFunctionEvent NuclioProject",
		source:     "documentation of Nuclio",
	},
	{
		name:    "olm.operatorframework.io",
		cluster: "ClusterCatalog ClusterExtension ClusterExtensionRevision",
		source:  "documentation of OLM 1",
	},
	{name: "openfaas.com", namespaced: "Function FunctionIngress Profile", source: "documentation of OpenFaaS"},
	{
		name: "operator.tekton.dev",
		cluster: `
			ManualApprovalGate OpenShiftPipelinesAsCode SyncerService TektonAddon TektonChain
			TektonConfig TektonDashboard TektonInstallerSet TektonMulticlusterProxyAAE TektonPipeline
			TektonPruner TektonResult TektonScheduler TektonTrigger`,
		source: "github.com/tektoncd/operator@390143289a66",
	},
	{
		name:    "operators.coreos.com",
		cluster: "OLMConfig Operator",
		namespaced: `
			CatalogSource ClusterServiceVersion InstallPlan OperatorCondition OperatorGroup
			Subscription`,
		source: "github.com/operator-framework/api@3048ccdc52d1",
	},
	{
		name:       "packaging.carvel.dev",
		namespaced: "PackageInstall PackageRepository",
		source:     "github.com/carvel-dev/kapp-controller@e4b4822224f7",
	},
	{name: "pipelinesascode.tekton.dev", namespaced: "Repository", source: "github.com/tektoncd/operator@390143289a66"},
	{name: "pulumi.com", namespaced: "Program Stack", source: "github.com/pulumi/pulumi-kubernetes-operator@475dbc6c9d34"},
	{name: "resolution.tekton.dev", namespaced: "ResolutionRequest", source: "github.com/tektoncd/operator@390143289a66"},
	{name: "rhdh.redhat.com", namespaced: "Backstage", source: "documentation of the Backstage operator"},
	{
		name:       "servicecatalog.k8s.io",
		cluster:    "ClusterServiceBroker ClusterServiceClass ClusterServicePlan",
		namespaced: "ServiceBinding ServiceBroker ServiceClass ServiceInstance ServicePlan",
		source:     "documentation of Service Catalog",
	},
	{
		name:       "shipwright.io",
		cluster:    "ClusterBuildStrategy",
		namespaced: "Build BuildRun BuildStrategy",
		source:     "documentation of Shipwright",
	},
	{name: "shp.io", namespaced: "Build", source: "documentation of Shipwright"},
	{name: "source.extensions.fluxcd.io", namespaced: "ArtifactGenerator", source: cozystack},
	{name: "source.toolkit.fluxcd.io", namespaced: "ExternalArtifact HelmChart HelmRepository OCIRepository", source: cozystack},
	{name: "source.toolkit.fluxcd.io", namespaced: "Bucket GitRepository", source: "github.com/fluxcd/flux2@da2d22d36901"},
	{name: "tekton.dev", namespaced: "Condition", source: "documentation of Tekton 0.40"},
	{
		name:       "tekton.dev",
		cluster:    "ClusterTask",
		namespaced: "CustomRun Pipeline PipelineResource PipelineRun Run Task TaskRun VerificationPolicy",
		source:     "github.com/tektoncd/operator@390143289a66",
	},
	{name: "tekton.dev", namespaced: "StepAction", source: "github.com/tektoncd/pipeline@3ee1745ae5b2"},
	{
		name: "templates.kluctl.io",
		namespaced: `
			GitProjector GithubComment GitlabComment ListGithubPullRequests ListGitlabMergeRequests
			ObjectTemplate TextTemplate`,
		source: "documentation of the Kluctl template controller",
	},
	{name: "terraform.core.oam.dev", namespaced: "Configuration", source: "github.com/kubevela/kubevela@5a44b5f10c59"},
	{name: "tf.galleybytes.com", namespaced: "Terraform", source: "documentation of galleybytes/terraform-operator"},
	{name: "tf.isaaguilar.com", namespaced: "Terraform", source: "documentation of galleybytes/terraform-operator"},
	{
		name:       "triggers.tekton.dev",
		cluster:    "ClusterInterceptor ClusterTriggerBinding",
		namespaced: "EventListener Interceptor Trigger TriggerBinding TriggerTemplate",
		source:     "github.com/tektoncd/triggers@088902973c89",
	},
	{name: "uds.dev", namespaced: "Exemption Package", source: "documentation of UDS Core"},
	{name: "upgrade.cattle.io", namespaced: "Plan", source: "documentation of the System Upgrade Controller"},
	{name: "wordpress.presslabs.org", namespaced: "Wordpress", source: "documentation of the WordPress operator"},
	{
		name:       "workspace.devfile.io",
		namespaced: "DevWorkspace DevWorkspaceTemplate",
		source:     "documentation of the DevWorkspace operator",
	},
}
