package service

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/kube"
	"github.com/previewset/previewset/internal/lease"
)

// writeFeedback runs the writer of feedback until ctx ends: always with Options.Feedback, and
// otherwise while this process holds the Lease. Without feedback in the configuration, it
// sends no request.
func (s *server) writeFeedback(ctx context.Context) {
	if s.alwaysWrites {
		s.feedback.write(ctx)
		return
	}
	if !s.feedback.awaitConfigured(ctx) {
		return
	}
	api, namespace, err := s.leases()
	if err != nil {
		s.feedback.failed(ctx, err)
		return
	}
	lease.New(api, lease.Options{
		Namespace: namespace, Name: lease.Feedback, Identity: processName(),
		Failed: func(err error) { s.feedback.failed(ctx, err) },
	}).Run(ctx, s.feedback.write)
}

// processName returns a name that no other process has, and that names the pod.
func processName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return host + "_" + rand.Text()
}

// awaitConfigured waits until a set has feedback. It returns false if ctx ends before.
func (f *reportFeedback) awaitConfigured(ctx context.Context) bool {
	for {
		writer, replaced := f.current()
		if writer != nil {
			return ctx.Err() == nil
		}
		select {
		case <-ctx.Done():
			return false
		case <-replaced:
		}
	}
}

// failed logs why this process can't hold the Lease, once, and adds a warning to the sets with
// feedback. err is nil after a success.
func (f *reportFeedback) failed(ctx context.Context, err error) {
	var all []cause
	problem := ""
	if err != nil {
		remedy := leaseRemedy(err)
		problem = "this process can't write it: " + err.Error() + ": " + remedy
		all = []cause{{text: cmp.Or(kindOf(err), err.Error()), attributes: []any{"lease", lease.Feedback}, begun: []any{"error", err, "remedy", remedy}}}
	}
	f.problems.report(ctx, "", all)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.problem = problem
	f.warn()
}

// kindOf returns what does not change in the text of an error, or "".
func kindOf(err error) string {
	if errors.Is(err, kube.ErrForbidden) {
		return kube.ErrForbidden.Error()
	}
	return ""
}

// leaseRemedy returns the remedy for an error about the Lease.
func leaseRemedy(err error) string {
	switch {
	case errors.Is(err, kube.ErrForbidden), errors.Is(err, fs.ErrNotExist):
		return "apply manifests/components/feedback, which has the Role previewset-feedback"
	case errors.Is(err, kube.ErrNoCluster):
		return "outside of a cluster, start exactly one process with --feedback"
	}
	return "check that the pod reaches the API server: manifests/components/feedback has the NetworkPolicy"
}

// refuse adds a warning to a set whose writes of a kind the forge refuses, and removes it if
// problem is "".
func (f *reportFeedback) refuse(set, kind, problem string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refused[refusal{set, kind}] = problem
	f.warn()
}

// forgetRefusals removes the warnings about refused writes, after a writer has ended.
func (f *reportFeedback) forgetRefusals() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.refused)
	f.warn()
}

// warn puts the problems on the board, for each set with feedback. The caller holds f.mu.
func (f *reportFeedback) warn() {
	warnings := map[string][]generator.Warning{}
	for _, set := range f.origin.sets {
		for _, problem := range []string{f.problem, f.refusals(set)} {
			if problem != "" {
				warnings[set.name] = append(warnings[set.name], generator.Warning{Subject: "feedback", Message: problem})
			}
		}
	}
	f.board.Warn("feedback", warnings)
}

// refusals returns one problem for all kinds of writes of a set that the forge refuses, "" for
// none. Sets of one repository share their writes: a kind can be that of another set. The caller
// holds f.mu.
func (f *reportFeedback) refusals(set feedbackSet) string {
	var kinds []string
	first := ""
	for _, k := range []struct {
		name    string
		enabled bool
	}{
		{"comment", set.settings.Comment},
		{"deployment", set.settings.Deployment},
		{"status", set.settings.Status != ""},
	} {
		if problem := f.refused[refusal{set.name, k.name}]; problem != "" && k.enabled {
			kinds, first = append(kinds, k.name), cmp.Or(first, problem)
		}
	}
	if len(kinds) == 0 {
		return ""
	}
	return "the forge refuses it (" + strings.Join(kinds, ", ") + "): " + first
}
