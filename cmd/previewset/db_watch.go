package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/database"
)

// checkTimeout bounds one check of watch.
const checkTimeout = 30 * time.Second

type dbWatchFlags struct {
	*dbFlags
	interval, maxTransaction time.Duration
	failures                 *watchFailures
}

func dbWatchCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "watch [flags]",
		Short: "end sessions of previews that stop others",
		Long: `Check the server until the command is interrupted. Each check ends sessions of previews
- that block previewset,
- that have a transaction which is older than --max-transaction, or
- that hold many locks while more than half of the server's table of locks is in use.
The log has a line for each of them. Sessions of other roles are never ended.`,
		Example: `  previewset db watch --engine postgres --admin-url-file admin-url`,
		Args:    operands(0, 0),
	}
	f := dbWatchFlags{dbFlags: newServerFlags(t, c), failures: new(watchFailures)}
	f.addDuration(&f.interval, "interval", 5*time.Second, "check every `DURATION`")
	f.addDuration(&f.maxTransaction, "max-transaction", database.MaxTransaction, "end transactions that are older than this `DURATION`")
	c.RunE = func(c *cobra.Command, _ []string) error { return f.run(c.Context()) }
	return c
}

func (f dbWatchFlags) run(ctx context.Context) error {
	errs := []error{f.checkServer()}
	if f.engine == engineMySQL {
		errs = append(errs, fmt.Errorf("--engine %s has nothing to watch: use it with %s only", engineMySQL, enginePostgres))
	}
	if f.interval <= 0 {
		errs = append(errs, fmt.Errorf("--interval %s is not positive", config.Duration(f.interval)))
	}
	if f.maxTransaction <= 0 {
		errs = append(errs, fmt.Errorf("--max-transaction %s is not positive", config.Duration(f.maxTransaction)))
	}
	if err := f.usageErrors(errs...); err != nil {
		return err
	}
	// The first check opens the session that the others use. If the server accepts no
	// session, watch tries again.
	server, err := f.check(ctx, nil)
	switch {
	case err == nil:
		f.logSuccess(ctx)
	case database.Passing(err):
		f.logFailure(ctx, err)
	default:
		return err
	}
	f.watch(ctx, server)
	return nil
}

// watch checks the server until ctx ends. After a failure, it opens another session, with
// the current URL of the administrator.
func (f dbWatchFlags) watch(ctx context.Context, server database.Server) {
	every := time.NewTicker(f.interval)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			if server != nil {
				server.Close()
			}
			return
		case <-every.C:
			server = f.checkOnce(ctx, server)
		}
	}
}

// checkOnce checks the server once, and logs a failure and its end.
func (f dbWatchFlags) checkOnce(ctx context.Context, server database.Server) database.Server {
	bounded, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	checked, err := f.check(bounded, server)
	switch {
	case err != nil && ctx.Err() == nil:
		f.logFailure(ctx, err)
	case err == nil:
		f.logSuccess(ctx)
	}
	return checked
}

// logFailure logs a failure, unless the log has it already.
func (f dbWatchFlags) logFailure(ctx context.Context, err error) {
	if f.failures.add(err.Error(), time.Now()) {
		f.logger().ErrorContext(ctx, "the server can't be checked", "error", err, "failures", f.failures.count)
	}
}

// logSuccess logs the first successful check, and the first after failures.
func (f dbWatchFlags) logSuccess(ctx context.Context) {
	first, failures := f.failures.clear()
	switch {
	case first:
		f.logger().InfoContext(ctx, "watching the sessions of previews", "interval", config.Duration(f.interval).String())
	case failures > 0:
		f.logger().InfoContext(ctx, "the server can be checked again", "failures", failures)
	}
}

// check checks the server, and opens it if server is nil. After a failure, it closes the
// server and returns nil.
func (f dbWatchFlags) check(ctx context.Context, server database.Server) (database.Server, error) {
	if server == nil {
		var err error
		if server, err = f.open(ctx); err != nil {
			return nil, err
		}
	}
	if err := f.relieve(ctx, server, f.maxTransaction); err != nil {
		server.Close()
		return nil, err
	}
	return server, nil
}

// relieve ends the sessions of previews that stop others, and logs each of them.
func (f *dbFlags) relieve(ctx context.Context, server database.Server, maxTransaction time.Duration) error {
	reliever, ok := server.(database.Reliever)
	if !ok {
		return nil
	}
	ended, err := reliever.Relieve(ctx, maxTransaction)
	for _, e := range ended {
		f.logger().WarnContext(ctx, "ended a session of a preview", "pid", e.PID, "role", e.Role, "set", e.Mark.Set, "preview", e.Mark.ID, "reason", e.Reason)
	}
	return err
}

// relieveFirst relieves the server before a sweep, except for a dry run. A failure is only
// logged: the sweep reports what it can't do.
func (f dbSweepFlags) relieveFirst(ctx context.Context, server database.Server) {
	if f.dryRun {
		return
	}
	if err := f.relieve(ctx, server, database.MaxTransaction); err != nil {
		f.logger().WarnContext(ctx, "sessions of previews could not be checked", "error", err)
	}
}
