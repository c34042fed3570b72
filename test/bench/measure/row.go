package measure

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// ResultsEnv is the environment variable with the path of a file. Report appends rows to
// it, one JSON object per line. Without the variable, rows are only metrics of the
// benchmark.
const ResultsEnv = "PREVIEWSET_BENCH_RESULTS"

// Row is one line of the table.
type Row struct {
	// Goal is the number of the chapter in docs/performance.md.
	Goal int `json:"goal"`
	// Work is a short description: "cold, http with 40 ms".
	Work string `json:"work"`
	// Ours is the cost of previewset, in Unit ("ms", "req/s", "MB").
	Ours float64 `json:"ours"`
	Unit string  `json:"unit"`
	// Peer is the name of the peer; "" is no peer. Theirs is its cost.
	Peer   string  `json:"peer,omitempty"`
	Theirs float64 `json:"theirs,omitempty"`
	// Bound is the goal.
	Bound Bound `json:"bound,omitzero"`
	// Value is the number that Bound limits. Report sets it.
	Value float64 `json:"value"`
}

// Bound is a goal. The zero value is no goal.
type Bound struct {
	Kind Kind    `json:"kind"`
	At   float64 `json:"at"`
}

// Kind is the meaning of a bound.
type Kind string

// The kinds. ShareAtMost and ShareAtLeast limit Ours divided by Theirs, TimesAtLeast limits
// Theirs divided by Ours, and AtMost limits Ours.
const (
	ShareAtMost  Kind = "share at most"
	ShareAtLeast Kind = "share at least"
	TimesAtLeast Kind = "times at least"
	AtMost       Kind = "at most"
)

// value returns the number that the bound limits.
func (r Row) value() float64 {
	switch {
	case r.Peer == "" || r.Bound.Kind == AtMost:
		return r.Ours
	case r.Bound.Kind == TimesAtLeast:
		return r.Theirs / r.Ours
	}
	return r.Ours / r.Theirs
}

// Verdict reports whether the row has a bound, and whether the bound is met.
func (r Row) Verdict() (bounded, met bool) {
	switch r.Bound.Kind {
	case ShareAtMost, AtMost:
		return true, r.Value <= r.Bound.At
	case ShareAtLeast, TimesAtLeast:
		return true, r.Value >= r.Bound.At
	}
	return false, true
}

// Report reports the row as a metric of b, and appends it to the file of results.
func (r Row) Report(b *testing.B) {
	b.Helper()
	r.Value = r.value()
	name := strings.NewReplacer(" ", "_", ",", "").Replace(r.Work)
	b.ReportMetric(r.Value, name+"/"+r.Unit)
	if bounded, met := r.Verdict(); bounded && !met {
		b.Logf("goal %d missed: %s: got %.3g, want %s %g", r.Goal, r.Work, r.Value, r.Bound.Kind, r.Bound.At)
	}
	file := os.Getenv(ResultsEnv)
	if file == "" {
		return
	}
	if err := r.append(file); err != nil {
		b.Fatal(err)
	}
}

func (r Row) append(file string) error {
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("row %q: %w", r.Work, err)
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err = f.Write(append(line, '\n')); err != nil {
		return err
	}
	return f.Close()
}
