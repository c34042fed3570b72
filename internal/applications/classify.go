package applications

import (
	"regexp"
	"time"

	"github.com/previewset/previewset/generator"
)

// maxProgress is the longest time that a sync, or the start of what was synced, takes before
// it counts as failing. Argo CD shows nothing else for a quota that admits no pods, an image
// that can't be pulled, or a hook that never starts. A Deployment is Degraded after 10 minutes
// without progress by default (progressDeadlineSeconds).
const maxProgress = 10 * time.Minute

// verdict is the state of an Application.
type verdict struct {
	state    generator.State
	reason   generator.Reason
	message  string
	revision string
	since    time.Time
	// until is the time at which the state changes although the Application does not; zero for
	// never.
	until time.Time
}

// at returns the Application's state at a time.
func (a *application) at(now time.Time) (shown generator.Application, until time.Time) {
	v := a.verdict(now)
	return generator.Application{
		Namespace: a.namespace, Name: a.name, Path: a.path, Target: a.target,
		State: v.state, Revision: v.revision, Reason: v.reason, Message: v.message, Since: v.since,
	}, v.until
}

func (a *application) verdict(now time.Time) verdict {
	if !a.deleted.IsZero() {
		return a.removing(now)
	}
	if v, ok := a.failing(); ok {
		return v
	}
	if a.isLive() {
		return verdict{state: generator.StateLive, revision: a.revision, since: later(a.healthSince, a.operation.finished)}
	}
	return a.syncing(now)
}

// isLive reports whether the Application is Synced and Healthy. An Application without
// resources that have a health is Healthy. Suspended resources are as Git wants them, such as
// a suspended CronJob or a paused Deployment, with one exception: a Rollout pauses between its
// steps, and does not yet run the new version everywhere.
func (a *application) isLive() bool {
	if a.operation.running() || a.sync != "Synced" {
		return false
	}
	switch a.health {
	case "", "Healthy":
		return true
	case "Suspended":
		return !a.rollout
	}
	return false
}

func (o operation) running() bool { return o.phase == "Running" || o.phase == "Terminating" }

// commit matches a complete object name of Git: SHA-1 or SHA-256.
var commit = regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})$`)

// wanted returns the commit that Argo CD has to sync, or "" if it is not known.
func (a *application) wanted() string {
	if commit.MatchString(a.target) {
		return a.target
	}
	return a.revision
}

// isOld reports whether the newest operation has another commit than the one that Argo CD has
// to sync.
func (a *application) isOld() bool {
	return a.operation.revision != "" && a.wanted() != "" && a.operation.revision != a.wanted()
}

// later returns the later of two times.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// short returns a commit as people read it.
func short(revision string) string {
	return revision[:min(len(revision), 8)]
}
