package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	githubtest "github.com/previewset/previewset/test/fake/github"
	kubetest "github.com/previewset/previewset/test/fake/kube"
	mariadbtest "github.com/previewset/previewset/test/fake/mariadb"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// db runs a subcommand of db to its end, with the URL of the server from a file.
func (f *fixture) db(args ...string) (status int, stdout, stderr string) {
	f.t.Helper()
	var out, err bytes.Buffer
	capture := f.captured.writer("db " + args[0])
	status = Run(f.t.Context(), f.dbArgs(args...), io.MultiWriter(&out, capture), io.MultiWriter(&err, capture))
	return status, out.String(), err.String()
}

func (f *fixture) dbArgs(args ...string) []string {
	return slices.Concat([]string{"db"}, args, []string{"--admin-url-file", f.file("admin-url"), "--log-level", "debug"})
}

// mustDB runs a command that must succeed and returns what it printed.
func (f *fixture) mustDB(args ...string) string {
	f.t.Helper()
	status, stdout, stderr := f.db(args...)
	if status != statusDone {
		f.t.Fatalf("previewset db %s: status %d\n%s%s", strings.Join(args, " "), status, stdout, stderr)
	}
	return stdout
}

func startPostgres(t *testing.T) *pgtest.Server {
	t.Helper()
	server := pgtest.Start(t, pgtest.First(t))
	server.RevokePublic(t)
	return server
}

// usePostgres makes the commands use a server.
func (f *fixture) usePostgres(server *pgtest.Server) {
	f.t.Helper()
	f.write("admin-url", server.URL(pgtest.Superuser, pgtest.Password, "postgres")+"\n")
	f.captured.addSecret(pgtest.Password)
	f.captured.addSecret(kubetest.Token)
}

// createArgs returns the arguments of db create for the preview pr-42 of the set shop.
func createArgs(kubeconfig string, more ...string) []string {
	return append([]string{
		"create", "--engine=postgres", "--strategy=schema", "--name=shop_pr_42", "--namespace=shop-pr-42",
		"--set=shop", "--id=pr-42", "--source=github.com/acme/shop", "--kubeconfig=" + kubeconfig,
	}, more...)
}

// TestDBPostgres runs tests one after the other on one server, because each start of a
// server takes longer than any of them.
func TestDBPostgres(t *testing.T) {
	t.Parallel()
	server := startPostgres(t)
	t.Run("create and drop", func(t *testing.T) { testDBCreateAndDrop(t, server) })
	t.Run("lost output", func(t *testing.T) { testDBLostOutput(t, server) })
	t.Run("strategy", func(t *testing.T) { testDBStrategy(t, server) })
	t.Run("connection limit", func(t *testing.T) { testDBConnectionLimit(t, server) })
	t.Run("failures", func(t *testing.T) { testDBFailures(t, server) })
	t.Run("cluster errors hide credentials", func(t *testing.T) { testClusterErrorsHideCredentials(t, server) })
}

func testDBLostOutput(t *testing.T, server *pgtest.Server) {
	f, app, api := newFixture(t), shopRepository(t), kubetest.Start(t, "shop-pr-42")
	f.usePostgres(server)
	f.configure(gitSet(app.URL()))
	f.reportsLostOutput(f.dbArgs(createArgs(api.Kubeconfig(t))...)...)
	_, data := api.Secret(t, "shop-pr-42", "preview-database")
	f.captured.addSecret(data["password"])
	f.reportsLostOutput(f.dbArgs("drop", "--engine=postgres", "--name=shop_pr_42", "--set=shop", "--id=pr-42", "--source=github.com/acme/shop")...)
	f.reportsLostOutput(f.dbArgs("sweep", "--engine=postgres", "--config", f.config)...)
}

