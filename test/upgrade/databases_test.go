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
	// databasePassword is the password of every frozen role. The SQL scripts have its hash.
	databasePassword = "FrozenPasswordOfAPreview0123456789"
	dataSource       = "github.acme.test/acme/data"
)

// server is a database server with frozen data, and the administrator's connection.
type server struct {
	*installation
	engine, url string
	cluster     *kubetest.Server
	// repositoryID is the ID of the repository in the Jobs of the entries, or "".
	repositoryID string
	// notes returns the content of the table notes, read with a preview's credentials.
	notes func(user, database string) string
}

// sweep runs `db sweep` and checks its actions: "OBJECT ACTION", in order.
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
		s.t.Errorf("sweep: got %q, want %q", got, want)
	}
}

// db runs a subcommand of `previewset db`.
func (s *server) db(args ...string) (stdout, stderr string, err error) {
	s.t.Helper()
	return program.Run(s.t, s.environment("PREVIEWSET_DB_URL="+s.url, "PREVIEWSET_REPOSITORY_ID="+s.repositoryID), append([]string{"db", args[0], "--engine", s.engine}, args[1:]...)...)
}

// checkLivePreview checks that `db create` accepts the database of a live preview and
// keeps its password and data, and that `db drop` drops the database only for its owner.
func (s *server) checkLivePreview(set, database string, flags ...string) {
	s.t.Helper()
	name, namespace := set+"_pr_1", set+"-pr-1"
	labels := map[string]string{"app.kubernetes.io/managed-by": "previewset", "previewset.dev/set": set, "previewset.dev/id": "pr-1"}
	s.cluster.Put(namespace, "preview-database", labels, map[string]string{"user": name, "password": databasePassword})
	owner := []string{"--name", name, "--set", set, "--id", "pr-1", "--source", dataSource}
	create := slices.Concat([]string{"create"}, owner, []string{"--namespace", namespace, "--kubeconfig", s.cluster.Kubeconfig(s.t)}, flags)
	if _, stderr, err := s.db(create...); err != nil {
		s.t.Fatalf("create %s: %v\n%s", name, err, stderr)
	}
	if _, secret := s.cluster.Secret(s.t, namespace, "preview-database"); secret["password"] != databasePassword {
		s.t.Errorf("%s: create changed the password", name)
	}
	if got, want := s.notes(name, database), "of "+name; got != want {
		s.t.Errorf("%s: table notes has %q, want %q", name, got, want)
	}
	for flag, other := range map[string]string{"--set": "other", "--id": "pr-9", "--source": "gitea.acme.test/acme/other"} {
		if _, stderr, err := s.db(slices.Concat([]string{"drop"}, owner, []string{flag, other})...); err == nil || !strings.Contains(stderr, "belongs to pr-1 of set "+set) {
			s.t.Errorf("drop with %s=%s: got %v, want an error that names the owner\n%s", flag, other, err, stderr)
		}
	}
	if out, stderr, err := s.db(slices.Concat([]string{"drop"}, owner)...); err != nil || out != "pr-1: dropped "+name+"\n" {
		s.t.Errorf("drop: %v\n%s%s", err, out, stderr)
	}
}

func newServer(t *testing.T, dir, engine, url string, renamed bool) *server {
	t.Helper()
	cluster := kubetest.Start(t, "schemas-pr-1", "databases-pr-1", "snapshots-pr-1", "maria-pr-1")
	s := &server{installation: restore(t, dir), engine: engine, url: url, cluster: cluster}
	if renamed {
		s.rename()
	}
	return s
}

// rename renames the repository of the previews with databases after the upgrade. The
// configuration follows, and a change of each preview is committed.
func (s *server) rename() {
	s.t.Helper()
	sync := func() {
		s.t.Helper()
		running := s.serve()
		running.awaitSyncs(2)
		running.Stop(s.t)
	}
	sync()
	s.forges.repos["data"].Rename("store")
	s.configure(strings.ReplaceAll(read(s.t, s.config), "repo: data,", "repo: store,"))
	s.forges.repos["data"].Label(1, "renamed")
	sync()
	for _, set := range []string{"schemas", "databases", "snapshots", "maria"} {
		record := s.gitops.Git(s.t, "show", "main:previews/"+set+"/pr-1/preview.yaml")
		parameters := s.gitops.Git(s.t, "show", "main:previews/"+set+"/pr-1/parameters.yaml")
		id := repositoryID.FindStringSubmatch(parameters)
		if !strings.Contains(record, "name: store\n") || !strings.Contains(parameters, `  source: "`+dataSource+`"`) || id == nil {
			s.t.Fatalf("%s: got\n%s%s\nwant the new name, the old source and the repository's id", set, record, parameters)
		}
		s.repositoryID = id[1]
	}
}

var repositoryID = regexp.MustCompile(`(?m)^  repository_id: "(.+)"$`)

// forEachRelease runs test on the databases of each release, after the upgrade and after
// a rename of the repository that follows the upgrade.
func forEachRelease(t *testing.T, test func(t *testing.T, dir string, renamed bool)) {
	t.Helper()
	for _, dir := range releases(t) {
		for name, renamed := range map[string]bool{"upgraded": false, "renamed": true} {
			t.Run(filepath.Base(dir)+"/"+name, func(t *testing.T) {
				t.Parallel()
				test(t, dir, renamed)
			})
		}
	}
}

var (
	databaseHeader = regexp.MustCompile(`(?m)^-- database (\w+)$`)
	statementEnd   = regexp.MustCompile(`(?m);$`)
)

// statements splits a script into statements.
func statements(script string) (list []string) {
	for _, s := range statementEnd.Split(script, -1) {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// TestPostgres runs the current code on databases that older releases created.
func TestPostgres(t *testing.T) {
	t.Parallel()
	forEachRelease(t, func(t *testing.T, dir string, renamed bool) {
		pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
			t.Parallel()
			pg := pgtest.Start(t, i)
			pg.RevokePublic(t)
			s := newServer(t, dir, "postgres", pg.URL(pgtest.Superuser, pgtest.Password, "postgres"), renamed)
			script := s.frozen("postgres.sql")
			headers := databaseHeader.FindAllStringSubmatchIndex(script, -1)
			for i, header := range headers {
				end := len(script)
				if i+1 < len(headers) {
					end = headers[i+1][0]
				}
				database := script[header[2]:header[3]]
				pg.Exec(t, database, statements(script[header[1]:end])...)
			}
			s.notes = func(user, database string) string {
				var text string
				if err := pg.Connect(t, user, databasePassword, database).QueryRow(t.Context(), "SELECT text FROM notes").Scan(&text); err != nil {
					t.Error(err)
				}
				return text
			}
			s.postgresSweeps()
			s.checkLivePreview("schemas", "previewset", "--strategy", "schema")
			s.checkLivePreview("databases", "databases_pr_1", "--strategy", "database")
			s.checkLivePreview("snapshots", "snapshots_pr_1", "--strategy", "snapshot", "--template", "shop_template")
		})
	})
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

// TestMariaDB runs the current code on databases that older releases created.
func TestMariaDB(t *testing.T) {
	t.Parallel()
	forEachRelease(t, func(t *testing.T, dir string, renamed bool) {
		maria := mariadbtest.Start(t)
		s := newServer(t, dir, "mysql", maria.URL(), renamed)
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
		s.checkLivePreview("maria", "maria_pr_1", "--strategy", "database")
	})
}
