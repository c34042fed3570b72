package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/pipeline"
)

type explainFlags struct{ *flags }

// explanation is what explain says, for programs.
type explanation struct {
	Set     string           `json:"set"`
	Change  string           `json:"change"`
	Preview bool             `json:"preview"`
	ID      string           `json:"id,omitempty"`
	Reason  generator.Reason `json:"reason,omitempty"`
	Detail  string           `json:"detail"`
	// Parameters of the preview.
	Parameters generator.Params `json:"parameters,omitempty"`
}

func explain(ctx context.Context, t *terminal, args []string) error {
	f := explainFlags{flags: newFlags(t, "explain", "CHANGE", "Say why a pull request (42, #42 or pr-42) or a branch has, or has not, a preview.")}
	set, asked, err := f.parseForSet(args)
	if err != nil {
		return err
	}
	outcome, err := set.Plan(ctx, gitops.Mask{Upsert: true, Delete: true})
	if err != nil {
		return err
	}
	found, err := f.find(ctx, set, outcome.Snapshot, asked)
	if err != nil {
		return err
	}
	if f.json() {
		return t.json(found)
	}
	f.print(found)
	return nil
}

// find looks what is asked for up among the kept, then among the dropped, and
// else asks the source.
func (f explainFlags) find(ctx context.Context, set *pipeline.Set, s *generator.Snapshot, asked string) (explanation, error) {
	is := func(c generator.Change, id string) bool { return asked == id || c.Key() == keyOf(asked, c.Kind) }
	if i := slices.IndexFunc(s.Previews, func(p generator.Placed) bool { return is(p.Change, p.ID) }); i >= 0 {
		p := s.Previews[i]
		detail := "it is selected"
		if p.Held != "" {
			detail = p.Held
		}
		return explanation{Set: s.Set, Change: p.Key().String(), Preview: true, ID: p.ID, Detail: detail, Parameters: p.Params()}, nil
	}
	if i := slices.IndexFunc(s.Dropped, func(d generator.Dropped) bool { return is(d.Change, d.ID) }); i >= 0 {
		d := s.Dropped[i]
		return explanation{Set: s.Set, Change: d.Key().String(), ID: d.ID, Reason: d.Reason, Detail: d.Detail}, nil
	}
	kind := generator.Branch
	if _, isNumber := numberOf(asked); isNumber {
		kind = generator.PullRequest
	}
	key := keyOf(asked, kind)
	ending, err := set.Source.Ending(ctx, key)
	if err != nil {
		return explanation{}, fmt.Errorf("%s is not among what is open, and can't be looked up: %w", key, err)
	}
	if ending == generator.Unknown {
		return explanation{}, fmt.Errorf("%s is not known to the source", key)
	}
	return explanation{Set: s.Set, Change: key.String(), Reason: generator.Reason(ending), Detail: "it is " + string(ending)}, nil
}

func keyOf(asked string, kind generator.Kind) generator.Key {
	if kind == generator.PullRequest {
		number, _ := numberOf(asked)
		return generator.Key{Kind: kind, Number: number}
	}
	return generator.Key{Kind: kind, Branch: asked}
}

// numberOf reads 42, #42 and pr-42.
func numberOf(asked string) (int64, bool) {
	digits := strings.TrimPrefix(strings.TrimPrefix(asked, "#"), "pr-")
	number, err := strconv.ParseInt(digits, 10, 64)
	return number, err == nil && number > 0
}

func (f explainFlags) print(e explanation) {
	if !e.Preview {
		f.t.printf("%s has %s in set %s: %s (%s)\n", printable(e.Change), f.t.red("no preview"), e.Set, printable(e.Detail), e.Reason)
		return
	}
	f.t.printf("%s has %s in set %s: %s\n", printable(e.Change), f.t.green("a preview"), e.Set, printable(e.Detail))
	var rows [][]string
	for _, name := range []string{"id", "name", "namespace", "preview_url", "db_schema", "head_sha", "expires_at", "path", "revision"} {
		if value, _ := e.Parameters[name].(string); value != "" {
			rows = append(rows, []string{name, value})
		}
	}
	f.t.table([]string{"PARAMETER", "VALUE"}, rows)
}
