package generator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Selection is which changes of a listing get a preview. A nil rule means that
// changes of that kind get none.
type Selection struct {
	PullRequests *PullRequestRules
	Branches     *BranchRules
	Lifetime     Lifetime
	// Limit is how many previews the set may have, counting each variant; 0 is
	// no limit.
	Limit int
}

// PullRequestRules select pull requests. The zero value selects all that are
// neither drafts nor from forks.
type PullRequestRules struct {
	Labels LabelRule
	// TargetBranches that count; empty for all.
	TargetBranches []Glob
	Drafts         bool
	// ForkLabel lets a fork's pull request in that carries it; "" lets none in.
	ForkLabel string
}

// LabelRule wants all of All, at least one of Any (if there are any) and none
// of None. Labels are compared exactly.
type LabelRule struct {
	All, Any, None []string
}

// BranchRules select branches: those that match one of Include (all, where it
// is empty) and none of Exclude.
type BranchRules struct {
	Include, Exclude []Glob
}

// Lifetime ends previews that nobody needs any more. Zero durations never do.
type Lifetime struct {
	// Idle counts from the last update of the change, Max from its creation.
	Idle, Max time.Duration
	// KeepLabel suspends the lifetime, and goes before others where there is a
	// limit.
	KeepLabel string
}

// Query returns what a source must list for s.
func (s Selection) Query() Query {
	return Query{PullRequests: s.PullRequests != nil, Branches: s.Branches != nil}
}

// Filter judges changes by what they are: everything but lifetime and limit,
// which need dates and come second.
func (s Selection) Filter(changes []Change) (kept []Change, dropped []Dropped) {
	for _, c := range changes {
		if v := s.judge(c); v.Kept() {
			kept = append(kept, c)
		} else {
			dropped = append(dropped, Dropped{Change: c, Verdict: v})
		}
	}
	return kept, dropped
}

func (s Selection) judge(c Change) Verdict {
	switch {
	case c.Kind == PullRequest && s.PullRequests != nil:
		return s.PullRequests.judge(c)
	case c.Kind == Branch && s.Branches != nil:
		return s.Branches.judge(c)
	}
	return Verdict{ReasonKind, fmt.Sprintf("the set does not select %ss", strings.ReplaceAll(string(c.Kind), "-", " "))}
}

func (r PullRequestRules) judge(c Change) Verdict {
	switch {
	case len(r.TargetBranches) > 0 && !matchAny(r.TargetBranches, c.TargetBranch):
		return Verdict{ReasonTargetBranch, fmt.Sprintf("its target branch %s matches none of: %s", c.TargetBranch, globList(r.TargetBranches))}
	case c.Draft && !r.Drafts:
		return Verdict{ReasonDraft, "it is a draft"}
	case c.Fork && r.ForkLabel == "":
		return Verdict{ReasonForkDenied, "it comes from a fork"}
	case !r.AllowsFork(c):
		return Verdict{ReasonFork, fmt.Sprintf("it comes from a fork and has no label %q", r.ForkLabel)}
	}
	return r.Labels.judge(c.Labels)
}

// AllowsFork reports whether c is no fork's, or carries the label that lets it
// in.
func (r PullRequestRules) AllowsFork(c Change) bool {
	return !c.Fork || r.ForkLabel != "" && slices.Contains(c.Labels, r.ForkLabel)
}

func (r LabelRule) judge(labels []string) Verdict {
	has := func(l string) bool { return slices.Contains(labels, l) }
	for _, l := range r.All {
		if !has(l) {
			return Verdict{ReasonLabel, fmt.Sprintf("it has no label %q", l)}
		}
	}
	for _, l := range r.None {
		if has(l) {
			return Verdict{ReasonLabel, fmt.Sprintf("it has the label %q", l)}
		}
	}
	if len(r.Any) > 0 && !slices.ContainsFunc(r.Any, has) {
		return Verdict{ReasonLabel, fmt.Sprintf("it has none of the labels: %s", strings.Join(r.Any, ", "))}
	}
	return Verdict{}
}

