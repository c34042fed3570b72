package metrics_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
)

// liveReports reports the states of one set.
type liveReports struct{ *registry }

// change is a change at a head in a state. Pull requests are created at a number of seconds
// before the report.
type change struct {
	number int64
	head   string
	state  generator.State
	age    time.Duration
}

// report reports changes some time after the last report.
func (r *liveReports) report(after time.Duration, changes ...change) {
	r.now = r.now.Add(after)
	var all []generator.Status
	for _, c := range changes {
		all = append(all, generator.Status{
			Set: "shop", State: c.state,
			Change: generator.Change{Kind: generator.PullRequest, Number: c.number, HeadSHA: c.head, CreatedAt: r.now.Add(-c.age)},
		})
	}
	r.Metrics.Snapshot(&generator.Snapshot{Set: "shop", TakenAt: r.now}, all)
}

func (r *liveReports) want(t *testing.T, step string, creations, created, pushes, pushed float64) {
	t.Helper()
	all := r.series(t)
	for name, want := range map[string]float64{
		`time_to_live_seconds_count{from="creation",set="shop"}`: creations, `time_to_live_seconds_sum{from="creation",set="shop"}`: created,
		`time_to_live_seconds_count{from="push",set="shop"}`: pushes, `time_to_live_seconds_sum{from="push",set="shop"}`: pushed,
	} {
		if all[name] != want {
			t.Errorf("%s: got %s %v, want %v", step, name, all[name], want)
		}
	}
}

// A preview counts once for its creation and once for each push that it was live at.
func TestTimeToLive(t *testing.T) {
	t.Parallel()
	const syncing, live, old = generator.StateSyncing, generator.StateLive, 24 * time.Hour
	r := &liveReports{newRegistry()}
	r.report(0, change{1, "a", syncing, 20 * time.Second})
	r.report(time.Minute, change{1, "a", live, old})
	r.want(t, "known at the start", 0, 0, 0, 0)

	r.report(10*time.Second, change{1, "b", syncing, old}, change{2, "a", syncing, 5 * time.Second})
	r.report(30*time.Second, change{1, "b", live, old}, change{2, "a", syncing, old})
	r.want(t, "a push", 0, 0, 1, 30)
	r.report(5*time.Second, change{1, "b", live, old}, change{2, "a", live, old})
	r.want(t, "a creation", 1, 40, 1, 30)
	r.report(5*time.Second, change{1, "b", syncing, old}, change{2, "a", syncing, old})
	r.report(5*time.Second, change{1, "b", live, old}, change{2, "a", live, old})
	r.want(t, "live again without a push", 1, 40, 1, 30)

	r.report(0, change{1, "c", syncing, old}, change{2, "a", live, old})
	r.report(20*time.Second, change{1, "d", syncing, old}, change{2, "a", live, old})
	r.report(7*time.Second, change{1, "d", live, old}, change{2, "a", live, old})
	r.want(t, "two pushes", 1, 40, 2, 37)

	r.report(time.Minute, change{3, "a", syncing, old}, change{4, "a", generator.StateDropped, time.Second})
	r.report(time.Minute, change{3, "a", live, old}, change{4, "a", syncing, old})
	r.report(time.Minute, change{3, "a", live, old}, change{4, "a", live, old})
	r.want(t, "a change that was opened again, and a draft", 1, 40, 2, 37)

	r.Forget("shop")
	r.report(time.Minute, change{5, "a", live, time.Second})
	r.want(t, "a set that is configured again", 0, 0, 0, 0)
}

// The times have buckets from seconds to an hour.
func TestBucketsOfTimeToLive(t *testing.T) {
	t.Parallel()
	r := &liveReports{newRegistry()}
	r.report(0)
	r.report(2*time.Minute, change{1, "a", generator.StateLive, 4 * time.Second}, change{2, "a", generator.StateLive, 61 * time.Second})
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() != "previewset_time_to_live_seconds" {
			continue
		}
		got := ""
		for _, bucket := range family.GetMetric()[0].GetHistogram().GetBucket() {
			got += fmt.Sprintf("%v:%d ", bucket.GetUpperBound(), bucket.GetCumulativeCount())
		}
		if want := "5:1 10:1 20:1 30:1 60:1 120:2 300:2 600:2 1200:2 1800:2 3600:2 "; got != want {
			t.Errorf("got buckets %s, want %s", got, want)
		}
	}
}
