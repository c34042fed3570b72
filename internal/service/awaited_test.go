package service

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/cached"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/github"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/plugin"
)

// lagging is a forge whose list changes at set times.
type lagging struct {
	mu     sync.Mutex
	start  time.Time
	stages []stage
	lists  []time.Duration // since start
}

// stage is what a list returns from a time on.
type stage struct {
	from    time.Duration
	changes []generator.Change
	err     error
}

func (l *lagging) list(context.Context) ([]generator.Change, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.start.IsZero() {
		l.start = time.Now()
	}
	since := time.Since(l.start)
	l.lists = append(l.lists, since)
	now := l.stages[0]
	for _, s := range l.stages {
		if s.from <= since {
			now = s
		}
	}
	return slices.Clone(now.changes), now.err
}

// seconds returns the times of all lists.
func (l *lagging) seconds() (all []float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, d := range l.lists {
		all = append(all, d.Seconds())
	}
	return all
}

var (
	shaA, shaB  = strings.Repeat("a", 40), strings.Repeat("b", 40)
	allRules    = generator.Selection{Branches: &generator.BranchRules{}, PullRequests: &generator.PullRequestRules{}}
	onlyPulls   = generator.Selection{PullRequests: &generator.PullRequestRules{}}
	onlyBranch  = generator.Selection{Branches: &generator.BranchRules{}}
	pullKey     = generator.Key{Kind: generator.PullRequest, Number: 1}
	branchKey   = generator.Key{Kind: generator.Branch, Branch: "work"}
	mainBranch  = generator.Change{Kind: generator.Branch, Branch: "main", TargetBranch: "main", HeadSHA: shaA}
	workBranch  = generator.Change{Kind: generator.Branch, Branch: "work", TargetBranch: "work", HeadSHA: shaA}
	pullRequest = generator.Change{Kind: generator.PullRequest, Number: 1, Branch: "work", TargetBranch: "main", HeadSHA: shaA}
)

// count returns the number of announcements that no list has shown.
func (a *awaited) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.announced)
}

func with(c generator.Change, head string, labels ...string) generator.Change {
	c.HeadSHA, c.Labels = head, labels
	return c
}

func list(changes ...generator.Change) []generator.Change { return append(changes, mainBranch) }

func announce(a forge.Announcement) forge.Event {
	return forge.Event{ForgeHost: "github.com", FullName: "acme/shop", Announcement: a}
}

// withForge runs a syncer of one set whose source is a lagging forge. An hour passes
// between two polls.
func withForge(t *testing.T, l *lagging, rules generator.Selection, test func(t *testing.T, s *syncer, o *observed)) {
	t.Helper()
	runInBubble(t, time.Hour, 24*time.Hour, rules, func() (generator.Source, *cached.Source) {
		source := cached.New(listFunc(l.list), time.Hour, nil)
		return source, source
	}, func(t *testing.T, s *syncer, _ *plugin.Board, o *observed, _ func()) {
		time.Sleep(10 * time.Second)
		test(t, s, o)
	})
}

// The event arrives 10 seconds after the start, and the list shows it a second later or
// never. The lists after the event are the look that shows it, and those before it.
func TestAnnouncementsAreAwaited(t *testing.T) {
	pull, other := pullRequest, with(workBranch, shaA)
	other.Branch, other.TargetBranch = "other", "other"
	for name, test := range map[string]struct {
		rules         generator.Selection
		before, after []generator.Change
		event         forge.Announcement
	}{
		"opened":                     {onlyPulls, nil, list(pull), forge.Announcement{Key: pullKey, HeadSHA: shaA}},
		"new head":                   {onlyPulls, list(pull), list(with(pull, shaB)), forge.Announcement{Key: pullKey, HeadSHA: shaB}},
		"closed":                     {onlyPulls, list(pull), nil, forge.Announcement{Key: pullKey, Ended: true}},
		"labeled":                    {onlyPulls, list(pull), list(with(pull, shaA, "x")), forge.Announcement{Key: pullKey, HeadSHA: shaA, Labeled: "x"}},
		"unlabeled":                  {onlyPulls, list(with(pull, shaA, "x")), list(pull), forge.Announcement{Key: pullKey, HeadSHA: shaA, Unlabeled: "x"}},
		"edited":                     {onlyPulls, list(pull), list(with(pull, shaA, "x")), forge.Announcement{Key: pullKey, HeadSHA: shaA, Vague: true}},
		"no change":                  {onlyPulls, list(pull), nil, forge.Announcement{Vague: true}},
		"pushed":                     {onlyBranch, list(workBranch), list(with(workBranch, shaB)), forge.Announcement{Key: branchKey, HeadSHA: shaB}},
		"created":                    {onlyBranch, list(), list(workBranch), forge.Announcement{Key: branchKey}},
		"deleted":                    {onlyBranch, list(workBranch), list(), forge.Announcement{Key: branchKey, Ended: true}},
		"pushed, to a pull request":  {onlyPulls, list(pull), list(with(pull, shaB)), forge.Announcement{Key: branchKey, HeadSHA: shaB}},
		"pushed, other branch moved": {onlyBranch, list(workBranch), list(with(workBranch, shaB), other), forge.Announcement{Key: branchKey, HeadSHA: shaB}},
	} {
		for _, lag := range []time.Duration{0, time.Second, 3 * time.Second, 14 * time.Second, time.Hour} {
			l := &lagging{stages: []stage{{0, test.before, nil}, {10*time.Second + lag, test.after, nil}}}
			withForge(t, l, test.rules, func(t *testing.T, s *syncer, _ *observed) {
				if n := s.handleEvent(announce(test.event)); n != 1 {
					t.Fatalf("got %d sets, want 1", n)
				}
				time.Sleep(time.Minute)
				want := map[time.Duration][]float64{
					0: {0, 10}, time.Second: {0, 10, 11}, 3 * time.Second: {0, 10, 11, 13},
					14 * time.Second: {0, 10, 11, 13, 17, 25}, time.Hour: {0, 10, 11, 13, 17, 25},
				}[lag]
				if got := l.seconds(); !slices.Equal(got, want) {
					t.Errorf("%s, shown after %s: got lists at %v seconds, want %v", name, lag, got, want)
				}
			})
		}
	}
}

