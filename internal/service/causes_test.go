package service

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// logLines reports causes step by step, and returns the lines of each step without the time.
func logLines(ctx context.Context, steps ...[]cause) (lines []string) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	c := &causes{log: log, level: slog.LevelWarn, begins: "begins", ends: "ends"}
	for i, step := range steps {
		c.report(ctx, "shop", step)
		lines = append(lines, fmt.Sprintf("%d: %s", i, strings.ReplaceAll(strings.TrimSpace(out.String()), "\n", "; ")))
		out.Reset()
	}
	return lines
}

func TestCausesAreLoggedOnce(t *testing.T) {
	t.Parallel()
	one := func(key, text string) cause {
		return cause{key: key, text: text, attributes: []any{"set", "shop", "id", key, "error", text}}
	}
	got := logLines(t.Context(),
		[]cause{one("a", "x")},
		[]cause{one("a", "x")},
		[]cause{one("a", "y"), one("b", "z")},
		[]cause{one("b", "z")},
		nil, nil,
	)
	want := []string{
		"0: level=WARN msg=begins set=shop id=a error=x",
		"1: ",
		"2: level=WARN msg=begins set=shop id=a error=y; level=WARN msg=begins set=shop id=b error=z",
		"3: level=INFO msg=ends set=shop id=a error=y",
		"4: level=INFO msg=ends set=shop id=b error=z",
		"5: ",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A cause ends only for previews that no other cause has.
func TestCausesEndForPreviewsWithoutCause(t *testing.T) {
	t.Parallel()
	one := func(key string, previews ...string) cause {
		return cause{key: key, text: key, previews: previews, attributes: []any{"set", "shop", "reason", key}, begun: []any{"message", "it has " + key}}
	}
	got := logLines(t.Context(),
		[]cause{one("a", "1", "2", "3")},
		[]cause{one("b", "1", "2", "3")},
		[]cause{one("b", "1"), one("c", "4")},
		[]cause{one("a", "3"), one("c", "1", "4")},
		[]cause{one("c", "1", "2", "4"), one("b", "5")},
		[]cause{one("b", "1")},
		nil,
	)
	want := []string{
		`0: level=WARN msg=begins set=shop previews=3 id=1 reason=a message="it has a"`,
		`1: level=WARN msg=begins set=shop previews=3 id=1 reason=b message="it has b"`,
		`2: level=WARN msg=begins set=shop previews=1 id=4 reason=c message="it has c"`,
		`3: level=WARN msg=begins set=shop previews=1 id=3 reason=a message="it has a"`,
		`4: level=WARN msg=begins set=shop previews=1 id=5 reason=b message="it has b"; level=INFO msg=ends set=shop previews=1 id=3 reason=a`,
		`5: level=INFO msg=ends set=shop previews=2 id=2 reason=c`,
		`6: level=INFO msg=ends set=shop previews=1 id=1 reason=b`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Many causes that begin together do not flood the log, and none is logged later.
func TestCausesAreBounded(t *testing.T) {
	t.Parallel()
	var many []cause
	for i := range 300 {
		many = append(many, cause{key: fmt.Sprint(i), attributes: []any{"set", "shop", "id", i}})
	}
	got := logLines(t.Context(), many, many, nil)
	if begun := strings.Count(got[0], "msg=begins"); begun != maxLines+1 || !strings.Contains(got[0], "more=290") {
		t.Errorf("got %d lines: %s", begun, got[0])
	}
	if got[1] != "1: " {
		t.Errorf("got %s for causes that last", got[1])
	}
	if ended := strings.Count(got[2], "msg=ends"); ended != maxLines+1 {
		t.Errorf("got %d lines at the end", ended)
	}
}
