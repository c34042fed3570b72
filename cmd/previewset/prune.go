package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/internal/wiring"
)

type pruneFlags struct {
	*flags
	once, dryRun bool
	interval     time.Duration
}

func pruneCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:     "prune [flags]",
		GroupID: groupRun,
		Short:   "delete entries whose pull request or branch has ended",
		Long:    "Delete entries whose pull request or branch has ended, or that the configuration no longer selects.",
		Example: `  previewset prune --config config.yaml --dry-run
  previewset prune --config config.yaml --interval 5m`,
		Args: operands(0, 0),
	}
	f := pruneFlags{flags: newFlags(t, c)}
	f.withConfig()
	f.withLog()
	f.withOutput()
	c.Flags().BoolVar(&f.once, "once", false, "prune once and exit; the default without --interval")
	f.addDuration(&f.interval, "interval", 0, "prune repeatedly, once per `DURATION` of at least 1s")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "show what would be deleted, and change nothing")
	c.RunE = func(c *cobra.Command, _ []string) error { return f.start(c.Context()) }
	return c
}

func (f pruneFlags) start(ctx context.Context) error {
	switch {
	case f.once && f.interval != 0:
		return f.usage("--once and --interval can't be combined")
	case f.interval != 0 && f.interval < time.Second:
		return f.usage("--interval %s is too short: use at least 1s", config.Duration(f.interval))
	}
	log := f.logger()
	file, c, err := config.Open(f.config)
	if err != nil {
		return withRemedy(err, "name the file with --config")
	}
	parts, err := wire(c, log)
	if err != nil {
		return err
	}
	if parts.Repository == nil {
		return errors.New("the configuration has no key gitops: without a GitOps repository there is nothing to prune")
	}
	return f.run(ctx, parts, file, log)
}

func (f pruneFlags) run(ctx context.Context, p *wiring.Parts, file *config.File, log *slog.Logger) error {
	if f.interval == 0 {
		return f.pruneSets(ctx, p)
	}
	ticker := time.NewTicker(f.interval)
	defer ticker.Stop()
	failed := ""
	for {
		if p = f.reload(p, file, log); p != nil {
			failed = f.logFailure(ctx, log, failed, f.pruneSets(ctx, p))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// logFailure logs the error of a pass at level Error, unless it is that of the last pass,
// and the end of errors. It returns the text of the error.
func (f pruneFlags) logFailure(ctx context.Context, log *slog.Logger, last string, err error) string {
	switch {
	case ctx.Err() != nil:
		return last
	case err == nil && last != "":
		log.InfoContext(ctx, "the sets are pruned again")
	case err != nil && err.Error() != last:
		log.ErrorContext(ctx, "prune failed: the next attempt is after --interval", "error", err)
	}
	if err == nil {
		return ""
	}
	return err.Error()
}

// reload returns the parts of the current configuration: p if the file has not
// changed, and nil while the file is invalid. With an old configuration the pruner
// would delete entries that the service has just started to write.
func (f pruneFlags) reload(p *wiring.Parts, file *config.File, log *slog.Logger) *wiring.Parts {
	c, err := file.Reload()
	if err == nil && c == nil {
		return p
	}
	if err == nil {
		p, err = wire(c, log)
	}
	if err != nil {
		log.Error("the changed configuration is invalid: nothing is pruned until it is fixed", "error", err)
		return nil
	}
	return p
}

// pruneResult is the outcome of one pass, or of a dry run, for one set.
type pruneResult struct {
	Set      string              `json:"set"`
	Commit   string              `json:"commit,omitempty"`
	Deleted  []gitops.Step       `json:"deleted"`
	Held     []heldView          `json:"held"`
	Warnings []generator.Warning `json:"warnings"`
	leftover bool                // the set is not configured
}

// pruneSets prunes each set that has an overlay. A failure of one set does not stop
// the others.
func (f pruneFlags) pruneSets(ctx context.Context, p *wiring.Parts) error {
	defer f.t.working(ctx, "pruning")()
	var all []error
	results := []pruneResult{}
	for _, set := range p.Sets {
		if set.Overlay == nil {
			continue
		}
		outcome, err := f.prune(ctx, set)
		if err != nil {
			all = append(all, fmt.Errorf("set %s: %w", set.Name, err))
			continue
		}
		results = append(results, pruneResult{
			Set: set.Name, Commit: outcome.Commit, Held: heldViews(outcome.Held),
			Deleted:  append([]gitops.Step{}, outcome.Plan.Steps...),
			Warnings: append([]generator.Warning{}, outcome.Snapshot.Warnings...),
		})
	}
	if f.interval == 0 { // the service reports them once
		leftovers, err := p.Repository.Leftovers(ctx, p.Overlays())
		for _, l := range leftovers {
			results = append(results, pruneResult{Set: l.Set, Deleted: []gitops.Step{}, Held: []heldView{}, Warnings: []generator.Warning{l.Warning()}, leftover: true})
		}
		if !hasRepositoryError(all) {
			all = append(all, err)
		}
	}
	return errors.Join(append(all, f.print(results))...)
}

func (f pruneFlags) prune(ctx context.Context, set *pipeline.Set) (*pipeline.Outcome, error) {
	defer f.t.working(ctx, "pruning %s", set.Name)()
	permissions := gitops.Permissions{Prune: true}
	if f.dryRun {
		return set.Plan(ctx, permissions)
	}
	return set.Sync(ctx, pipeline.Input{Permissions: permissions})
}

func (f pruneFlags) print(results []pruneResult) error {
	if f.json() {
		return f.t.json(results)
	}
	verb := "pruned"
	if f.dryRun {
		verb = "would prune"
	}
	for _, r := range results {
		for _, s := range r.Deleted {
			f.t.printf("%s: %s %s: %s\n", r.Set, f.t.red(verb), s.ID, indented(s.Verdict.Detail))
		}
		f.t.held(r.Set, r.Held)
		if len(r.Deleted) == 0 && !r.leftover {
			f.t.printf("%s: nothing to prune\n", r.Set)
		}
		if r.Commit != "" {
			f.t.printf("%s: commit %s\n", r.Set, r.Commit)
		}
		f.t.warnings(r.Set, r.Warnings)
	}
	return nil
}