// Lists cannot show these announcements to the set, or show them already.
func TestAnnouncementsThatAreNotAwaited(t *testing.T) {
	for name, test := range map[string]struct {
		rules generator.Selection
		event forge.Announcement
	}{
		"a tag":                              {allRules, forge.Announcement{}},
		"known head":                         {allRules, forge.Announcement{Key: pullKey, HeadSHA: shaA}},
		"known end":                          {allRules, forge.Announcement{Key: generator.Key{Kind: generator.PullRequest, Number: 7}, Ended: true}},
		"known label":                        {allRules, forge.Announcement{Key: pullKey, HeadSHA: shaA, Labeled: "x"}},
		"branch in a set of pull requests":   {onlyPulls, forge.Announcement{Key: generator.Key{Kind: generator.Branch, Branch: "new"}, HeadSHA: shaA}},
		"deletion in a set of pull requests": {onlyPulls, forge.Announcement{Key: branchKey, Ended: true}},
		"pull request in a set of branches":  {onlyBranch, forge.Announcement{Key: pullKey, HeadSHA: shaB}},
	} {
		l := &lagging{stages: []stage{{0, list(with(pullRequest, shaA, "x"), workBranch), nil}}}
		withForge(t, l, test.rules, func(t *testing.T, s *syncer, _ *observed) {
			s.handleEvent(announce(test.event))
			time.Sleep(time.Minute)
			if got := l.seconds(); !slices.Equal(got, []float64{0, 10}) {
				t.Errorf("%s: got lists at %v seconds, want 0 and 10", name, got)
			}
		})
	}
}

// Of two events about a change, the newer has the head. The label of the older one is
// still awaited.
func TestNewerEventSupersedesOlder(t *testing.T) {
	opened := forge.Announcement{Key: pullKey, HeadSHA: shaA}
	labeled, pushed, closed := opened, forge.Announcement{Key: pullKey, HeadSHA: shaB}, forge.Announcement{Key: pullKey, Ended: true}
	labeled.Labeled = "x"
	unlabeled := opened
	unlabeled.Unlabeled = "x"
	shown, without := list(with(pullRequest, shaB)), list(pullRequest)
	for name, test := range map[string]struct {
		events []forge.Announcement
		after  []generator.Change
		awaits bool
	}{
		"pushed again":            {[]forge.Announcement{opened, pushed}, shown, false},
		"closed":                  {[]forge.Announcement{opened, closed}, nil, false},
		"closed and reopened":     {[]forge.Announcement{closed, opened}, without, false},
		"older head":              {[]forge.Announcement{pushed, opened}, shown, true},
		"label, then push":        {[]forge.Announcement{labeled, pushed}, shown, true},
		"label, shown, then push": {[]forge.Announcement{labeled, pushed}, list(with(pullRequest, shaB, "x")), false},
		"label set and removed":   {[]forge.Announcement{labeled, unlabeled}, without, false},
		"label set, pull closed":  {[]forge.Announcement{labeled, closed}, nil, false},
		"created after its push":  {[]forge.Announcement{{Key: branchKey, HeadSHA: shaB}, {Key: branchKey}}, list(workBranch), true},
		"deleted and created":     {[]forge.Announcement{{Key: branchKey, Ended: true}, {Key: branchKey}}, list(workBranch), false},
		"other change":            {[]forge.Announcement{opened, {Key: branchKey, Ended: true}}, nil, true},
		"announced several times": {[]forge.Announcement{pushed, pushed, pushed}, shown, false},
	} {
		l := &lagging{stages: []stage{{0, list(), nil}, {10 * time.Second, test.after, nil}}}
		withForge(t, l, allRules, func(t *testing.T, s *syncer, _ *observed) {
			for _, e := range test.events {
				s.handleEvent(announce(e))
			}
			time.Sleep(time.Minute)
			if all := l.seconds(); (all[len(all)-1] >= 11) != test.awaits {
				t.Errorf("%s: got lists at %v seconds, want looks after 11 seconds: %t", name, all, test.awaits)
			}
		})
	}
}

