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

// explanation is the JSON output of explain.
type explanation struct {
	Set     string           `json:"set"`
	Change  string           `json:"change"`
	Preview bool             `json:"preview"`
	ID      string           `json:"id,omitempty"`
	Reason  generator.Reason `json:"reason,omitempty"`
	Detail  string           `json:"detail"`
	// Parameters of the preview.
	Parameters generator.Params `json:"parameters,omitempty"`
	// Variants has an explanation for each variant, if the set has several and the
	// argument names a change. Preview is then true if all variants have a preview.
	Variants []explanation `json:"variants,omitempty"`
	// Warnings are those of the set.
	Warnings []generator.Warning `json:"warnings,omitempty"`
}

func explainCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:     "explain [flags] CHANGE",
		GroupID: groupLook,
		Short:   "explain why a pull request or branch has a preview or not",
		Long: `Explain why a pull request (42, '#42' or pr-42), a branch or one of its variants (pr-42-flag-on) has
a preview or not.`,
		Example: `  previewset explain --config config.yaml 42
  previewset explain --config config.yaml --set shop feature/dark-mode`,
		Args: operands(1, 1),
	}
	f := explainFlags{newFlags(t, c)}
	f.withSet()
	c.RunE = func(c *cobra.Command, operands []string) error { return f.run(c.Context(), operands[0]) }
	return c
}

func (f explainFlags) run(ctx context.Context, argument string) error {
	set, err := f.findSet()
	if err != nil {
		return err
	}
	defer f.t.working(ctx, "reading %s", set.Name)()
	outcome, err := set.Plan(ctx, gitops.Permissions{Write: true, Prune: true})
	if err != nil {
		return err
	}
	found, err := f.find(ctx, set, outcome.Snapshot, argument)
	if err != nil {
		if !f.json() {
			f.t.warnings(set.Name, outcome.Warnings)
		}
		return err
	}
	if found.Warnings = outcome.Warnings; f.json() {
		return f.t.json(found)
	}
	f.print(found)
	f.t.warnings(found.Set, found.Warnings)
	return nil
}

// find explains a change or preview with the snapshot s. If s has neither a preview
// nor a dropped change for it, find looks up at the source how the change ended.
func (f explainFlags) find(ctx context.Context, set *pipeline.Set, s *generator.Snapshot, argument string) (explanation, error) {
	if found := explanations(s, argument); len(found) > 0 {
		return summarize(found), nil
	}
	argument = trimVariant(argument, set.Variants)
	kind := generator.Branch
	if isNumber(argument) {
		kind = generator.PullRequest
	}
	key := keyOf(argument, kind)
	ending, err := set.Source.Ending(ctx, s.Repository.ID, key.Change())
	if err != nil {
		return explanation{}, fmt.Errorf("%s is not open, and how it ended can't be looked up: %w", key, err)
	}
	if ending == generator.EndingUnknown {
		return explanation{}, fmt.Errorf("the source does not know %s", key)
	}
	return explanation{Set: s.Set, Change: key.String(), Reason: generator.Reason(ending), Detail: "it is " + string(ending)}, nil
}

// explanations returns the explanation of the preview that argument names, or one for
// each preview of the change that it names. Each id occurs once: a held preview can be the
// reason why another change with the same id is dropped.
func explanations(s *generator.Snapshot, argument string) (all []explanation) {
	add := func(c generator.Change, id, variant string, e explanation) {
		e.Set, e.Change, e.ID = s.Set, c.Key().String(), id
		matches := argument == id || argument == strings.TrimSuffix(id, "-"+variant) || c.Key() == keyOf(argument, c.Kind)
		if matches && !slices.ContainsFunc(all, e.hasSameID) {
			all = append(all, e)
		}
	}
	for _, p := range s.Previews {
		detail := "it is selected"
		if p.Held.Detail != "" {
			detail = p.Held.Detail
		}
		add(p.Change, p.ID, p.Variant, explanation{Preview: true, Detail: detail, Parameters: p.Params()})
	}
	for _, d := range s.Dropped {
		add(d.Change, d.ID, d.Variant, explanation{Reason: d.Reason, Detail: d.Detail})
	}
	if i := slices.IndexFunc(all, func(e explanation) bool { return e.ID == argument }); i >= 0 {
		return all[i : i+1]
	}
	return all
}

func (e explanation) hasSameID(other explanation) bool { return e.ID == other.ID }

// summarize returns the only explanation of a change, or an explanation that counts
// the variants with a preview and lists all variants.
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

// trimVariant returns the id of a pull request without a variant: pr-42 for
// pr-42-flag-on.
func trimVariant(argument string, variants []generator.Variant) string {
	for _, v := range variants {
		if change, ok := strings.CutSuffix(argument, "-"+v.Name); ok && isNumber(change) {
			return change
		}
	}
	return argument
}

func isNumber(argument string) bool {
	_, ok := numberOf(argument)
	return ok
}

func keyOf(argument string, kind generator.Kind) generator.Key {
	if kind == generator.PullRequest {
		number, _ := numberOf(argument)
		return generator.Key{Kind: kind, Number: number}
	}
	return generator.Key{Kind: kind, Branch: argument}
}

// numberOf reads 42, #42 and pr-42.
func numberOf(argument string) (int64, bool) {
	digits := strings.TrimPrefix(strings.TrimPrefix(argument, "#"), "pr-")
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
