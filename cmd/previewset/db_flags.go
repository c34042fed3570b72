package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"time"

	"github.com/spf13/cobra"
	valid "k8s.io/apimachinery/pkg/util/validation"

	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/secret"
	"github.com/previewset/previewset/internal/spelling"
	"github.com/previewset/previewset/kustomize"
)

// The engines.
const (
	enginePostgres = "postgres"
	engineMySQL    = "mysql"
)

// strategiesOf returns the strategies of an engine that need an administrator, or nil
// for an unknown engine.
func strategiesOf(engine string) (all []string) {
	for _, s := range kustomize.DatabaseStrategies() {
		if s.Engine == engine && s.Admin {
			all = append(all, s.Name)
		}
	}
	return all
}

// adminURLVariable is the default of --admin-url-env.
const adminURLVariable = "PREVIEWSET_DB_URL"

// dbFlags are the flags of all commands of db, and those of create and drop.
type dbFlags struct {
	*flags
	engine   string
	adminURL secret.Ref
	timeout  time.Duration
	required []string // the names of flags that must have a value

	name string
	mark database.Mark
}

// newDBFlags returns the flags of commands that end by themselves.
func newDBFlags(t *terminal, c *cobra.Command) *dbFlags {
	f := newServerFlags(t, c)
	f.withOutput()
	f.addDuration(&f.timeout, "timeout", 10*time.Minute, "give up after this `DURATION`")
	return f
}

// newServerFlags returns the flags of all commands.
func newServerFlags(t *terminal, c *cobra.Command) *dbFlags {
	f := &dbFlags{flags: newFlags(t, c)}
	f.withLog()
	f.require(&f.engine, "engine", "`ENGINE` of the server: postgres or mysql")
	c.Flags().StringVar(&f.adminURL.File, "admin-url-file", "", "`FILE` with the server's URL and the administrator's credentials: postgres://user:password@host:port/database or mysql://user:password@host:port/")
	c.Flags().StringVar(&f.adminURL.Env, "admin-url-env", adminURLVariable, "environment variable `NAME` with the server's URL; not used with --admin-url-file")
	completeFlag(c, "engine", oneOf(enginePostgres, engineMySQL))
	completeFlag(c, "admin-url-file", files())
	return f
}

// withPreview adds the flags of commands that are about one preview.
func (f *dbFlags) withPreview() {
	f.require(&f.name, "name", "`NAME` of the preview's schema or database and of its role: the parameter db_schema")
	f.require(&f.mark.Set, "set", "`NAME` of the preview's set")
	f.require(&f.mark.ID, "id", "the preview's `ID`, such as pr-42")
	f.require(&f.mark.Source, "source", "`REPOSITORY` of the preview's change when the preview was new, such as github.com/acme/shop")
	f.command.Flags().StringVar(&f.mark.RepositoryID, "repository-id", "", "the forge's `ID` of the repository, which distinguishes repositories of the same name; the default is $"+repositoryVariable)
}

// require adds a flag that must have a value.
func (f *dbFlags) require(value *string, name, usage string) {
	f.command.Flags().StringVar(value, name, "", usage+" (required)")
	f.required = append(f.required, name)
}

// repositoryVariable is the environment variable with the default of --repository-id. The
// Jobs of overlays set it, because older versions in Jobs must ignore it.
const repositoryVariable = "PREVIEWSET_REPOSITORY_ID"

var (
	sourcePattern       = regexp.MustCompile(`^\P{C}{1,500}$`)
	repositoryIDPattern = regexp.MustCompile(`^[A-Za-z0-9{}_.:/-]{0,100}$`)
)

// isLabel reports whether s is an RFC 1123 label, as the name of a namespace is.
func isLabel(s string) bool { return len(valid.IsDNS1123Label(s)) == 0 }

// isObjectName reports whether Kubernetes takes s as the name of most objects.
func isObjectName(s string) bool { return len(valid.IsDNS1123Subdomain(s)) == 0 }

// Descriptions of valid values.
const (
	databaseName = "the name of a database: letters, digits, - and _, at most 63"
	labelName    = "an RFC 1123 label: lower-case letters, digits and -, at most 63"
	schemaName   = "of the form [a-z_][a-z0-9_]* with at most 63 characters"
)

// usageErrors returns a usage error that lists the required flags without a value and
// the problems with others. It returns nil if there are none.
func (f *dbFlags) usageErrors(problems ...error) error {
	if err := errors.Join(f.missing(), errors.Join(problems...)); err != nil {
		return f.usage("%v", err)
	}
	return nil
}

// missing returns an error that lists the required flags without a value.
func (f *dbFlags) missing() error {
	var missing []string
	for _, name := range f.required {
		if f.command.Flags().Lookup(name).Value.String() == "" {
			missing = append(missing, "--"+name)
		}
	}
	switch len(missing) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("%s is required", missing[0])
	}
	return fmt.Errorf("%s are required", spelling.Enumerate(missing, "and"))
}

// check returns an error unless the flag's value is valid; want describes valid
// values. A required flag without a value is reported by missing instead.
func (f *dbFlags) check(flag, value string, valid func(string) bool, want string) error {
	if valid(value) || value == "" && slices.Contains(f.required, flag) {
		return nil
	}
	return fmt.Errorf("--%s %q is not %s", flag, value, want)
}

func (f *dbFlags) checkServer() error {
	known := func(engine string) bool { return strategiesOf(engine) != nil }
	errs := []error{f.check("engine", f.engine, known, "postgres or mysql")}
	if !f.adminURL.Given() {
		errs = append(errs, errors.New("--admin-url-file or --admin-url-env is required"))
	}
	if f.command.Flags().Lookup("timeout") != nil && f.timeout <= 0 {
		errs = append(errs, fmt.Errorf("--timeout %s is not positive", config.Duration(f.timeout)))
	}
	return errors.Join(errs...)
}

// checkPreview checks the flags of withPreview. It sets the default of --repository-id.
func (f *dbFlags) checkPreview() error {
	f.mark.RepositoryID = cmp.Or(f.mark.RepositoryID, os.Getenv(repositoryVariable))
	errs := []error{
		f.checkServer(),
		f.check("name", f.name, naming.IsSchema, schemaName),
		f.check("set", f.mark.Set, isLabel, labelName),
		f.check("id", f.mark.ID, isLabel, labelName),
		f.check("source", f.mark.Source, sourcePattern.MatchString, "a repository such as github.com/acme/shop"),
		f.check("repository-id", f.mark.RepositoryID, repositoryIDPattern.MatchString, "the id of a repository: letters, digits and {}_.:/-, at most 100"),
	}
	return errors.Join(errs...)
}

// progress returns a function that logs what a server waits for.
func (f *dbFlags) progress(ctx context.Context) func(format string, args ...any) {
	log := f.logger()
	return func(format string, args ...any) { log.InfoContext(ctx, fmt.Sprintf(format, args...)) }
}

// hasStrategy reports whether the engine has the strategy s.
func (f *dbFlags) hasStrategy(s database.Strategy) bool {
	return slices.Contains(strategiesOf(f.engine), string(s))
}
