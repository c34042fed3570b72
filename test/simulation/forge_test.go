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

// forge is one repository on a forge: the truth.
type forge struct {
	repository generator.Repository
	pulls      []*pull
	branches   map[string]*branch
	heads      int // counts commits
}

type pull struct {
	generator.Change
	forge  *forge
	ending generator.Ending // Open while it is
	// period counts how often the fork label was set; letIn has, by period, the
	// heads that may have been let in.
	period int
	letIn  map[int][]string
	// settled are the periods of which letIn is final.
	settled map[int]bool
}

type branch struct {
	head    string
	updated time.Time
}

func newForge(name string, now time.Time) *forge {
	f := &forge{
		repository: generator.Repository{
			ForgeHost: "git.example.test", Organization: "acme", Name: name,
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
	return fmt.Sprintf("%s%036x", f.hashPrefix(), f.heads)
}

// hashPrefix tells the commits of one forge from those of the other.
func (f *forge) hashPrefix() string { return fmt.Sprintf("%x", f.repository.Name[:2]) }

func (f *forge) open(fork bool, now time.Time) *pull {
	number := int64(len(f.pulls) + 1)
	p := &pull{forge: f, ending: generator.EndingOpen, letIn: map[int][]string{}, settled: map[int]bool{}}
	p.Change = generator.Change{
		Kind: generator.PullRequest, Number: number, Branch: fmt.Sprintf("topic/%d", number), TargetBranch: "main",
		HeadSHA: f.commit(), Title: fmt.Sprintf("Change %d", number), Author: "mona", Fork: fork, CreatedAt: now, UpdatedAt: now,
	}
	f.pulls = append(f.pulls, p)
	return p
}

// label sets or takes off a label.
func (p *pull) label(name string) {
	if i := slices.Index(p.Labels, name); i >= 0 {
		p.Labels = slices.Delete(slices.Clone(p.Labels), i, i+1)
		return
	}
	p.Labels = append(slices.Clone(p.Labels), name)
	if name == forkLabel {
		p.period++
	}
}

// changes are all that is open now.
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

// change returns what is open under this key.
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

// mood is how a forge behaves for a step.
type mood string

const (
	well       mood = "well"
	down       mood = "down"       // nothing is answered
	listsWrong mood = "lists"      // fewer pull requests than there are, and no error
	listsNone  mood = "lists none" // none at all, and no error
	mute       mood = "mute"       // lists, but tells nothing of single pull requests
	wrongMute  mood = "wrong and mute"
)

var moods = []mood{down, down, listsWrong, listsNone, mute, wrongMute}

var forgeErrors = []error{
	generator.ErrIncomplete, generator.ErrRateLimited, generator.ErrUnauthorized, generator.ErrNotFound, errors.New("connection reset"),
}

// source is a forge as a process sees it.
type source struct {
	w     *world
	forge *forge
	// honest sources never give a short list: those of sets that have nothing
	// else to remember by.
	honest bool
}

// List implements generator.Source.
func (s *source) List(_ context.Context, q generator.Query) (generator.Listing, error) {
	if s.w.mood == down {
		return generator.Listing{}, pick(s.w.rng, forgeErrors)
	}
	l := generator.Listing{Repository: s.forge.repository, TakenAt: s.w.now, Refs: true}
	lost := s.lost()
	for _, c := range s.forge.changes() {
		pull := c.Kind == generator.PullRequest
		if pull && (!q.PullRequests || lost(c)) || !pull && !q.Branches {
			continue
		}
		c.Labels = slices.Clone(c.Labels)
		l.Changes = append(l.Changes, c)
		if pull {
			s.w.promises.letIn(s.forge.pull(c.Number))
		}
	}
	return l, nil
}

// lost says which pull requests a list leaves out.
func (s *source) lost() func(generator.Change) bool {
	switch {
	case s.honest:
	case s.w.mood == listsNone:
		return func(generator.Change) bool { return true }
	case s.w.mood == listsWrong, s.w.mood == wrongMute:
		return func(generator.Change) bool { return s.w.rng.IntN(2) == 0 }
	}
	return func(generator.Change) bool { return false }
}

// Ending implements generator.Source.
func (s *source) Ending(_ context.Context, k generator.Key) (generator.Ending, error) {
	p := s.forge.pull(k.Number)
	switch {
	case s.w.mood == mute, s.w.mood == wrongMute, s.w.mood == down, k.Kind != generator.PullRequest, p == nil:
		return generator.EndingUnknown, pick(s.w.rng, forgeErrors)
	}
	return p.ending, nil
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }
