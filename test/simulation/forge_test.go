package simulation_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
)

// forge is one repository on a forge, as it really is.
type forge struct {
	repository generator.Repository
	// other is another repository that has the name now, nil for none.
	other *forge
	// prefix distinguishes the commits of one forge from those of the others.
	prefix   string
	pulls    []*pull
	branches map[string]*branch
	heads    int // counts commits
	// timelines is true for a forge that knows the heads when labels were set.
	timelines bool
	// views are the last states, oldest first. A list that lags behind shows one of them.
	views []view
	// unlabelled is the number of next lists that show no labels.
	unlabelled int
}

type pull struct {
	generator.Change
	forge  *forge
	ending generator.Ending // EndingOpen while it is open
	// admitted are the heads when the fork label was set, and reappeared those when the
	// lists showed it again after the forge had lost all labels.
	admitted, reappeared []string
}

type branch struct {
	head    string
	updated time.Time
}

func newForge(name, id string, now time.Time) *forge {
	f := &forge{
		prefix: fmt.Sprintf("%x", name[:2]),
		repository: generator.Repository{
			ID: id, ForgeHost: "git.example.test", Organization: "acme", Name: name,
			CloneURL: "https://git.example.test/acme/" + name + ".git", DefaultBranch: "main",
		},
		branches: map[string]*branch{},
	}
	f.branches["main"] = &branch{f.commit(), now}
	return f
}

// commit returns a new hash.
func (f *forge) commit() string {
	f.heads++
	return fmt.Sprintf("%s%036x", f.prefix, f.heads)
}

func (f *forge) open(fork bool, now time.Time) *pull {
	number := int64(len(f.pulls) + 1)
	p := &pull{forge: f, ending: generator.EndingOpen}
	p.Change = generator.Change{
		Kind: generator.PullRequest, Number: number, Branch: fmt.Sprintf("topic/%d", number), TargetBranch: "main",
		HeadSHA: f.commit(), Title: fmt.Sprintf("Change %d", number), Author: "mona", Fork: fork, CreatedAt: now, UpdatedAt: now,
	}
	f.pulls = append(f.pulls, p)
	return p
}

// label adds the label, or removes it if it is set.
func (p *pull) label(name string) {
	if i := slices.Index(p.Labels, name); i >= 0 {
		p.Labels = slices.Delete(slices.Clone(p.Labels), i, i+1)
		return
	}
	p.Labels = append(slices.Clone(p.Labels), name)
	if name == forkLabel {
		p.admitted = append(p.admitted, p.HeadSHA)
	}
}

// changes returns all open pull requests and all branches.
func (f *forge) changes() (open []generator.Change) {
	for _, p := range f.pulls {
		if p.ending == generator.EndingOpen {
			open = append(open, p.Change)
		}
	}
	for name, b := range f.branches {
		open = append(open, generator.Change{
			Kind: generator.Branch, Branch: name, TargetBranch: name, HeadSHA: b.head, CreatedAt: b.updated, UpdatedAt: b.updated,
		})
	}
	slices.SortFunc(open, func(a, b generator.Change) int { return strings.Compare(a.Key().String(), b.Key().String()) })
	return open
}

// change returns the open pull request, or the branch, that has this key.
func (f *forge) change(k generator.Key) (generator.Change, bool) {
	for _, c := range f.changes() {
		if c.Key() == k {
			return c, true
		}
	}
	return generator.Change{}, false
}

func (f *forge) pull(number int64) *pull {
	if number < 1 || number > int64(len(f.pulls)) {
		return nil
	}
	return f.pulls[number-1]
}

// forgeState is how a forge behaves during a step.
type forgeState string

const (
	healthy                    forgeState = "healthy"
	down                       forgeState = "down"             // every request fails
	partialLists               forgeState = "partial lists"    // lists lack some open pull requests; no error
	emptyLists                 forgeState = "empty lists"      // lists have no pull request; no error
	unreadableItems            forgeState = "unreadable items" // lists have some pull requests and branches that cannot be read
	failingLookups             forgeState = "failing lookups"  // lists are complete; lookups of one pull request fail
	partialListsFailingLookups forgeState = "partial lists and failing lookups"
	laggingLists               forgeState = "lagging lists" // lists show an earlier state; lookups show the present one
)

