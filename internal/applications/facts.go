package applications

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// application has the facts that the state of an Application depends on. They are few, so
// that thousands of them take little memory.
type application struct {
	namespace, name, path, target string
	// destination is the namespace of the preview.
	destination      string
	created, deleted time.Time
	finalizers       []string
	// automated is true if Argo CD syncs without being asked.
	automated bool

	sync, revision string
	health         string
	healthSince    time.Time
	// unhealthy names a resource with the health of the Application, and its message. Argo CD 3
	// does not write it by default.
	unhealthy string
	// rollout is true if one of the resources is a Rollout, which pauses by itself.
	rollout bool

	operation operation
	// problem is the first condition that is an error.
	problem condition
	// deletion is the message of the condition DeletionError.
	deletion string
}

// operation is the newest sync.
type operation struct {
	phase, message, revision string
	started, finished        time.Time
	retries                  int64
	failure                  failure
}

// failure is the cause of a failed sync; the zero value if it is not known.
type failure struct {
	message string
	hook    bool
}

type condition struct {
	kind, message string
	since         time.Time
}

// newApplication returns the facts of an Application whose source with this index has the
// entry.
func newApplication(m metadata, sp spec, s status, index int) *application {
	a := &application{
		namespace: m.Namespace, name: m.Name, destination: sp.Destination.Namespace,
		created: m.CreationTimestamp, deleted: m.DeletionTimestamp, finalizers: m.Finalizers,
		sync: s.Sync.Status, revision: s.Sync.of(index),
		health: s.Health.Status, healthSince: s.Health.LastTransitionTime, unhealthy: s.unhealthy(),
		operation: s.operation(index),
	}
	if auto := sp.SyncPolicy.Automated; auto != nil {
		a.automated = auto.Enabled == nil || *auto.Enabled
	}
	for _, r := range s.Resources {
		a.rollout = a.rollout || r.Kind == "Rollout"
	}
	for _, c := range s.Conditions {
		switch c.Type {
		case "DeletionError":
			a.deletion = line(c.Message)
		case "ComparisonError", "InvalidSpecError", "SyncError", "UnknownError":
			if a.problem.kind == "" {
				a.problem = condition{c.Type, line(c.Message), c.LastTransitionTime}
			}
		}
	}
	return a
}

func (s *status) unhealthy() string {
	if s.Health.Message != "" {
		return line(s.Health.Message)
	}
	for _, r := range s.Resources {
		if r.Health.Status == s.Health.Status && r.Health.Message != "" {
			return line(r.Kind + " " + r.Name + ": " + r.Health.Message)
		}
	}
	return ""
}

// retryNote matches what Argo CD adds to the message of a failed attempt. (argo-cd,
// processRequestedAppOperation in controller/appcontroller.go.)
var retryNote = regexp.MustCompile(`(\. Retrying attempt #\d+ at \S+| \(retried \d+ times\)\.?)$`)

func (s *status) operation(index int) operation {
	o := s.OperationState
	revision := o.SyncResult.of(index)
	if revision == "" {
		revision = o.Operation.Sync.of(index)
	}
	message := retryNote.ReplaceAllString(strings.TrimSpace(o.Message), "")
	op := operation{
		phase: o.Phase, message: line(message), revision: revision,
		started: o.StartedAt, finished: o.FinishedAt, retries: o.RetryCount,
	}
	failed := slices.IndexFunc(o.SyncResult.Resources, result.failed)
	switch {
	case o.Phase == "Succeeded":
	case failed >= 0:
		op.failure = o.SyncResult.Resources[failed].failure()
	// While an operation that failed waits for the next attempt, it is Running and has a time of
	// its end. During the attempt, the message is another one.
	case o.Phase == "Failed", o.Phase == "Error", o.Phase == "Running" && !o.FinishedAt.IsZero():
		op.failure = failure{message: op.message}
	}
	return op
}

func (r result) failed() bool {
	return r.Status == "SyncFailed" || r.HookPhase == "Failed" || r.HookPhase == "Error"
}

func (r result) failure() failure {
	if r.HookType != "" {
		return failure{line(r.HookType + " hook " + r.Kind + " " + r.Name + ": " + r.Message), true}
	}
	return failure{line(r.Kind + " " + r.Name + ": " + r.Message), false}
}

// remember takes over the failure of the last attempt from what was known before. Argo CD
// deletes it when the next attempt begins.
func (a *application) remember(before *application) {
	op := &a.operation
	if before != nil && op.retries > 0 && op.failure.message == "" && op.started.Equal(before.operation.started) {
		op.failure = before.operation.failure
	}
}
