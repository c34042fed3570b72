package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/kustomize"
)

// Database says what each preview of a set has for its data; see
// kustomize.Database. What is left out has the components' defaults.
type Database struct {
	Engine   string `yaml:"engine"`
	Strategy string `yaml:"strategy"`
	// AdminSecret is a Secret of the administration namespace, whose key url
	// holds the server's URL with the administrator's credentials.
	AdminSecret string `yaml:"adminSecret,omitempty"`
	Image       string `yaml:"image,omitempty"`
	// Name of the database that holds the schemas of the strategy schema.
	Name string `yaml:"name,omitempty"`
	// Template of the strategy snapshot.
	Template string `yaml:"template,omitempty"`
	// Open are databases that previews may connect to besides their own.
	Open             []string `yaml:"open,omitempty"`
	ConnectionLimit  int      `yaml:"connectionLimit,omitempty"`
	StatementTimeout Duration `yaml:"statementTimeout,omitempty"`
	// Storage of the strategy cloudnative-pg, such as 1Gi.
	Storage string `yaml:"storage,omitempty"`
	Migrate *Task  `yaml:"migrate,omitempty"`
	Seed    *Task  `yaml:"seed,omitempty"`
}

// Task is what a Job runs against a preview's database before the workloads
// start.
type Task struct {
	// Image is a template over the parameters.
	Image   string   `yaml:"image"`
	Command []string `yaml:"command,omitempty"`
	Args    []string `yaml:"args,omitempty"`
	// Back is the command that takes the migration back, for a rehearsal.
	Back []string `yaml:"back,omitempty"`
}

func (d *Database) defaults() {
	strategy := "schema"
	if d.Engine == "mysql" {
		strategy = "database"
	}
	setDefault(&d.Strategy, strategy)
}

var quantity = regexp.MustCompile(`^[1-9][0-9]*(Mi|Gi|Ti)$`)

func (d *document) database(at string, o *Overlay) {
	db := o.Database
	known := kustomize.DatabaseComponents()
	if _, ok := known[db.Engine+"/"+db.Strategy]; !ok {
		d.problem(at, "there is no engine %q with the strategy %q: want one of %s", db.Engine, db.Strategy, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		return
	}
	if !db.AdminSide() {
		d.unused(at, db, map[string]bool{"adminSecret": db.AdminSecret != "", "open": len(db.Open) > 0})
	} else {
		d.unused(at, db, map[string]bool{"storage": db.Storage != ""})
		if o.AdminNamespace == "" {
			d.problem(at, "a database needs overlay.adminNamespace: where the administrator's credentials are, and the Jobs run that use them")
		}
		if db.AdminSecret != "" && !isObjectName(db.AdminSecret) {
			d.problem(at+".adminSecret", "%q is not the name of a Secret", db.AdminSecret)
		}
	}
	d.databaseNames(at, db)
	if db.ConnectionLimit < 0 {
		d.problem(at+".connectionLimit", "%d is not a number of connections", db.ConnectionLimit)
	}
	if t := time.Duration(db.StatementTimeout); t != 0 && (t < time.Millisecond || t > 24*time.Hour) {
		d.problem(at+".statementTimeout", "%s is not between 1ms and 24h", db.StatementTimeout)
	}
	if db.Storage != "" && !quantity.MatchString(db.Storage) {
		d.problem(at+".storage", "%q is not a size such as 1Gi", db.Storage)
	}
	d.task(at+".migrate", db.Migrate)
	d.task(at+".seed", db.Seed)
	if db.Seed != nil && db.Seed.Back != nil {
		d.problem(at+".seed.back", "there is no way back from a seed: only migrate has one")
	}
}

// AdminSide reports whether Jobs make the database, as an administrator of a
// server that previews share.
func (d *Database) AdminSide() bool { return d.Strategy != "cloudnative-pg" }

func (d *document) databaseNames(at string, db *Database) {
	schema, snapshot := db.Strategy == "schema", db.Strategy == "snapshot"
	d.unused(at, db, map[string]bool{"name": db.Name != "" && !schema, "template": db.Template != "" && !snapshot})
	if snapshot && db.Template == "" {
		d.problem(at, "the strategy snapshot needs template: the database that is copied")
	}
	for _, field := range []struct{ key, value string }{{"name", db.Name}, {"template", db.Template}} {
		if field.value != "" && !naming.IsDatabase(field.value) {
			d.problem(at+"."+field.key, "%q is not the name of a database: letters, digits, - and _, at most 63", field.value)
		}
	}
	for i, name := range db.Open {
		if !naming.IsDatabase(name) {
			d.problem(index(at+".open", i), "%q is not the name of a database: letters, digits, - and _, at most 63", name)
		}
	}
}

// unused tells of settings that would do nothing.
func (d *document) unused(at string, db *Database, given map[string]bool) {
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if given[key] {
			d.problem(at+"."+key, "the strategy %s of %s does not use it: take it out", db.Strategy, db.Engine)
		}
	}
}

func (d *document) task(at string, t *Task) {
	if t != nil && t.Image == "" {
		d.problem(at, "want an image: what the Job runs, such as ghcr.io/acme/shop:{{.head_sha}}")
	}
}
