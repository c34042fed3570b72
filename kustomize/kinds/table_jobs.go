package kinds

// jobGroups has the kinds of autoscalers, schedulers and workloads such as those of machine
// learning.
var jobGroups = []group{
	{name: "agents.x-k8s.io", namespaced: "Sandbox", source: "github.com/kubernetes-sigs/agent-sandbox@2fd412d55eca"},
	{name: "agones.dev", namespaced: "Fleet GameServer GameServerSet", source: "documentation of Agones"},
	{name: "akri.sh", namespaced: "Configuration Instance", source: "documentation of Akri"},
	{name: "allocation.agones.dev", namespaced: "GameServerAllocation", source: "documentation of Agones"},
	{name: "app.k8s.io", namespaced: "Application", source: "github.com/kubeflow/manifests@009c88084074"},
	{
		name:    "apps.kruise.io",
		cluster: "NodeImage NodePodProbe ResourceDistribution SidecarSet",
		namespaced: `
			AdvancedCronJob BroadcastJob CloneSet ContainerRecreateRequest DaemonSet EphemeralJob
			ImageListPullJob ImagePullJob PersistentPodState PodProbeMarker StatefulSet
			UnitedDeployment WorkloadSpread`,
		source: "github.com/openkruise/kruise@07169cfac7b9",
	},
	{name: "autoscaling.agones.dev", namespaced: "FleetAutoscaler", source: "documentation of Agones"},
	{
		name:       "autoscaling.k8s.io",
		namespaced: "VerticalPodAutoscaler VerticalPodAutoscalerCheckpoint",
		source:     "github.com/kubernetes/autoscaler@55c37cd5eb55",
	},
	{
		name:       "autoscaling.x-k8s.io",
		cluster:    "CapacityQuota",
		namespaced: "CapacityBuffer ProvisioningRequest",
		source:     "github.com/kubernetes/autoscaler@55c37cd5eb55",
	},
	{name: "balancer.x-k8s.io", namespaced: "Balancer", source: "github.com/kubernetes/autoscaler@55c37cd5eb55"},
	{name: "batch.volcano.sh", namespaced: "CronJob Job", source: "github.com/volcano-sh/volcano@ed72c7c815a9"},
	{name: "bus.volcano.sh", namespaced: "Command", source: "github.com/volcano-sh/volcano@ed72c7c815a9"},
	{name: "config.volcano.sh", namespaced: "ColocationConfiguration", source: "github.com/volcano-sh/volcano@ed72c7c815a9"},
	{
		name:       "disaggregatedset.x-k8s.io",
		namespaced: "DisaggregatedSet DisaggregatedSetRoleScaler",
		source:     "github.com/kubernetes-sigs/lws@060ab4da17ee",
	},
	{
		name:       "eventing.keda.sh",
		cluster:    "ClusterCloudEventSource",
		namespaced: "CloudEventSource",
		source:     "github.com/kedacore/keda@8b4f083ca8c8",
	},
	{name: "flow.volcano.sh", namespaced: "JobFlow JobTemplate", source: "github.com/volcano-sh/volcano@ed72c7c815a9"},
	{
		name:       "extensions.agents.x-k8s.io",
		namespaced: "SandboxClaim SandboxTemplate SandboxWarmPool",
		source:     "github.com/kubernetes-sigs/agent-sandbox@2fd412d55eca",
	},
	{name: "http.keda.sh", namespaced: "HTTPScaledObject InterceptorRoute", source: "github.com/kedacore/http-add-on@59b2f6a115ad"},
	{name: "jobset.x-k8s.io", namespaced: "JobSet", source: "github.com/kubernetes-sigs/jobset@08dfbdfd6827"},
	{
		name:       "keda.sh",
		cluster:    "ClusterTriggerAuthentication",
		namespaced: "ScaledJob ScaledObject TriggerAuthentication",
		source:     "github.com/kedacore/keda@8b4f083ca8c8",
	},
	{
		name:    "kubeflow.org",
		cluster: "ClusterTrainingRuntime Profile",
		namespaced: `
			Experiment JAXJob MPIJob Notebook PVCViewer PaddleJob PodDefault PyTorchJob
			ScheduledWorkflow Suggestion TFJob TrainJob TrainingRuntime Trial Viewer XGBoostJob`,
		source: "github.com/kubeflow/manifests@009c88084074",
	},
	{
		name:       "kubernetes.dask.org",
		namespaced: "DaskAutoscaler DaskCluster DaskJob DaskWorkerGroup",
		source:     "documentation of the Dask operator",
	},
	{
		name: "kueue.x-k8s.io",
		cluster: `
			AdmissionCheck ClusterQueue Cohort MultiKueueCluster MultiKueueConfig
			ProvisioningRequestConfig ResourceFlavor Topology WorkloadPriorityClass`,
		namespaced: "LocalQueue Workload",
		source:     "github.com/kubernetes-sigs/kueue@ff69552e79ad",
	},
	{name: "leaderworkerset.x-k8s.io", namespaced: "LeaderWorkerSet", source: "github.com/kubernetes-sigs/lws@060ab4da17ee"},
	{
		name:       "metacontroller.k8s.io",
		cluster:    "CompositeController DecoratorController",
		namespaced: "ControllerRevision",
		source:     "github.com/kubeflow/manifests@009c88084074",
	},
	{
		name:       "mlops.seldon.io",
		namespaced: "Experiment Model Pipeline SeldonConfig SeldonRuntime Server",
		source:     "documentation of Seldon Core 2",
	},
	{name: "multicluster.agones.dev", namespaced: "GameServerAllocationPolicy", source: "documentation of Agones"},
	{name: "nodeinfo.volcano.sh", cluster: "Numatopology", source: "github.com/volcano-sh/volcano@ed72c7c815a9"},
	{name: "pipelines.kubeflow.org", namespaced: "Pipeline PipelineVersion", source: "github.com/kubeflow/manifests@009c88084074"},
	{name: "policy.kruise.io", namespaced: "PodUnavailableBudget", source: "github.com/openkruise/kruise@07169cfac7b9"},
	{name: "ray.io", namespaced: "RayCluster RayJob RayService", source: "github.com/kubeflow/manifests@009c88084074"},
	{
		name:       "rollouts.kruise.io",
		namespaced: "BatchRelease RolloutHistory TrafficRouting",
		source:     "documentation of Kruise Rollouts",
	},
	{name: "rollouts.kruise.io", namespaced: "Rollout", source: "github.com/kubevela/kubevela@5a44b5f10c59"},
	{name: "scheduling.volcano.sh", cluster: "Queue", namespaced: "PodGroup", source: "github.com/volcano-sh/volcano@ed72c7c815a9"},
	{name: "scheduling.x-k8s.io", namespaced: "ElasticQuota PodGroup", source: "documentation of the Kubernetes scheduler plugins"},
	{
		name: "serving.kserve.io",
		cluster: `
			ClusterServingRuntime ClusterStorageContainer LocalModelCache LocalModelNode
			LocalModelNodeGroup`,
		namespaced: `
			InferenceGraph InferenceService LLMInferenceService LLMInferenceServiceConfig
			ServingRuntime TrainedModel`,
		source: "github.com/kubeflow/manifests@009c88084074",
	},
	{name: "shard.volcano.sh", cluster: "NodeShard", source: "github.com/volcano-sh/volcano@ed72c7c815a9"},
	{
		name:       "sparkoperator.k8s.io",
		namespaced: "ScheduledSparkApplication SparkApplication SparkConnect",
		source:     "github.com/kubeflow/manifests@009c88084074",
	},
	{name: "tensorboard.kubeflow.org", namespaced: "Tensorboard", source: "github.com/kubeflow/manifests@009c88084074"},
	{name: "topology.volcano.sh", cluster: "HyperNode", source: "github.com/volcano-sh/volcano@ed72c7c815a9"},
	{
		name:       "trainer.kubeflow.org",
		cluster:    "ClusterTrainingRuntime",
		namespaced: "TrainJob TrainingRuntime",
		source:     "github.com/kubeflow/manifests@009c88084074",
	},
}