func testDBCreateAndDrop(t *testing.T, server *pgtest.Server) {
	f, api := newFixture(t), kubetest.Start(t, "shop-pr-42")
	f.usePostgres(server)
	kubeconfig := api.Kubeconfig(t)
	out := f.mustDB(createArgs(kubeconfig)...)
	if want := fmt.Sprintf("pr-42: schema shop_pr_42 of database previewset at 127.0.0.1:%d, as shop_pr_42\npr-42: at most 20 connections (100 of the server)\npr-42: Secret shop-pr-42/preview-database written\n", server.Port); out != want {
		t.Errorf("got %q\nwant %q", out, want)
	}
	_, data := api.Secret(t, "shop-pr-42", "preview-database")
	f.captured.addSecret(data["password"])
	conn := server.Connect(t, data["user"], data["password"], data["database"])
	if _, err := conn.Exec(t.Context(), "CREATE TABLE shop_pr_42.t ()"); err != nil {
		t.Errorf("the credentials do not work: %v", err)
	}

	// The second time, with the kubeconfig from $KUBECONFIG.
	create := previewsetCommand(f.dbArgs(createArgs("", "--output=json")...), "KUBECONFIG="+kubeconfig)
	create.Stderr = f.captured.writer("db create")
	printed, err := create.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, f.captured.output("db create"))
	}
	var again createResult
	if err := json.Unmarshal(printed, &again); err != nil {
		t.Fatal(err)
	}
	want := createResult{
		Name: "shop_pr_42", Host: "127.0.0.1", Port: server.Port, Database: "previewset", Schema: "shop_pr_42", User: "shop_pr_42",
		Namespace: "shop-pr-42", Secret: "preview-database", ConnectionLimit: 20, ServerConnections: 100,
	}
	if again != want {
		t.Errorf("got %+v\nwant %+v", again, want)
	}
	if _, now := api.Secret(t, "shop-pr-42", "preview-database"); !maps.Equal(now, data) {
		t.Error("the Secret changed")
	}

	drop := []string{"drop", "--engine=postgres", "--name=shop_pr_42", "--set=shop", "--id=pr-42", "--source=github.com/acme/shop"}
	other := slices.Clone(drop)
	other[4] = "--id=pr-43"
	// The Job has the id of the repository in its environment.
	marked := previewsetCommand(f.dbArgs(createArgs(kubeconfig)...), repositoryVariable+"=7")
	if out, err := marked.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if status, _, stderr := f.db(append(drop, "--repository-id=8")...); status != statusFailed || !strings.Contains(stderr, "the role shop_pr_42 belongs to pr-42 of set shop (github.com/acme/shop with the id 7)") {
		t.Errorf("drop for another repository of the same name: got %d %s", status, stderr)
	}
	if status, _, stderr := f.db(other...); status != statusFailed || !strings.Contains(stderr, "belongs to pr-42 of set shop") {
		t.Errorf("drop for another preview: got %d %s", status, stderr)
	}
	if out := f.mustDB(drop...); out != "pr-42: dropped shop_pr_42\n" {
		t.Errorf("drop printed %q, want that shop_pr_42 was dropped", out)
	}
	if left := server.Strings(t, "postgres", "SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'shop%'"); len(left) != 0 {
		t.Errorf("got the roles %q, want none", left)
	}
	if out := f.mustDB(drop...); !strings.Contains(out, "nothing to drop") {
		t.Errorf("drop again: %q", out)
	}
	if out := f.mustDB(append(drop, "--output=json")...); !strings.Contains(out, `"dropped": false`) {
		t.Errorf("drop as JSON: %q", out)
	}
}

// The Job has the number of previews in its environment.
func testDBConnectionLimit(t *testing.T, server *pgtest.Server) {
	f, api := newFixture(t), kubetest.Start(t, "shop-pr-42")
	f.usePostgres(server)
	drop := func() {
		t.Helper()
		_, data := api.Secret(t, "shop-pr-42", "preview-database")
		f.captured.addSecret(data["password"])
		f.mustDB("drop", "--engine=postgres", "--name=shop_pr_42", "--set=shop", "--id=pr-42", "--source=github.com/acme/shop")
	}
	const few = "the preview has few connections: raise max_connections of the server"
	for _, test := range []struct{ variable, want, warning string }{
		{"12", "pr-42: at most 7 connections (100 of the server, 12 previews)\n", ""},
		{"30", "pr-42: at most 3 connections (100 of the server, 30 previews)\n", few},
		{"1", "pr-42: at most 20 connections (100 of the server, 1 preview)\n", ""},
		{"95", "pr-42: at most 1 connection (100 of the server, 95 previews)\n", few},
		{"unlimited", "pr-42: at most 9 connections (100 of the server)\n", ""},
		{"", "pr-42: at most 20 connections (100 of the server)\n", ""},
	} {
		create := previewsetCommand(f.dbArgs(createArgs(api.Kubeconfig(t))...), previewsVariable+"="+test.variable)
		var stderr bytes.Buffer
		create.Stderr = &stderr
		out, err := create.Output()
		if err != nil || !strings.Contains(string(out), test.want) || strings.Contains(stderr.String(), few) != (test.warning != "") {
			t.Errorf("%q: got %v %s%s\nwant %s%s", test.variable, err, out, stderr.String(), test.want, test.warning)
		}
		drop()
	}
	create := previewsetCommand(f.dbArgs(createArgs(api.Kubeconfig(t), "--output=json")...), previewsVariable+"=12")
	out, err := create.Output()
	var got createResult
	if err != nil || json.Unmarshal(out, &got) != nil || got.ConnectionLimit != 7 || got.ServerConnections != 100 || got.Previews != 12 {
		t.Errorf("got %v %s, want 7 of 100 connections for 12 previews", err, out)
	}
	drop()
	invalid := previewsetCommand(f.dbArgs(createArgs(api.Kubeconfig(t))...), previewsVariable+"=x")
	if out, err := invalid.CombinedOutput(); err == nil || !strings.Contains(string(out), `(PREVIEWSET_DB_PREVIEWS) "x"`) {
		t.Errorf("got %v %s, want an error about the variable", err, out)
	}
}

func TestDBCreateAndDropMariaDB(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	server, api := mariadbtest.Start(t), kubetest.Start(t, "shop-pr-42")
	f.write("admin-url", server.URL()+"\n")
	f.mustDB(createArgs(api.Kubeconfig(t), "--engine=mysql", "--strategy=database")...)
	_, data := api.Secret(t, "shop-pr-42", "preview-database")
	f.captured.addSecret(data["password"])
	if err := server.Connect(t, data["user"], data["password"], data["database"]).PingContext(t.Context()); err != nil {
		t.Errorf("the credentials do not work: %v", err)
	}
	if out := f.mustDB("drop", "--engine=mysql", "--name=shop_pr_42", "--set=shop", "--id=pr-42", "--source=github.com/acme/shop"); !strings.Contains(out, "dropped") {
		t.Errorf("drop printed %q, want that the database was dropped", out)
	}
}

// The message about a changed strategy has the command that removes the data.
func testDBStrategy(t *testing.T, server *pgtest.Server) {
	f, api := newFixture(t), kubetest.Start(t, "shop-pr-42")
	f.usePostgres(server)
	kubeconfig := api.Kubeconfig(t)
	f.mustDB(createArgs(kubeconfig)...)
	_, data := api.Secret(t, "shop-pr-42", "preview-database")
	f.captured.addSecret(data["password"])
	status, _, stderr := f.db(createArgs(kubeconfig, "--strategy=database")...)
	_, command, ok := strings.Cut(strings.TrimSpace(stderr), "drop it first: previewset db ")
	if status != statusFailed || !ok || !strings.Contains(stderr, "shop_pr_42 has a schema in the database previewset") {
		t.Fatalf("got %d %s, want the schema and a command", status, stderr)
	}
	f.mustDB(strings.Fields(command)...)
	f.mustDB(createArgs(kubeconfig, "--strategy=database")...)
	_, data = api.Secret(t, "shop-pr-42", "preview-database")
	f.captured.addSecret(data["password"])
	f.mustDB(strings.Fields(command)...)
}

func testDBFailures(t *testing.T, server *pgtest.Server) {
	f, api := newFixture(t), kubetest.Start(t, "shop-pr-42")
	f.usePostgres(server)
	api.Put("shop-pr-42", "theirs", nil, nil)
	kubeconfig := api.Kubeconfig(t)
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"no cluster", createArgs(""), "the process does not run in a pod, and no kubeconfig is set (--kubeconfig)"},
		{"no namespace", createArgs(kubeconfig, "--namespace=none"), "no such namespace: create none first"},
		{"foreign Secret", createArgs(kubeconfig, "--secret=theirs"), "Secret shop-pr-42/theirs exists and was not created by previewset"},
		{"timeout", createArgs(kubeconfig, "--wait=0s", "--timeout=1ns"), "gave up after 1ns (--timeout)"},
		{"no template", createArgs(kubeconfig, "--name=shop_pr_43", "--strategy=snapshot", "--template=none"), "none"},
		{"no administrator URL", append(createArgs(kubeconfig), "--admin-url-env=NOWHERE"), "environment variable NOWHERE"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if strings.Contains(test.want, "NOWHERE") {
				f.write("admin-url", server.URL(pgtest.Superuser, pgtest.Password, "postgres"))
				var stderr bytes.Buffer
				status := Run(t.Context(), append([]string{"db"}, test.args...), io.Discard, &stderr)
				if status != statusFailed || !strings.Contains(stderr.String(), test.want) {
					t.Errorf("got %d %s", status, stderr.String())
				}
				return
			}
			if status, _, stderr := f.db(test.args...); status != statusFailed || !strings.Contains(stderr, test.want) {
				t.Errorf("got %d %s\nwant %s", status, stderr, test.want)
			}
		})
	}
}

