package generator

import (
	"cmp"
	"fmt"
	"slices"
)

// Warnings returns the warning about Applications that can't be read.
func (a Applications) Warnings() []Warning {
	if a.Problem == "" {
		return nil
	}
	return []Warning{{Subject: "Applications", Message: a.Problem}}
}

// observe adds what Applications say about p to its status.
func (s *Status) observe(p *Placed, apps Applications) {
	if p.Path == "" || !apps.Known {
		return
	}
	s.Applications = apps.ByPath[p.Path]
	worst, ok := worstOf(s.Applications, p.Revision)
	live := ok && worst.isLiveAt(p.Revision)
	if live {
		s.Live = p.Committed
	}
	switch {
	case s.State != StateCommitted && s.State != StateBehind:
	//promise:failing-precedes-live
	case worst.State == StateFailing:
		s.fail(p, worst)
	//promise:live-is-the-newest-head
	case s.State == StateBehind:
		if s.Live != "" {
			s.Message += "; live at " + short(s.Live, 8)
		}
	case !ok:
		s.Reason = cmp.Or(s.Reason, ReasonApplication)
		s.Message = "Argo CD has not created its Application yet: if it takes more than a few minutes, look at the conditions of the ApplicationSet and at the log of Argo CD's ApplicationSet controller"
	case live:
		s.State, s.Since = StateLive, worst.Since
		if s.Reason == "" {
			s.Message = "its Application is Synced and Healthy at the newest commit"
		}
	default:
		s.set(StateSyncing, p.syncing(worst))
		s.Message = s.named(worst)
	}
}

// fail sets StateFailing. The message also has the reason why an entry does not have the
// newest head.
func (s *Status) fail(p *Placed, a Application) {
	behind := ""
	if s.State == StateBehind {
		behind = "; " + s.Message
	}
	s.set(StateFailing, Verdict{Reason: a.Reason, Detail: a.Message, Since: a.Since})
	s.Message = s.named(a)
	if a.Revision != p.Revision {
		s.Message += fmt.Sprintf("; this is of the older revision %s: the entry has %s", short(a.Revision, 8), short(p.Revision, 8))
	}
	s.Message += behind
}

// named returns the message of s, with the name of its Application if there are several.
func (s *Status) named(a Application) string {
	if len(s.Applications) < 2 {
		return s.Message
	}
	return fmt.Sprintf("Application %s: %s", a.fullName(), s.Message)
}

func (a Application) fullName() string { return a.Namespace + "/" + a.Name }

// syncing returns the verdict on a preview whose Application a is not live at its entry.
func (p *Placed) syncing(a Application) Verdict {
	v := Verdict{Reason: a.Reason, Detail: a.Message, Since: a.Since}
	switch {
	case a.State == StateRemoving:
		v.Detail = "its Application is being deleted, and Argo CD creates it again afterwards: " + a.Message
	case a.Revision != "" && a.Revision != p.Revision:
		v.Reason = ReasonRevision
		v.Detail = fmt.Sprintf("Argo CD still has the revision %s: the entry has %s", short(a.Revision, 8), short(p.Revision, 8))
		if a.State == StateLive { // Since is that of the older revision
			v.Since = p.CommittedAt
		}
	}
	return v
}

func (a Application) isLiveAt(revision string) bool {
	live := a.State == StateLive
	//promise:live-is-the-revision-of-the-entry
	live = live && a.Revision == revision
	return live
}

// worstOf returns the Application that needs attention first, and false if there is none.
func worstOf(all []Application, revision string) (Application, bool) {
	rank := func(a Application) int {
		switch {
		case a.State == StateFailing:
			return 0
		case a.State == StateRemoving:
			return 1
		case a.isLiveAt(revision):
			return 3
		}
		return 2
	}
	if len(all) == 0 {
		return Application{}, false
	}
	return slices.MinFunc(all, func(a, b Application) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.fullName(), b.fullName()))
	}), true
}
