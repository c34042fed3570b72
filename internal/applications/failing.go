package applications

import (
	"fmt"

	"github.com/previewset/previewset/generator"
)

// failing returns the failure of the Application, and false if Argo CD reports none.
func (a *application) failing() (v verdict, ok bool) {
	switch {
	case a.operation.failed() && (a.operation.running() || !a.isOld()):
		v = a.syncFailed()
	case a.operation.running():
		return v, false
	case a.problem.kind == "SyncError" && !a.isOld():
		v = verdict{reason: generator.ReasonSync, message: withDetail("the sync failed", a.problem.message), revision: a.wanted(), since: a.problem.since}
	case a.problem.kind != "" && a.problem.kind != "SyncError":
		v = verdict{reason: generator.ReasonComparison, message: withDetail("Argo CD can't compare the Application with its entry", a.problem.message), revision: a.wanted(), since: a.problem.since}
	case a.health == "Degraded" && !a.isReplaced():
		v = a.degraded()
	default:
		return v, false
	}
	v.state = generator.StateFailing
	return v, true
}

// failed reports whether the operation failed, or failed and is tried again.
func (o operation) failed() bool {
	return o.phase == "Failed" || o.phase == "Error" || o.phase == "Running" && (o.retries > 0 || o.failure.message != "")
}

func (a *application) syncFailed() verdict {
	op := a.operation
	v := verdict{reason: generator.ReasonSync, revision: op.revision, since: op.finished}
	if v.revision == "" {
		v.revision = a.wanted()
	}
	what := "the sync failed"
	if op.failure.hook {
		v.reason, what = generator.ReasonHook, "a hook of the sync failed"
	}
	if op.running() { // the time of the end is that of the newest attempt
		v.since = op.started
		what += ", and Argo CD tries it again"
		if a.isOld() {
			what += fmt.Sprintf(" before it syncs %s", short(a.wanted()))
		}
	}
	v.message = withDetail(what, op.failure.message)
	return v
}

func (a *application) degraded() verdict {
	message := withDetail("a resource is Degraded", a.unhealthy)
	if a.unhealthy == "" {
		message = line(fmt.Sprintf("a resource is Degraded: look at the resources of the Application %s/%s in Argo CD", a.namespace, a.name))
	}
	return verdict{reason: generator.ReasonDegraded, message: message, revision: a.revision, since: later(a.healthSince, a.operation.finished)}
}

// isReplaced reports whether the health is that of an earlier commit, which Argo CD is about
// to replace.
func (a *application) isReplaced() bool {
	return a.revision != a.wanted() || a.sync == "OutOfSync" && a.automated && a.isOld()
}