func TestDBUsage(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	drop := []string{"drop", "--engine=postgres", "--name=shop_pr_42", "--set=shop", "--id=pr-42", "--source=github.com/acme/shop"}
	tests := []struct {
		args []string
		want string // names the wrong flag
	}{
		{createArgs("x", "--engine=oracle"), `--engine "oracle"`},
		{createArgs("x", "--strategy=cloudnative-pg"), `with --engine postgres, --strategy must be schema, database or snapshot, got "cloudnative-pg"`},
		{createArgs("x", "--engine=mysql"), `with --engine mysql, --strategy must be database, got "schema"`},
		{createArgs("x", "--name=Shop"), `--name "Shop"`},
		{createArgs("x", "--name=a;b"), `--name "a;b"`},
		{createArgs("x", "--name="+strings.Repeat("a", 64)), "--name"},
		{createArgs("x", "--namespace=a/b"), `--namespace "a/b"`},
		{createArgs("x", "--namespace=.."), `--namespace ".."`},
		{createArgs("x", "--secret=../x"), `--secret "../x"`},
		{createArgs("x", "--secret=x..y"), `--secret "x..y"`},
		{createArgs("x", "--set="), "--set is required"},
		{createArgs("x", "--id=pr/42"), `--id "pr/42"`},
		{createArgs("x", "--source="), "--source is required"},
		{createArgs("x", "--source=a\nb"), `--source "a\nb"`},
		{createArgs("x", "--repository-id=a b"), `--repository-id "a b"`},
		{createArgs("x", "--repository-id="+strings.Repeat("7", 101)), "at most 100"},
		{createArgs("x", "--database="), `--database ""`},
		{createArgs("x", "--strategy=snapshot"), "--strategy snapshot requires --template"},
		{createArgs("x", "--strategy=snapshot", "--template=a;b"), `--template "a;b"`},
		{createArgs("x", "--template=shop"), "--template is only for --strategy snapshot, got --strategy schema"},
		{createArgs("x", "--strategy=database", "--template=shop"), "--template is only for --strategy snapshot, got --strategy database"},
		{createArgs("x", "--open=a,"), `--open ""`},
		{createArgs("x", "--connection-limit=0"), "--connection-limit 0"},
		{createArgs("x", "--previews=0"), `"0" is not a number of at least 1, and not "unlimited"`},
		{createArgs("x", "--previews=many"), `--previews (PREVIEWSET_DB_PREVIEWS) "many"`},
		{createArgs("x", "--statement-timeout=1us"), "--statement-timeout 1µs"},
		{createArgs("x", "--statement-timeout=25h"), "--statement-timeout 1d1h"},
		{createArgs("x", "--wait=-1s"), "--wait -1s"},
		{createArgs("x", "--timeout=5m"), "--wait 5m must be at least 0s and less than --timeout (5m)"},
		{createArgs("x", "more"), `db create: unexpected argument "more"`},
		{append(drop, "postgres://u:canary-password@h/"), "db drop: unexpected argument: a URL\n"},
		{append(drop, "--name=1"), `--name "1"`},
		{append(drop, "--timeout=0s"), "--timeout 0s"},
		{append(drop, "--admin-url-env=", "--engine="), "--engine is required"},
		{append(drop, "--output=xml"), `--output`},
		{[]string{"create"}, ": db create: --engine, --name, --set, --id, --source, --strategy and --namespace are required\nRun "},
		{[]string{"drop"}, ": db drop: --engine, --name, --set, --id and --source are required\nRun "},
		{[]string{"drop", "--name=1"}, ": db drop: --engine, --set, --id and --source are required\n--name \"1\" is not "},
		{append(drop, "--admin-url=postgres://u:canary-password@h/"), "unknown flag: --admin-url\n"},
		{[]string{"sweep", "--engine=postgres", "--grace=0s"}, "--grace 0s"},
		{[]string{"sweep", "--engine="}, "--engine is required"},
		{[]string{"watch", "--engine="}, "--engine is required"},
		{[]string{"watch", "--engine=mysql"}, "--engine mysql has nothing to watch: use it with postgres only"},
		{[]string{"watch", "--engine=postgres", "--interval=0s"}, "--interval 0s is not positive"},
		{[]string{"watch", "--engine=postgres", "--max-transaction=-1s"}, "--max-transaction -1s is not positive"},
		{[]string{"watch", "--engine=postgres", "--timeout=1s"}, "unknown flag: --timeout"},
		{append(drop, "-admin-url=postgres://u:canary-password@h/"), "unknown flag: -admin-url\n"},
		{append(drop, "---admin-url=postgres://u:canary-password@h/"), "bad flag syntax: ---admin-url\n"},
		{append(drop, "-hpostgres://u:canary-password@h/"), "unknown flag: a URL\n"},
		{append(drop, "-help"), "unknown flag: -help. Did you mean --help?\n"},
		{[]string{"sweeep", "--help"}, "unknown command \"db sweeep\". Did you mean this?\n\tsweep\n"},
		{[]string{"sweeep"}, "unknown command \"db sweeep\". Did you mean this?\n\tsweep\n"},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			status, _, stderr := f.db(test.args...)
			if status != statusUsage || !strings.Contains(stderr, test.want) {
				t.Errorf("%q: got %d %s", test.args, status, stderr)
			}
			if strings.Contains(stderr, "canary-password") {
				t.Errorf("the error contains a password: %s", stderr)
			}
		})
	}
	if status := Run(t.Context(), []string{"db"}, io.Discard, io.Discard); status != statusUsage {
		t.Errorf("db without a subcommand: got status %d, want %d", status, statusUsage)
	}
	var help bytes.Buffer
	if status := Run(t.Context(), []string{"db", "--help"}, &help, io.Discard); status != statusDone || !strings.Contains(help.String(), "sweep") {
		t.Errorf("db --help: got status %d, want %d and the command sweep in\n%s", status, statusDone, help.String())
	}
}

