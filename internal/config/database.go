package config

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/kustomize"
)

// Database is the database of each preview of a set; see kustomize.Database. Empty
// fields have the defaults of the components.
type Database struct {
	Engine   string `yaml:"engine"`
	Strategy string `yaml:"strategy"`
	// AdminSecret is a Secret in Overlay.AdminNamespace. Its key url
	// holds the server's URL with the administrator's credentials.
	AdminSecret string `yaml:"adminSecret,omitempty"`
	Image       string `yaml:"image,omitempty"`
	// Name of the database that holds the schemas, for the strategy schema.
	Name string `yaml:"name,omitempty"`
	// Template is the database to copy, for the strategy snapshot.
	Template string `yaml:"template,omitempty"`
	// Open lists other databases that previews may connect to.
	Open             []string `yaml:"open,omitempty"`
	ConnectionLimit  int      `yaml:"connectionLimit,omitempty"`
	StatementTimeout Duration `yaml:"statementTimeout,omitempty"`
	// Storage is the size of the volume, such as 1Gi, for the strategy cloudnative-pg.
	Storage string `yaml:"storage,omitempty"`
	Migrate *Task  `yaml:"migrate,omitempty"`
	Seed    *Task  `yaml:"seed,omitempty"`
}

// Task is a Job that runs against a preview's database before the workloads start.
type Task struct {
	// Image is a template over the parameters.
	Image   string   `yaml:"image"`
	Command []string `yaml:"command,omitempty" entries:"empty"`
	Args    []string `yaml:"args,omitempty" entries:"empty"`
	// Back is the command that reverts the migration, for a rehearsal.
	Back []string `yaml:"back,omitempty" entries:"empty"`
}

func (d *Database) defaults() { setDefault(&d.Strategy, kustomize.DefaultDatabaseStrategy(d.Engine)) }

var quantity = regexp.MustCompile(`^[1-9][0-9]*(Mi|Gi|Ti)$`)

func (d *document) checkDatabase(path string, o *Overlay) {
	db := o.Database
	strategy, ok := kustomize.FindDatabaseStrategy(db.Engine, db.Strategy)
	if !ok {
		d.addProblem(path, "engine %q with strategy %q is not supported: use one of %s", db.Engine, db.Strategy, strings.Join(strategies(), ", "))
		return
	}
	d.checkDatabaseKeys(path, db, strategy)
	if strategy.Admin && o.AdminNamespace == "" {
		d.addProblem(path, "a database needs overlay.adminNamespace: set it to the namespace of the administrator's credentials, where the Jobs run")
	}
	if strategy.Admin && db.AdminSecret != "" && !isObjectName(db.AdminSecret) {
		d.addProblem(path+".adminSecret", "%q is not a valid name of a Secret: use lower-case letters, digits, - and .", db.AdminSecret)
	}
	d.checkDatabaseNames(path, db)
	if db.ConnectionLimit < 0 {
		d.addProblem(path+".connectionLimit", "%d is negative: use at least 1, or remove the key for the default", db.ConnectionLimit)
	}
	if t := time.Duration(db.StatementTimeout); t != 0 && (t < time.Millisecond || t > 24*time.Hour) {
		d.addProblem(path+".statementTimeout", "%s is out of bounds: use 1ms to 24h", db.StatementTimeout)
	}
	if db.Storage != "" && !quantity.MatchString(db.Storage) {
		d.addProblem(path+".storage", "%q is not a size: write a number with the unit Mi, Gi or Ti, such as 1Gi", db.Storage)
	}
	d.checkTask(path+".migrate", db.Migrate)
	d.checkTask(path+".seed", db.Seed)
	if db.Seed != nil && db.Seed.Back != nil {
		d.addProblem(path+".seed.back", "a seed can't be reverted: remove this key, which only migrate supports")
	}
}

// AdminSide reports whether Jobs create the database as an administrator of a server
// that previews share.
func (d *Database) AdminSide() bool {
	strategy, _ := kustomize.FindDatabaseStrategy(d.Engine, d.Strategy)
	return strategy.Admin
}

// DropsDatabases reports whether Jobs drop the database of each preview of s that ends.
func (s Set) DropsDatabases() bool {
	return s.Overlay != nil && s.Overlay.Database != nil && s.Overlay.Database.AdminSide()
}

// DatabasePreviews returns the largest number of previews with a database on the server of
// s, in all sets. It returns 0 if one of these sets has no limit, or if s has no database
// on a shared server.
func (c *Config) DatabasePreviews(s Set) int {
	total := 0
	for _, other := range c.Sets {
		switch {
		case s.databaseServer() == "" || other.databaseServer() != s.databaseServer():
		case other.Limits.Previews == 0:
			return 0
		default:
			total += other.Limits.Previews
		}
	}
	return total
}

// databaseServer identifies the shared server of the set's databases by the credentials of
// its administrator. It is "" if there is none.
func (s Set) databaseServer() string {
	if !s.DropsDatabases() {
		return ""
	}
	db := s.Overlay.Database
	return strings.Join([]string{db.Engine, s.Overlay.AdminNamespace, cmp.Or(db.AdminSecret, defaultAdminSecret)}, "/")
}

// defaultAdminSecret is the default of the components of kustomize.
const defaultAdminSecret = "database-admin"

// strategies returns all strategies as "engine/strategy", sorted.
func strategies() []string {
	var names []string
	for _, s := range kustomize.DatabaseStrategies() {
		names = append(names, s.Engine+"/"+s.Name)
	}
	slices.Sort(names)
	return names
}

// checkDatabaseKeys checks that db has the keys that its strategy requires, and none
// that the strategy ignores.
func (d *document) checkDatabaseKeys(path string, db *Database, strategy kustomize.DatabaseStrategy) {
	present := map[string]bool{
		"adminSecret": db.AdminSecret != "", "name": db.Name != "", "open": len(db.Open) > 0,
		"storage": db.Storage != "", "template": db.Template != "",
	}
	for _, key := range slices.Sorted(maps.Keys(present)) {
		if present[key] && !slices.Contains(strategy.Keys, key) {
			d.addProblem(path+"."+key, "the strategy %s of %s does not use this key: remove it", db.Strategy, db.Engine)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(strategy.Required)) {
		if !present[key] {
			d.addProblem(path, "the strategy %s needs the key %s: %s", db.Strategy, key, strategy.Required[key])
		}
	}
}

func (d *document) checkDatabaseNames(path string, db *Database) {
	for _, field := range []struct{ key, value string }{{"name", db.Name}, {"template", db.Template}} {
		if field.value != "" && !naming.IsDatabase(field.value) {
			d.addProblem(path+"."+field.key, "%q is not a valid database name: use at most 63 letters, digits, - and _", field.value)
		}
	}
	for i, name := range db.Open {
		if !naming.IsDatabase(name) {
			d.addProblem(index(path+".open", i), "%q is not a valid database name: use at most 63 letters, digits, - and _", name)
		}
	}
}

func (d *document) checkTask(path string, t *Task) {
	if t != nil && t.Image == "" {
		d.addProblem(path, "image is missing: set it to the image that the Job runs, such as ghcr.io/acme/shop:{{.head_sha}}")
	}
}
