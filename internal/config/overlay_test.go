package config_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/config"
)

// withSetKeys returns a configuration whose only set also has these keys.
func withSetKeys(keys string) string {
	return strings.Replace(minimal, "sets:\n", "gitops: {url: https://git.acme.dev/gitops.git}\nsets:\n", 1) + keys
}

func withOverlayKeys(fields string) string {
	return withSetKeys("  overlay: {base: apps/shop, adminNamespace: admin, " + fields + "}\n")
}

func TestParseReadsADatabase(t *testing.T) {
	c := parse(t, withOverlayKeys("database: {engine: postgres, adminSecret: pg, open: [postgres], connectionLimit: 5, statementTimeout: 30s, "+
		`migrate: {image: "shop:{{.head_sha}}", command: [/migrate, up], back: [/migrate, down]}, seed: {image: shop, args: [seed]}}`))
	db := c.Sets[0].Overlay.Database
	if db.Strategy != "schema" || db.AdminSecret != "pg" || db.ConnectionLimit != 5 || time.Duration(db.StatementTimeout) != 30*time.Second ||
		len(db.Open) != 1 || len(db.Migrate.Back) != 2 || db.Seed.Args[0] != "seed" {
		t.Errorf("got database %+v, want the values of the file", db)
	}
	if mysql := parse(t, withOverlayKeys("database: {engine: mysql}")).Sets[0].Overlay.Database; mysql.Strategy != "database" {
		t.Errorf("got default strategy %q for MySQL, want database", mysql.Strategy)
	}
	server := withSetKeys("  overlay: {base: apps/shop, database: {engine: postgres, strategy: cloudnative-pg, storage: 1Gi}}\n")
	if parse(t, server).Sets[0].Overlay.Database.AdminSide() {
		t.Error("cloudnative-pg: got AdminSide true, want false")
	}
}

func TestParseReadsVariants(t *testing.T) {
	s := parse(t, withSetKeys(`  parameters: {service: web, flags: "a=on"}
  variants:
  - {name: flag-on, parameters: {flags: "b=on", size: small}}
  - {name: flag-off, parameters: {service: api, size: big}}
`)).Sets[0]
	variants := s.DomainVariants()
	if len(variants) != 2 || variants[1].Name != "flag-off" || variants[1].Parameters["size"] != "big" {
		t.Errorf("got variants %v, want flag-on and flag-off", variants)
	}
	if want := map[string]string{"service": "web", "size": "small"}; !maps.Equal(s.ExampleParameters(), want) {
		t.Errorf("got example %v, want %v", s.ExampleParameters(), want)
	}
}

