package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/kube"
	"github.com/previewset/previewset/internal/spelling"
)

type dbCreateFlags struct {
	*dbFlags
	strategy, namespace, secret string
	database, template, open    string
	connectionLimit             int
	previews                    string
	statementTimeout, wait      time.Duration
	kubeconfig                  string
}

func dbCreateCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "create [flags]",
		Short: "create a preview's database and the Secret with its credentials",
		Long: `Create a preview's schema or database with its own role, and write a Secret with the address and
credentials to the preview's namespace. A repeated run adds missing parts and keeps the password.`,
		Example: `  previewset db create --engine postgres --strategy schema --admin-url-file admin-url \
    --name shop_pr_42 --namespace shop-pr-42 --set shop --id pr-42 --source github.com/acme/shop
  previewset db create --engine mysql --strategy database --admin-url-file admin-url \
    --name shop_pr_42 --namespace shop-pr-42 --set shop --id pr-42 --source github.com/acme/shop`,
		Args: operands(0, 0),
	}
	f := dbCreateFlags{dbFlags: newDBFlags(t, c)}
	f.withPreview()
	f.addFlags(c)
	c.RunE = func(c *cobra.Command, _ []string) error { return f.run(c.Context()) }
	return c
}

// addFlags adds the flags that only create has.
func (f *dbCreateFlags) addFlags(c *cobra.Command) {
	f.require(&f.strategy, "strategy", "`STRATEGY`: schema (postgres only: in a shared database), database, or snapshot (postgres only: a copy of --template)")
	f.require(&f.namespace, "namespace", "`NAMESPACE` of the preview, for the Secret")
	c.Flags().StringVar(&f.secret, "secret", "preview-database", "`NAME` of the Secret, with the keys host, port, database, schema, user, password and url")
	c.Flags().StringVar(&f.database, "database", "previewset", "`NAME` of the database that holds the schemas; only for the strategy schema")
	c.Flags().StringVar(&f.template, "template", "", "`NAME` of the database that is copied; required for the strategy snapshot, and only for it")
	c.Flags().StringVar(&f.open, "open", "", "comma-separated `NAMES` of other databases that the preview's role may connect to")
	c.Flags().IntVar(&f.connectionLimit, "connection-limit", 20, "the role may have at most `N` sessions at the same time")
	c.Flags().StringVar(&f.previews, "previews", "", "`N` previews share the server's connections, so a new role gets its share, up to --connection-limit; \"unlimited\" if there is no limit of previews; the default is $"+previewsVariable)
	f.addDuration(&f.statementTimeout, "statement-timeout", time.Minute, "`DURATION` after which the server cancels a statement of the role, 1ms to 24h")
	f.addDuration(&f.wait, "wait", 5*time.Minute, "wait up to this `DURATION` for a server that is full or not available, for a template that is in use, and for the rest of an earlier drop; less than --timeout")
	c.Flags().StringVar(&f.kubeconfig, "kubeconfig", "", "kubeconfig `FILE`; the default is $KUBECONFIG, or the ServiceAccount of the pod if that is not set")
	completeFlag(c, "strategy", f.strategies)
	completeFlag(c, "kubeconfig", files())
}

// strategies completes the strategies of --engine. Without --engine, these are the
// strategies of postgres, which has all.
func (f *dbCreateFlags) strategies(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return strategiesOf(cmp.Or(f.engine, enginePostgres)), cobra.ShellCompDirectiveNoFileComp
}

func (f dbCreateFlags) run(ctx context.Context) error {
	if err := f.validate(); err != nil {
		return err
	}
	cluster, err := f.cluster()
	if err != nil {
		return err
	}
	deadline := time.Now().Add(f.wait)
	return f.withServer(ctx, f.wait, func(ctx context.Context, server database.Server) error {
		f.wait = max(0, time.Until(deadline))
		return f.create(ctx, server, cluster)
	})
}

func (f dbCreateFlags) validate() error {
	errs := []error{
		f.checkPreview(),
		f.check("namespace", f.namespace, isLabel, labelName),
		f.check("secret", f.secret, isObjectName, "the name of a Secret"),
		f.checkStrategy(),
	}
	for _, name := range f.openDatabases() {
		errs = append(errs, f.check("open", name, naming.IsDatabase, databaseName))
	}
	if _, err := f.sharing(); err != nil {
		errs = append(errs, err)
	}
	if f.connectionLimit < 1 {
		errs = append(errs, fmt.Errorf("--connection-limit %d is less than 1", f.connectionLimit))
	}
	if f.statementTimeout < time.Millisecond || f.statementTimeout > 24*time.Hour {
		errs = append(errs, fmt.Errorf("--statement-timeout %s is not between 1ms and 24h", config.Duration(f.statementTimeout)))
	}
	if f.wait < 0 || f.wait >= f.timeout {
		errs = append(errs, fmt.Errorf("--wait %s must be at least 0s and less than --timeout (%s)", config.Duration(f.wait), config.Duration(f.timeout)))
	}
	return f.usageErrors(errs...)
}

// checkStrategy checks --strategy, and the flags that only one strategy has. The Jobs of
// overlays always set --database, so it may be set for each strategy.
func (f dbCreateFlags) checkStrategy() error {
	strategy, known := database.Strategy(f.strategy), strategiesOf(f.engine)
	switch {
	case strategy != "" && known != nil && !f.hasStrategy(strategy):
		return fmt.Errorf("with --engine %[2]s, --strategy must be %[1]s, got %[3]q", spelling.Enumerate(known, "or"), f.engine, f.strategy)
	case strategy == database.StrategySnapshot && f.template == "":
		return fmt.Errorf("--strategy %s requires --template", strategy)
	case strategy == database.StrategySnapshot:
		return f.check("template", f.template, naming.IsDatabase, databaseName)
	case strategy != "" && f.template != "":
		return fmt.Errorf("--template is only for --strategy %s, got --strategy %s", database.StrategySnapshot, strategy)
	case strategy == database.StrategySchema:
		return f.check("database", f.database, naming.IsDatabase, databaseName)
	}
	return nil
}

