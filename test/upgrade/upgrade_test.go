package upgrade_test

import (
	"encoding/json"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestUpgrade runs the current code on every frozen installation. The upgrade pushes no
// commit, and every answer to Argo CD stays the same, except for announced differences.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	for _, dir := range releases(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			in := restore(t, dir)
			announced := in.announced()
			in.checkPlan(announced)
			s := in.serve()
			s.awaitSyncs(2)
			for _, set := range in.sets() {
				in.checkAnswer(set, s.answer(set), announced)
			}
			s.Stop(t)
			in.checkPrune()
			in.checkCommits(announced)
			in.checkPlan(nil) // an announced entry is rewritten only once
		})
	}
}

// announcements lists the differences that the CHANGELOG announces: "entry SET/ID" and
// "parameter NAME", as patterns of path.Match.
type announcements []string

func (in *installation) announced() (all announcements) {
	in.t.Helper()
	if files, _ := filepath.Glob(filepath.Join(in.dir, "announced")); len(files) > 0 {
		for line := range strings.Lines(in.frozen("announced")) {
			all = append(all, strings.TrimSpace(line))
		}
	}
	return all
}

func (a announcements) has(difference string) bool {
	return slices.ContainsFunc(a, func(pattern string) bool {
		matches, err := path.Match(pattern, difference)
		return err == nil && matches
	})
}

// step is a step of a plan.
type step struct {
	ID     string `json:"id"`
	Action string `json:"action"`
}

// checkPlan checks that `plan` prints no steps except announced updates.
func (in *installation) checkPlan(announced announcements) {
	in.t.Helper()
	var plans []struct {
		Set      string `json:"set"`
		Steps    []step `json:"steps"`
		Failures []any  `json:"failures"`
	}
	in.decode(in.run("plan", "--output", "json"), &plans)
	if len(plans) != len(in.sets()) {
		in.t.Errorf("plan has %d sets, want %d", len(plans), len(in.sets()))
	}
	for _, p := range plans {
		for _, s := range p.Steps {
			if s.Action != "update" || !announced.has("entry "+p.Set+"/"+s.ID) {
				in.t.Errorf("plan has an unannounced step: %s %s/%s", s.Action, p.Set, s.ID)
			}
		}
		if len(p.Failures) > 0 {
			in.t.Errorf("plan of %s has failures: %v", p.Set, p.Failures)
		}
	}
}

// checkPrune checks that `prune` deletes nothing.
func (in *installation) checkPrune() {
	in.t.Helper()
	var results []struct {
		Set     string `json:"set"`
		Deleted []step `json:"deleted"`
	}
	in.decode(in.run("prune", "--output", "json"), &results)
	for _, r := range results {
		if len(r.Deleted) > 0 {
			in.t.Errorf("prune of %s deleted %v, want nothing", r.Set, r.Deleted)
		}
	}
}

// checkCommits checks that new commits change only announced entries, and that there are
// none if nothing is announced.
func (in *installation) checkCommits(announced announcements) {
	in.t.Helper()
	for file := range strings.FieldsSeq(in.gitops.Git(in.t, "log", "--format=", "--name-only", in.tip+"..main")) {
		parts := strings.Split(file, "/") // previews/SET/ID/FILE
		if len(parts) < 4 || !announced.has("entry "+parts[1]+"/"+parts[2]) {
			in.t.Errorf("a commit changes %s:\n%s", file, in.gitops.Git(in.t, "diff", in.tip, "main", "--", file))
		}
	}
	if now := in.gitops.Tip(in.t, "main"); now != in.tip && len(announced) == 0 {
		in.t.Errorf("the branch moved from %s to %s", in.tip, now)
	}
}

// parameters returns the parameter sets of an answer by id.
func (in *installation) parameters(answer string) map[string]map[string]any {
	in.t.Helper()
	var parsed struct {
		Output struct {
			Parameters []map[string]any `json:"parameters"`
		} `json:"output"`
	}
	in.decode(answer, &parsed)
	found := map[string]map[string]any{}
	for _, p := range parsed.Output.Parameters {
		found[p["id"].(string)] = p
	}
	if len(found) != len(parsed.Output.Parameters) {
		in.t.Errorf("the answer has an id twice: %s", answer)
	}
	return found
}

// entryParameters returns the parameters of an entry, or nil if the answer does not have
// the entry.
func (s *service) entryParameters(name string) map[string]any {
	s.in.t.Helper()
	set, id, _ := strings.Cut(name, "/")
	return s.in.parameters(s.answer(set))[id]
}

// checkAnswer compares an answer with the frozen answer. An announced entry may have
// another revision, and an announced parameter may be new.
func (in *installation) checkAnswer(set, answer string, announced announcements) {
	in.t.Helper()
	got, want := in.parameters(answer), in.parameters(in.frozen(filepath.Join("answers", set+".json")))
	for id, p := range got {
		if announced.has("entry "+set+"/"+id) && want[id] != nil {
			p["revision"] = want[id]["revision"]
		}
		for name := range p {
			if _, old := want[id][name]; !old && announced.has("parameter "+name) {
				delete(p, name)
			}
		}
		if want[id] == nil {
			in.t.Errorf("%s: the answer has the new entry %s", set, id)
		}
	}
	for id, frozen := range want {
		if !reflect.DeepEqual(got[id], frozen) {
			in.t.Errorf("%s: parameters of %s: got\n%v\nwant\n%v", set, id, got[id], frozen)
		}
	}
}

func (in *installation) decode(text string, into any) {
	in.t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		in.t.Fatalf("%v in %s", err, text)
	}
}
