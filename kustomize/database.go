package kustomize

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/object"
)

// Database says what a preview has for its data. It chooses components of the
// library, and gives them their parameters.
type Database struct {
	// Engine and Strategy are those of one of DatabaseStrategies.
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

// DatabaseAccount is the ServiceAccount of the administration namespace that
// may write a preview's Secret (manifests/components/database).
const DatabaseAccount = "previewset-db"

// database is a Database that was checked.
type database struct {
	Database
	strategy DatabaseStrategy
	tasks    []task
}

// newDatabase returns d, nil for none, with the components that make it. given are
// the set's parameters.
func newDatabase(d *Database, given map[string]string) (*database, []component, error) {
	if d == nil {
		return nil, nil, nil
	}
	strategy, ok := FindDatabaseStrategy(d.Engine, d.Strategy)
	if !ok {
		return nil, nil, fmt.Errorf("database: there is no strategy %q for the engine %q", d.Strategy, d.Engine)
	}
	made, list := &database{Database: *d, strategy: strategy}, []component{{builtin: strategy.Component}}
	var errs []error
	for _, t := range []task{{name: "migrate", Task: d.Migrate}, {name: "seed", Task: d.Seed}} {
		if t.Task == nil {
			continue
		}
		list = append(list, component{builtin: t.name})
		var err error
		t.image, err = parseTemplate("database."+t.name+".image", t.Image, given)
		errs = append(errs, err)
		made.tasks = append(made.tasks, t)
	}
	return made, list, errors.Join(errs...)
}

// needsAdmin reports whether its Jobs run in the administration namespace.
func (d *database) needsAdmin() bool { return d != nil && d.strategy.Admin }

// secret returns where a preview's containers find the URL of its database.
func (d *database) secret() *secretKey {
	if d == nil {
		return nil
	}
	return &secretKey{d.strategy.Secret, d.strategy.SecretKey}
}

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
		image, err := t.execute(params)
		if err != nil {
			return nil, err
		}
		out[t.imageKey()] = image
	}
	return out, nil
}

// taskPatches returns the patches by which the Jobs of tasks run what they are
// to run. parameters are those of the ConfigMap.
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
