package config_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/config"
)

// inSet returns a configuration whose one set has these keys, too.
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
		t.Errorf("the database is %+v", db)
	}
	if mysql := parse(t, withOverlayKeys("database: {engine: mysql}")).Sets[0].Overlay.Database; mysql.Strategy != "database" {
		t.Errorf("the strategy of MySQL is %q", mysql.Strategy)
	}
	server := withSetKeys("  overlay: {base: apps/shop, database: {engine: postgres, strategy: cloudnative-pg, storage: 1Gi}}\n")
	if parse(t, server).Sets[0].Overlay.Database.AdminSide() {
		t.Error("a server of the preview's own needs an administrator")
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
		t.Errorf("the variants are %v", variants)
	}
	if want := map[string]string{"service": "web", "size": "small"}; !maps.Equal(s.ExampleParameters(), want) {
		t.Errorf("the example is %v, want %v", s.ExampleParameters(), want)
	}
}

func TestParseReportsOverlayProblems(t *testing.T) {
	many := func(n int, line string) string { return strings.Repeat(line, n) }
	var crowd strings.Builder
	for i := range 51 {
		crowd.WriteString("p" + many(i, "x") + ": v, ")
	}
	for _, tt := range []struct{ name, text, want string }{
		{"no such component", withOverlayKeys("components: ['builtin:nope']"), `components[0]: there is no built-in component "nope": want one of `},
		{"a database's component", withOverlayKeys("components: ['builtin:postgres-schema']"), "postgres-schema is chosen by overlay.database"},
		{"its parts", withOverlayKeys("components: ['builtin:database-jobs']"), "is chosen by overlay.database"},
		{"no engine", withOverlayKeys("database: {}"), `there is no engine "" with the strategy "schema": want one of mysql/database, postgres/cloudnative-pg, `},
		{"no such engine", withOverlayKeys("database: {engine: oracle}"), `there is no engine "oracle"`},
		{"no such strategy", withOverlayKeys("database: {engine: mysql, strategy: schema}"), `"mysql" with the strategy "schema"`},
		{"no administration", withSetKeys("  overlay: {base: apps/shop, database: {engine: postgres}}\n"), "database: a database needs overlay.adminNamespace"},
		{"secret with an empty label", withOverlayKeys("database: {engine: postgres, adminSecret: a..b}"), `adminSecret: "a..b" is not the name of a Secret`},
		{"secret", withOverlayKeys("database: {engine: postgres, adminSecret: A/B}"), `adminSecret: "A/B" is not the name of a Secret`},
		{"template missing", withOverlayKeys("database: {engine: postgres, strategy: snapshot}"), "the strategy snapshot needs template"},
		{"template for nothing", withOverlayKeys("database: {engine: postgres, template: x}"), "database.template: the strategy schema of postgres does not use it"},
		{"name for nothing", withOverlayKeys("database: {engine: mysql, name: x}"), "database.name: the strategy database of mysql does not use it"},
		{"storage for nothing", withOverlayKeys("database: {engine: mysql, storage: 1Gi}"), "database.storage: the strategy database of mysql does not use it"},
		{"secret for nothing", withOverlayKeys("database: {engine: postgres, strategy: cloudnative-pg, adminSecret: x}"), "database.adminSecret: the strategy cloudnative-pg of postgres does not use it"},
		{"name", withOverlayKeys("database: {engine: postgres, name: 'a b'}"), `database.name: "a b" is not the name of a database`},
		{"open", withOverlayKeys(`database: {engine: postgres, open: [postgres, "x,y"]}`), `database.open[1]: "x,y" is not the name of a database`},
		{"limit", withOverlayKeys("database: {engine: postgres, connectionLimit: -1}"), "connectionLimit: -1 is not a number"},
		{"time-out", withOverlayKeys("database: {engine: postgres, statementTimeout: 5us}"), "statementTimeout: 5µs is not between 1ms and 24h"},
		{"storage", withOverlayKeys("database: {engine: postgres, strategy: cloudnative-pg, storage: much}"), `storage: "much" is not a size`},
		{"no image", withOverlayKeys("database: {engine: postgres, migrate: {command: [up]}}"), "database.migrate: want an image"},
		{"seeds stay", withOverlayKeys("database: {engine: postgres, seed: {image: x, back: [down]}}"), "seed.back: there is no way back from a seed"},

		{"parameter that is there", withSetKeys("  parameters: {host: x}\n"), "parameters.host: every preview has this parameter already"},
		{"of the ConfigMap", withSetKeys("  parameters: {source: x}\n"), "parameters.source: every preview has this parameter already"},
		{"parameter's name", withSetKeys("  parameters: {Not-This: x}\n"), `"Not-This" is not a name of lower-case letters`},
		{"long parameter", withSetKeys("  parameters: {x: " + strings.Repeat("y", 1025) + "}\n"), "parameters.x: 1025 bytes, at most 1024"},
		{"many parameters", withSetKeys("  parameters: {" + crowd.String() + "}\n"), "51 parameters, at most 50"},
		{"flags", withSetKeys("  parameters: {flags: on}\n"), `parameters.flags: flag "on" has no value`},
		{"flags of a variant", withSetKeys("  variants: [{name: a, parameters: {flags: '=x'}}]\n"), "variants[0].parameters.flags: "},
		{"a variant lacks one", withSetKeys("  variants: [{name: a, parameters: {x: y}}, {name: b}]\n"), `variants[1]: has no parameter "x", and another variant has`},
		{"variants of one name", withSetKeys("  variants: [{name: a}, {name: a}]\n"), "sets[0].variants: "},
		{"ambiguous variants", withSetKeys("  variants: [{name: a}, {name: b-a}]\n"), "sets[0].variants: "},
		{"no room for variants", withSetKeys("  variants: [{name: a}, {name: b}]\n  limits: {previews: 1}\n"), "limits.previews: 1 is less than the 2 variants"},
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
