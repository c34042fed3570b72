package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// progressTerminal returns a terminal whose stderr has this width. Both streams are
// written to screen.
func progressTerminal(screen *strings.Builder, width int) *terminal {
	t := newTerminal(screen, screen)
	t.line.w, t.line.width = screen, func() int { return width }
	return t
}

func TestProgressOfConcurrentWork(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		width int
		work  func(ctx context.Context, t *terminal)
		want  string
	}{
		{"fast work", 80, func(ctx context.Context, t *terminal) {
			done := t.working(ctx, "reading")
			time.Sleep(999 * time.Millisecond)
			done()
			t.printf("shop\n")
		}, "shop\n"},
		{"slow work", 80, func(ctx context.Context, t *terminal) {
			done := t.working(ctx, "reading %s", "shop")
			time.Sleep(2500 * time.Millisecond)
			done()
			done()
			t.printf("shop\n")
		}, "reading shop … 1s" + eraseLine + "reading shop … 2s" + eraseLine + "shop\n"},
		{"output meanwhile", 80, func(ctx context.Context, t *terminal) {
			defer t.working(ctx, "reading")()
			time.Sleep(1500 * time.Millisecond)
			t.printf("one\n")
			_, _ = fmt.Fprintln(t.stderr, "two")
			time.Sleep(time.Second)
		}, "reading … 1s" + eraseLine + "one\ntwo\nreading … 2s" + eraseLine},
		{"many fast steps", 80, func(ctx context.Context, t *terminal) {
			defer t.working(ctx, "planning")()
			for i := range 4 {
				done := t.working(ctx, "planning %d", i)
				time.Sleep(400 * time.Millisecond)
				done()
			}
		}, "planning 2 … 1s" + eraseLine + "planning 3 … 1s" + eraseLine},
		{"two passes", 80, func(ctx context.Context, t *terminal) {
			for range 3 {
				done := t.working(ctx, "pruning")
				time.Sleep(600 * time.Millisecond)
				done()
			}
		}, ""},
		{"narrow terminal, control characters", 17, func(ctx context.Context, t *terminal) {
			defer t.working(ctx, "a\x1b[31m\nb-and-more")()
			time.Sleep(1500 * time.Millisecond)
		}, "a\\u001B[31m b-an" + eraseLine},
		{"cancelled", 80, func(ctx context.Context, t *terminal) {
			ctx, cancel := context.WithCancel(ctx)
			defer t.working(ctx, "reading")()
			time.Sleep(1500 * time.Millisecond)
			cancel()
			synctest.Wait()
			t.printf("cancelled\n")
			time.Sleep(10 * time.Second)
		}, "reading … 1s" + eraseLine + "cancelled\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // it fails if a goroutine is left
				var screen strings.Builder
				test.work(t.Context(), progressTerminal(&screen, test.width))
				if got := screen.String(); got != test.want {
					t.Errorf("got  %q\nwant %q", got, test.want)
				}
			})
		})
	}
}

// Only a terminal gets progress.
func TestProgressNeedsTerminal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		done := newTerminal(&out, &out).working(t.Context(), "reading")
		time.Sleep(5 * time.Second)
		done()
		if out.Len() > 0 {
			t.Errorf("got %q, want nothing", out.String())
		}
	})
}
