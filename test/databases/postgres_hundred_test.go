package databases_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/previewset/previewset/internal/database"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// postgresNames returns 100 names of previews: names of maximal length, names that
// need quotes, and names with special characters of a shell, LIKE or format().
func postgresNames() []string {
	names := []string{
		strings.Repeat("x", 63), strings.Repeat("é", 31) + "x", "select", "user", "MixedCase", `quo"ted`, "it's", "a b", `back\slash`, "per%cent", "under_score",
		"$dollar$", "$1", "%I", "semi;colon", "--comment", "/*comment*/", "new\nline", ".", "a.b", "1st", "日本", "{}", "public_", "template2",
	}
	for n := len(names); n < 100; n++ {
		names = append(names, fmt.Sprintf("shop_pr_%d", n))
	}
	return names
}

// catalog returns the catalog entries that previews could leave behind.
func (f *postgresFixture) catalog(t *testing.T) []string {
	t.Helper()
	all := f.Strings(t, "postgres", `SELECT 'role ' || rolname FROM pg_roles UNION ALL SELECT 'database ' || datname || coalesce(datacl::text, '') FROM pg_database
		UNION ALL SELECT format('depends %s %s %s %s', dbid, classid, refobjid, deptype) FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass
		UNION ALL SELECT format('member %s %s', roleid, member) FROM pg_auth_members
		UNION ALL SELECT format('setting %s %s', setdatabase, setrole) FROM pg_db_role_setting
		UNION ALL SELECT format('comment %s', description) FROM pg_shdescription ORDER BY 1`)
	return append(all, f.Strings(t, "previews", `SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_' UNION ALL SELECT 'large object ' || oid FROM pg_largeobject_metadata
		UNION ALL SELECT 'relation ' || relname FROM pg_class WHERE oid >= 16384 UNION ALL SELECT 'type ' || typname FROM pg_type WHERE oid >= 16384
		UNION ALL SELECT 'routine ' || proname FROM pg_proc WHERE oid >= 16384 UNION ALL SELECT 'default ' || oid FROM pg_default_acl ORDER BY 1`)...)
}

func TestPostgresHundredConcurrentPreviews(t *testing.T) {
	t.Parallel()
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		t.Parallel()
		f := newPostgresFixture(t, i, "administrator", "administrator-canary", "log_statement=all")
		f.create(t, "first", database.StrategySchema) // creates the shared database, too
		if _, err := f.admin.Drop(t.Context(), "first", postgresRequest("first", "").Mark, patient); err != nil {
			t.Fatal(err)
		}
		before := f.catalog(t)
		names := postgresNames()
		if len(names) != 100 {
			t.Fatalf("got %d names, want 100", len(names))
		}
		eightAtATime(t, names, func(n int, name string) error {
			r := postgresRequest(name, database.StrategySchema)
			r.Password = "canary-of-a-preview"
			switch n % 10 {
			case 5:
				r.Strategy = database.StrategyDatabase
			case 6:
				r.Strategy = database.StrategySnapshot
			}
			a, err := f.admin.Create(t.Context(), r)
			if err != nil {
				return err
			}
			conn := f.session(t, a)
			defer conn.Close(t.Context())
			_, err = conn.PgConn().Exec(t.Context(), `CREATE TABLE users (id serial PRIMARY KEY, name text); INSERT INTO users (name) SELECT 'user ' || g FROM generate_series(1, 100) g;
				CREATE VIEW all_users AS SELECT * FROM users; CREATE TYPE status AS ENUM ('ok'); SELECT lo_from_bytea(0, 'large');
				CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC`).ReadAll()
			return err
		})
		listed, err := f.admin.List(t.Context())
		if err != nil || len(listed) != 100 {
			t.Errorf("listed %d previews, %v; want 100", len(listed), err)
		}
		eightAtATime(t, names, func(_ int, name string) error {
			dropped, err := f.admin.Drop(t.Context(), name, postgresRequest(name, "").Mark, patient)
			if err == nil && !dropped {
				return fmt.Errorf("%s does not exist", name)
			}
			return err
		})
		if after := f.catalog(t); !slices.Equal(after, before) {
			t.Errorf("catalog after the drops: got\n%s\nwant\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
		}
		if log := f.Log(); strings.Contains(log, "canary-of-") || !strings.Contains(log, "CREATE SCHEMA") {
			t.Error("the log of the server has a password, or it has no statements")
		}
	})
}

// eightAtATime calls do for each name, up to eight at the same time. An error fails the
// test, but the other calls continue.
func eightAtATime(t *testing.T, names []string, do func(n int, name string) error) {
	t.Helper()
	var group errgroup.Group
	group.SetLimit(8)
	for n, name := range names {
		group.Go(func() error {
			if err := do(n, name); err != nil {
				t.Errorf("%q: %v", name, err)
			}
			return nil
		})
	}
	_ = group.Wait()
}
