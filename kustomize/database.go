package kustomize

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

// Database says what a preview has for its data. It chooses components of the
// library, and gives them their parameters.
type Database struct {
	// Engine and Strategy are one of DatabaseComponents.
	Engine, Strategy string
	// AdminSecret is the Secret of the administration namespace with the
	// server's URL, under the key url.
	AdminSecret string
	// Image of what the Jobs run, or of the server that cloudnative-pg starts.
	Image string
	// Name of the database that holds the schemas, or Template that is copied.
	Name, Template string
	// Open are databases that previews may connect to besides their own.
	Open []string
	// ConnectionLimit and StatementTimeout bound the preview's role.
	ConnectionLimit  int
	StatementTimeout string
	// Storage is how much cloudnative-pg asks for.
	Storage string
	// Migrate and Seed are what runs before the workloads, in this order.
	Migrate, Seed *Task
}

// Task is a Job in the preview's namespace, with the preview's own credentials.
type Task struct {
	// Image is a template over the parameters.
	Image string
	// Command and Args are the container's; nil for the image's own.
	Command, Args []string
	// Back is the command that takes back what the others did; nil for none.
	Back []string
}

// DatabaseAccount is the ServiceAccount of the administration namespace that
// may write a preview's Secret (manifests/components/database).
const DatabaseAccount = "previewset-db"

// cloudNativePG is the strategy whose server is the preview's own.
const cloudNativePG = "cloudnative-pg"

// DatabaseComponents returns the components by "engine/strategy".
func DatabaseComponents() map[string]string {
	return map[string]string{
		"postgres/schema":         "postgres-schema",
		"postgres/database":       "postgres-database",
		"postgres/snapshot":       "postgres-snapshot",
		"postgres/cloudnative-pg": "cloudnative-pg",
		"mysql/database":          "mysql-database",
	}
}

// database is a Database that was checked.
type database struct {
	Database
	tasks []task
}

// task is a Task with the name of its component.
type task struct {
	name  string
	image *naming.Template
	*Task
}

func (r *Renderer) newDatabase(d *Database) (*database, []component, error) {
	if d == nil {
		return nil, nil, nil
	}
	name, ok := DatabaseComponents()[d.Engine+"/"+d.Strategy]
	if !ok {
		return nil, nil, fmt.Errorf("database: there is no strategy %q for the engine %q", d.Strategy, d.Engine)
	}
	made, list := &database{Database: *d}, []component{{builtin: name}}
	var errs []error
	for _, t := range []task{{name: "migrate", Task: d.Migrate}, {name: "seed", Task: d.Seed}} {
		if t.Task == nil {
			continue
		}
		list = append(list, component{builtin: t.name})
		var err error
		t.image, err = r.parseTemplate("database."+t.name+".image", t.Image)
		errs = append(errs, err)
		made.tasks = append(made.tasks, t)
	}
	return made, list, errors.Join(errs...)
}

// needsAdmin reports whether its Jobs run in the administration namespace.
func (d *database) needsAdmin() bool { return d != nil && d.Strategy != cloudNativePG }

// secret returns where a preview's containers find the URL of its database.
func (d *database) secret() *secretKey {
	switch {
	case d == nil:
		return nil
	case d.Strategy == cloudNativePG:
		return &secretKey{"preview-database-app", "uri"} // named by the operator after its Cluster
	}
	return &secretKey{"preview-database", "url"}
}

// secretFor returns the same for the containers of w: Jobs in the administration
// namespace have no such Secret beside them.
func (r *Renderer) secretFor(w workload) *secretKey {
	if w.namespace != "" && w.namespace == r.admin {
		return nil
	}
	return r.database.secret()
}

// imageReference is an image with tag or digest.
var imageReference = regexp.MustCompile(`^[A-Za-z0-9]+([._:/-]+[A-Za-z0-9]+)*(@[a-z0-9]+:[0-9a-f]{32,128})?$`)

// parameters returns what the components take, but for what is left to their
// defaults.
func (d *database) parameters(params generator.Params) (map[string]string, error) {
	out := map[string]string{}
	if d == nil {
		return out, nil
	}
	limit := ""
	if d.ConnectionLimit > 0 {
		limit = strconv.Itoa(d.ConnectionLimit)
	}
	for key, value := range map[string]string{
		"database_admin_secret": d.AdminSecret, "database_image": d.Image, "database_name": d.Name,
		"database_template": d.Template, "database_open": strings.Join(d.Open, ","), "database_connection_limit": limit,
		"database_statement_timeout": d.StatementTimeout, "database_storage": d.Storage,
	} {
		if value != "" {
			out[key] = value
		}
	}
	for _, t := range d.tasks {
		value, err := t.image.Execute(params)
		if err == nil && !imageReference.MatchString(value) {
			err = fmt.Errorf("%q is not an image", shortened(value, 100))
		}
		if err != nil {
			return nil, fmt.Errorf("database: %s: %w", t.imageKey(), err)
		}
		out[t.imageKey()] = value
	}
	return out, nil
}

// imageKey is the parameter that the component takes its image from.
func (t task) imageKey() string { return t.name + "_image" }

// taskPatches returns the patches by which the Jobs of tasks run what they are
// to run.
func (d *database) taskPatches(schema string, parameters map[string]quoted) []patch {
	if d == nil {
		return nil
	}
	var patches []patch
	for _, t := range d.tasks {
		if ops := t.operations(schema, parameters[t.imageKey()], *d.secret()); len(ops) > 0 {
			patches = append(patches, patch{
				Target: &target{"batch", "v1", "Job", "preview-" + t.name}, Patch: multiline(ops),
			})
		}
	}
	return patches
}

// operations set the command, and for a rehearsal put the ways there and back
// before it.
func (t *Task) operations(schema string, image quoted, secret secretKey) []operation {
	const container = "/spec/template/spec/containers/0/"
	var ops []operation
	if t.Command != nil {
		ops = append(ops, operation{"add", container + "command", t.Command})
	}
	if t.Args != nil {
		ops = append(ops, operation{"add", container + "args", t.Args})
	}
	if t.Back == nil {
		return ops
	}
	return append(ops, operation{"add", "/spec/template/spec/initContainers", []taskContainer{
		newTaskContainer("forward", image, t.Command, t.Args, schema, secret),
		newTaskContainer("back", image, t.Back, nil, schema, secret),
	}})
}

// taskContainer is a step of a rehearsal. Its bounds are those of the
// component's own container.
type taskContainer struct {
	Name            string           `yaml:"name"`
	Image           quoted           `yaml:"image"`
	Command         []string         `yaml:"command,omitempty"`
	Args            []string         `yaml:"args,omitempty"`
	Env             []map[string]any `yaml:"env"`
	Resources       map[string]any   `yaml:"resources"`
	SecurityContext map[string]any   `yaml:"securityContext"`
}

func newTaskContainer(name string, image quoted, command, args []string, schema string, secret secretKey) taskContainer {
	return taskContainer{
		Name: name, Image: image, Command: slices.Clone(command), Args: slices.Clone(args),
		Env: []map[string]any{
			variable{}.literal(schemaVariable, schema),
			variable{}.secret(databaseVariable, secret),
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
