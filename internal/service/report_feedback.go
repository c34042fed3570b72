package service

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/feedback"
	"github.com/previewset/previewset/internal/metrics"
	"github.com/previewset/previewset/internal/wiring"
	"github.com/previewset/previewset/plugin"
)

// reportFeedback passes the states of sets to the writer of feedback, and runs the writer while
// this process may write.
type reportFeedback struct {
	board    *plugin.Board
	metrics  *metrics.Metrics
	log      *slog.Logger
	problems *causes

	mu sync.Mutex
	// writer is that of the current configuration; nil if no set has feedback.
	writer *feedback.Writer
	origin feedbackOrigin
	// replaced is closed when writer is replaced.
	replaced chan struct{}
	// problem is why no feedback is written, "" for no reason.
	problem string
	// refused are the writes that the forge refuses until a person acts.
	refused map[refusal]string
}

// refusal identifies the writes of one kind of a set.
type refusal struct{ set, kind string }

func newReportFeedback(b *plugin.Board, m *metrics.Metrics, log *slog.Logger) *reportFeedback {
	return &reportFeedback{
		board: b, metrics: m, log: log, replaced: make(chan struct{}), refused: map[refusal]string{},
		problems: &causes{log: log, level: slog.LevelWarn, begins: "feedback is configured, and this process can't write it", ends: "this process can write feedback"},
	}
}

// feedbackOrigin is what a writer depends on. Writers with equal origins write the same.
type feedbackOrigin struct {
	installation string
	sets         []feedbackSet
}

type feedbackSet struct {
	name     string
	settings feedback.Settings
	source   string
	access   forge.Access
	activity feedback.Activity
}

func originOf(p *wiring.Parts) (feedbackOrigin, error) {
	o := feedbackOrigin{installation: p.Feedback.Installation}
	for _, set := range p.Feedback.Sets {
		i := slices.IndexFunc(p.Config.Sets, func(c config.Set) bool { return c.Name == set.Name })
		c := p.Config.Sets[i]
		source, err := c.Source.Key()
		if err != nil {
			return o, err
		}
		o.sets = append(o.sets, feedbackSet{set.Name, set.Settings, source, c.Feedback.Access(), set.Activity})
	}
	return o, nil
}

// configure makes a writer for the parts, and keeps the former writer with its knowledge if it
// would write the same.
func (f *reportFeedback) configure(p *wiring.Parts) error {
	origin, err := originOf(p)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if origin.installation == f.origin.installation && slices.Equal(origin.sets, f.origin.sets) {
		return nil
	}
	var writer *feedback.Writer
	if options := p.Feedback; len(options.Sets) > 0 {
		options.OnWrite, options.OnProblem = f.metrics.FeedbackWritten, f.refuse
		if writer, err = feedback.New(options); err != nil {
			return err
		}
	}
	f.writer, f.origin = writer, origin
	close(f.replaced)
	f.replaced = make(chan struct{})
	f.warn()
	return nil
}

// current returns the writer, nil for none, and a channel that is closed when it is replaced.
func (f *reportFeedback) current() (*feedback.Writer, <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.writer, f.replaced
}

// report passes the states of a set to the writer. It does not wait for a write.
func (f *reportFeedback) report(_ context.Context, r report) {
	if writer, _ := f.current(); writer != nil {
		writer.Report(feedback.Report{
			Set: r.set, Repository: r.snapshot.Repository, Private: r.snapshot.Private,
			Statuses: r.statuses, Ended: r.snapshot.Ended,
		})
	}
}

// write runs the writers of the configurations, one at a time, until ctx ends. The writers
// bound the time that they take to end.
func (f *reportFeedback) write(ctx context.Context) {
	defer f.metrics.WritesFeedback(false)
	writes := false
	for ctx.Err() == nil {
		writer, replaced := f.current()
		if !writes && writer != nil {
			f.log.InfoContext(ctx, "this process writes feedback")
		}
		writes = writer != nil
		f.metrics.WritesFeedback(writes)
		writing, stop := context.WithCancel(ctx)
		done := make(chan struct{})
		go func() {
			defer close(done)
			f.run(writing, writer)
		}()
		select {
		case <-ctx.Done():
		case <-replaced:
		}
		stop()
		<-done
		f.forgetRefusals()
	}
}

// restartWriter is the time between a panic of the writer and its next start.
const restartWriter = 10 * time.Second

// run runs w until ctx ends, and again after a panic. w may be nil.
func (f *reportFeedback) run(ctx context.Context, w *feedback.Writer) {
	for w != nil && ctx.Err() == nil {
		func() {
			defer func() {
				if r := recover(); r != nil {
					logPanic(ctx, f.log, "panic in the writer of feedback: it starts again", r)
				}
			}()
			w.Run(ctx)
		}()
		select {
		case <-ctx.Done():
		case <-time.After(restartWriter):
		}
	}
}
