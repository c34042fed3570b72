package metrics

import (
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/previewset/previewset/generator"
)

// Metrics holds the collectors of one process. It is safe for concurrent use.
type Metrics struct {
	answers        *prometheus.CounterVec
	answerDuration *prometheus.HistogramVec
	previews       *prometheus.GaugeVec
	held           *prometheus.GaugeVec
	dropped        *prometheus.GaugeVec
	failing        *prometheus.GaugeVec
	changes        *prometheus.GaugeVec
	warnings       *warnings
	syncDuration   *prometheus.HistogramVec
	syncFailures   *prometheus.CounterVec
	commits        *prometheus.CounterVec
	pushRetries    *prometheus.CounterVec
	refreshes      *prometheus.CounterVec
	rateRemaining  *prometheus.GaugeVec
	rateLimit      *prometheus.GaugeVec
	configFailures prometheus.Counter
	configRefused  prometheus.Gauge
	maxAge         prometheus.Gauge
	ages           *ages
	lives          *lives
	feedback       feedback

	vectors []vector // all with the label "set"
}

// vector is a metric with labels.
type vector interface {
	prometheus.Collector
	DeletePartialMatch(prometheus.Labels) int
}

// New registers the collectors with r. now is the clock for the age of snapshots, and version
// the version of previewset.
func New(r prometheus.Registerer, now func() time.Time, version string) *Metrics {
	f := &factory{registerer: r}
	m := &Metrics{
		answers: f.counter("answers_total", "Responses to getparams.execute, by set and status code. The set is empty if the request named no existing set or had a wrong token.", "set", "code"),
		answerDuration: f.histogram("answer_duration_seconds", "Duration of requests to getparams.execute.",
			[]float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1}, "set"),
		previews:       f.gauge("previews", "Previews in the newest snapshot.", "set"),
		held:           f.gauge("previews_held", "Previews that are kept although they are no longer selected: the guard holds them, or it is not known how their change ended.", "set"),
		dropped:        f.gauge("changes_dropped", "Changes in the state dropped, by reason.", "set", "reason"),
		failing:        f.gauge("overlays_failing", "Previews whose overlay can't be written, by the invalid file and the reason: build, refused or other. The file is empty if it is not known, and for further files after the first 20.", "set", "file", "reason"),
		changes:        f.gauge("changes", "Changes of a set, by state. A change counts once for each variant.", "set", "state"),
		warnings:       newWarnings(),
		syncDuration:   f.histogram("sync_duration_seconds", "Duration of one sync of a set.", prometheus.ExponentialBuckets(.01, 3, 9), "set"),
		syncFailures:   f.counter("sync_failures_total", "Syncs that failed to make a snapshot.", "set"),
		commits:        f.counter("commits_total", "Commits pushed to the GitOps repository.", "set"),
		pushRetries:    f.counter("push_retries_total", "Pushes that were rejected because the branch had changed, and were planned again.", "set"),
		refreshes:      f.counter("refreshes_total", "Refreshes of the ApplicationSets of a set, by result: done or failed.", "set", "result"),
		rateRemaining:  f.gauge("forge_rate_limit_remaining", "Calls that the forge still allows until the limit is reset.", "set", "resource"),
		rateLimit:      f.gauge("forge_rate_limit", "Calls that the forge allows in a period.", "set", "resource"),
		configFailures: prometheus.NewCounter(prometheus.CounterOpts{Namespace: "previewset", Name: "config_reload_failures_total", Help: "Changed configurations that were rejected."}),
		configRefused:  prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "previewset", Name: "config_refused", Help: "1 while the configuration file is invalid or can't be read and the previous configuration is in use, 0 otherwise."}),
		maxAge:         prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "previewset", Name: "snapshot_age_limit_seconds", Help: "The age of a snapshot beyond which Argo CD gets an error (maxAge)."}),
		ages:           newAges(now),
		feedback:       f.feedback(),
	}
	m.lives = newLives(now, f.histogram("time_to_live_seconds", "Time until a preview was live at the newest commit of its change: from the creation of the change, or from a push. Only what this process has seen counts.",
		[]float64{5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600}, "set", "from"))
	m.vectors = f.vectors
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Namespace: "previewset", Name: "build_info", Help: "The versions of previewset and of Go. The value is 1.",
		ConstLabels: prometheus.Labels{"version": version, "goversion": runtime.Version()},
	})
	build.Set(1)
	r.MustRegister(m.configFailures, m.configRefused, m.maxAge, m.ages, m.warnings, build)
	return m
}

// factory makes and registers vectors.
type factory struct {
	registerer prometheus.Registerer
	vectors    []vector
}

func (f *factory) register(v vector) {
	f.registerer.MustRegister(v)
	f.vectors = append(f.vectors, v)
}

func (f *factory) counter(name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "previewset", Name: name, Help: help}, labels)
	f.register(c)
	return c
}

