package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/wiring"
)

type dbSweepFlags struct {
	*dbFlags
	sets   string
	grace  time.Duration
	dryRun bool
}

func dbSweepCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "sweep [flags]",
		Short: "remove databases whose preview has ended",
		Long: `Remove the databases of previews that no longer have an entry in the GitOps repository, if no hook
removed them. The first sweep notes such a database, and a sweep after --grace removes it. The set's
guard keeps databases whose entry was not deleted by the pruner, if they are too many.

Each drop takes at most a minute. If a part is left, the sweep fails, and the next one continues the
drop, without --grace and the guard.`,
		Example: `  previewset db sweep --config config.yaml --engine postgres --dry-run
  previewset db sweep --config config.yaml --engine postgres --set shop --grace 48h`,
		Args: operands(0, 0),
	}
	f := dbSweepFlags{dbFlags: newDBFlags(t, c)}
	f.withConfig()
	c.Flags().StringVar(&f.sets, "set", "", "comma-separated `NAMES` of the sets; the default is all sets with a database of this engine")
	completeFlag(c, "set", f.completeSets)
	f.addDuration(&f.grace, "grace", 24*time.Hour, "keep a database for this `DURATION` after a sweep first finds it without a preview")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "show what sweep would do, and change nothing")
	c.RunE = func(c *cobra.Command, _ []string) error { return f.run(c.Context()) }
	return c
}

func (f dbSweepFlags) run(ctx context.Context) error {
	if err := f.validate(); err != nil {
		return err
	}
	sets, err := f.configuredSets()
	if err != nil {
		return err
	}
	// A sweep prints what it did before an error, so it is not repeated.
	return f.withServer(ctx, 0, func(ctx context.Context, server database.Server) error {
		f.relieveFirst(ctx, server)
		return f.sweep(ctx, server, sets)
	})
}

func (f dbSweepFlags) validate() error {
	errs := []error{f.checkServer()}
	if f.grace <= 0 {
		errs = append(errs, fmt.Errorf("--grace %s is not positive", config.Duration(f.grace)))
	}
	return f.usageErrors(errs...)
}

// configuredSets returns the sets to sweep. It uses only the gitops stanza and the
// sets' guards and databases, so the credentials for the forges may be missing.
func (f dbSweepFlags) configuredSets() (map[string]database.SweepSet, error) {
	c, err := config.Load(f.config)
	if err != nil {
		return nil, withRemedy(err, "name the file with --config")
	}
	if c.GitOps == nil {
		return nil, errors.New("the configuration has no key gitops: sweep reads the existing previews from the GitOps repository")
	}
	reader := *c.GitOps
	reader.SigningKeyFile, reader.SigningKeyEnv = "", ""
	repository, err := wiring.OpenGitOps(&reader, wiring.Options{Log: f.logger(), Now: time.Now})
	if err != nil {
		return nil, err
	}
	sets := map[string]database.SweepSet{}
	for _, s := range c.Sets {
		if f.hasStrategy(strategyOf(s, f.engine)) {
			sets[s.Name] = database.SweepSet{Guard: s.RemovalGuard(), Read: entriesOf(repository, s.Name)}
		}
	}
	return f.selectSets(sets)
}

// strategyOf returns the database strategy of s, or "" if its previews have no
// database of this engine.
func strategyOf(s config.Set, engine string) database.Strategy {
	if s.Overlay == nil || s.Overlay.Database == nil || s.Overlay.Database.Engine != engine {
		return ""
	}
	return database.Strategy(s.Overlay.Database.Strategy)
}

// selectSets returns the sets that --set names, or all without --set.
func (f dbSweepFlags) selectSets(sets map[string]database.SweepSet) (map[string]database.SweepSet, error) {
	if f.sets == "" {
		return sets, nil
	}
	some := map[string]database.SweepSet{}
	for name := range strings.SplitSeq(f.sets, ",") {
		set, ok := sets[name]
		if !ok {
			return nil, f.usage("--set: the configuration has no set %q with a database of --engine %s", name, f.engine)
		}
		some[name] = set
	}
	return some, nil
}

func entriesOf(repository *gitops.Repository, set string) func(context.Context) (database.Entries, error) {
	return func(ctx context.Context) (database.Entries, error) {
		state, err := repository.State(ctx, set)
		return gitEntries{state}, err
	}
}

func (f dbSweepFlags) sweep(ctx context.Context, server database.Server, sets map[string]database.SweepSet) error {
	step := f.t.working(ctx, "sweeping")
	defer func() { step() }()
	findings, err := database.Sweep{
		Server: server, Sets: sets, OnlySets: f.sets != "", Grace: f.grace, Now: time.Now, DryRun: f.dryRun,
		Progress: func(format string, args ...any) {
			last := step
			step = f.t.working(ctx, format, args...)
			last()
		},
	}.Run(ctx)
	if err != nil {
		err = fmt.Errorf("sweep: %w", err)
	}
	f.logDropping(ctx, findings)
	return errors.Join(err, f.print(findings))
}

// logDropping logs each database that is left, for alerts on the log of a CronJob.
func (f dbSweepFlags) logDropping(ctx context.Context, findings []database.Finding) {
	log := f.logger()
	for _, found := range findings {
		if found.Action == database.Dropping {
			log.WarnContext(ctx, "a database is not completely dropped", "name", found.Name, "set", found.Mark.Set, "id", found.Mark.ID, "why", found.Why)
		}
	}
}

// sweptObject is the JSON output of sweep for one object.
type sweptObject struct {
	Name       string          `json:"name"`
	Set        string          `json:"set"`
	ID         string          `json:"id"`
	Source     string          `json:"source"`
	OrphanedAt time.Time       `json:"orphanedAt,omitzero"`
	DroppingAt time.Time       `json:"droppingAt,omitzero"`
	Action     database.Action `json:"action"`
	Why        string          `json:"why"`
}

func (f dbSweepFlags) print(findings []database.Finding) error {
	if f.json() {
		views := make([]sweptObject, len(findings))
		for i, o := range findings {
			views[i] = sweptObject{o.Name, o.Mark.Set, o.Mark.ID, o.Mark.Source, o.Mark.OrphanedAt, o.Mark.DroppingAt, o.Action, o.Why}
		}
		return f.t.json(views)
	}
	var rows [][]string
	dropped := 0
	for _, o := range findings {
		if o.Action == database.Drop {
			dropped++
		}
		if o.Action != database.Keep {
			rows = append(rows, []string{o.Mark.Set, o.Mark.ID, o.Name, string(o.Action), o.Why})
		}
	}
	if len(rows) > 0 {
		f.t.table([]string{"SET", "PREVIEW", "NAME", "ACTION", "WHY"}, rows)
	}
	verb := "dropped"
	if f.dryRun {
		verb = "would drop"
	}
	if dropped > 0 {
		verb = f.t.red(verb)
	}
	f.t.printf("%s %d of %s\n", verb, dropped, counted(len(findings), "database"))
	return nil
}
