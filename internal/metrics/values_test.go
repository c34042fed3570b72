package metrics_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
)

// snapshot returns a snapshot of a set with a number of previews, of which the first are
// held, and with changes that were dropped for these reasons.
func snapshot(set string, takenAt time.Time, previews, held int, dropped ...generator.Reason) *generator.Snapshot {
	s := &generator.Snapshot{Set: set, TakenAt: takenAt}
	for i := range previews {
		p := generator.Placed{}
		if i < held {
			p.Held.Reason = generator.ReasonLabel
		}
		s.Previews = append(s.Previews, p)
	}
	for _, reason := range dropped {
		s.Dropped = append(s.Dropped, generator.Dropped{Verdict: generator.Verdict{Reason: reason}})
	}
	return s
}

// failing returns a snapshot of a set with an overlay that can't be built for each file.
func failing(set string, takenAt time.Time, files ...string) *generator.Snapshot {
	s := &generator.Snapshot{Set: set, TakenAt: takenAt}
	for _, file := range files {
		s.Dropped = append(s.Dropped, generator.Dropped{
			Verdict: generator.Verdict{Reason: generator.ReasonOverlay}, Fault: &generator.Fault{File: file, Kind: generator.FaultBuild},
		})
	}
	return s
}

// states returns series with a series for each state of the set.
func states(set string, counts map[generator.State]float64, series map[string]float64) map[string]float64 {
	for _, state := range generator.States() {
		series[fmt.Sprintf("changes{set=%q,state=%q}", set, state)] = counts[state]
	}
	return series
}

