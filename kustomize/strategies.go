package kustomize

import "slices"

// DatabaseStrategy is a way to create a database for each preview.
type DatabaseStrategy struct {
	// Engine and Name are the values of the configuration.
	Engine, Name string
	// Default is true for the strategy of an engine if the configuration has none.
	Default bool
	// Component is the component of the library that creates the database.
	Component string
	// Admin is true if Jobs in the administration namespace create the database, as
	// an administrator of a shared server.
	Admin bool
	// Secret is the Secret in the preview's namespace that has the database's URL
	// under SecretKey.
	Secret, SecretKey string
	// Keys are the keys of overlay.database that this strategy uses, but not all
	// strategies, sorted.
	Keys []string
	// Required has the required keys of Keys, with their descriptions.
	Required map[string]string
}

// DatabaseStrategies returns all strategies. The first is also the default for an
// unknown engine.
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

// FindDatabaseStrategy returns the strategy of engine called name. It returns false if
// it does not exist.
func FindDatabaseStrategy(engine, name string) (DatabaseStrategy, bool) {
	all := DatabaseStrategies()
	i := slices.IndexFunc(all, func(s DatabaseStrategy) bool { return s.Engine == engine && s.Name == name })
	if i < 0 {
		return DatabaseStrategy{}, false
	}
	return all[i], true
}

// DefaultDatabaseStrategy returns the name of engine's default strategy.
func DefaultDatabaseStrategy(engine string) string {
	all := DatabaseStrategies()
	i := slices.IndexFunc(all, func(s DatabaseStrategy) bool { return s.Engine == engine && s.Default })
	return all[max(i, 0)].Name
}
