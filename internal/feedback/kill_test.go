package feedback_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/feedback"
)

// mortal is a client that a process loses with its n-th call: the call is carried out or not,
// and none after it.
func mortal(w *world, random *rand.Rand, n int) *client {
	own := rand.New(rand.NewPCG(random.Uint64(), 1)) // of the process, which runs concurrently
	executed := own.IntN(2) == 0
	return &client{world: w, fault: func(string) (error, bool) {
		switch n--; {
		case n > 0 && own.IntN(20) == 0:
			return errLost, own.IntN(2) == 0
		case n > 0:
			return nil, false
		case n == 0:
			w.deaths++
			return errLost, executed
		}
		return errors.New("the process is dead"), false
	}}
}

// randomReport returns a report on a few pull requests, and tells w which commits are live.
func randomReport(random *rand.Rand, w *world) feedback.Report {
	states := []generator.State{
		generator.StateWaiting, generator.StateSyncing, generator.StateLive, generator.StateFailing, generator.StateDropped, generator.StateBehind,
	}
	r := report()
	for number := int64(1); number <= 3; number++ {
		head := strings.Repeat(fmt.Sprintf("%x", random.IntN(16)), 40)
		s := preview(number, states[random.IntN(len(states))], head, "")
		switch s.State {
		case generator.StateLive:
			s.Live = head
			w.locked(func() { w.live[head] = true })
		case generator.StateDropped:
			s = dropped(number, head)
		case generator.StateWaiting:
			s.Preview, s.Committed = nil, ""
		default:
		}
		if random.IntN(6) == 0 {
			r.Ended = append(r.Ended, generator.Ended{Change: s.Change, ID: s.ID, Verdict: generator.Verdict{Reason: generator.ReasonClosed, Detail: "it was closed"}})
			continue
		}
		if s.Preview == nil {
			r.Ended = append(r.Ended, generator.Ended{Change: s.Change, ID: s.ID, Verdict: generator.Verdict{Reason: generator.ReasonDraft, Detail: "it became a draft"}})
		}
		r.Statuses = append(r.Statuses, s)
	}
	return r
}

// Writers are killed at any call, restart, and run two at a time. At the end there is one comment
// for each pull request, and all say what a single undisturbed writer says.
func TestKills(t *testing.T) {
	t.Parallel()
	const walks = 50
	deaths := 0
	for seed := range uint64(walks) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.live = map[string]bool{}
				last := walk(t, w, rand.New(rand.NewPCG(seed, 1)))
				compare(t, w, last)
				deaths += w.deaths
			})
		})
	}
	if deaths < 200 {
		t.Errorf("got %d kills, want at least 200", deaths)
	}
}

// walk kills writers, and then lets one reach the end. It returns the last report.
func walk(t *testing.T, w *world, random *rand.Rand) feedback.Report {
	const rounds = 5
	last := randomReport(random, w)
	var running []process
	for range rounds {
		for len(running) < 2 {
			running = append(running, start(t, shop(mortal(w, random, 1+random.IntN(25)))))
			time.Sleep(time.Duration(random.IntN(60)) * time.Millisecond)
		}
		tell(running, last)
		time.Sleep(time.Duration(random.IntN(8000)) * time.Millisecond)
		if random.IntN(4) == 0 {
			w.discard(1 + random.Int64N(3))
		}
		last = randomReport(random, w)
		tell(running, last)
		time.Sleep(time.Duration(random.IntN(20)) * time.Second)
		stopped := 1 + random.IntN(2)
		stop(running[:stopped])
		running = running[stopped:]
	}
	p := start(t, shop(&client{world: w}))
	p.Report(last)
	time.Sleep(time.Duration(random.IntN(10)) * time.Second)
	stop(running) // at most one
	time.Sleep(20 * time.Minute)
	p.stop()
	return last
}

func tell(all []process, r feedback.Report) {
	for _, p := range all {
		p.Report(r)
	}
}

func stop(all []process) {
	for _, p := range all {
		p.stop()
	}
}

// compare checks that w shows what a writer says about r.
func compare(t *testing.T, w *world, r feedback.Report) {
	t.Helper()
	for _, lie := range w.lies {
		t.Errorf("%s, which was never live", lie)
	}
	want := newWorld()
	c := &client{world: want}
	p := start(t, shop(c))
	older := report(preview(1, generator.StateSyncing, commitA, ""), preview(2, generator.StateSyncing, commitA, ""), preview(3, generator.StateSyncing, commitA, ""))
	p.Report(older)
	settle()
	p.Report(r)
	settle()
	p.stop()
	for number := int64(1); number <= 3; number++ {
		got, text := w.bodies(number), want.bodies(number)
		if len(got) > 1 || len(got) == 1 && got[0] != text[0] || len(got) == 0 && wantsComment(r, number) {
			t.Errorf("pull request %d: got %q, want %q", number, got, text)
		}
	}
	for _, s := range r.Statuses {
		got := w.status(s.HeadSHA, "preview").State
		if (got == forge.StatusSuccess) != (s.State == generator.StateLive) && !sharesHead(r, s) {
			t.Errorf("the status of a commit that is %s is %q", s.State, got)
		}
	}
	if got, text := withoutLast(w.active(), want.active()), want.active(); !slices.Equal(got, text) {
		t.Errorf("got the deployments %q, want %q", got, text)
	}
}

// withoutLast returns got without the last successful deployment of each environment in which
// another commit is pending: a writer that has seen only the last report does not know it.
func withoutLast(got, want []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(got, func(one string) bool {
		environment, _, _ := strings.Cut(one, " ")
		pending := slices.ContainsFunc(want, func(w string) bool {
			return strings.HasPrefix(w, environment+" ") && strings.HasSuffix(w, " pending")
		})
		last := pending && strings.HasSuffix(one, " success") && !slices.Contains(want, one) && !seen[environment]
		seen[environment] = seen[environment] || last
		return last
	})
}

func wantsComment(r feedback.Report, number int64) bool {
	return slices.ContainsFunc(r.Statuses, func(s generator.Status) bool { return s.Number == number && s.State != generator.StateDropped })
}

// sharesHead reports whether another change has the head of s.
func sharesHead(r feedback.Report, s generator.Status) bool {
	return slices.ContainsFunc(r.Statuses, func(o generator.Status) bool { return o.Number != s.Number && o.HeadSHA == s.HeadSHA })
}
