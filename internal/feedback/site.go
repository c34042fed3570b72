package feedback

import (
	"time"

	"github.com/previewset/previewset/generator/forge"
)

// member is a set with its newest report.
type member struct {
	Set
	*renderer
	report *Report // nil for none
}

// site is the repository of sets that share credentials. The mutex of Writer protects it.
type site struct {
	forge   forge.Feedback
	marker  string
	members []*member
	targets map[key]*target
	// replan is the time at which wishes change without a report, zero for none.
	replan time.Time
	// free is the time from which the next write may begin, and limited that from which a
	// rate limit allows calls.
	free, limited time.Time
	gates         map[string]*backoff // by kind
	causes        map[string]string   // of failures that last, by kind
}

func newSite(f forge.Feedback, marker string) *site {
	return &site{forge: f, marker: marker, targets: map[key]*target{}, gates: map[string]*backoff{
		kindComment: {}, kindStatus: {}, kindDeployment: {},
	}, causes: map[string]string{}}
}

func (s *site) add(m *member) { s.members = append(s.members, m) }

func (s *site) member(set string) *member {
	for _, m := range s.members {
		if m.Name == set {
			return m
		}
	}
	return nil
}

// plan gives each target the wish of the newest reports.
func (s *site) plan(now, started time.Time) {
	wishes := map[key]wish{}
	s.replan = time.Time{}
	s.planComments(wishes, now, started)
	s.planStatuses(wishes)
	s.planDeployments(wishes)
	for k, wanted := range wishes {
		t := s.targets[k]
		if t == nil {
			t = &target{key: k}
			s.targets[k] = t
		}
		t.wish, t.planned = wanted, true
		t.schedule(now)
	}
	for k, t := range s.targets {
		if _, planned := wishes[k]; !planned {
			s.release(t, now)
		}
	}
}

// release handles a target that the newest reports no longer have. The comment of a pull
// request and the status of a commit stay as they are. Deployments become inactive.
func (s *site) release(t *target, now time.Time) {
	d, ok := t.wish.(deployments)
	switch {
	case t.kind == kindComment && s.waitsForReports():
		return
	case ok && !t.gone():
		t.wish, t.planned = deployments{member: d.member, environment: d.environment}, false
		t.schedule(now)
	case !t.running:
		delete(s.targets, t.key)
	}
}

// waitsForReports reports whether a set has no report yet.
func (s *site) waitsForReports() bool {
	for _, m := range s.members {
		if m.report == nil {
			return true
		}
	}
	return false
}

// announce tells the sets what was written when on a pull request.
func (s *site) announce(number int64, at, activity time.Time) {
	if at.IsZero() || activity.IsZero() {
		return
	}
	for _, m := range s.members {
		if m.Activity != nil {
			m.Activity.Wrote(number, at, activity)
		}
	}
}

// countsActivity reports whether activity matters to a set of the repository.
func (s *site) countsActivity() bool {
	for _, m := range s.members {
		if m.Activity != nil {
			return true
		}
	}
	return false
}
