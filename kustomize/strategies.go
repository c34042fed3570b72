package kustomize

import "slices"

// DatabaseStrategy is one way in which an engine gives each preview a database.
type DatabaseStrategy struct {
	// Engine and Name are what the configuration calls them.
	Engine, Name string
	// Default is true for the strategy that an engine has where none is named.
	Default bool
	// Component of the library that makes the database.
	Component string
	// Admin is true where Jobs of the administration namespace make it, as an
	// administrator of a server that previews share.
	Admin bool
	// Secret, in the preview's namespace, has the database's URL under SecretKey.
	Secret, SecretKey string
	// Keys are those of overlay.database that not all strategies use and this one
	// does, sorted.
	Keys []string
	// Required are those of Keys that must be there, with what they say.
	Required map[string]string
}

// DatabaseStrategies returns all that there are. The first is the default one where
// the engine is unknown, too.
func DatabaseStrategies() []DatabaseStrategy {
	const secret, key = "preview-database", "url"
	return []DatabaseStrategy{{
		Engine: "postgres", Name: "schema", Default: true, Component: "postgres-schema",
		Admin: true, Secret: secret, SecretKey: key, Keys: []string{"adminSecret", "name", "open"},
	}, {
		Engine: "postgres", Name: "database", Component: "postgres-database",
		Admin: true, Secret: secret, SecretKey: key, Keys: []string{"adminSecret", "open"},
	}, {
		Engine: "postgres", Name: "snapshot", Component: "postgres-snapshot",
		Admin: true, Secret: secret, SecretKey: key, Keys: []string{"adminSecret", "open", "template"},
		Required: map[string]string{"template": "the database that is copied"},
	}, {
		// The operator names the Secret after its Cluster.
		Engine: "postgres", Name: "cloudnative-pg", Component: "cloudnative-pg",
		Secret: "preview-database-app", SecretKey: "uri", Keys: []string{"storage"},
	}, {
		Engine: "mysql", Name: "database", Default: true, Component: "mysql-database",
		Admin: true, Secret: secret, SecretKey: key, Keys: []string{"adminSecret", "open"},
	}}
}

// FindDatabaseStrategy returns the strategy of engine that is called name; false if
// there is none.
func FindDatabaseStrategy(engine, name string) (DatabaseStrategy, bool) {
	all := DatabaseStrategies()
	i := slices.IndexFunc(all, func(s DatabaseStrategy) bool { return s.Engine == engine && s.Name == name })
	if i < 0 {
		return DatabaseStrategy{}, false
	}
	return all[i], true
}

// DefaultDatabaseStrategy returns the name of the strategy that engine has where none
// is named.
func DefaultDatabaseStrategy(engine string) string {
	all := DatabaseStrategies()
	i := slices.IndexFunc(all, func(s DatabaseStrategy) bool { return s.Engine == engine && s.Default })
	return all[max(i, 0)].Name
}
