package service_test

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/previewset/previewset/internal/kube"
	"github.com/previewset/previewset/internal/lease"
	"github.com/previewset/previewset/internal/service"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// leases has one Lease. It is safe for concurrent use.
type leases struct {
	mu     sync.Mutex
	fault  error // of each request
	stored *kube.Lease
	calls  int
}

func (l *leases) do(request func()) (*kube.Lease, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.calls++; l.fault != nil {
		return nil, l.fault
	}
	request()
	if l.stored == nil {
		return nil, kube.ErrNotFound
	}
	stored := *l.stored
	return &stored, nil
}

func (l *leases) Lease(context.Context, string, string) (*kube.Lease, error) { return l.do(func() {}) }

func (l *leases) CreateLease(_ context.Context, n *kube.Lease) (*kube.Lease, error) {
	return l.do(func() { l.stored = n })
}

func (l *leases) UpdateLease(_ context.Context, n *kube.Lease) (*kube.Lease, error) {
	return l.do(func() { l.stored = n })
}

func (l *leases) open() (lease.API, string, error) { return l, "previewset", nil }

func (l *leases) setFault(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fault = err
}

func (l *leases) seen() (calls int, namespace, name, holder string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stored == nil {
		return l.calls, "", "", ""
	}
	return l.calls, l.stored.Namespace, l.stored.Name, l.stored.Spec.HolderIdentity
}

// feedbackSet is a set with feedback whose forge does not answer.
const feedbackSet = `- name: web
  source: {gitea: {url: "http://127.0.0.1:1", owner: acme, repo: web}}
  select: {pullRequests: {}}
  feedback: {tokenEnv: PREVIEWSET_TEST_TOKEN}
`

const isWriter = "feedback_writer"

// Only the process that holds the Lease writes, and it gives the Lease back when it stops.
func TestHolderOfLeaseWritesFeedback(t *testing.T) {
	t.Parallel()
	h, l := newHarness(t), &leases{}
	h.configure("1s", "sets:\n"+branchSet("shop", newApp(t).URL()))
	stop := h.startWith(service.Options{Leases: l.open})
	h.awaitIDs("shop")
	h.checkSeries(map[string]float64{isWriter: 0})
	if calls, _, _, _ := l.seen(); calls != 0 {
		t.Errorf("got %d requests for the Lease without feedback, want none", calls)
	}
	h.configure("1s", "sets:\n"+branchSet("shop", newApp(t).URL())+feedbackSet)
	h.awaitSeries(isWriter, 1)
	if _, namespace, name, holder := l.seen(); namespace != "previewset" || name != "previewset-feedback" || holder == "" {
		t.Errorf("got the Lease %s/%s of %q", namespace, name, holder)
	}
	h.configure("1s", "sets:\n"+branchSet("shop", newApp(t).URL()))
	h.await("the change of the configuration", func() bool { return strings.Count(h.logText(), "a changed configuration is in use") == 2 })
	h.awaitSeries(isWriter, 0)
	stop()
	if _, _, _, holder := l.seen(); holder != "" {
		t.Errorf("got the holder %q after the stop, want none", holder)
	}
}

func TestFeedbackWithoutRight(t *testing.T) {
	t.Parallel()
	h, l := newHarness(t), &leases{}
	l.setFault(fmt.Errorf("%w: leases", kube.ErrForbidden))
	h.configure("1s", "sets:\n"+branchSet("shop", newApp(t, "cart").URL())+feedbackSet)
	h.startWith(service.Options{Leases: l.open})
	h.awaitIDs("shop", "br-cart")
	const remedy = "apply manifests/components/feedback, which has the Role previewset-feedback"
	h.await("the line of the log", func() bool { return strings.Contains(h.logText(), remedy) })
	if got := h.warningsOf("web"); !strings.Contains(got, remedy) || !strings.Contains(got, "leases") {
		t.Errorf("got the warnings %q of the set, want the remedy", got)
	}
	if got := h.warningsOf("shop"); strings.Contains(got, "feedback") {
		t.Errorf("got the warnings %q of a set without feedback", got)
	}
	h.checkSeries(map[string]float64{isWriter: 0})
	l.setFault(nil)
	h.awaitSeries(isWriter, 1)
	h.await("the end of the warning", func() bool { return h.warningsOf("web") == "" })
	if n := strings.Count(h.logText(), remedy); n != 1 {
		t.Errorf("the log has the remedy %d times, want it once", n)
	}
}

