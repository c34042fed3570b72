package forge_test

import (
	"context"
	"errors"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// The author is asked for once, and follows what the credentials wrote.
func TestAuthor(t *testing.T) {
	t.Parallel()
	var a forge.Author
	calls := 0
	answer := func(who string, err error) func(context.Context) (string, error) {
		return func(context.Context) (string, error) { calls++; return who, err }
	}
	for _, step := range []struct {
		wrote string
		fetch func(context.Context) (string, error)
		want  string
		err   error
		calls int
	}{
		{fetch: answer("", generator.ErrUnauthorized), err: generator.ErrUnauthorized, calls: 1},
		{fetch: answer("", nil), err: generator.ErrIncomplete, calls: 2},
		{fetch: answer("7", nil), want: "7", calls: 3},
		{fetch: answer("8", nil), want: "7", calls: 3},
		{wrote: "", fetch: answer("8", nil), want: "7", calls: 3},
		{wrote: "9", fetch: answer("8", nil), want: "9", calls: 3},
		{wrote: "", fetch: answer("8", nil), want: "9", calls: 3},
	} {
		a.Wrote(step.wrote)
		if got, err := a.Who(t.Context(), step.fetch); got != step.want || !errors.Is(err, step.err) || calls != step.calls {
			t.Errorf("%+v: got %q, %v after %d calls", step, got, err, calls)
		}
	}
}
