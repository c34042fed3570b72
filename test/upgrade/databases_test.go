package upgrade_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	kubetest "github.com/previewset/previewset/test/fake/kube"
	mariadbtest "github.com/previewset/previewset/test/fake/mariadb"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

const (
	// databasePassword is that of every frozen role. The SQL scripts have its hash.
	databasePassword = "FrozenPasswordOfAPreview0123456789"
	dataSource       = "github.acme.test/acme/data"
)

// server is a database server with frozen data, as the administrator sees it.
type server struct {
	*world
	engine, url string
	cluster     *kubetest.Server
	// notes returns the content of the table notes, read with a preview's credentials.
	notes func(user, database string) string
}

// swept is what a sweep does with an object.
func (s *server) sweep(want []string, args ...string) {
	s.t.Helper()
	args = append([]string{"sweep", "--config", s.config, "--output", "json"}, args...)
	out, stderr, err := s.db(args...)
	if err != nil {
		s.t.Fatalf("sweep: %v\n%s", err, stderr)
	}
	var objects []struct{ Name, Action string }
	s.decode(out, &objects)
	var got []string
	for _, o := range objects {
		got = append(got, o.Name+" "+o.Action)
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("the sweep says %q, want %q", got, want)
	}
}

// db runs a command of db.
func (s *server) db(args ...string) (stdout, stderr string, err error) {
	s.t.Helper()
	return program.Run(s.t, s.environment("PREVIEWSET_DB_URL="+s.url), append([]string{"db", args[0], "--engine", s.engine}, args[1:]...)...)
}

// livingOn checks that `db create` accepts a living preview, keeps its password and
// its data, and that `db drop` takes it for its owner alone.
func (s *server) livingOn(set, database string, more ...string) {
	s.t.Helper()
	name, namespace := set+"_pr_1", set+"-pr-1"
	labels := map[string]string{"app.kubernetes.io/managed-by": "previewset", "previewset.dev/set": set, "previewset.dev/id": "pr-1"}
	s.cluster.Put(namespace, "preview-database", labels, map[string]string{"user": name, "password": databasePassword})
	owner := []string{"--name", name, "--set", set, "--id", "pr-1", "--source", dataSource}
	create := slices.Concat([]string{"create"}, owner, []string{"--namespace", namespace, "--kubeconfig", s.cluster.Kubeconfig(s.t)}, more)
	if _, stderr, err := s.db(create...); err != nil {
		s.t.Fatalf("create %s: %v\n%s", name, err, stderr)
	}
	if _, secret := s.cluster.Secret(s.t, namespace, "preview-database"); secret["password"] != databasePassword {
		s.t.Errorf("%s has another password", name)
	}
	if got := s.notes(name, database); got != "of "+name {
		s.t.Errorf("%s has the notes %q", name, got)
	}
	for flag, other := range map[string]string{"--set": "other", "--id": "pr-9", "--source": "github.acme.test/acme/other"} {
		if _, stderr, err := s.db(slices.Concat([]string{"drop"}, owner, []string{flag, other})...); err == nil || !strings.Contains(stderr, "belongs to pr-1 of set "+set) {
			s.t.Errorf("drop with %s=%s: %v\n%s", flag, other, err, stderr)
		}
	}
	if out, stderr, err := s.db(slices.Concat([]string{"drop"}, owner)...); err != nil || out != "pr-1: dropped "+name+"\n" {
		s.t.Errorf("drop: %v\n%s%s", err, out, stderr)
	}
}

func newServer(t *testing.T, dir, engine, url string) *server {
	t.Helper()
	cluster := kubetest.Start(t, "schemas-pr-1", "databases-pr-1", "snapshots-pr-1", "maria-pr-1")
	return &server{world: thaw(t, dir), engine: engine, url: url, cluster: cluster}
}

var (
	place     = regexp.MustCompile(`(?m)^-- database (\w+)$`)
	statement = regexp.MustCompile(`(?m);$`)
)

// statements returns the statements of a text.
func statements(text string) (list []string) {
	for _, s := range statement.Split(text, -1) {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// TestPostgres runs the current code on the databases that older code made.
func TestPostgres(t *testing.T) {
	t.Parallel()
	for _, dir := range releases(t) {
		pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
			t.Parallel()
			pg := pgtest.Start(t, i)
			pg.RevokePublic(t)
			s := newServer(t, dir, "postgres", pg.URL(pgtest.Superuser, pgtest.Password, "postgres"))
			script := s.frozen("postgres.sql")
			places := place.FindAllStringSubmatchIndex(script, -1)
			for i, at := range places {
				end := len(script)
				if i+1 < len(places) {
					end = places[i+1][0]
				}
				pg.Exec(t, script[at[2]:at[3]], statements(script[at[1]:end])...)
			}
			s.notes = func(user, database string) string {
				var text string
				if err := pg.Connect(t, user, databasePassword, database).QueryRow(t.Context(), "SELECT text FROM notes").Scan(&text); err != nil {
					t.Error(err)
				}
				return text
			}
			s.postgresSweeps()
			s.livingOn("schemas", "previewset", "--strategy", "schema")
			s.livingOn("databases", "databases_pr_1", "--strategy", "database")
			s.livingOn("snapshots", "snapshots_pr_1", "--strategy", "snapshot", "--template", "shop_template")
		})
	}
}

func (s *server) postgresSweeps() {
	s.t.Helper()
	s.sweep([]string{
		"databases_pr_1 return", "databases_pr_2 drop", "other_pr_1 leave", "schemas_pr_1 keep", "schemas_pr_2 note", "schemas_pr_3 note",
		"snapshots_pr_1 keep",
	})
	s.sweep([]string{
		"databases_pr_1 keep", "other_pr_1 leave", "schemas_pr_1 keep", "schemas_pr_2 wait", "schemas_pr_3 wait", "snapshots_pr_1 keep",
	})
	s.sweep([]string{
		"databases_pr_1 keep", "other_pr_1 leave", "schemas_pr_1 keep", "schemas_pr_2 drop", "schemas_pr_3 drop", "snapshots_pr_1 keep",
	}, "--grace", "1ns")
	s.sweep([]string{"databases_pr_1 keep", "other_pr_1 leave", "schemas_pr_1 keep", "snapshots_pr_1 keep"})
}

// TestMariaDB does the same with MariaDB.
func TestMariaDB(t *testing.T) {
	t.Parallel()
	for _, dir := range releases(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			maria := mariadbtest.Start(t)
			s := newServer(t, dir, "mysql", maria.URL())
			root := maria.Root(t)
			for _, sql := range statements(s.frozen("mariadb.sql")) {
				if _, err := root.ExecContext(t.Context(), sql); err != nil {
					t.Fatalf("%s: %v", sql, err)
				}
			}
			s.notes = func(user, database string) string {
				list, err := mariadbtest.Query(t.Context(), maria.Connect(t, user, databasePassword, database), "SELECT text FROM notes")
				if err != nil {
					t.Error(err)
				}
				return strings.Join(list, " ")
			}
			s.sweep([]string{"maria_pr_1 keep", "maria_pr_2 note", "maria_pr_3 drop"})
			s.sweep([]string{"maria_pr_1 keep", "maria_pr_2 wait"})
			s.sweep([]string{"maria_pr_1 keep", "maria_pr_2 drop"}, "--grace", "1ns")
			s.livingOn("maria", "maria_pr_1", "--strategy", "database")
		})
	}
}
