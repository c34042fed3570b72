package service

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/pipeline"
)

// syncLog logs syncs that change something. It logs failures of syncs, faults of overlays,
// held previews and warnings once, when they begin and when they end.
type syncLog struct {
	log                            *slog.Logger
	failed, faults, held, warnings *causes
	refreshes                      *causes // of the observer refresh
}

func newSyncLog(log *slog.Logger) *syncLog {
	return &syncLog{
		log:       log,
		failed:    &causes{log: log, level: slog.LevelError, begins: "sync failed: the last snapshot stays in use", ends: "the set syncs again"},
		faults:    &causes{log: log, level: slog.LevelWarn, begins: "overlays can't be written: their entries are unchanged", ends: "overlays can be written again"},
		held:      &causes{log: log, level: slog.LevelWarn, begins: "previews stay that would be removed", ends: "previews are no longer held"},
		warnings:  &causes{log: log, level: slog.LevelWarn, begins: "a warning applies to the set", ends: "a warning no longer applies to the set"},
		refreshes: refreshCauses(log),
	}
}

// forget removes the causes of a set that is no longer configured, so that they are logged
// if it is configured again.
func (l *syncLog) forget(set string) {
	for _, c := range []*causes{l.failed, l.faults, l.held, l.warnings, l.refreshes} {
		c.forget(set)
	}
}

func (l *syncLog) observe(ctx context.Context, o outcome) {
	if o.err != nil {
		l.log.DebugContext(ctx, "no new snapshot", "set", o.set, "error", o.err)
		l.failed.report(ctx, o.set, []cause{{text: pipeline.Cause(o.err), attributes: []any{"set", o.set, "error", o.err}}})
		return
	}
	l.failed.report(ctx, o.set, nil)
	statuses := generator.Statuses(o.result.Snapshot)
	l.faults.report(ctx, o.set, faultCauses(o.set, statuses))
	l.held.report(ctx, o.set, heldCauses(o.set, statuses))
	l.warnings.report(ctx, o.set, warningCauses(o.set, o.result.Snapshot.Warnings))
	l.logSync(ctx, o, statuses)
}

func (l *syncLog) logSync(ctx context.Context, o outcome, statuses []generator.Status) {
	snapshot := o.result.Snapshot
	level := slog.LevelDebug
	if o.previous == nil || o.result.Commit != "" || len(o.previous.Previews) != len(snapshot.Previews) {
		level = slog.LevelInfo
	}
	counts := map[generator.State]int{}
	for _, s := range statuses {
		counts[s.State]++
	}
	l.log.Log(ctx, level, "synced", "set", o.set, "previews", len(snapshot.Previews),
		"dropped", counts[generator.StateDropped], "held", counts[generator.StateHeld], "commit", o.result.Commit, "took", o.took.Round(time.Millisecond))
}

// faultCauses returns a cause for each file with a fault or, if the file is not known, for
// each message.
func faultCauses(set string, statuses []generator.Status) []cause {
	var all grouped
	for _, s := range statuses {
		if s.Fault != nil {
			all.add(cmp.Or(s.Fault.File, s.Fault.Message), s.ID, s.Fault.Message)
		}
	}
	return all.causes(set, "error")
}

// heldCauses returns a cause for each reason for which previews are held.
func heldCauses(set string, statuses []generator.Status) []cause {
	var all grouped
	for _, s := range statuses {
		if s.State == generator.StateHeld {
			all.add(string(s.Reason), s.ID, s.Message)
		}
	}
	return all.causes(set, "message")
}

func warningCauses(set string, warnings []generator.Warning) (all []cause) {
	for _, w := range warnings {
		all = append(all, cause{key: w.String(), attributes: []any{"set", set, "subject", w.Subject, "warning", w.Message}})
	}
	return all
}

// grouped are previews with the same cause.
type grouped []group

type group struct {
	key, id, message string // id and message are those of the first preview
	previews         int
}

func (g *grouped) add(key, id, message string) {
	for i := range *g {
		if (*g)[i].key == key {
			(*g)[i].previews++
			return
		}
	}
	*g = append(*g, group{key, id, message, 1})
}

// causes returns a cause for each group. name is the attribute of the message.
func (g grouped) causes(set, name string) (all []cause) {
	for _, one := range g {
		all = append(all, cause{key: one.key, text: one.message, attributes: []any{"set", set, "previews", one.previews, "id", one.id, name, one.message}})
	}
	return all
}
