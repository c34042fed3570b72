package fields

import "strings"

// podTemplate is the path of the pod specification in most kinds.
const podTemplate = "spec.template.spec"

// podRows returns the rows of the containers in the pod specification at path.
func podRows(group, path string, kinds ...string) []Row {
	return containersAt(group, kinds, path, "initContainers[]", "containers[]")
}

// containersAt returns the rows of containers at paths below path.
func containersAt(group string, kinds []string, path string, below ...string) []Row {
	var rows []Row
	for _, p := range below {
		rows = append(rows, Row{Group: group, Kinds: kinds, Path: strings.TrimPrefix(path+"."+p, "."), Is: Containers})
	}
	return rows
}