// previewsVariable is the environment variable with the default of --previews. The Jobs of
// overlays set it, because older versions in Jobs must ignore it.
const previewsVariable = "PREVIEWSET_DB_PREVIEWS"

// unlimited is the value of --previews for any number of previews.
const unlimited = "unlimited"

// sharing returns the number of previews that share the server, for database.Request.
func (f dbCreateFlags) sharing() (int, error) {
	switch value := cmp.Or(f.previews, os.Getenv(previewsVariable)); value {
	case "":
		return 0, nil
	case unlimited:
		return database.UnknownPreviews, nil
	default:
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return 0, fmt.Errorf("--previews (%s) %q is not a number of at least 1, and not %q", previewsVariable, value, unlimited)
		}
		return n, nil
	}
}

// openDatabases returns the databases of --open.
func (f dbCreateFlags) openDatabases() []string {
	if f.open == "" {
		return nil
	}
	return strings.Split(f.open, ",")
}

// cluster returns a client of the cluster that has the Secret. It makes no request.
func (f dbCreateFlags) cluster() (*kube.Client, error) {
	kubeconfig := f.kubeconfig
	if kubeconfig == "" {
		kubeconfig = os.Getenv("KUBECONFIG")
	}
	cluster, err := kube.Connect(kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("%w (--kubeconfig)", err)
	}
	return kube.New(cluster, 0)
}

// createResult is the JSON output of create. It holds no password.
type createResult struct {
	Name      string `json:"name"`
	Host      string `json:"host"`
	Port      int    `json:"port"`
	Database  string `json:"database"`
	Schema    string `json:"schema"`
	User      string `json:"user"`
	Namespace string `json:"namespace"`
	Secret    string `json:"secret"`
	// Wrote is false if the Secret was up to date.
	Wrote bool `json:"wrote"`
	// ConnectionLimit is the limit of the role, of the ServerConnections of the server,
	// which Previews share. Each is missing if it is not known.
	ConnectionLimit   int `json:"connectionLimit,omitempty"`
	ServerConnections int `json:"serverConnections,omitempty"`
	Previews          int `json:"previews,omitempty"`
}

func (f dbCreateFlags) create(ctx context.Context, server database.Server, cluster *kube.Client) error {
	defer f.t.working(ctx, "creating %s for %s", f.name, f.mark.ID)()
	previews, err := f.sharing()
	if err != nil {
		return err
	}
	access, wrote, err := database.Create(ctx, server, cluster, database.Creation{
		Request: database.Request{
			Name: f.name, Mark: f.mark, Strategy: database.Strategy(f.strategy), Database: f.database, Template: f.template,
			ConnectionLimit: f.connectionLimit, Previews: previews, StatementTimeout: f.statementTimeout, Open: f.openDatabases(), Wait: f.wait, Progress: f.progress(ctx),
		},
		Namespace: f.namespace, Secret: f.secret,
	})
	if err != nil {
		return fmt.Errorf("create %s: %w", f.name, f.withCommand(err))
	}
	result := createResult{
		Name: f.name, Host: access.Host, Port: access.Port, Database: access.Database, Schema: access.Schema, User: access.User,
		Namespace: f.namespace, Secret: f.secret, Wrote: wrote,
		ConnectionLimit: access.ConnectionLimit, ServerConnections: access.ServerConnections, Previews: max(previews, 0),
	}
	f.warnSmall(ctx, previews, result)
	return f.print(result)
}

func (f dbCreateFlags) print(c createResult) error {
	if f.json() {
		return f.t.json(c)
	}
	wrote := "unchanged"
	if c.Wrote {
		wrote = f.t.green("written")
	}
	where := "database " + c.Database
	if c.Schema != "" {
		where = "schema " + c.Schema + " of " + where
	}
	f.t.printf("%s: %s at %s:%d, as %s\n", f.mark.ID, where, c.Host, c.Port, c.User)
	if c.ConnectionLimit > 0 && c.ServerConnections > 0 {
		f.t.printf("%s: at most %s\n", f.mark.ID, c.connections())
	}
	f.t.printf("%s: Secret %s/%s %s\n", f.mark.ID, c.Namespace, c.Secret, wrote)
	return nil
}

// connections describes the connection limit: "7 connections (100 of the server, 12 previews)".
func (c createResult) connections() string {
	text := counted(c.ConnectionLimit, "connection")
	if c.Previews > 0 {
		return fmt.Sprintf("%s (%d of the server, %s)", text, c.ServerConnections, counted(c.Previews, "preview"))
	}
	return fmt.Sprintf("%s (%d of the server)", text, c.ServerConnections)
}

// smallLimit is a connection limit that many pools of connections exceed.
const smallLimit = 5

// warnSmall warns about a computed limit that is small.
func (f dbCreateFlags) warnSmall(ctx context.Context, previews int, c createResult) {
	if previews != 0 && 0 < c.ConnectionLimit && c.ConnectionLimit < smallLimit {
		f.logger().WarnContext(ctx, "the preview has few connections: raise max_connections of the server, lower limits.previews of the sets, or set overlay.database.connectionLimit",
			"set", f.mark.Set, "preview", f.mark.ID, "limit", c.ConnectionLimit, "server", c.ServerConnections)
	}
}