func (f *factory) gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "previewset", Name: name, Help: help}, labels)
	f.register(g)
	return g
}

func (f *factory) histogram(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "previewset", Name: name, Help: help, Buckets: buckets}, labels)
	f.register(h)
	return h
}

// Answered counts a response to getparams.execute and its duration.
func (m *Metrics) Answered(set string, status int, took time.Duration) {
	m.answers.WithLabelValues(set, strconv.Itoa(status)).Inc()
	m.answerDuration.WithLabelValues(set).Observe(took.Seconds())
}

// Snapshot sets the gauges of a set from its newest snapshot and states.
func (m *Metrics) Snapshot(s *generator.Snapshot, statuses []generator.Status) {
	set := prometheus.Labels{"set": s.Set}
	m.previews.With(set).Set(float64(len(s.Previews)))
	m.ages.set(s.Set, s.TakenAt)
	m.statuses(s.Set, statuses)
	m.lives.observe(s, statuses)
}

// statuses sets the gauges of the states, reasons and faults of a set.
func (m *Metrics) statuses(set string, all []generator.Status) {
	counts, files := map[generator.State]int{}, map[string]bool{}
	m.failing.DeletePartialMatch(prometheus.Labels{"set": set})
	m.dropped.DeletePartialMatch(prometheus.Labels{"set": set})
	for _, s := range all {
		counts[s.State]++
		if s.State == generator.StateDropped {
			m.dropped.WithLabelValues(set, string(s.Reason)).Inc()
		}
		if s.Fault == nil {
			continue
		}
		file := labelValue(s.Fault.File)
		//promise:failing-files-are-bounded
		if !files[file] && len(files) >= maxFiles {
			file = ""
		}
		files[file] = true
		m.failing.WithLabelValues(set, file, string(s.Fault.Kind)).Inc()
	}
	m.held.WithLabelValues(set).Set(float64(counts[generator.StateHeld]))
	for _, state := range generator.States() {
		m.changes.WithLabelValues(set, string(state)).Set(float64(counts[state]))
	}
}

const (
	// maxLabel bounds the length of a path in a label, in bytes.
	maxLabel = 160
	// maxFiles bounds the invalid files of a set that have series of their own: a fault can
	// be in the entry of each preview.
	maxFiles = 20
)

// resourceName matches the names of rate limits that GitHub documents. Others are in a header
// that any server can send.
var resourceName = regexp.MustCompile(`^[a-z_]{1,40}$`)

// labelValue makes a label value of a path: one printable line of at most maxLabel
// bytes. Metrics are printed on terminals, too.
func labelValue(path string) string {
	path, _, _ = strings.Cut(path, "\n")
	path = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, path)
	for len(path) > maxLabel {
		_, size := utf8.DecodeLastRuneInString(path)
		path = path[:len(path)-size]
	}
	return path
}

// Synced counts a sync of set and its duration.
func (m *Metrics) Synced(set string, took time.Duration, failed, committed bool) {
	m.syncDuration.WithLabelValues(set).Observe(took.Seconds())
	failures, commits := m.syncFailures.WithLabelValues(set), m.commits.WithLabelValues(set)
	if failed {
		failures.Inc()
	}
	if committed {
		commits.Inc()
	}
}

// PushRetried counts a push that was rejected and is planned again.
func (m *Metrics) PushRetried(set string) { m.pushRetries.WithLabelValues(set).Inc() }

// Refreshed counts a refresh of the ApplicationSets of set.
func (m *Metrics) Refreshed(set string, failed bool) {
	done, failures := m.refreshes.WithLabelValues(set, "done"), m.refreshes.WithLabelValues(set, "failed")
	if failed {
		failures.Inc()
	} else {
		done.Inc()
	}
}

// RateLimit sets the number of calls that a forge still allows, and its limit. The resource
// is "other" if it is not a name.
func (m *Metrics) RateLimit(set, resource string, remaining, limit int) {
	if !resourceName.MatchString(resource) {
		resource = "other"
	}
	m.rateRemaining.WithLabelValues(set, resource).Set(float64(remaining))
	m.rateLimit.WithLabelValues(set, resource).Set(float64(limit))
}

// ConfigRefused counts a changed configuration that was rejected.
func (m *Metrics) ConfigRefused() {
	m.configFailures.Inc()
	m.configRefused.Set(1)
}

// ConfigAccepted records that a configuration with this limit for the age of snapshots is in
// use.
func (m *Metrics) ConfigAccepted(maxAge time.Duration) {
	m.configRefused.Set(0)
	m.maxAge.Set(maxAge.Seconds())
}

// Forget removes all series of a set that is no longer configured, except the warning about
// its entries. If the set is configured again, its counters start from 0.
func (m *Metrics) Forget(set string) {
	for _, v := range m.vectors {
		v.DeletePartialMatch(prometheus.Labels{"set": set})
	}
	m.ages.forget(set)
	m.lives.forget(set)
	m.warnings.forget(set)
}