func TestParseReportsOverlayProblems(t *testing.T) {
	many := func(n int, line string) string { return strings.Repeat(line, n) }
	var crowd strings.Builder
	for i := range 51 {
		crowd.WriteString("p" + many(i, "x") + ": v, ")
	}
	for _, tt := range []struct{ name, text, want string }{
		{"no such component", withOverlayKeys("components: ['builtin:nope']"), `components[0]: the built-in component "nope" does not exist: use one of `},
		{"component of a database strategy", withOverlayKeys("components: ['builtin:postgres-schema']"), "postgres-schema can't be used as a component: set overlay.database"},
		{"part of a database strategy", withOverlayKeys("components: ['builtin:database-jobs']"), "can't be used as a component: set overlay.database"},
		{"no engine", withOverlayKeys("database: {}"), `engine "" with strategy "schema" is not supported: use one of mysql/database, postgres/cloudnative-pg, `},
		{"no such engine", withOverlayKeys("database: {engine: oracle}"), `engine "oracle"`},
		{"no such strategy", withOverlayKeys("database: {engine: mysql, strategy: schema}"), `engine "mysql" with strategy "schema"`},
		{"no administration namespace", withSetKeys("  overlay: {base: apps/shop, database: {engine: postgres}}\n"), "database: a database needs overlay.adminNamespace"},
		{"secret with an empty label", withOverlayKeys("database: {engine: postgres, adminSecret: a..b}"), `adminSecret: "a..b" is not a valid name of a Secret`},
		{"secret with upper-case letters", withOverlayKeys("database: {engine: postgres, adminSecret: A/B}"), `adminSecret: "A/B" is not a valid name of a Secret`},
		{"template missing", withOverlayKeys("database: {engine: postgres, strategy: snapshot}"), "the strategy snapshot needs the key template"},
		{"unused template", withOverlayKeys("database: {engine: postgres, template: x}"), "database.template: the strategy schema of postgres does not use this key"},
		{"unused name", withOverlayKeys("database: {engine: mysql, name: x}"), "database.name: the strategy database of mysql does not use this key"},
		{"unused storage", withOverlayKeys("database: {engine: mysql, storage: 1Gi}"), "database.storage: the strategy database of mysql does not use this key"},
		{"unused secret", withOverlayKeys("database: {engine: postgres, strategy: cloudnative-pg, adminSecret: x}"), "database.adminSecret: the strategy cloudnative-pg of postgres does not use this key"},
		{"name", withOverlayKeys("database: {engine: postgres, name: 'a b'}"), `database.name: "a b" is not a valid database name`},
		{"open", withOverlayKeys(`database: {engine: postgres, open: [postgres, "x,y"]}`), `database.open[1]: "x,y" is not a valid database name`},
		{"limit", withOverlayKeys("database: {engine: postgres, connectionLimit: -1}"), "connectionLimit: -1 is negative"},
		{"time-out", withOverlayKeys("database: {engine: postgres, statementTimeout: 5us}"), "statementTimeout: 5µs is out of bounds: use 1ms to 24h"},
		{"storage", withOverlayKeys("database: {engine: postgres, strategy: cloudnative-pg, storage: much}"), `storage: "much" is not a size`},
		{"no image", withOverlayKeys("database: {engine: postgres, migrate: {command: [up]}}"), "database.migrate: image is missing"},
		{"seed with a back command", withOverlayKeys("database: {engine: postgres, seed: {image: x, back: [down]}}"), "seed.back: a seed can't be reverted"},

		{"parameter of all previews", withSetKeys("  parameters: {host: x}\n"), "parameters.host: every preview already has this parameter"},
		{"parameter of the ConfigMap", withSetKeys("  parameters: {source: x}\n"), "parameters.source: every preview already has this parameter"},
		{"parameter's name", withSetKeys("  parameters: {Not-This: x}\n"), `"Not-This" is not a valid parameter name`},
		{"long parameter", withSetKeys("  parameters: {x: " + strings.Repeat("y", 1025) + "}\n"), "parameters.x: the value has 1025 bytes: use at most 1024"},
		{"many parameters", withSetKeys("  parameters: {" + crowd.String() + "}\n"), "the map has 51 parameters: use at most 50"},
		{"flags", withSetKeys("  parameters: {flags: on}\n"), `parameters.flags: flag "on" has no value`},
		{"flags of a variant", withSetKeys("  variants: [{name: a, parameters: {flags: '=x'}}]\n"), "variants[0].parameters.flags: "},
		{"variant without a parameter", withSetKeys("  variants: [{name: a, parameters: {x: y}}, {name: b}]\n"), `variants[1]: parameter "x" is missing, but another variant has it`},
		{"two variants with one name", withSetKeys("  variants: [{name: a}, {name: a}]\n"), "sets[0].variants: "},
		{"ambiguous variants", withSetKeys("  variants: [{name: a}, {name: b-a}]\n"), "sets[0].variants: "},
		{"limit below the number of variants", withSetKeys("  variants: [{name: a}, {name: b}]\n  limits: {previews: 1}\n"), "limits.previews: 1 is less than the 2 variants"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.Parse("config.yaml", []byte(tt.text))
			var problems *config.Problems
			if !errors.As(err, &problems) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %q", err, tt.want)
			}
		})
	}
}