var forgeFaults = []forgeState{
	down, down, partialLists, emptyLists, unreadableItems, failingLookups, partialListsFailingLookups, laggingLists, laggingLists, laggingLists,
}

var forgeErrors = []error{
	generator.ErrIncomplete, generator.ErrRateLimited, generator.ErrUnauthorized, generator.ErrNotFound, errors.New("connection reset"),
}

// source is a forge as a process sees it.
type source struct {
	h     *harness
	forge *forge
	// life is the lifeKey of the process and the set that use the source.
	life string
	// alwaysComplete is true for a source that returns no partial list. A set without
	// overlays needs one: it has no entries in Git to compare a list with.
	alwaysComplete bool
}

// List implements generator.Source. What it returns beside an error looks like an empty
// list of another repository: no caller may use it.
func (s *source) List(_ context.Context, q generator.Query) (generator.Listing, error) {
	shown, lagging := s.view()
	s.h.promises.noteList(s.life, append(s.forge.changes(), shown...))
	if s.h.forgeState == down {
		unknown := generator.Repository{DefaultBranch: s.forge.repository.DefaultBranch}
		return generator.Listing{Repository: unknown, TakenAt: s.h.now}, pick(s.h.rng, forgeErrors)
	}
	now := s.forge.repository
	if other := s.forge.other; other != nil {
		now, shown = other.repository, other.changes()
	}
	l := generator.Listing{Repository: now, TakenAt: s.h.now, Refs: !lagging}
	omitted := s.omitted()
	for _, c := range shown {
		pull := c.Kind == generator.PullRequest
		if pull && (!q.PullRequests || omitted(c)) || !pull && !q.Branches {
			continue
		}
		if s.h.forgeState == unreadableItems && c.Branch != "main" && s.h.rng.IntN(2) == 0 {
			l.Unreadable = append(l.Unreadable, generator.Unreadable{Key: c.Key(), Field: "head.sha", Problem: "is missing"})
			continue
		}
		c.Labels = slices.Clone(c.Labels)
		l.Changes = append(l.Changes, c)
	}
	return l, nil
}

// omitted returns a function that reports whether a list lacks a pull request.
func (s *source) omitted() func(generator.Change) bool {
	switch {
	case s.alwaysComplete:
	case s.h.forgeState == emptyLists:
		return func(generator.Change) bool { return true }
	case s.h.forgeState == partialLists, s.h.forgeState == partialListsFailingLookups:
		return func(generator.Change) bool { return s.h.rng.IntN(2) == 0 }
	}
	return func(generator.Change) bool { return false }
}

// Ending implements generator.Source. What it returns beside an error looks like
// evidence: no caller may use it.
func (s *source) Ending(_ context.Context, repositoryID string, c generator.Change) (generator.Ending, error) {
	if slices.Contains([]forgeState{failingLookups, partialListsFailingLookups, down}, s.h.forgeState) {
		return generator.EndingClosed, pick(s.h.rng, forgeErrors)
	}
	return s.forge.endingOf(repositoryID, c.Key())
}

// LabelHead implements generator.LabelHistory. What it returns beside an error looks like
// evidence: no caller may use it.
func (s *source) LabelHead(_ context.Context, repositoryID string, k generator.Key, label string) (string, error) {
	p := s.forge.pull(k.Number)
	switch {
	case s.h.forgeState == failingLookups, s.h.forgeState == partialListsFailingLookups, s.h.forgeState == down,
		p == nil, label != forkLabel, s.forge.other != nil, s.forge.repository.ID != repositoryID:
		return s.forge.branches["main"].head, pick(s.h.rng, forgeErrors)
	case !s.forge.timelines || len(p.admitted) == 0 || !slices.Contains(p.Labels, label):
		return "", nil
	}
	return p.admitted[len(p.admitted)-1], nil
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }
