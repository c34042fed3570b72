package fields

import "slices"

const tekton = "tekton.dev"

// tektonContainerRows has the containers of Tekton (github.com/tektoncd/pipeline). A step
// that refers to a StepAction cannot have an environment (validateStep in
// pkg/apis/pipeline/v1/container_validation.go): it has that of the StepAction.
var tektonContainerRows = slices.Concat(
	taskRows("spec", "Task", "ClusterTask"),
	taskRows("spec.taskSpec", "TaskRun"),
	taskRows("spec.tasks[].taskSpec", "Pipeline"),
	taskRows("spec.finally[].taskSpec", "Pipeline"),
	taskRows("spec.pipelineSpec.tasks[].taskSpec", "PipelineRun"),
	taskRows("spec.pipelineSpec.finally[].taskSpec", "PipelineRun"),
	[]Row{{Group: tekton, Kinds: []string{"StepAction"}, Path: "spec", Is: Containers}},
)

// taskRows returns the rows of the containers in the specification of a Task at path.
func taskRows(path string, kinds ...string) []Row {
	rows := containersAt(tekton, kinds, path, "steps[]", "sidecars[]", "stepTemplate")
	for i := range rows {
		rows[i].Except = "ref"
	}
	return rows
}
