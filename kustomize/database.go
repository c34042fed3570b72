package kustomize

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/object"
)

// Database is the configuration of the previews' databases. It selects components of
// the library and sets their parameters.
type Database struct {
	// Engine and Strategy select one of DatabaseStrategies.
	Engine, Strategy string
	// AdminSecret is the Secret in the administration namespace that has the
	// server's URL under the key url.
	AdminSecret string
	// Image is the image of the Jobs, or of the server that cloudnative-pg starts.
	Image string
	// Name is the database that has the schemas. Template is the database that is
	// copied.
	Name, Template string
	// Open has the databases that previews can connect to in addition to their own.
	Open []string
	// ConnectionLimit and StatementTimeout bound the preview's role. If ConnectionLimit
	// is 0, the Job computes it from Previews, the largest number of previews on the
	// server; 0 if there is none.
	ConnectionLimit  int
	Previews         int
	StatementTimeout string
	// Storage is the size of the volume that cloudnative-pg requests.
	Storage string
	// Migrate and Seed run before the workloads, in this order.
	Migrate, Seed *Task
}

// DatabaseAccount is the ServiceAccount in the administration namespace that can write
// a preview's Secret (manifests/components/database).
const DatabaseAccount = "previewset-db"

// unlimitedPreviews is the value of the parameter database_previews if the number of
// previews has no limit.
const unlimitedPreviews = "unlimited"

// database is a checked Database.
type database struct {
	Database
	strategy DatabaseStrategy
	tasks    []task
}

// newDatabase checks d, and returns it with the components that it selects. d is nil for
// no database. setParameters has the set's parameters.
func newDatabase(d *Database, setParameters map[string]string) (*database, []component, error) {
	if d == nil {
		return nil, nil, nil
	}
	strategy, ok := FindDatabaseStrategy(d.Engine, d.Strategy)
	if !ok {
		return nil, nil, fmt.Errorf("database: the engine %[2]q has no strategy %[1]q", d.Strategy, d.Engine)
	}
	result, list := &database{Database: *d, strategy: strategy}, []component{{builtin: strategy.Component}}
	var errs []error
	for _, t := range []task{{name: "migrate", Task: d.Migrate}, {name: "seed", Task: d.Seed}} {
		if t.Task == nil {
			continue
		}
		list = append(list, component{builtin: t.name})
		var err error
		t.image, err = parseTemplate("database."+t.name+".image", t.Image, setParameters)
		errs = append(errs, err)
		result.tasks = append(result.tasks, t)
	}
	return result, list, errors.Join(errs...)
}

// needsAdmin reports whether the Jobs of d run in the administration namespace.
func (d *database) needsAdmin() bool { return d != nil && d.strategy.Admin }

// secret returns the Secret and the key that have the URL of a preview's database, or
// nil for no database.
func (d *database) secret() *secretKey {
	if d == nil {
		return nil
	}
	return &secretKey{d.strategy.Secret, d.strategy.SecretKey}
}

// parameters returns the parameters of the components that d sets. For the others, the
// components have defaults.
func (d *database) parameters(params generator.Params) (map[string]string, error) {
	out := map[string]string{}
	if d == nil {
		return out, nil
	}
	limit, previews := "", ""
	switch {
	case d.ConnectionLimit > 0:
		limit = strconv.Itoa(d.ConnectionLimit)
	case d.strategy.Admin && d.Previews > 0:
		previews = strconv.Itoa(d.Previews)
	case d.strategy.Admin:
		previews = unlimitedPreviews
	}
	for key, value := range map[string]string{
		"database_admin_secret": d.AdminSecret, "database_image": d.Image, "database_name": d.Name,
		"database_template": d.Template, "database_open": strings.Join(d.Open, ","), "database_connection_limit": limit, "database_previews": previews,
		"database_statement_timeout": d.StatementTimeout, "database_storage": d.Storage,
	} {
		if value != "" {
			out[key] = value
		}
	}
	for _, t := range d.tasks {
		image, err := t.execute(params)
		if err != nil {
			return nil, err
		}
		out[t.imageKey()] = image
	}
	return out, nil
}

// taskPatches returns the patches that set the commands of the Jobs of tasks.
// parameters has the data of the ConfigMap.
func (d *database) taskPatches(schema string, parameters map[string]object.Quoted) []patch {
	if d == nil {
		return nil
	}
	var patches []patch
	for _, t := range d.tasks {
		if p, ok := t.patch(schema, parameters[t.imageKey()], *d.secret()); ok {
			patches = append(patches, p)
		}
	}
	return patches
}

// isTask reports whether r is the Job of a task.
func (d *database) isTask(r *resource.Resource) bool {
	return d != nil && r.GetKind() == "Job" && slices.ContainsFunc(d.tasks, func(t task) bool { return r.GetName() == t.jobName() })
}
