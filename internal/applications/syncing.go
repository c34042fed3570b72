package applications

import (
	"fmt"
	"time"

	"github.com/previewset/previewset/generator"
)

// syncing returns the state of an Application that is neither live nor failing. One that
// makes no progress for a long time is failing.
func (a *application) syncing(now time.Time) verdict {
	op := a.operation
	switch {
	case op.running():
		v := verdict{revision: op.revision, since: op.started, message: withDetail("Argo CD syncs it", op.message)}
		return v.progressing(now, withDetail(a.lookAt("the sync has not ended within 10 minutes"), op.message))
	case a.sync == "Synced" && a.health == "Suspended":
		return verdict{
			state: generator.StateSyncing, reason: generator.ReasonSuspended, revision: a.revision, since: a.healthSince,
			message: "a Rollout is paused: promote it, or wait for its next step",
		}
	case a.sync == "Synced", a.sync == "OutOfSync" && a.health == "Progressing" && op.phase == "Succeeded" && !a.isOld():
		v := verdict{revision: a.revision, since: later(a.healthSince, op.finished), message: withDetail(line("its resources are "+a.health), a.unhealthy)}
		return v.progressing(now, withDetail(a.lookAt(fmt.Sprintf("its resources are %s for more than 10 minutes", a.health)), a.unhealthy))
	}
	return a.outOfSync()
}

// progressing completes v. From maxProgress after v.since on, the state is failing, with the
// message late.
func (v verdict) progressing(now time.Time, late string) verdict {
	v.state, v.reason = generator.StateSyncing, generator.ReasonProgressing
	if v.since.IsZero() {
		return v
	}
	bound := v.since.Add(maxProgress)
	if now.Before(bound) {
		v.until = bound
		return v
	}
	v.state, v.message = generator.StateFailing, late
	return v
}

// lookAt adds the place to look at, because Argo CD does not know the cause.
func (a *application) lookAt(what string) string {
	if a.destination == "" {
		return line(what + ": look at the events of its namespace")
	}
	return line(fmt.Sprintf("%s: look at the events of the namespace %s", what, a.destination))
}

func (a *application) outOfSync() verdict {
	v := verdict{state: generator.StateSyncing, reason: generator.ReasonOutOfSync, revision: a.revision}
	if a.operation.phase == "" {
		v.since = a.created
	}
	switch {
	case a.sync != "OutOfSync":
		v.reason, v.message = generator.ReasonProgressing, "Argo CD has not compared it with its entry yet"
	case !a.automated:
		v.message = "automated sync is off: sync it in Argo CD, or wait for its step of a RollingSync"
	case a.operation.phase == "Succeeded" && !a.isOld():
		v.message = "an object in the cluster differs from the entry after the sync: look at the differences in Argo CD"
	default:
		v.message = "Argo CD has not synced it yet"
	}
	return v
}