// While the forge fails, an event is not forgotten: the list that succeeds is compared
// with it.
func TestAnnouncementsSurviveFailures(t *testing.T) {
	down := errors.New("the forge is down")
	l := &lagging{stages: []stage{{0, list(), nil}, {10 * time.Second, nil, down}, {11500 * time.Millisecond, list(), nil}, {14 * time.Second, list(workBranch), nil}}}
	withForge(t, l, onlyBranch, func(t *testing.T, s *syncer, _ *observed) {
		s.handleEvent(announce(forge.Announcement{Key: branchKey, HeadSHA: shaA}))
		time.Sleep(time.Minute)
		first := 10 + 3*s.spread // the list after the two that failed
		want := []float64{0, 10, 10 + s.spread, first, first + 1}
		if first+1 < 14 {
			want = append(want, first+3)
		}
		if got := l.seconds(); !nearly(got, want) {
			t.Errorf("got lists at %v seconds, want %v", got, want)
		}
	})
}

// nearly reports whether times differ by less than a microsecond.
func nearly(got, want []float64) bool {
	return slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) < 1e-6 })
}

// Many events cause no more lists than a few: those that minPause allows and, after the
// last event, those of one announcement.
func TestManyEventsCauseFewLists(t *testing.T) {
	l := &lagging{stages: []stage{{0, list(), nil}}}
	withForge(t, l, allRules, func(t *testing.T, s *syncer, _ *observed) {
		for i := range 10_000 { // in ten seconds
			s.handleEvent(announce(forge.Announcement{Key: generator.Key{Kind: generator.PullRequest, Number: int64(i + 1)}, HeadSHA: shaA, Labeled: "x"}))
			time.Sleep(time.Millisecond)
		}
		during := len(l.seconds())
		time.Sleep(time.Hour / 2)
		if after := len(l.seconds()) - during; during > 22 || after > 6 {
			t.Errorf("got %d lists during the events and %d after them, want at most 22 and 6", during, after)
		}
		if n := s.awaited["shop"].count(); n != 0 {
			t.Errorf("got %d announcements, want none", n)
		}
	})
}

func TestLabelingsReachSyncsUntilListed(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	labeled := forge.Event{RepositoryID: "7", At: start, Announcement: forge.Announcement{Key: pullKey, HeadSHA: shaA, Labeled: "safe"}}
	evidence := generator.Labeling{RepositoryID: "7", Key: pullKey, Label: "safe", HeadSHA: shaA, At: start}
	unlabeled, other, noHead, elsewhere := labeled, labeled, labeled, labeled
	unlabeled.Labeled, unlabeled.Unlabeled = "", "safe"
	other.Labeled = "other"
	noHead.HeadSHA = ""
	elsewhere.Key = generator.Key{Kind: generator.PullRequest, Number: 2}
	otherUnlabeled, elsewhereUnlabeled := unlabeled, unlabeled
	otherUnlabeled.Unlabeled, elsewhereUnlabeled.Key = "other", elsewhere.Key
	listed := with(pullRequest, shaB, "safe")
	for name, test := range map[string]struct {
		events []forge.Event
		list   []generator.Change
		late   bool // the event arrives during the sync
		after  time.Duration
		want   int
	}{
		"list without the change":        {events: []forge.Event{labeled}, want: 1},
		"list without the label":         {events: []forge.Event{labeled}, list: list(pullRequest), want: 1},
		"list with the label":            {events: []forge.Event{labeled}, list: list(listed)},
		"after the start of the sync":    {events: []forge.Event{labeled}, list: list(listed), late: true, want: 1},
		"removed":                        {events: []forge.Event{labeled, unlabeled}},
		"another label removed":          {events: []forge.Event{labeled, otherUnlabeled}, want: 1},
		"removed from another change":    {events: []forge.Event{labeled, elsewhereUnlabeled}, want: 1},
		"another label":                  {events: []forge.Event{other}, list: list(listed), want: 1},
		"no head":                        {events: []forge.Event{noHead}},
		"ten minutes later":              {events: []forge.Event{labeled}, after: 10 * time.Minute, want: 1},
		"more than ten minutes later":    {events: []forge.Event{labeled}, after: 10*time.Minute + 1},
		"twice, with the label in lists": {events: []forge.Event{labeled, labeled}, list: list(listed)},
	} {
		a := &awaited{query: generator.Query{PullRequests: true}}
		var used []generator.Labeling
		if test.late {
			used = a.input(start)
		}
		for _, e := range test.events {
			a.add(e, true, start)
		}
		if !test.late {
			used = a.input(start)
		}
		a.settle(generator.Listing{Changes: test.list, TakenAt: start}, used, start)
		got := a.input(start.Add(test.after))
		if len(got) != test.want || name == "list without the label" && got[0] != evidence {
			t.Errorf("%s: got %+v, want %d labelings such as %+v", name, got, test.want, evidence)
		}
	}
}

