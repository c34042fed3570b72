package fields

import "slices"

// containerRows has the containers of pod templates, and the fields of other kinds with the
// environment of a container. The paths are those of the types that each group names.
var containerRows = slices.Concat(
	// k8s.io/api.
	podRows("", "spec", "Pod"),
	podRows("", "template.spec", "PodTemplate"),
	podRows("", podTemplate, "ReplicationController"),
	podRows("apps", podTemplate, "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"),
	podRows("extensions", podTemplate, "Deployment", "DaemonSet", "ReplicaSet"),
	podRows("batch", podTemplate, "Job"),
	podRows("batch", "spec.jobTemplate.spec.template.spec", "CronJob"),
	// github.com/openshift/api, apps/v1. The variables of a hook override those of its
	// container (makeHookPod in pkg/apps/strategy/support of openshift/openshift-apiserver).
	podRows("apps.openshift.io", podTemplate, "DeploymentConfig"),
	podRows("", podTemplate, "DeploymentConfig"),
	hookRows("apps.openshift.io", "DeploymentConfig"),
	hookRows("", "DeploymentConfig"),
	argoContainerRows,
	serverlessContainerRows,
	batchContainerRows,
	operatorContainerRows,
	tektonContainerRows,
)

// serverlessContainerRows has the containers of Knative (knative.dev/serving,
// knative.dev/eventing) and KEDA (github.com/kedacore/keda).
var serverlessContainerRows = slices.Concat(
	podRows("serving.knative.dev", podTemplate, "Service", "Configuration"),
	podRows("serving.knative.dev", "spec", "Revision"),
	podRows("sources.knative.dev", podTemplate, "ContainerSource"),
	podRows("sinks.knative.dev", "spec.job.spec.template.spec", "JobSink"),
	podRows("keda.sh", "spec.jobTargetRef.template.spec", "ScaledJob"),
)

// batchContainerRows has the containers of jobs and groups of pods: sigs.k8s.io/jobset,
// sigs.k8s.io/lws, github.com/openkruise/kruise, volcano.sh/apis,
// github.com/kubeflow/training-operator, github.com/kubeflow/trainer,
// github.com/kubeflow/kubeflow, github.com/ray-project/kuberay, agones.dev/agones.
var batchContainerRows = slices.Concat(
	podRows("jobset.x-k8s.io", "spec.replicatedJobs[].template.spec.template.spec", "JobSet"),
	podRows("leaderworkerset.x-k8s.io", "spec.leaderWorkerTemplate.leaderTemplate.spec", "LeaderWorkerSet"),
	podRows("leaderworkerset.x-k8s.io", "spec.leaderWorkerTemplate.workerTemplate.spec", "LeaderWorkerSet"),
	podRows("apps.kruise.io", podTemplate, "CloneSet", "StatefulSet", "DaemonSet", "BroadcastJob"),
	podRows("apps.kruise.io", "spec.template.jobTemplate.spec.template.spec", "AdvancedCronJob"),
	podRows("apps.kruise.io", "spec.template.broadcastJobTemplate.spec.template.spec", "AdvancedCronJob"),
	podRows("apps.kruise.io", "spec.template.statefulSetTemplate.spec.template.spec", "UnitedDeployment"),
	podRows("apps.kruise.io", "spec.template.advancedStatefulSetTemplate.spec.template.spec", "UnitedDeployment"),
	podRows("apps.kruise.io", "spec.template.cloneSetTemplate.spec.template.spec", "UnitedDeployment"),
	podRows("apps.kruise.io", "spec.template.deploymentTemplate.spec.template.spec", "UnitedDeployment"),
	podRows("batch.volcano.sh", "spec.tasks[].template.spec", "Job"),
	podRows("flow.volcano.sh", "spec.tasks[].template.spec", "JobTemplate"),
	replicaRows("TFJob", "tfReplicaSpecs", "Chief", "Master", "PS", "Worker", "Evaluator"),
	replicaRows("PyTorchJob", "pytorchReplicaSpecs", "Master", "Worker"),
	replicaRows("MPIJob", "mpiReplicaSpecs", "Launcher", "Worker"),
	replicaRows("XGBoostJob", "xgbReplicaSpecs", "Master", "Worker"),
	replicaRows("PaddleJob", "paddleReplicaSpecs", "Master", "Worker"),
	replicaRows("JAXJob", "jaxReplicaSpecs", "Worker"),
	podRows("kubeflow.org", podTemplate, "Notebook"),
	[]Row{{Group: "trainer.kubeflow.org", Kinds: []string{"TrainJob"}, Path: "spec.trainer", Is: Containers}},
	podRows("ray.io", "spec.headGroupSpec.template.spec", "RayCluster"),
	podRows("ray.io", "spec.workerGroupSpecs[].template.spec", "RayCluster"),
	podRows("ray.io", "spec.rayClusterSpec.headGroupSpec.template.spec", "RayJob"),
	podRows("ray.io", "spec.rayClusterSpec.workerGroupSpecs[].template.spec", "RayJob"),
	podRows("ray.io", "spec.submitterPodTemplate.spec", "RayJob"),
	podRows("ray.io", "spec.rayClusterConfig.headGroupSpec.template.spec", "RayService"),
	podRows("ray.io", "spec.rayClusterConfig.workerGroupSpecs[].template.spec", "RayService"),
	podRows("agones.dev", podTemplate, "GameServer"),
	podRows("agones.dev", "spec.template.spec.template.spec", "Fleet", "GameServerSet"),
	podRows("actions.github.com", podTemplate, "AutoscalingRunnerSet"),
)

// hookRows returns the rows of the hooks of an OpenShift deployment. They run in the image
// of a container of the deployment.
func hookRows(group string, kinds ...string) []Row {
	var rows []Row
	for _, strategy := range []string{"rollingParams", "recreateParams"} {
		rows = append(rows, containersAt(group, kinds, "spec.strategy."+strategy, "pre.execNewPod", "mid.execNewPod", "post.execNewPod")...)
	}
	return rows
}

// replicaRows returns the rows of a training job of Kubeflow with these types of replicas.
func replicaRows(kind, field string, types ...string) []Row {
	var rows []Row
	for _, t := range types {
		rows = append(rows, podRows("kubeflow.org", "spec."+field+"."+t+".template.spec", kind)...)
	}
	return rows
}
