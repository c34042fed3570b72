package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

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
	// Variants are what there is to say of each, where the set has several and
	// the change was asked for; Preview is true where all have one.
	Variants []explanation `json:"variants,omitempty"`
}

func explainCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:     "explain [flags] CHANGE",
		GroupID: groupLook,
		Short:   "say why a pull request or branch has, or has not, a preview",
		Long: `Say why a pull request (42, '#42' or pr-42), a branch or one of its variants (pr-42-flag-on) has, or
has not, a preview.`,
		Example: `  previewset explain --config config.yaml 42
  previewset explain --config config.yaml --set shop feature/dark-mode`,
		Args: operands(1, 1),
	}
	f := explainFlags{newFlags(t, c)}
	f.withSet()
	c.RunE = func(c *cobra.Command, operands []string) error { return f.run(c.Context(), operands[0]) }
	return c
}

func (f explainFlags) run(ctx context.Context, asked string) error {
	set, err := f.findSet()
	if err != nil {
		return err
	}
	outcome, err := set.Plan(ctx, gitops.Permissions{Write: true, Prune: true})
	if err != nil {
		return err
	}
	found, err := f.find(ctx, set, outcome.Snapshot, asked)
	if err != nil {
		return err
	}
	if f.json() {
		return f.t.json(found)
	}
	f.print(found)
	return nil
}

// find looks what is asked for up among the kept, then among the dropped, and
// else asks the source.
func (f explainFlags) find(ctx context.Context, set *pipeline.Set, s *generator.Snapshot, asked string) (explanation, error) {
	if found := explanations(s, asked); len(found) > 0 {
		return summarize(found), nil
	}
	asked = trimVariant(asked, set.Variants)
	kind := generator.Branch
	if isNumber(asked) {
		kind = generator.PullRequest
	}
	key := keyOf(asked, kind)
	ending, err := set.Source.Ending(ctx, key)
	if err != nil {
		return explanation{}, fmt.Errorf("%s is not among what is open, and can't be looked up: %w", key, err)
	}
	if ending == generator.EndingUnknown {
		return explanation{}, fmt.Errorf("%s is not known to the source", key)
	}
	return explanation{Set: s.Set, Change: key.String(), Reason: generator.Reason(ending), Detail: "it is " + string(ending)}, nil
}

// explanations are what s has to say of the preview asked for, or of all those of
// the change: each id once, since a held preview can be in the way of another.
func explanations(s *generator.Snapshot, asked string) (all []explanation) {
	add := func(c generator.Change, id, variant string, e explanation) {
		e.Set, e.Change, e.ID = s.Set, c.Key().String(), id
		is := asked == id || asked == strings.TrimSuffix(id, "-"+variant) || c.Key() == keyOf(asked, c.Kind)
		if is && !slices.ContainsFunc(all, e.hasSameID) {
			all = append(all, e)
		}
	}
	for _, p := range s.Previews {
		detail := "it is selected"
		if p.Held != "" {
			detail = p.Held
		}
		add(p.Change, p.ID, p.Variant, explanation{Preview: true, Detail: detail, Parameters: p.Params()})
	}
	for _, d := range s.Dropped {
		add(d.Change, d.ID, d.Variant, explanation{Reason: d.Reason, Detail: d.Detail})
	}
	if i := slices.IndexFunc(all, func(e explanation) bool { return e.ID == asked }); i >= 0 {
		return all[i : i+1]
	}
	return all
}

func (e explanation) hasSameID(other explanation) bool { return e.ID == other.ID }

// together returns what is to say of a change: what is to say of its only preview,
// or how many it has, and what is to say of each.
func summarize(found []explanation) explanation {
	if len(found) == 1 {
		return found[0]
	}
	with := 0
	for _, e := range found {
		if e.Preview {
			with++
		}
	}
	return explanation{
		Set: found[0].Set, Change: found[0].Change, Preview: with == len(found),
		Detail: fmt.Sprintf("%d of %d variants have a preview", with, len(found)), Variants: found,
	}
}

// withoutVariant returns pr-42 of pr-42-flag-on.
func trimVariant(asked string, variants []generator.Variant) string {
	for _, v := range variants {
		if change, ok := strings.CutSuffix(asked, "-"+v.Name); ok && isNumber(change) {
			return change
		}
	}
	return asked
}

func isNumber(asked string) bool {
	_, is := numberOf(asked)
	return is
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
	for _, v := range e.Variants {
		v.Change = v.ID
		f.print(v)
	}
	if len(e.Variants) > 0 {
		return
	}
	if !e.Preview {
		f.t.printf("%s has %s in set %s: %s\n", printable(e.Change), f.t.red("no preview"), e.Set, printable(e.Detail))
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