// The oldest labelings are dropped first.
func TestLabelingsAreBounded(t *testing.T) {
	t.Parallel()
	a := &awaited{query: generator.Query{PullRequests: true}}
	for i := range maxLabelings + 1 {
		a.add(announce(forge.Announcement{Key: generator.Key{Kind: generator.PullRequest, Number: int64(i)}, HeadSHA: shaA, Labeled: "safe"}), true, time.Now())
	}
	if got := a.input(time.Now()); len(got) != maxLabelings || got[0].Key.Number != 1 {
		t.Errorf("got %d labelings from number %d, want %d from 1", len(got), got[0].Key.Number, maxLabelings)
	}
}

// A new configuration does not forget what events announced about sets with the same
// source.
func TestNewConfigurationTakesOverAnnouncements(t *testing.T) {
	l := &lagging{stages: []stage{{0, list(), nil}}}
	withForge(t, l, allRules, func(t *testing.T, s *syncer, _ *observed) {
		s.awaited["shop"].add(announce(forge.Announcement{Key: pullKey, HeadSHA: shaA, Labeled: "safe"}), true, time.Now())
		for repo, want := range map[string]int{"shop": 1, "other": 0} {
			parts := *s.parts
			parts.Config = &config.Config{Sets: []config.Set{{Name: "shop", Source: config.Source{Stanza: &github.Stanza{Owner: "acme", Repo: repo}}}}}
			next := newSyncer(&parts, s.board, s.permissions, nil, s.log)
			next.takeOver(s)
			if a := next.awaited["shop"]; a.count() != want || len(a.input(time.Now())) != want {
				t.Errorf("%s: got %d announcements and labelings %+v, want %d", repo, a.count(), a.input(time.Now()), want)
			}
		}
	})
}

// A label is evidence only if the event was signed with a secret of its repository.
func TestLabelingsNeedSecretOfTheirRepository(t *testing.T) {
	l := &lagging{stages: []stage{{0, list(), nil}}}
	withForge(t, l, allRules, func(t *testing.T, s *syncer, _ *observed) {
		dir := t.TempDir()
		set := func(name, repo, secret string) config.Set {
			stanza := &github.Stanza{Owner: "acme", Repo: repo}
			if secret != "" {
				stanza.WebhookSecretFile = filepath.Join(dir, name)
				if err := os.WriteFile(stanza.WebhookSecretFile, []byte(secret+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			return config.Set{Name: name, Source: config.Source{Stanza: stanza}}
		}
		for _, test := range []struct {
			name, signer string
			sets         []config.Set
			want         int
		}{
			{"own secret", "own", []config.Set{set("shop", "shop", "own")}, 1},
			{"secret of another repository", "other", []config.Set{set("shop", "shop", "own"), set("web", "web", "other")}, 0},
			{"secret of another set with the repository", "other", []config.Set{set("shop", "shop", ""), set("shop2", "shop", "other")}, 1},
			{"former secret", "former", []config.Set{set("shop", "shop", "own")}, 0},
			{"no secret", "", []config.Set{set("shop", "shop", "")}, 0},
		} {
			s.parts.Config.Sets = test.sets
			for _, set := range test.sets {
				s.awaited[set.Name], s.parts.Sources[set.Name] = &awaited{query: generator.Query{PullRequests: true}}, s.parts.Sources["shop"]
			}
			event := announce(forge.Announcement{Key: pullKey, HeadSHA: shaA, Labeled: "safe"})
			if test.signer != "" {
				event.Signer = forge.SecretID([]byte(test.signer))
			}
			s.handleEvent(event)
			if got := s.awaited["shop"].input(time.Now()); len(got) != test.want {
				t.Errorf("%s: got %+v, want %d labelings", test.name, got, test.want)
			}
			time.Sleep(time.Minute) // the set is idle
			synctest.Wait()
		}
	})
}
