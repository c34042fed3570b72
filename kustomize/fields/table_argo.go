package fields

import "slices"

// argoContainerRows has the containers of Argo Rollouts (github.com/argoproj/argo-rollouts),
// Argo Workflows (github.com/argoproj/argo-workflows) and Argo Events
// (github.com/argoproj/argo-events). A Rollout with a workloadRef has no template: its
// containers are in the Deployment.
var argoContainerRows = slices.Concat(
	podRows(argo, podTemplate, "Rollout"),
	podRows(argo, "spec.templates[].template.spec", "Experiment"),
	podRows(argo, "spec.metrics[].provider.job.spec.template.spec", "AnalysisTemplate", "ClusterAnalysisTemplate", "AnalysisRun"),
	workflowRows("spec", "Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate"),
	workflowRows("spec.workflowSpec", "CronWorkflow"),
	containersAt(argo, []string{"EventSource", "Sensor"}, "spec.template", "container"),
	// Objects that a Sensor creates.
	workflowRows("spec.triggers[].template.argoWorkflow.source.resource.spec", "Sensor"),
	workflowRows("spec.triggers[].template.k8s.source.resource.spec", "Sensor"),
	podRows(argo, "spec.triggers[].template.k8s.source.resource.spec", "Sensor"),
	podRows(argo, "spec.triggers[].template.k8s.source.resource.spec.template.spec", "Sensor"),
	podRows(argo, "spec.triggers[].template.k8s.source.resource.spec.jobTemplate.spec.template.spec", "Sensor"),
)

const argo = "argoproj.io"

// workflowRows returns the rows of the containers in the workflow specification at path.
func workflowRows(path string, kinds ...string) []Row {
	var rows []Row
	for _, template := range []string{
		"templateDefaults", "templates[]", "templates[].dag.tasks[].inline", "templates[].steps[][].inline",
	} {
		rows = append(rows, containersAt(argo, kinds, path+"."+template,
			"container", "script", "initContainers[]", "sidecars[]", "containerSet.containers[]")...)
	}
	return rows
}
