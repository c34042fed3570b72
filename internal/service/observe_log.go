package service

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/pipeline"
)

// syncLog logs syncs that change something. It logs failures of syncs, faults of overlays,
// held and failing previews, and warnings once, when they begin and when they end.
type syncLog struct {
	log *slog.Logger

	failed, faults, held, failing, warnings *causes

	refreshes *causes // of the observer refresh
}

// The lines about a warning of a set.
const (
	beginOfWarning = "a warning applies to the set"
	endOfWarning   = "a warning no longer applies to the set"
)

func newSyncLog(log *slog.Logger) *syncLog {
	return &syncLog{
		log:       log,
		failed:    &causes{log: log, level: slog.LevelError, begins: "sync failed: the last snapshot stays in use", ends: "the set syncs again"},
		faults:    &causes{log: log, level: slog.LevelWarn, begins: "overlays can't be written: their entries are unchanged", ends: "overlays can be written again"},
		held:      &causes{log: log, level: slog.LevelWarn, begins: "previews stay that would be removed", ends: "previews are no longer held"},
		failing:   &causes{log: log, level: slog.LevelWarn, begins: "previews fail in Argo CD", ends: "previews no longer fail in Argo CD"},
		warnings:  &causes{log: log, level: slog.LevelWarn, begins: beginOfWarning, ends: endOfWarning},
		refreshes: refreshCauses(log),
	}
}

// forget removes the causes of a set that is no longer configured, so that they are logged
// if it is configured again.
func (l *syncLog) forget(set string) {
	for _, c := range []*causes{l.failed, l.faults, l.held, l.failing, l.warnings, l.refreshes} {
		c.forget(set)
	}
}

func (l *syncLog) observe(ctx context.Context, o outcome) {
	if o.err != nil {
		l.log.DebugContext(ctx, "no new snapshot", "set", o.set, "error", o.err)
		l.failed.report(ctx, o.set, []cause{failureCause(o)})
		return
	}
	l.failed.report(ctx, o.set, nil)
}

func (l *syncLog) report(ctx context.Context, r report) {
	l.faults.report(ctx, r.set, faultCauses(r.set, r.statuses))
	l.held.report(ctx, r.set, heldCauses(r.set, r.statuses))
	l.failing.report(ctx, r.set, failingCauses(r.set, r.statuses))
	l.warnings.report(ctx, r.set, warningCauses(r.set, r.warnings()))
	if r.sync != nil {
		l.logSync(ctx, *r.sync, r.statuses)
	}
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

func failureCause(o outcome) cause {
	c := cause{text: pipeline.Cause(o.err), attributes: []any{"set", o.set, "error", o.err}}
	if o.previous == nil {
		c.begins = "sync failed: the set has no answer yet"
	}
	return c
}

// faultCauses returns a cause for each file with a fault or, if the file is not known, for
// each message.
func faultCauses(set string, statuses []generator.Status) []cause {
	var all grouped
	for _, s := range statuses {
		if s.Fault != nil {
			all.add(s.ID, cause{key: cmp.Or(s.Fault.File, s.Fault.Message), text: s.Fault.Message, attributes: []any{"set", set, "error", s.Fault.Message}})
		}
	}
	return all
}

// heldCauses returns a cause for each reason for which previews are held. The message says
// that they are held, so that the last line of a cause does not have it.
func heldCauses(set string, statuses []generator.Status) []cause {
	var all grouped
	for _, s := range statuses {
		if s.State == generator.StateHeld {
			all.add(s.ID, cause{key: string(s.Reason), text: s.Message, attributes: []any{"set", set, "reason", s.Reason}, begun: []any{"message", s.Message}})
		}
	}
	return all
}

// failingCauses returns a cause for each reason and message of failing Applications.
func failingCauses(set string, statuses []generator.Status) []cause {
	var all grouped
	for _, s := range statuses {
		if s.State != generator.StateFailing {
			continue
		}
		for _, a := range s.Applications {
			if a.State == generator.StateFailing {
				all.add(s.ID, cause{key: string(a.Reason) + " " + a.Message, attributes: []any{"set", set, "reason", a.Reason, "message", a.Message}})
				break
			}
		}
	}
	return all
}

func warningCauses(set string, warnings []generator.Warning) (all []cause) {
	for _, w := range warnings {
		all = append(all, cause{key: w.String(), attributes: []any{"set", set, "subject", w.Subject, "warning", w.Message}})
	}
	return all
}

// grouped are causes of previews, each with all previews that have it.
type grouped []cause

// add adds a preview to the cause with the key of c, or c if it is the first preview.
func (g *grouped) add(id string, c cause) {
	i := slices.IndexFunc(*g, func(known cause) bool { return known.key == c.key })
	if i < 0 {
		i = len(*g)
		*g = append(*g, c)
	}
	(*g)[i].previews = append((*g)[i].previews, id)
}