// valueTests has for each event all series that result from it, with their values.
func valueTests() []valueTest {
	return []valueTest{
		{"nothing", func(*registry) {}, map[string]float64{}},
		{"answers", func(r *registry) {
			r.Answered("shop", 200, 250*time.Millisecond)
			r.Answered("shop", 200, 500*time.Millisecond)
			r.Answered("shop", 503, time.Second)
			r.Answered("web", 200, time.Second)
			r.Answered("", 404, 0)
		}, map[string]float64{
			`answers_total{code="200",set="shop"}`:      2,
			`answers_total{code="503",set="shop"}`:      1,
			`answers_total{code="200",set="web"}`:       1,
			`answers_total{code="404",set=""}`:          1,
			`answer_duration_seconds_count{set="shop"}`: 3,
			`answer_duration_seconds_sum{set="shop"}`:   1.75,
			`answer_duration_seconds_count{set="web"}`:  1,
			`answer_duration_seconds_sum{set="web"}`:    1,
			`answer_duration_seconds_count{set=""}`:     1,
			`answer_duration_seconds_sum{set=""}`:       0,
		}},
		{"snapshots", func(r *registry) {
			s := snapshot("shop", r.now.Add(-90*time.Second), 5, 2, generator.ReasonDraft, generator.ReasonLabel, generator.ReasonDraft, generator.ReasonLimit, generator.ReasonMerged, generator.ReasonDraft)
			for i := 4; i < len(s.Dropped); i++ {
				s.Dropped[i].HasEntry = true
			}
			r.Snapshot(s)
			r.Snapshot(snapshot("web", r.now, 0, 0))
		}, states("shop", map[generator.State]float64{"held": 2, "committed": 3, "dropped": 3, "waiting": 1, "removing": 2}, states("web", nil, map[string]float64{
			`previews{set="shop"}`:                       5,
			`previews_held{set="shop"}`:                  2,
			`changes_dropped{reason="draft",set="shop"}`: 2,
			`changes_dropped{reason="label",set="shop"}`: 1,
			`snapshot_age_seconds{set="shop"}`:           90,
			`previews{set="web"}`:                        0,
			`previews_held{set="web"}`:                   0,
			`snapshot_age_seconds{set="web"}`:            0,
		}))},
		{"overlays", func(r *registry) {
			r.Snapshot(failing("shop", r.now, "base/a.yaml", "base/b.yaml", "base/a.yaml"))
			web := failing("web", r.now, "")
			web.Dropped = append(web.Dropped, generator.Dropped{Verdict: generator.Verdict{Reason: generator.ReasonDraft}})
			r.Snapshot(web)
		}, states("shop", map[generator.State]float64{"waiting": 3}, states("web", map[generator.State]float64{"waiting": 1, "dropped": 1}, map[string]float64{
			`overlays_failing{file="base/a.yaml",reason="build",set="shop"}`: 2,
			`overlays_failing{file="base/b.yaml",reason="build",set="shop"}`: 1,
			`previews{set="shop"}`: 0, `previews_held{set="shop"}`: 0, `snapshot_age_seconds{set="shop"}`: 0,
			`overlays_failing{file="",reason="build",set="web"}`: 1,
			`changes_dropped{reason="draft",set="web"}`:          1,
			`previews{set="web"}`:                                0, `previews_held{set="web"}`: 0, `snapshot_age_seconds{set="web"}`: 0,
		}))},
		{"previews become live", func(r *registry) {
			reports := &liveReports{r}
			reports.report(0, change{1, "a", generator.StateLive, time.Hour})
			reports.report(time.Minute, change{1, "b", generator.StateSyncing, time.Hour}, change{2, "a", generator.StateSyncing, 5 * time.Second})
			reports.report(30*time.Second, change{1, "b", generator.StateLive, time.Hour}, change{2, "a", generator.StateLive, time.Hour})
		}, states("shop", map[generator.State]float64{"live": 2}, map[string]float64{
			`previews{set="shop"}`: 0, `previews_held{set="shop"}`: 0, `snapshot_age_seconds{set="shop"}`: 0,
			`time_to_live_seconds_count{from="creation",set="shop"}`: 1, `time_to_live_seconds_sum{from="creation",set="shop"}`: 35,
			`time_to_live_seconds_count{from="push",set="shop"}`: 1, `time_to_live_seconds_sum{from="push",set="shop"}`: 30,
		})},
		{"warnings", func(r *registry) {
			r.Warnings("shop", 2)
			r.Warnings("shop", 1)
			r.Warnings("web", 0)
		}, map[string]float64{`warnings{set="shop"}`: 1, `warnings{set="web"}`: 0}},
		{"leftovers", func(r *registry) {
			r.Warn("entries", map[string][]generator.Warning{"ended": {{}}, "old": {{}}, "web": {{}}})
			r.Warn("applicationsets", map[string][]generator.Warning{"web": {{}, {}}})
			r.Warnings("web", 2)
			r.Warn("entries", map[string][]generator.Warning{"old": {{}}, "web": {{}}})
			r.Forget("old")
		}, map[string]float64{`warnings{set="old"}`: 1, `warnings{set="web"}`: 5}},
		{"sync without a commit", func(r *registry) { r.Synced("shop", 2*time.Second, false, false) }, syncs(1, 2, 0, 0)},
		{"sync with a commit", func(r *registry) { r.Synced("shop", 2*time.Second, false, true) }, syncs(1, 2, 0, 1)},
		{"failed sync", func(r *registry) { r.Synced("shop", time.Second/2, true, false) }, syncs(1, .5, 1, 0)},
		{"several syncs", func(r *registry) {
			r.Synced("shop", time.Second, false, true)
			r.Synced("shop", time.Second, true, false)
			r.Synced("shop", time.Second, true, false)
		}, syncs(3, 3, 2, 1)},
		{"push retries", func(r *registry) {
			r.PushRetried("shop")
			r.PushRetried("shop")
			r.PushRetried("web")
		}, map[string]float64{
			`push_retries_total{set="shop"}`: 2, `push_retries_total{set="web"}`: 1,
		}},
		{"refreshes", func(r *registry) {
			r.Refreshed("shop", false)
			r.Refreshed("shop", false)
			r.Refreshed("shop", true)
			r.Refreshed("web", true)
		}, map[string]float64{
			`refreshes_total{result="done",set="shop"}`: 2, `refreshes_total{result="failed",set="shop"}`: 1,
			`refreshes_total{result="done",set="web"}`: 0, `refreshes_total{result="failed",set="web"}`: 1,
		}},
		{"feedback", func(r *registry) {
			r.FeedbackWritten("shop", "comment", nil)
			r.FeedbackWritten("shop", "comment", nil)
			r.FeedbackWritten("shop", "comment", errors.New("refused"))
			r.FeedbackWritten("web", "status", errors.New("refused"))
			r.WritesFeedback(false)
			r.WritesFeedback(true)
		}, map[string]float64{
			`feedback_writes_total{kind="comment",result="done",set="shop"}`: 2, `feedback_writes_total{kind="comment",result="failed",set="shop"}`: 1,
			`feedback_writes_total{kind="status",result="done",set="web"}`: 0, `feedback_writes_total{kind="status",result="failed",set="web"}`: 1,
			`feedback_writer`: 1,
		}},
		{"rate limit", func(r *registry) {
			r.RateLimit("shop", "core", 4999, 5000)
			r.RateLimit("shop", "core", 4321, 5000)
			r.RateLimit("shop", "search", 9, 30)
			r.RateLimit("web", "core", 0, 60)
		}, map[string]float64{
			`forge_rate_limit_remaining{resource="core",set="shop"}`: 4321, `forge_rate_limit{resource="core",set="shop"}`: 5000,
			`forge_rate_limit_remaining{resource="search",set="shop"}`: 9, `forge_rate_limit{resource="search",set="shop"}`: 30,
			`forge_rate_limit_remaining{resource="core",set="web"}`: 0, `forge_rate_limit{resource="core",set="web"}`: 60,
		}},
		{"refused configurations", func(r *registry) {
			r.ConfigRefused()
			r.ConfigRefused()
		}, map[string]float64{"config_reload_failures_total": 2, "config_refused": 1}},
		{"accepted configuration", func(r *registry) {
			r.ConfigRefused()
			r.ConfigAccepted(time.Hour)
		}, map[string]float64{"config_reload_failures_total": 1, "config_refused": 0, "snapshot_age_limit_seconds": 3600}},
		{"build", func(*registry) {}, map[string]float64{fmt.Sprintf("build_info{goversion=%q,version=\"v1.2.3\"}", runtime.Version()): 1}},
	}
}