// TestDatabaseErrorsHideCredentials uses administrator URLs with a password that
// do not work.
func TestDatabaseErrorsHideCredentials(t *testing.T) {
	t.Parallel()
	const password = `canary~admin?pass>>31/&"%zz+`
	for name, url := range map[string]string{
		"no server":       "postgres://admin:canary~admin%3Fpass%3E%3E31%2F%26%22%25zz+@127.0.0.1:1/postgres",
		"not escaped":     "postgres://admin:" + password + "@127.0.0.1:1/postgres",
		"another engine":  "mysql://admin:" + password + "@127.0.0.1:1/",
		"a password only": password,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.writeSecret("admin-url", url)
			f.captured.addSecret(password)
			for _, engine := range []string{"postgres", "mysql"} {
				if status, _, _ := f.db("drop", "--engine="+engine, "--name=a", "--set=shop", "--id=pr-42", "--source=s", "--timeout=5s"); status != statusFailed {
					t.Errorf("%s: status %d", engine, status)
				}
			}
		})
	}
}

func testClusterErrorsHideCredentials(t *testing.T, server *pgtest.Server) {
	f := newFixture(t)
	f.usePostgres(server)
	for name, answer := range echoes() {
		t.Run("cluster echoes "+name, func(t *testing.T) {
			asked := false
			cluster := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked = true
				f.echo(answer)(w, r)
			}))
			defer cluster.Close()
			f.write("kubeconfig", kubeconfig(cluster.URL, kubetest.Token))
			if status, _, _ := f.db(createArgs(f.file("kubeconfig"))...); status != statusFailed || !asked {
				t.Errorf("got status %d, cluster requested: %v", status, asked)
			}
		})
	}
}

// sweeper is a fixture whose previews have databases.
type sweeper struct {
	*fixture
	forge  *fakeGitHub
	server *pgtest.Server
	api    *kubetest.Server
	// source and repositoryID are of the marks of new databases.
	source, repositoryID string
}

