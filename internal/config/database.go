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

func (d *Database) defaults() { setDefault(&d.Strategy, kustomize.DefaultDatabaseStrategy(d.Engine)) }

var quantity = regexp.MustCompile(`^[1-9][0-9]*(Mi|Gi|Ti)$`)

func (d *document) checkDatabase(path string, o *Overlay) {
	db := o.Database
	strategy, ok := kustomize.FindDatabaseStrategy(db.Engine, db.Strategy)
	if !ok {
		d.addProblem(path, "there is no engine %q with the strategy %q: want one of %s", db.Engine, db.Strategy, strings.Join(strategies(), ", "))
		return
	}
	d.checkDatabaseKeys(path, db, strategy)
	if strategy.Admin && o.AdminNamespace == "" {
		d.addProblem(path, "a database needs overlay.adminNamespace: where the administrator's credentials are, and the Jobs run that use them")
	}
	if strategy.Admin && db.AdminSecret != "" && !isObjectName(db.AdminSecret) {
		d.addProblem(path+".adminSecret", "%q is not the name of a Secret", db.AdminSecret)
	}
	d.checkDatabaseNames(path, db)
	if db.ConnectionLimit < 0 {
		d.addProblem(path+".connectionLimit", "%d is not a number of connections", db.ConnectionLimit)
	}
	if t := time.Duration(db.StatementTimeout); t != 0 && (t < time.Millisecond || t > 24*time.Hour) {
		d.addProblem(path+".statementTimeout", "%s is not between 1ms and 24h", db.StatementTimeout)
	}
	if db.Storage != "" && !quantity.MatchString(db.Storage) {
		d.addProblem(path+".storage", "%q is not a size such as 1Gi", db.Storage)
	}
	d.checkTask(path+".migrate", db.Migrate)
	d.checkTask(path+".seed", db.Seed)
	if db.Seed != nil && db.Seed.Back != nil {
		d.addProblem(path+".seed.back", "there is no way back from a seed: only migrate has one")
	}
}

// AdminSide reports whether Jobs make the database, as an administrator of a
// server that previews share.
func (d *Database) AdminSide() bool {
	strategy, _ := kustomize.FindDatabaseStrategy(d.Engine, d.Strategy)
	return strategy.Admin
}

// strategies returns all that there are as "engine/strategy", sorted.
func strategies() []string {
	var names []string
	for _, s := range kustomize.DatabaseStrategies() {
		names = append(names, s.Engine+"/"+s.Name)
	}
	slices.Sort(names)
	return names
}

// databaseKeys checks that db has the keys that its strategy needs, and none that
// would do nothing.
func (d *document) checkDatabaseKeys(path string, db *Database, strategy kustomize.DatabaseStrategy) {
	given := map[string]bool{
		"adminSecret": db.AdminSecret != "", "name": db.Name != "", "open": len(db.Open) > 0,
		"storage": db.Storage != "", "template": db.Template != "",
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if given[key] && !slices.Contains(strategy.Keys, key) {
			d.addProblem(path+"."+key, "the strategy %s of %s does not use it: take it out", db.Strategy, db.Engine)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(strategy.Required)) {
		if !given[key] {
			d.addProblem(path, "the strategy %s needs %s: %s", db.Strategy, key, strategy.Required[key])
		}
	}
}

func (d *document) checkDatabaseNames(path string, db *Database) {
	for _, field := range []struct{ key, value string }{{"name", db.Name}, {"template", db.Template}} {
		if field.value != "" && !naming.IsDatabase(field.value) {
			d.addProblem(path+"."+field.key, "%q is not the name of a database: letters, digits, - and _, at most 63", field.value)
		}
	}
	for i, name := range db.Open {
		if !naming.IsDatabase(name) {
			d.addProblem(index(path+".open", i), "%q is not the name of a database: letters, digits, - and _, at most 63", name)
		}
	}
}

func (d *document) checkTask(path string, t *Task) {
	if t != nil && t.Image == "" {
		d.addProblem(path, "want an image: what the Job runs, such as ghcr.io/acme/shop:{{.head_sha}}")
	}
}