type valueTest struct {
	name  string
	event func(r *registry)
	want  map[string]float64
}

// syncs returns the series of the set shop after a number of syncs.
func syncs(count, seconds, failed, committed float64) map[string]float64 {
	return map[string]float64{
		`sync_duration_seconds_count{set="shop"}`: count, `sync_duration_seconds_sum{set="shop"}`: seconds,
		`sync_failures_total{set="shop"}`: failed, `commits_total{set="shop"}`: committed,
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	for _, test := range valueTests() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry()
			test.event(r)
			r.check(t, test.want)
		})
	}
}

// documented returns the labels of each metric in the table of docs/operation.md, by name.
func documented(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/operation.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(text), "\n## Monitor previewset\n")
	if !ok {
		t.Fatal("docs/operation.md has no section about metrics")
	}
	all := map[string][]string{}
	for line := range strings.SplitSeq(table, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 5 {
			continue
		}
		for _, name := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(cells[1], -1) {
			all[name[1]] = strings.FieldsFunc(cells[2], func(r rune) bool { return r == ',' || r == ' ' })
			slices.Sort(all[name[1]])
		}
	}
	return all
}

// Each metric has a value in TestValues, and the documentation has the same metrics with
// the same labels.
func TestEachMetricHasValueTestAndDocumentation(t *testing.T) {
	t.Parallel()
	r := newRegistry()
	for _, test := range valueTests() {
		test.event(r)
	}
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	gathered := map[string][]string{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			labels := []string{}
			for _, label := range m.GetLabel() {
				labels = append(labels, label.GetName())
			}
			gathered[family.GetName()] = labels
		}
	}
	if got, want := slices.Sorted(maps.Keys(gathered)), slices.Sorted(slices.Values(r.names)); !slices.Equal(got, want) {
		t.Errorf("TestValues has values of\n%q\nwant\n%q", got, want)
	}
	if docs := documented(t); !maps.EqualFunc(docs, gathered, slices.Equal) {
		t.Errorf("docs/operation.md documents\n%q\nwant\n%q", docs, gathered)
	}
}

func TestSnapshotAgeGrowsAndResets(t *testing.T) {
	t.Parallel()
	r := newRegistry()
	age := func() float64 { return r.series(t)[`snapshot_age_seconds{set="shop"}`] }
	r.Snapshot(snapshot("shop", r.now, 0, 0))
	for _, want := range []float64{0, 1.5, 3} {
		if got := age(); got != want {
			t.Errorf("got age %v, want %v", got, want)
		}
		r.now = r.now.Add(1500 * time.Millisecond)
	}
	r.Synced("shop", time.Second, true, false) // a sync that made no snapshot
	if got := age(); got != 4.5 {
		t.Errorf("got age %v after a failed sync, want 4.5", got)
	}
	r.Snapshot(snapshot("shop", r.now.Add(-time.Second), 0, 0))
	if got := age(); got != 1 {
		t.Errorf("got age %v after a new snapshot, want 1", got)
	}
}

// The buckets are part of what dashboards query.
func TestBuckets(t *testing.T) {
	t.Parallel()
	r := newRegistry()
	r.Answered("shop", 200, 7*time.Millisecond)
	r.Synced("shop", 100*time.Millisecond, false, false)
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			for _, b := range m.GetHistogram().GetBucket() {
				got[family.GetName()] = append(got[family.GetName()], b.GetUpperBound())
				in := b.GetUpperBound() >= m.GetHistogram().GetSampleSum()
				if (b.GetCumulativeCount() == 1) != in {
					t.Errorf("%s: bucket %v has %d observations", family.GetName(), b.GetUpperBound(), b.GetCumulativeCount())
				}
			}
		}
	}
	answers := []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1}
	if b := got["previewset_answer_duration_seconds"]; !slices.Equal(b, answers) {
		t.Errorf("got buckets %v of answers, want %v", b, answers)
	}
	if b := got["previewset_sync_duration_seconds"]; len(b) != 9 || b[0] != .01 || b[8] < 65 || b[8] > 66 {
		t.Errorf("got buckets %v of syncs, want 9 from 0.01 to 65.61", b)
	}
}