// newSweeper returns a sweeper with n pull requests, their entries and databases.
func newSweeper(t *testing.T, n int64) *sweeper {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: each sweep has a database server of its own")
	}
	s := &sweeper{fixture: newFixture(t), forge: newForge(t)}
	s.server = startPostgres(t)
	s.usePostgres(s.server)
	var ids, namespaces []string
	for range n {
		id := fmt.Sprintf("pr-%d", s.forge.repo.OpenPull(githubtest.Pull{}))
		ids, namespaces = append(ids, id), append(namespaces, "shop-"+id)
	}
	s.api = kubetest.Start(t, namespaces...)
	s.configureSets("")
	running := s.serve()
	running.awaitIDs("shop", ids...)
	running.stop()
	s.source, s.repositoryID = s.parameter("source"), s.parameter("repository_id")
	for _, id := range ids {
		s.create("shop", id)
	}
	return s
}

// parameter returns a parameter of the overlay of pr-1.
func (s *sweeper) parameter(key string) string {
	s.t.Helper()
	parameters := s.gitops.Git(s.t, "show", "main:previews/shop/pr-1/parameters.yaml")
	value := regexp.MustCompile(`(?m)^  ` + key + `: "(.*)"$`).FindStringSubmatch(parameters)
	if value == nil {
		s.t.Fatalf("the overlay has no %s: %s", key, parameters)
	}
	return value[1]
}

// configureSets writes the configuration, with more fields of the set.
func (s *sweeper) configureSets(more string) {
	s.t.Helper()
	s.configure(s.sets(more))
}

// sets returns the sets of the configuration.
func (s *sweeper) sets(more string) string {
	return strings.Replace(s.forge.pullRequestSet(s.fixture, "", more), "{base: apps/shop/base}",
		"{base: apps/shop/base, adminNamespace: previewset-db, database: {engine: postgres}}", 1)
}

func (s *sweeper) create(set, id string) {
	s.t.Helper()
	s.mustDB(s.createArgs(set, id)...)
}

func (s *sweeper) createArgs(set, id string) []string {
	return []string{
		"create", "--engine=postgres", "--strategy=schema", "--name=" + set + "_" + strings.ReplaceAll(id, "-", "_"),
		"--namespace=shop-" + id, "--secret=" + set, "--set=" + set, "--id=" + id, "--source=" + s.source, "--repository-id=" + s.repositoryID,
		"--kubeconfig=" + s.api.Kubeconfig(s.t),
	}
}

// sweep runs a sweep without a grace period. It returns the action for each database, the
// status and the log.
func (s *sweeper) sweep(args ...string) (actions []string, status int, stderr string) {
	s.t.Helper()
	args = append([]string{"sweep", "--engine=postgres", "--config=" + s.config, "--grace=1ns", "--output=json"}, args...)
	status, stdout, stderr := s.db(args...)
	var swept []sweptObject
	if err := json.Unmarshal([]byte(stdout), &swept); err != nil {
		s.t.Fatalf("%v in %s%s", err, stdout, stderr)
	}
	for _, o := range swept {
		actions = append(actions, o.Name+" "+string(o.Action))
	}
	return actions, status, stderr
}

func (s *sweeper) mustSweep(want []string, args ...string) {
	s.t.Helper()
	if got, status, stderr := s.sweep(args...); status != statusDone || !slices.Equal(got, want) {
		s.t.Errorf("got %d %q\nwant %q\n%s", status, got, want, stderr)
	}
}

// schemas returns the schemas of previews on the server.
func (s *sweeper) schemas() []string {
	return s.server.Strings(s.t, "previewset", "SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'shop%' ORDER BY 1")
}

func TestSweepDropsDatabaseOfPrunedEntry(t *testing.T) {
	t.Parallel()
	s := newSweeper(t, 3)
	keep := []string{"shop_pr_1 keep", "shop_pr_2 keep", "shop_pr_3 keep"}
	s.mustSweep(keep)
	s.forge.repo.Merge(2)
	s.mustRun("prune")
	// A dry run notes nothing, so the next run notes the database again.
	note := []string{"shop_pr_1 keep", "shop_pr_2 note", "shop_pr_3 keep"}
	s.mustSweep(note, "--dry-run")
	s.mustSweep(note)
	s.mustSweep([]string{"shop_pr_1 keep", "shop_pr_2 wait", "shop_pr_3 keep"}, "--grace=24h")
	drop := []string{"shop_pr_1 keep", "shop_pr_2 drop", "shop_pr_3 keep"}
	s.mustSweep(drop, "--dry-run")
	if got := s.schemas(); len(got) != 3 {
		t.Fatalf("got the schemas %q, want 3", got)
	}
	out := s.mustDB("sweep", "--engine=postgres", "--config="+s.config, "--grace=1ns")
	if !strings.Contains(out, "pr-2     shop_pr_2  drop    its entry was pruned (merged)") || !strings.HasSuffix(out, "dropped 1 of 3 databases\n") || strings.Contains(out, "pr-1") {
		t.Errorf("got %s", out)
	}
	if got := s.schemas(); !slices.Equal(got, []string{"shop_pr_1", "shop_pr_3"}) {
		t.Errorf("got the schemas %q, want shop_pr_1 and shop_pr_3", got)
	}
	s.mustSweep([]string{"shop_pr_1 keep", "shop_pr_3 keep"})
}

