package generator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Selection selects the changes of a listing that get a preview. If the rules for a
// kind are nil, changes of that kind get no preview.
type Selection struct {
	PullRequests *PullRequestRules
	Branches     *BranchRules
	Lifetime     Lifetime
	// Limit is the largest number of previews of the set. Each variant counts. 0 means
	// no limit.
	Limit int
	// GitOpsBranch is the branch of the repository that previews are written to; "" if
	// it is in another repository. It is never a change, and neither is a pull request
	// that merges it.
	GitOpsBranch string
}

// PullRequestRules select pull requests. The zero value selects every pull request that
// is neither a draft nor from a fork.
type PullRequestRules struct {
	Labels LabelRule
	// TargetBranches match the target branch; empty for every target branch.
	TargetBranches []Glob
	// Drafts selects drafts, too.
	Drafts bool
	// ForkLabel is the label that allows a pull request from a fork; "" allows none.
	ForkLabel string
}

// LabelRule requires every label in All, at least one label in Any unless Any is empty,
// and no label in None. Labels are compared exactly.
type LabelRule struct {
	All, Any, None []string
}

// BranchRules select the branches that match a pattern in Include and no pattern in
// Exclude. An empty Include matches every branch. A branch of a merge queue is selected
// only if a pattern without a wildcard in Include matches it.
type BranchRules struct {
	Include, Exclude []Glob
}

// Lifetime removes previews that are old or idle. A zero duration disables its check.
type Lifetime struct {
	// Idle counts from the last update of the change, Max from its creation.
	Idle, Max time.Duration
	// KeepLabel is the label that suspends the lifetime of a change and gives it
	// precedence if the set has a limit.
	KeepLabel string
}

// Query returns the kinds of change that a source must list for s.
func (s Selection) Query() Query {
	return Query{PullRequests: s.PullRequests != nil, Branches: s.Branches != nil}
}

// Filter applies all rules except lifetime and limit. Those need dates and apply later:
// see Expire and Cap.
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
	selected := c.Kind == PullRequest && s.PullRequests != nil || c.Kind == Branch && s.Branches != nil
	switch {
	//promise:previews-do-not-cause-commits
	case selected && s.GitOpsBranch != "" && c.Branch == s.GitOpsBranch && !c.Fork:
		return Verdict{Reason: ReasonGitOpsBranch, Detail: fmt.Sprintf("previews are written to its branch %s: each commit would cause the next one", c.Branch)}
	case c.Kind == PullRequest && s.PullRequests != nil:
		return s.PullRequests.judge(c)
	case c.Kind == Branch && s.Branches != nil:
		return s.Branches.judge(c)
	}
	if c.Kind == Branch {
		return Verdict{Reason: ReasonKind, Detail: "the set does not select branches: select.branches selects them"}
	}
	return Verdict{Reason: ReasonKind, Detail: "the set does not select pull requests: select.pullRequests selects them"}
}

func (r PullRequestRules) judge(c Change) Verdict {
	switch {
	// The rules for forks are the first, so that the removal of the label is noticed
	// whatever else excludes the pull request.
	case c.Fork && r.ForkLabel == "":
		return Verdict{Reason: ReasonForkDenied, Detail: "it comes from a fork: select.pullRequests.forks can name a label that admits it"}
	case !r.AllowsFork(c):
		return Verdict{Reason: ReasonFork, Detail: fmt.Sprintf("it comes from a fork and has no label %q: a maintainer can set it", r.ForkLabel)}
	case len(r.TargetBranches) > 0 && !matchAny(r.TargetBranches, c.TargetBranch):
		return Verdict{Reason: ReasonTargetBranch, Detail: fmt.Sprintf("its target branch %s matches none of select.pullRequests.targetBranches: %s", c.TargetBranch, globList(r.TargetBranches))}
	case c.Draft && !r.Drafts:
		return Verdict{Reason: ReasonDraft, Detail: "it is a draft: mark it as ready for review, or set select.pullRequests.drafts"}
	}
	return r.Labels.judge(c.Labels)
}

// Unproven is the verdict on a pull request that r allows, without evidence which commit
// was its head when the fork label was set.
func (r PullRequestRules) Unproven() Verdict {
	return Verdict{Reason: ReasonForkUnproven, Detail: fmt.Sprintf("it comes from a fork, and it is not known which commit was its head when the label %q was set: "+
		"remove the label, wait for a sync, and set the label again", r.ForkLabel)}
}

// AllowsFork reports whether c does not come from a fork or has the fork label.
func (r PullRequestRules) AllowsFork(c Change) bool {
	return !c.Fork || r.ForkLabel != "" && slices.Contains(c.Labels, r.ForkLabel)
}

