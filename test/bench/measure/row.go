package measure

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// ResultsEnv names the file that rows are appended to, one JSON object a line.
// Without it they are only metrics of the benchmark.
const ResultsEnv = "PREVIEWSET_BENCH_RESULTS"

// Row is one line of the table.
type Row struct {
	// Goal is the number of the chapter in docs/performance.md.
	Goal int `json:"goal"`
	// Work in a few words: "cold, http with 40 ms".
	Work string `json:"work"`
	// Ours is what previewset needs, in Unit ("ms", "req/s", "MB").
	Ours float64 `json:"ours"`
	Unit string  `json:"unit"`
	// Peer is who did the same work, "" where there is none.
	Peer   string  `json:"peer,omitempty"`
	Theirs float64 `json:"theirs,omitempty"`
	// Bound is the goal: of the ratio where there is a peer, else of Ours.
	Bound Bound `json:"bound,omitzero"`
	// Value is what the bound is about. Report fills it in.
	Value float64 `json:"value"`
}

// Bound is a goal. Its zero value is none: the row is to be read, not judged.
type Bound struct {
	Kind Kind    `json:"kind"`
	At   float64 `json:"at"`
}

// Kind is how a bound is meant.
type Kind string

// The kinds. ShareAtMost and ShareAtLeast are about ours divided by theirs,
// TimesAtLeast is about theirs divided by ours.
const (
	ShareAtMost  Kind = "share at most"
	ShareAtLeast Kind = "share at least"
	TimesAtLeast Kind = "times at least"
	AtMost       Kind = "at most"
)

// value is what the row's bound is about.
func (r Row) value() float64 {
	switch {
	case r.Peer == "" || r.Bound.Kind == AtMost:
		return r.Ours
	case r.Bound.Kind == TimesAtLeast:
		return r.Theirs / r.Ours
	}
	return r.Ours / r.Theirs
}

// Judged reports whether the row has a goal, and whether it is met.
func (r Row) Judged() (judged, met bool) {
	switch r.Bound.Kind {
	case ShareAtMost, AtMost:
		return true, r.Value <= r.Bound.At
	case ShareAtLeast, TimesAtLeast:
		return true, r.Value >= r.Bound.At
	}
	return false, true
}

// Report makes the row a metric of b, and appends it to the results.
func (r Row) Report(b *testing.B) {
	b.Helper()
	r.Value = r.value()
	name := strings.NewReplacer(" ", "_", ",", "").Replace(r.Work)
	b.ReportMetric(r.Value, name+"/"+r.Unit)
	if judged, met := r.Judged(); judged && !met {
		b.Logf("goal %d missed: %s is %.3g, the goal is %s %g", r.Goal, r.Work, r.Value, r.Bound.Kind, r.Bound.At)
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
