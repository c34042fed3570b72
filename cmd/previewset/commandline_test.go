package main

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/kustomize"
	kubetest "github.com/previewset/previewset/test/fake/kube"
)

func TestErrorIsPrintedOnce(t *testing.T) {
	t.Parallel()
	var stdout, stderr strings.Builder
	status := Run(t.Context(), []string{"plan", "--output", "yaml"}, &stdout, &stderr)
	want := "previewset: plan: --output must be text or json, got \"yaml\"\nRun \"previewset plan --help\" for help.\n"
	if status != statusUsage || stdout.Len() > 0 || stderr.String() != want {
		t.Errorf("got %d %q %q, want %q", status, stdout.String(), stderr.String(), want)
	}
}

func TestVersionFlagPrintsSameAsCommand(t *testing.T) {
	t.Parallel()
	var command, flag strings.Builder
	Run(t.Context(), []string{"version"}, &command, &command)
	Run(t.Context(), []string{"--version"}, &flag, &flag)
	if command.String() != flag.String() {
		t.Errorf("got %q from the command and %q from the flag", command.String(), flag.String())
	}
}

// eachCommand calls do for each command without subcommands.
func eachCommand(c *cobra.Command, do func(*cobra.Command)) {
	if !c.HasSubCommands() {
		do(c)
	}
	for _, sub := range c.Commands() {
		eachCommand(sub, do)
	}
}