func TestSweepKeepsDatabaseOfRestoredEntry(t *testing.T) {
	t.Parallel()
	s := newSweeper(t, 2)
	s.forge.repo.ClosePull(2)
	s.mustRun("prune")
	s.mustSweep([]string{"shop_pr_1 keep", "shop_pr_2 note"})
	s.revertLastCommit()
	s.mustSweep([]string{"shop_pr_1 keep", "shop_pr_2 return"})
	s.mustSweep([]string{"shop_pr_1 keep", "shop_pr_2 keep"})
}

func TestSweepKeepsDatabaseOfRenamedRepository(t *testing.T) {
	t.Parallel()
	s := newSweeper(t, 2)
	keep := []string{"shop_pr_1 keep", "shop_pr_2 keep"}
	s.forge.repo.Rename("store")
	s.forge.repo.Label(1, "later") // a change that is committed
	s.configure(strings.Replace(s.sets(""), "repo: shop", "repo: store", 1))
	running := s.serve()
	running.awaitSet("shop", func(p params) bool { return fmt.Sprint(p["pr-1"]["labels"]) == "[later]" })
	running.stop()
	if got, want := s.parameter("source"), s.source; got != want {
		t.Errorf("got the source %s after the rename, want %s", got, want)
	}
	s.mustSweep(keep)
	s.create("shop", "pr-1")
	s.repositoryID = "" // of an older version
	s.create("shop", "pr-2")
	s.mustSweep(keep)
}

// Another repository has the name and the pull requests of the one that databases belong
// to. Its previews do not get these databases, and do not keep them.
func TestSweepDropsDatabaseOfReplacedRepository(t *testing.T) {
	t.Parallel()
	s := newSweeper(t, 3)
	const file = "previews/shop/pr-1/preview.yaml"
	record := s.gitops.Git(t, "show", "main:"+file) + "\n"
	other := strings.Replace(record, `id: "`+s.repositoryID+`"`, `id: "8"`, 1)
	if other == record {
		t.Fatalf("the record has no id %s: %s", s.repositoryID, record)
	}
	s.gitops.Commit(t, "main", "Replace", map[string]string{file: other})
	args := append(s.createArgs("shop", "pr-1"), "--repository-id=8")
	if status, _, stderr := s.db(args...); status != statusFailed || !strings.Contains(stderr, s.source+" with the id "+s.repositoryID) {
		t.Errorf("create: got %d %s, want an error that names the owner", status, stderr)
	}
	out, _, _ := s.sweepText("--dry-run")
	if want := "its entry now belongs to " + s.source + " with the id 8"; !strings.Contains(out, want) {
		t.Errorf("got %s, want %s", out, want)
	}
	s.mustSweep([]string{"shop_pr_1 note", "shop_pr_2 keep", "shop_pr_3 keep"})
	s.mustSweep([]string{"shop_pr_1 wait", "shop_pr_2 keep", "shop_pr_3 keep"}, "--grace=24h")
	s.mustSweep([]string{"shop_pr_1 drop", "shop_pr_2 keep", "shop_pr_3 keep"})
	s.mustDB(args...)
	s.mustSweep([]string{"shop_pr_1 keep", "shop_pr_2 keep", "shop_pr_3 keep"})
}