func (r LabelRule) judge(labels []string) Verdict {
	has := func(l string) bool { return slices.Contains(labels, l) }
	for _, l := range r.All {
		if !has(l) {
			return Verdict{Reason: ReasonLabel, Detail: fmt.Sprintf("it has no label %q: set the label", l)}
		}
	}
	for _, l := range r.None {
		if has(l) {
			return Verdict{Reason: ReasonLabel, Detail: fmt.Sprintf("it has the label %q: remove the label", l)}
		}
	}
	if len(r.Any) > 0 && !slices.ContainsFunc(r.Any, has) {
		return Verdict{Reason: ReasonLabel, Detail: fmt.Sprintf("it has none of these labels, set one: %s", strings.Join(r.Any, ", "))}
	}
	return Verdict{}
}

func (r BranchRules) judge(c Change) Verdict {
	excluded := slices.IndexFunc(r.Exclude, func(g Glob) bool { return g.Match(c.Branch) })
	switch {
	case len(r.Include) > 0 && !matchAny(r.Include, c.Branch):
		return Verdict{Reason: ReasonBranch, Detail: fmt.Sprintf("it matches none of select.branches.include: %s", globList(r.Include))}
	case excluded >= 0:
		return Verdict{Reason: ReasonBranch, Detail: fmt.Sprintf("it matches %s of select.branches.exclude", r.Exclude[excluded])}
	//promise:merge-queues-need-a-name
	case isMergeQueueBranch(c.Branch) && !slices.ContainsFunc(r.Include, func(g Glob) bool { return g.isLiteral() && g.Match(c.Branch) }):
		return Verdict{Reason: ReasonMergeQueue, Detail: "it belongs to a merge queue: to preview it, add its complete name to include, and also \"**\" if include is empty"}
	}
	return Verdict{}
}

// Expire drops the changes whose lifetime ends at or before now.
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
	idle, expiry := l.deadlines(c)
	switch {
	case !expiry.IsZero() && !now.Before(expiry):
		return Verdict{Reason: ReasonExpired, Detail: fmt.Sprintf("it was created more than %s ago (lifetime.max)%s", l.Max, l.remedy()), Since: expiry}
	case !idle.IsZero() && !now.Before(idle):
		return Verdict{Reason: ReasonIdle, Detail: fmt.Sprintf("it was not updated for %s (lifetime.idle)%s", l.Idle, l.remedy()), Since: idle}
	}
	return Verdict{}
}

// remedy returns the part of a message that names the keep label, "" without one.
func (l Lifetime) remedy() string {
	if l.KeepLabel == "" {
		return ""
	}
	return fmt.Sprintf(": the label %q keeps it", l.KeepLabel)
}

// deadlines returns the times at which c ends because it is idle and because of its
// age. A time is zero if its duration is zero, the source does not know the date, or c
// has the keep label.
func (l Lifetime) deadlines(c Change) (idle, expiry time.Time) {
	if l.hasKeepLabel(c) {
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

func (l Lifetime) hasKeepLabel(c Change) bool {
	return l.KeepLabel != "" && slices.Contains(c.Labels, l.KeepLabel)
}

// ExpiresAt returns the time at which the lifetime of c ends unless c is updated. It
// returns the zero time if the lifetime does not end.
func (l Lifetime) ExpiresAt(c Change) time.Time {
	idle, expiry := l.deadlines(c)
	if idle.IsZero() || (!expiry.IsZero() && expiry.Before(idle)) {
		return expiry
	}
	return idle
}

// Cap keeps as many changes as the limit allows if each change has so many variants.
// Changes with the keep label take precedence, then the newest changes. Age counts from
// the creation of a change, so that a push to one change does not displace another. If
// the source does not know the creation time, as for branches, age counts from the last
// update.
func (s Selection) Cap(changes []Change, variants int) (kept []Change, dropped []Dropped) {
	maxChanges := s.Limit / variants
	if s.Limit <= 0 || len(changes) <= maxChanges {
		return changes, nil
	}
	ranked := slices.Clone(changes)
	slices.SortStableFunc(ranked, s.rank)
	for _, c := range ranked[maxChanges:] {
		dropped = append(dropped, Dropped{Change: c, Verdict: Verdict{
			Reason: ReasonLimit, Detail: fmt.Sprintf("the set has reached its limit of %d previews (limits.previews), and other changes take precedence", s.Limit),
		}})
	}
	return ranked[:maxChanges], dropped
}

// rank orders changes by precedence, for Cap.
func (s Selection) rank(a, b Change) int {
	if keepA, keepB := s.Lifetime.hasKeepLabel(a), s.Lifetime.hasKeepLabel(b); keepA != keepB {
		if keepA {
			return -1
		}
		return 1
	}
	return cmp.Or(
		createdOrUpdated(b).Compare(createdOrUpdated(a)),
		cmp.Compare(b.Number, a.Number),
		cmp.Compare(a.Branch, b.Branch),
	)
}

func createdOrUpdated(c Change) time.Time {
	if c.CreatedAt.IsZero() {
		return c.UpdatedAt
	}
	return c.CreatedAt
}
