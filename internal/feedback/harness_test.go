package feedback_test

import (
	"context"
	"flag"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/feedback"
)

var update = flag.Bool("update", false, "write the golden files")

var (
	commitA = strings.Repeat("a", 40)
	commitB = strings.Repeat("b", 40)
)

// process is a running writer.
type process struct {
	*feedback.Writer
	stop func()
}

// start runs a writer until the test ends or stop is called.
func start(t *testing.T, o feedback.Options) process {
	t.Helper()
	o.Now = time.Now
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	w, err := feedback.New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx)
	}()
	return process{w, func() { cancel(); <-done }}
}

// shop returns options with one set that reports everything.
func shop(c *client) feedback.Options {
	return feedback.Options{Installation: "test", Sets: []feedback.Set{{
		Name: "shop", Forge: c, Settings: feedback.Settings{Comment: true, Status: "preview", Deployment: true},
	}}}
}

// settle waits until the writer has written what it knows.
func settle() {
	time.Sleep(30 * time.Second)
	synctest.Wait()
}

// preview returns a status with a preview at commit.
func preview(number int64, state generator.State, head, live string) generator.Status {
	change := generator.Change{
		Kind: generator.PullRequest, Number: number, Branch: "feature/x", TargetBranch: "main", HeadSHA: head,
		Title: "Dark mode", Author: "ada", UpdatedAt: time.Date(2026, 12, 1, 14, 20, 0, 0, time.UTC),
	}
	id := "pr-42"
	if number != 42 {
		id = "pr-" + string(rune('0'+number%10))
	}
	return generator.Status{
		Set: "shop", Change: change, ID: id, State: state, Committed: head, Live: live,
		Preview: &generator.Placed{
			Preview: generator.Preview{
				Change: change, Set: "shop",
				Names: generator.Names{ID: id, Host: id + ".shop.preview.acme.dev", DBSchema: "shop_pr_42", Namespace: "shop-" + id},
			},
			Placement: generator.Placement{Path: "previews/shop/" + id},
		},
	}
}

// dropped returns the status of a change that no rule selects.
func dropped(number int64, head string) generator.Status {
	s := preview(number, generator.StateDropped, head, "")
	s.Committed, s.Preview = "", nil
	s.Reason, s.Message = generator.ReasonDraft, "it is a draft: mark it as ready for review"
	return s
}

func report(statuses ...generator.Status) feedback.Report {
	return feedback.Report{Set: "shop", Private: true, Statuses: statuses}
}