func TestSweepGuardHoldsUnprunedDatabases(t *testing.T) {
	t.Parallel()
	s := newSweeper(t, 3)
	// A person deletes two of three entries. No prune deleted them.
	s.deleteFiles("previews/shop/pr-1", "previews/shop/pr-2")
	s.mustSweep([]string{"shop_pr_1 note", "shop_pr_2 note", "shop_pr_3 keep"})
	s.mustSweep([]string{"shop_pr_1 hold", "shop_pr_2 hold", "shop_pr_3 keep"})
	// The guard does not hold databases of pruned entries.
	s.forge.repo.Merge(3)
	s.mustRun("prune")
	s.mustSweep([]string{"shop_pr_1 hold", "shop_pr_2 hold", "shop_pr_3 note"})
	s.mustSweep([]string{"shop_pr_1 hold", "shop_pr_2 hold", "shop_pr_3 drop"})
	s.configureSets("  guard: {percent: 100, allowAll: true}\n")
	s.mustSweep([]string{"shop_pr_1 drop", "shop_pr_2 drop"})
	if got := s.schemas(); len(got) != 0 {
		t.Errorf("got the schemas %q, want none", got)
	}
}

// deleteFiles deletes files of the GitOps repository, as a person does.
func (s *sweeper) deleteFiles(paths ...string) {
	s.t.Helper()
	clone := s.t.TempDir()
	s.gitops.Git(s.t, "clone", "--quiet", s.gitops.Dir, clone)
	s.gitops.Git(s.t, append([]string{"-C", clone, "rm", "-r", "--quiet"}, paths...)...)
	s.gitops.Git(s.t, "-C", clone, "commit", "--quiet", "-m", "Tidy up")
	s.gitops.Git(s.t, "-C", clone, "push", "--quiet", "origin", "HEAD:main")
}

func TestSweepKeepsDatabaseWithoutEvidence(t *testing.T) {
	t.Parallel()
	s := newSweeper(t, 4)
	s.create("cart", "pr-4") // of a set that the configuration does not have
	s.deleteFiles("previews/shop/pr-1/preview.yaml")
	record := s.gitops.Git(t, "show", "main:previews/shop/pr-2/preview.yaml")
	s.gitops.Commit(t, "main", "Break it", map[string]string{"previews/shop/pr-2/preview.yaml": record + "\n\t{\n"})
	s.deleteFiles("previews/shop/pr-3")
	s.gitops.Commit(t, "main", "A file", map[string]string{"previews/shop/pr-3": "x"})
	want := []string{"cart_pr_4 leave", "shop_pr_1 doubt", "shop_pr_2 doubt", "shop_pr_3 doubt", "shop_pr_4 keep"}
	s.mustSweep(want)
	s.mustSweep(want)
	s.mustSweep(want[1:], "--set=shop")
	if _, status, stderr := s.sweepText("--set=shop,cart"); status != statusUsage || !strings.Contains(stderr, `no set "cart" with a database`) {
		t.Errorf("--set with an unknown set: got %d %s", status, stderr)
	}

	// A sweep does not need the credentials of the forge or the signing key.
	s.write("github-token", "")
	s.setGitOps(fmt.Sprintf("{url: %q, signingKeyFile: %s}", s.gitops.URL(), s.file("nowhere")))
	s.mustSweep(want)

	// Without the branch, no entry is known.
	s.gitops.Git(t, "branch", "-m", "main", "other")
	got, status, stderr := s.sweep()
	if all := []string{"cart_pr_4 leave", "shop_pr_1 doubt", "shop_pr_2 doubt", "shop_pr_3 doubt", "shop_pr_4 doubt"}; status != statusFailed || !slices.Equal(got, all) || !strings.Contains(stderr, `set "shop": `) {
		t.Errorf("got %d %q %s", status, got, stderr)
	}
}

// sweepText runs a sweep with text output.
func (s *sweeper) sweepText(args ...string) (stdout string, status int, stderr string) {
	s.t.Helper()
	status, stdout, stderr = s.db(append([]string{"sweep", "--engine=postgres", "--config=" + s.config}, args...)...)
	return stdout, status, stderr
}

func TestSweepStopsWithItsContext(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.write("admin-url", "postgres://admin@127.0.0.1:1/postgres")
	f.configure(gitSet("file:///srv/shop.git"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stderr bytes.Buffer
	args := []string{"db", "sweep", "--engine=postgres", "--config", f.config, "--admin-url-file", f.file("admin-url")}
	if status := Run(ctx, args, io.Discard, &stderr); status != statusFailed || strings.Contains(stderr.String(), "--timeout") {
		t.Errorf("got %d %s", status, stderr.String())
	}
}