// Without a Lease, a process writes only with the option Feedback.
func TestFeedbackOutsideOfCluster(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		feedback bool
		err      error
		want     string // in the warning
	}{
		"outside":                    {err: fmt.Errorf("%w: the process does not run in a pod", kube.ErrNoCluster), want: "start exactly one process with --feedback"},
		"in a pod without its token": {err: fmt.Errorf("%w: %w", kube.ErrNoCluster, fs.ErrNotExist), want: "apply manifests/components/feedback"},
		"outside with the flag":      {feedback: true, err: kube.ErrNoCluster},
		"in a cluster with the flag": {feedback: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, l := newHarness(t), &leases{}
			h.configure("1s", "sets:\n"+feedbackSet)
			h.startWith(service.Options{Feedback: test.feedback, Leases: func() (lease.API, string, error) { return l, "previewset", test.err }})
			if test.feedback {
				h.awaitSeries(isWriter, 1)
			}
			h.await("the warning", func() bool { return strings.Contains(h.warningsOf("web"), test.want) })
			if calls, _, _, _ := l.seen(); calls != 0 {
				t.Errorf("got %d requests for the Lease, want none", calls)
			}
			if got := h.warningsOf("web"); test.want == "" && got != "" {
				t.Errorf("got the warnings %q, want none", got)
			}
		})
	}
}

// With the flag, a process without feedback in its configuration does not claim to write it.
func TestFlagWithoutFeedback(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.configure("1s", "sets:\n"+branchSet("shop", newApp(t, "cart").URL()))
	h.startWith(service.Options{Feedback: true})
	h.awaitIDs("shop", "br-cart")
	const line = "this process writes feedback"
	if h.checkSeries(map[string]float64{isWriter: 0}); strings.Contains(h.logText(), line) {
		t.Errorf("the log has %q without feedback\n%s", line, h.logText())
	}
	h.configure("1s", "sets:\n"+feedbackSet)
	h.awaitSeries(isWriter, 1)
	if n := strings.Count(h.logText(), line); n != 1 {
		t.Errorf("the log has %q %d times, want it once", line, n)
	}
}

// A token that may not write is one warning of each set, with the set's kinds and the remedy.
func TestFeedbackThatTheForgeRefuses(t *testing.T) {
	t.Parallel()
	h, forge := newHarness(t), githubtest.New(t)
	forge.TokenOf("previewset", "writer")
	forge.Deny(http.StatusForbidden)
	forge.Repo("acme", "web").OpenPull(githubtest.Pull{})
	h.write("writer", "writer\n")
	sets := map[string]struct{ feedback, kinds string }{
		"web":  {"", "comment, status"},
		"docs": {"status: false, ", "comment"},
		"api":  {"comment: false, ", "status"},
	}
	text := "sets:\n"
	for name, set := range sets {
		text += fmt.Sprintf("- {name: %s, source: {github: {owner: acme, repo: web, apiURL: %q}}, select: {pullRequests: {}}, feedback: {%sdeployment: false, tokenFile: %s}}\n",
			name, forge.APIURL(), set.feedback, h.file("writer"))
	}
	h.configure("1s", text)
	h.startWith(service.Options{Feedback: true})
	for name, set := range sets {
		h.await("the warning of "+name, func() bool {
			got := h.warningsOf(name)
			return strings.HasPrefix(got, "the forge refuses it ("+set.kinds+"): ") &&
				strings.Count(got, "grant the credentials of feedback the right to write") == 1
		})
	}
	forge.Deny(0)
	for name := range sets {
		h.await("the end of the warning of "+name, func() bool { return h.warningsOf(name) == "" })
	}
}
