package kustomize

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/kustomize/object"
)

// Task is a Job in the preview's namespace that uses the preview's credentials.
type Task struct {
	// Image is a template over the parameters.
	Image string
	// Command and Args are those of the container; nil uses the image's own.
	Command, Args []string
	// Back is the command that reverts Command and Args; nil for none.
	Back []string
}

// task is a Task with the name of its component.
type task struct {
	name  string
	image *naming.Template
	*Task
}

// imageReference matches an image, with or without a tag or a digest.
var imageReference = regexp.MustCompile(`^[A-Za-z0-9]+([._:/-]+[A-Za-z0-9]+)*(@[a-z0-9]+:[0-9a-f]{32,128})?$`)

// imageKey returns the parameter with the image of the component.
func (t task) imageKey() string { return t.name + "_image" }

// jobName returns the name of the Job of the component.
func (t task) jobName() string { return "preview-" + t.name }

// execute returns the image of t for a preview with these parameters.
func (t task) execute(params generator.Params) (string, error) {
	value, err := t.image.Execute(params)
	if err == nil && !imageReference.MatchString(value) {
		err = fmt.Errorf("%q is not an image", object.Shortened(value, 100))
	}
	if err != nil {
		return "", fmt.Errorf("database: %s: %w", t.imageKey(), err)
	}
	return value, nil
}

// patch returns the patch that sets the commands of the Job of t. It returns false if t
// has no commands.
func (t task) patch(schema string, image object.Quoted, secret secretKey) (patch, bool) {
	ops := t.operations(schema, image, secret)
	return patch{Target: &target{Group: "batch", Version: "v1", Kind: "Job", Name: t.jobName()}, Patch: object.Multiline(ops)}, len(ops) > 0
}

// operations returns the operations that set the command. With Back, they also add init
// containers that run the migration forward and back before it.
func (t *Task) operations(schema string, image object.Quoted, secret secretKey) []operation {
	const container = "/spec/template/spec/containers/0/"
	var ops []operation
	if t.Command != nil {
		ops = append(ops, operation{Op: "add", Path: container + "command", Value: t.Command})
	}
	if t.Args != nil {
		ops = append(ops, operation{Op: "add", Path: container + "args", Value: t.Args})
	}
	if t.Back == nil {
		return ops
	}
	return append(ops, operation{Op: "add", Path: "/spec/template/spec/initContainers", Value: []taskContainer{
		newTaskContainer("forward", image, t.Command, t.Args, schema, secret),
		newTaskContainer("back", image, t.Back, nil, schema, secret),
	}})
}

// taskContainer is an init container that tests the migration. It has the resources and
// rights of the component's own container.
type taskContainer struct {
	Name            string           `yaml:"name"`
	Image           object.Quoted    `yaml:"image"`
	Command         []string         `yaml:"command,omitempty"`
	Args            []string         `yaml:"args,omitempty"`
	Env             []map[string]any `yaml:"env"`
	Resources       map[string]any   `yaml:"resources"`
	SecurityContext map[string]any   `yaml:"securityContext"`
}

func newTaskContainer(name string, image object.Quoted, command, args []string, schema string, secret secretKey) taskContainer {
	return taskContainer{
		Name: name, Image: image, Command: slices.Clone(command), Args: slices.Clone(args),
		Env: []map[string]any{
			literal(schemaVariable, schema),
			fromSecret(databaseVariable, secret),
		},
		Resources: map[string]any{
			"requests": map[string]string{"cpu": "50m", "memory": "64Mi"},
			"limits":   map[string]string{"memory": "512Mi"},
		},
		SecurityContext: map[string]any{
			"allowPrivilegeEscalation": false,
			"capabilities":             map[string]any{"drop": []string{"ALL"}},
		},
	}
}