func (r BranchRules) judge(c Change) Verdict {
	switch {
	case len(r.Include) > 0 && !matchAny(r.Include, c.Branch):
		return Verdict{ReasonBranch, fmt.Sprintf("it matches none of: %s", globList(r.Include))}
	case matchAny(r.Exclude, c.Branch):
		return Verdict{ReasonBranch, fmt.Sprintf("it matches one of: %s", globList(r.Exclude))}
	}
	return Verdict{}
}

// Expire drops the changes whose lifetime is over at now.
func (s Selection) Expire(changes []Change, now time.Time) (kept []Change, dropped []Dropped) {
	for _, c := range changes {
		if v := s.Lifetime.judge(c, now); v.Kept() {
			kept = append(kept, c)
		} else {
			dropped = append(dropped, Dropped{Change: c, Verdict: v})
		}
	}
	return kept, dropped
}

func (l Lifetime) judge(c Change, now time.Time) Verdict {
	idle, expiry := l.ends(c)
	switch {
	case !expiry.IsZero() && !now.Before(expiry):
		return Verdict{ReasonExpired, fmt.Sprintf("it was created more than %s ago", l.Max)}
	case !idle.IsZero() && !now.Before(idle):
		return Verdict{ReasonIdle, fmt.Sprintf("it was not updated for %s", l.Idle)}
	}
	return Verdict{}
}

// ends returns when c ends for being idle and for its age; the zero time for
// never, as where the source does not know the date.
func (l Lifetime) ends(c Change) (idle, expiry time.Time) {
	if l.keeps(c) {
		return time.Time{}, time.Time{}
	}
	if l.Idle > 0 && !c.UpdatedAt.IsZero() {
		idle = c.UpdatedAt.Add(l.Idle)
	}
	if l.Max > 0 && !c.CreatedAt.IsZero() {
		expiry = c.CreatedAt.Add(l.Max)
	}
	return idle, expiry
}

func (l Lifetime) keeps(c Change) bool {
	return l.KeepLabel != "" && slices.Contains(c.Labels, l.KeepLabel)
}

// ExpiresAt returns when the lifetime of c ends if nothing happens to it, or
// the zero time for never.
func (l Lifetime) ExpiresAt(c Change) time.Time {
	idle, expiry := l.ends(c)
	if idle.IsZero() || (!expiry.IsZero() && expiry.Before(idle)) {
		return expiry
	}
	return idle
}

// Cap keeps as many changes as the limit allows, each of which has a preview for
// each of so many variants: those with the keep label first, then the newest.
// Newest is by creation, or by update where a source knows no creation
// (branches), so that a push does not push another out.
func (s Selection) Cap(changes []Change, variants int) (kept []Change, dropped []Dropped) {
	most := s.Limit / variants
	if s.Limit <= 0 || len(changes) <= most {
		return changes, nil
	}
	ranked := slices.Clone(changes)
	slices.SortStableFunc(ranked, s.rank)
	for _, c := range ranked[most:] {
		dropped = append(dropped, Dropped{Change: c, Verdict: Verdict{
			ReasonLimit, fmt.Sprintf("the set has its limit of %d previews, and newer ones go first", s.Limit),
		}})
	}
	return ranked[:most], dropped
}

func (s Selection) rank(a, b Change) int {
	if ka, kb := s.Lifetime.keeps(a), s.Lifetime.keeps(b); ka != kb {
		if ka {
			return -1
		}
		return 1
	}
	return cmp.Or(
		born(b).Compare(born(a)),
		cmp.Compare(b.Number, a.Number),
		cmp.Compare(a.Branch, b.Branch),
	)
}

func born(c Change) time.Time {
	if c.CreatedAt.IsZero() {
		return c.UpdatedAt
	}
	return c.CreatedAt
}
