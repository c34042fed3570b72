package feedback_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/feedback"
)

// While a commit is deployed, the last one that was deployed stays active, so that "View
// deployment" works. It becomes inactive when the newer one succeeds or fails, and at the end.
func TestLastDeploymentStaysActive(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		end  generator.Status
		want string
	}{
		"succeeds":         {preview(42, generator.StateLive, commitB, commitB), "shop/pr-42 b success"},
		"fails":            {preview(42, generator.StateFailing, commitB, ""), "shop/pr-42 b failure"},
		"fails beside it":  {preview(42, generator.StateFailing, commitB, commitA), "shop/pr-42 a success, shop/pr-42 b failure"},
		"ends":             {dropped(42, commitB), ""},
		"the same again":   {preview(42, generator.StateLive, commitA, commitA), "shop/pr-42 a success"},
		"is still pending": {preview(42, generator.StateSyncing, commitB, commitA), "shop/pr-42 a success, shop/pr-42 b pending"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				p := start(t, shop(&client{world: w}))
				say := func(s generator.Status, want string) {
					t.Helper()
					p.Report(report(s))
					settle()
					if got := strings.Join(w.active(), ", "); got != want {
						t.Errorf("got the deployments %q, want %q", got, want)
					}
				}
				say(preview(42, generator.StateLive, commitA, commitA), "shop/pr-42 a success")
				const updating = "shop/pr-42 a success, shop/pr-42 b pending"
				say(preview(42, generator.StateSyncing, commitB, ""), updating)
				p.stop()
				p = start(t, shop(&client{world: w})) // it reads what the forge shows
				defer func() { p.stop() }()
				say(preview(42, generator.StateSyncing, commitB, ""), updating)
				w.total()
				say(preview(42, generator.StateSyncing, commitB, ""), updating)
				if n, calls := w.total(); n != 0 {
					t.Errorf("the same report caused %v", calls)
				}
				say(test.end, test.want)
			})
		})
	}
}

// An Application without an entry causes no write: the report may be older than the Application.
func TestOrphanChangesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		p := start(t, shop(&client{world: w}))
		live := preview(42, generator.StateLive, commitA, commitA)
		orphan := generator.Status{
			Set: "shop", Change: generator.Change{Kind: generator.PullRequest, Number: 42}, ID: "pr-42",
			State: generator.StateRemoving, Reason: generator.ReasonOrphan, Message: "its Application has no entry",
		}
		p.Report(report(live))
		settle()
		w.total()
		p.Report(report(orphan))
		settle()
		p.Report(report(live))
		settle()
		p.stop()
		for _, r := range []feedback.Report{report(orphan), report(orphan, dropped(43, commitA))} {
			p = start(t, shop(&client{world: w}))
			p.Report(r)
			settle()
			p.stop()
		}
		_, calls := w.total()
		for call := range calls {
			if !strings.HasPrefix(call, "read ") {
				t.Errorf("got the calls %v, want none that writes", calls)
			}
		}
		if got := w.active(); len(got) != 1 {
			t.Errorf("got the deployments %q, want one", got)
		}
	})
}

// A panic of one attempt is logged, and the attempt is repeated later. The log has the value
// only if it can't contain a credential.
func TestPanics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lines bytes.Buffer
		w, panics := newWorld(), 2
		o := shop(&client{world: w, fault: func(operation string) (error, bool) {
			if operation == "create comment" && panics > 0 {
				panics--
				panic("s3cret")
			}
			return nil, false
		}})
		o.Log = slog.New(slog.NewTextHandler(&lines, nil))
		p := start(t, o)
		defer p.stop()
		p.Report(report(preview(42, generator.StateLive, commitA, commitA)))
		settle()
		if w.status(commitA, "preview").State == "" || len(w.bodies(42)) != 0 {
			t.Errorf("got the comments %q, want a status and no comment", w.bodies(42))
		}
		time.Sleep(time.Hour)
		if len(w.bodies(42)) != 1 {
			t.Error("the comment is not written later")
		}
		if got := lines.String(); strings.Count(got, "panic in the writer of feedback") != 2 || strings.Contains(got, "s3cret") || !strings.Contains(got, "set=shop") {
			t.Errorf("got the log\n%s", got)
		}
	})
}

// Writes that fail until a person corrects the credentials are a problem of the set, which ends
// with the next success. Other failures end by themselves.
func TestProblems(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want []string
	}{
		"rights": {fmt.Errorf("comment on pull request 42: %w", generator.ErrUnauthorized), []string{
			"shop comment comment on pull request 42: " + generator.ErrUnauthorized.Error() +
				": grant the credentials of feedback the right to write, see docs/feedback.md",
			"shop comment ",
		}},
		"no connection": {errLost, []string{"shop comment ", "shop comment "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w, fails := newWorld(), true
				var got []string
				o := shop(&client{world: w, fault: func(operation string) (error, bool) {
					if fails && operation == "create comment" {
						return test.err, false
					}
					return nil, false
				}})
				o.OnProblem = func(set, kind, problem string) {
					w.locked(func() { got = append(got, set+" "+kind+" "+problem) })
				}
				p := start(t, o)
				p.Report(report(preview(42, generator.StateLive, commitA, commitA)))
				time.Sleep(time.Hour)
				w.locked(func() { fails = false })
				time.Sleep(time.Hour)
				p.stop()
				if !slices.Equal(got, test.want) {
					t.Errorf("got %q, want %q", got, test.want)
				}
			})
		})
	}
}
