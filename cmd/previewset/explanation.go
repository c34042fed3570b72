package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/plugin"
)

// explanation is the JSON output of explain.
type explanation struct {
	plugin.StateView
	// State is "" for a change that has ended.
	State   generator.State `json:"state,omitempty"`
	Change  string          `json:"change,omitempty"`
	Preview bool            `json:"preview"`
	// Detail is the same as the message.
	Detail string `json:"detail"`
	// Removal is the last removal of the entries of a change that has ended.
	Removal *removalView `json:"removal,omitempty"`
	// Variants has an explanation for each match, if there are several. Preview is then
	// true if all of them have a preview.
	Variants []explanation `json:"variants,omitempty"`
	// Problem is why the newest state of the set is not known, "" if it is known.
	Problem string `json:"problem,omitempty"`
	// Warnings are those of the set.
	Warnings []generator.Warning `json:"warnings,omitempty"`
}

// removalView is a commit that removed entries.
type removalView struct {
	Commit      string    `json:"commit"`
	CommittedAt time.Time `json:"committed_at"`
	// Reasons are the reasons of the prune by id. They are empty if the commit was no
	// prune.
	Reasons map[string]generator.Reason `json:"reasons"`
}

func newExplanation(v plugin.StateView) explanation {
	return explanation{
		StateView: v, State: v.State, Change: changeOf(v), Detail: v.Message,
		Preview: hasPreview(v.State),
	}
}

// hasPreview reports whether a change in this state has a preview. The parameters do not show
// it: only a running service has those of a preview whose record is lost.
func hasPreview(s generator.State) bool {
	return !slices.Contains([]generator.State{"", generator.StateDropped, generator.StateWaiting, generator.StateRemoving}, s)
}

// changeOf returns the name of a change, or the ID of its preview if only that is known.
func changeOf(v plugin.StateView) string {
	if v.Kind == generator.Branch && v.Branch == "" {
		return v.ID
	}
	return generator.Change{Kind: v.Kind, Number: v.Number, Branch: v.Branch}.Key().String()
}

// explainUnlisted explains a change that is not listed.
func explainUnlisted(set string, u pipeline.Unlisted) explanation {
	e := newExplanation(plugin.StateView{
		Set: set, ID: u.ID, Reason: u.Reason, Message: u.Detail, Kind: u.Kind, Number: u.Number, Branch: u.Branch,
	})
	if u.Reason == generator.ReasonKind {
		e.State = generator.StateDropped
	}
	if u.Reason == generator.ReasonPending {
		e.State = generator.StateWaiting
	}
	if u.Removal != nil {
		e.Removal = newRemovalView(*u.Removal)
	}
	return e
}

func newRemovalView(r gitops.Removal) *removalView {
	view := &removalView{Commit: r.Commit, CommittedAt: r.CommittedAt.UTC(), Reasons: map[string]generator.Reason{}}
	for _, p := range r.Pruned {
		view.Reasons[p.ID] = p.Reason
	}
	return view
}

// summarize returns the only explanation with the warnings of its set, or an explanation
// that counts the previews and has all explanations.
func summarize(found []explanation, sets []plugin.SetView) explanation {
	for i := range found {
		set := setsOf(found[i:i+1], sets)[0]
		found[i].Problem, found[i].Warnings = problemOf(set), set.Warnings
	}
	if len(found) == 1 {
		return found[0]
	}
	all, with := explanation{Variants: found}, 0
	for _, e := range found {
		if e.Preview {
			with++
		}
	}
	noun, first := "matches", found[0]
	if !slices.ContainsFunc(found, func(e explanation) bool { return e.Set != first.Set || e.Change != first.Change }) {
		noun = "variants"
		all.Set, all.Change, all.Kind, all.Number, all.Branch = first.Set, first.Change, first.Kind, first.Number, first.Branch
		all.Problem, all.Warnings = first.Problem, first.Warnings
	}
	all.Preview = with == len(found)
	all.Detail = fmt.Sprintf("%d of %d %s have a preview", with, len(found), noun)
	all.Message = all.Detail
	return all
}

// setsOf returns the sets that have these explanations.
func setsOf(found []explanation, sets []plugin.SetView) (some []plugin.SetView) {
	for _, set := range sets {
		if slices.ContainsFunc(found, func(e explanation) bool { return e.Set == set.Set }) {
			some = append(some, set)
		}
	}
	return some
}
