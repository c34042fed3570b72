package fields

import "slices"

// containerRows has the containers of pod templates.
var containerRows = slices.Concat(
	podRows("", "spec", "Pod"),
	podRows("", "spec.template.spec", "ReplicationController"),
	podRows("apps", "spec.template.spec", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"),
	podRows("extensions", "spec.template.spec", "Deployment", "DaemonSet", "ReplicaSet"),
	podRows("batch", "spec.template.spec", "Job"),
	podRows("batch", "spec.jobTemplate.spec.template.spec", "CronJob"),
)

// podRows returns the rows of the containers in the pod specification at path.
func podRows(group, path string, kinds ...string) []Row {
	return []Row{
		{Group: group, Kinds: kinds, Path: path + ".initContainers[]", Is: Containers},
		{Group: group, Kinds: kinds, Path: path + ".containers[]", Is: Containers},
	}
}
