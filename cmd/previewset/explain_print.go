package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/plugin"
)

func (f explainFlags) print(found []explanation) {
	now := time.Now()
	for i, e := range found {
		if i > 0 {
			f.t.printf("\n")
		}
		subject := e.Change
		if len(found) > 1 {
			subject = e.ID
		}
		f.t.printf("%s has %s in set %s: %s\n", printable(subject), f.has(e), printable(e.Set), indented(e.Message))
		f.printFacts(e, now)
		f.printParameters(e.Parameters)
	}
}

func (f explainFlags) has(e explanation) string {
	switch {
	case e.Preview:
		return f.t.green("a preview")
	case e.State == generator.StateWaiting:
		return f.t.yellow("no preview yet")
	}
	return f.t.red("no preview")
}

func (f explainFlags) printFacts(e explanation, now time.Time) {
	since := ""
	if !e.Since.IsZero() {
		since = fmt.Sprintf("%s (%s ago)", e.Since.UTC().Format(time.RFC3339), age(e.Since, now))
	}
	facts := [][2]string{
		{"state", string(e.State)},
		{"reason", string(e.Reason)},
		{"since", since},
		{"title", e.Title},
		{"author", e.Author},
		{"url", e.URL},
		{"branch", e.Branch},
		{"head", e.HeadSHA},
		{"committed", e.CommittedSHA},
		{"live", e.LiveSHA},
		{"removed", e.Removal.text(now)},
	}
	for _, a := range e.Applications {
		facts = append(facts, [2]string{"argocd", applicationText(a)})
	}
	for _, fact := range facts {
		if fact[1] != "" {
			f.t.printf("  %-10s %s\n", fact[0], oneLine(fact[1]))
		}
	}
}

// applicationText describes an Application.
func applicationText(a plugin.ApplicationView) string {
	text := fmt.Sprintf("%s/%s is %s", a.Namespace, a.Name, a.State)
	if a.Revision != "" {
		text += " at the revision " + a.Revision
	}
	if a.Message != "" {
		text += ": " + a.Message
	}
	return text
}

// text describes the removal, "" for none.
func (r *removalView) text(now time.Time) string {
	if r == nil {
		return ""
	}
	var pruned []string
	for _, id := range slices.Sorted(maps.Keys(r.Reasons)) {
		pruned = append(pruned, fmt.Sprintf("%s pruned: %s", id, r.Reasons[id]))
	}
	why := strings.Join(pruned, ", ")
	if why == "" {
		why = "deleted by hand"
	}
	return fmt.Sprintf("%s by the commit %s of %s (%s ago)", why, r.Commit, r.CommittedAt.Format(time.RFC3339), age(r.CommittedAt, now))
}

func (f explainFlags) printParameters(p generator.Params) {
	var rows [][]string
	for _, name := range []string{"id", "name", "namespace", "preview_url", "db_schema", "head_sha", "expires_at", "path", "revision"} {
		if value := text(p, name); value != "" {
			rows = append(rows, []string{name, value})
		}
	}
	if len(rows) > 0 {
		f.t.table([]string{"PARAMETER", "VALUE"}, rows)
	}
}
