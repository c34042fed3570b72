package metrics

import "github.com/prometheus/client_golang/prometheus"

// feedback has the collectors about feedback.
type feedback struct {
	writes *prometheus.CounterVec
	writer prometheus.Gauge
}

func (f *factory) feedback() feedback {
	m := feedback{
		writes: f.counter("feedback_writes_total", "Writes of comments, statuses and deployments, by kind and by result: done or failed.", "set", "kind", "result"),
		writer: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "previewset", Name: "feedback_writer", Help: "1 while this process writes feedback, 0 otherwise, and without feedback in the configuration."}),
	}
	f.registerer.MustRegister(m.writer)
	return m
}

// FeedbackWritten counts a write of feedback. kind is comment, status or deployment.
func (m *Metrics) FeedbackWritten(set, kind string, err error) {
	done, failed := m.feedback.writes.WithLabelValues(set, kind, "done"), m.feedback.writes.WithLabelValues(set, kind, "failed")
	if err != nil {
		failed.Inc()
	} else {
		done.Inc()
	}
}

// WritesFeedback records whether this process writes feedback.
func (m *Metrics) WritesFeedback(writes bool) {
	value := 0.0
	if writes {
		value = 1
	}
	m.feedback.writer.Set(value)
}