// TestExamplesAreValidUsage runs the examples of all commands in a directory with a
// configuration. Their context has ended, so they may fail, but not because of their
// arguments. The test is not parallel: it changes the working directory.
func TestExamplesAreValidUsage(t *testing.T) {
	f := newFixture(t)
	f.configure(gitSet("/srv/shop.git") + "    adminNamespace: previewset-db\n    database: {engine: postgres}\n")
	t.Chdir(f.file(""))
	folders := t.TempDir()
	t.Setenv("TMPDIR", folders)
	done, cancel := context.WithCancel(t.Context())
	cancel()
	root := rootCommand(newTerminal(&strings.Builder{}, &strings.Builder{}))
	eachCommand(root, func(c *cobra.Command) {
		if c.Name() == "help" || c.Parent().Name() == "completion" { // cobra's
			return
		}
		examples := strings.Split(strings.ReplaceAll(c.Example, "\\\n", " "), "\n")
		for _, example := range examples {
			args := strings.Fields(strings.Split(example, "|")[0])
			if name := strings.Fields(c.CommandPath()); len(args) < len(name) || !slices.Equal(args[:len(name)], name) {
				t.Errorf("%s: %q is an example of another command", c.CommandPath(), example)
				continue
			}
			var stderr strings.Builder
			if status := Run(done, args[1:], &strings.Builder{}, &stderr); status == statusUsage {
				t.Errorf("%s\n%s", example, stderr.String())
			}
		}
	})
	if left, err := os.ReadDir(folders); err != nil || len(left) > 0 {
		t.Errorf("the stopped examples left %v, %v", left, err)
	}
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.configure(gitSet("/srv/shop.git") + strings.Replace(gitSet("/srv/web.git"), "name: shop", "name: web", 1))
	_, components := kustomize.Builtin("")
	for _, test := range []struct {
		line, want string // want has the words and the directive for the shell
	}{
		{"exp", "explain :4"},
		{"components ", "copy list :4"},
		{"components copy ", strings.Join(components, " ") + " :4"},
		{"help d", "db demo :4"},
		{"plan ", ":4"},
		{"plan --output ", "text json :4"},
		{"serve --log-format=", "text json :4"},
		{"serve --log-level ", "debug info warn error :4"},
		{"plan --config ", "yaml yml :8"},
		{"validate ", "yaml yml :8"},
		{"check --config ", "yaml yml :8"},
		{"check --kubeconfig ", ":0"},
		{"db drop --admin-url-file ", ":0"},
		{"components copy --to ", ":16"},
		{"db sweep --engine ", "postgres mysql :4"},
		{"db create --strategy ", "schema database snapshot :4"},
		{"db create --engine mysql --strategy ", "database :4"},
		{"render --config " + f.config + " --set ", "shop web :4"},
		{"explain --config " + f.config + " --set w", "web :4"},
		{"db sweep --config " + f.config + " --set shop,", "shop,shop shop,web :4"},
		{"render --config /does/not/exist --set ", ":4"},
	} {
		var stdout, stderr strings.Builder
		args := append([]string{"__completeNoDesc"}, strings.Split(test.line, " ")...)
		status := Run(t.Context(), args, &stdout, &stderr)
		if got := strings.Join(strings.Fields(stdout.String()), " "); status != statusDone || got != test.want {
			t.Errorf("previewset %s: status %d\ngot  %s\nwant %s", test.line, status, got, test.want)
		}
		if strings.Count(stderr.String(), "\n") != 1 { // the line of cobra about the directive
			t.Errorf("previewset %s: %s", test.line, stderr.String())
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		var out strings.Builder
		if status := Run(t.Context(), []string{"completion", shell}, &out, &out); status != statusDone || !strings.Contains(out.String(), "__complete") {
			t.Errorf("completion %s: status %d\n%.200s", shell, status, out.String())
		}
	}
}

var (
	argsOfJob = regexp.MustCompile(`args:\n((?: +- (?:db|create|drop|--\S+)\n)+)`)
	variable  = regexp.MustCompile(`\$\((\w+)\)`)
)

// TestCommittedJobsAreValidUsage runs previewset with the arguments of the Jobs in the
// current components, and of the Jobs that the first release committed. The test is not
// parallel: it sets an environment variable.
func TestCommittedJobsAreValidUsage(t *testing.T) {
	files, err := kustomize.BuiltinFiles("database-jobs")
	if err != nil {
		t.Fatal(err)
	}
	frozen, err := os.ReadFile("../../test/upgrade/testdata/v0/gitops.fast-export")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", kubetest.Start(t, "shop-pr-42").Kubeconfig(t))
	for _, text := range []string{string(files["database-jobs/create.yaml"]), string(files["database-jobs/drop.yaml"]), string(frozen)} {
		jobs := argsOfJob.FindAllStringSubmatch(text, -1)
		if len(jobs) == 0 {
			t.Fatal("found no Jobs in", text)
		}
		for _, job := range jobs {
			runJob(t, job[1], "postgres", "schema")
			runJob(t, job[1], "postgres", "snapshot")
			runJob(t, job[1], "mysql", "database")
		}
	}
}

// runJob expects an error about the URL of the server, which is missing, and so no
// error about an argument.
func runJob(t *testing.T, list, engine, strategy string) {
	t.Helper()
	env := map[string]string{
		"DATABASE_ENGINE": engine, "DATABASE_STRATEGY": strategy, "DATABASE_SCHEMA": "shop_pr_42", "DATABASE_NAME": "previewset",
		"DATABASE_TEMPLATE": "", "DATABASE_CONNECTION_LIMIT": "20", "DATABASE_STATEMENT_TIMEOUT": "60s", "DATABASE_OPEN": "",
		"PREVIEW_NAMESPACE": "shop-pr-42", "PREVIEW_SET": "shop", "PREVIEW_ID": "pr-42", "PREVIEW_SOURCE": "github.com/acme/shop",
	}
	if strategy == "snapshot" {
		env["DATABASE_TEMPLATE"], env["DATABASE_OPEN"] = "shop_template", "one,two"
	}
	var args []string
	for line := range strings.Lines(list) {
		args = append(args, variable.ReplaceAllStringFunc(strings.TrimPrefix(strings.TrimSpace(line), "- "), func(v string) string {
			value, ok := env[strings.Trim(v, "$()")]
			if !ok {
				t.Errorf("no variable %s", v)
			}
			return value
		}))
	}
	var out strings.Builder
	if status := Run(t.Context(), args, &out, &out); status != statusFailed || !strings.Contains(out.String(), "PREVIEWSET_DB_URL") {
		t.Errorf("previewset %q: status %d\n%s", args, status, out.String())
	}
}
