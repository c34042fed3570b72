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

// TestUpgrade runs the current code on every installation that older code left. The
// upgrade makes no commit, and every answer to Argo CD stays the same.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	for _, dir := range releases(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			w := thaw(t, dir)
			announced := w.announced()
			w.planned(announced)
			s := w.serve()
			s.settle(2)
			for _, set := range w.sets() {
				w.sameAnswer(set, s.ask(set), announced)
			}
			s.Stop(t)
			w.pruned()
			w.unmoved(announced)
			w.planned(nil) // an announced entry is rewritten once
		})
	}
}

// announcements are what the CHANGELOG announces as another form: "entry SET/ID" and
// "parameter NAME", with the patterns of path.Match.
type announcements []string

func (w *world) announced() (all announcements) {
	w.t.Helper()
	if files, _ := filepath.Glob(filepath.Join(w.dir, "announced")); len(files) > 0 {
		for line := range strings.Lines(w.frozen("announced")) {
			all = append(all, strings.TrimSpace(line))
		}
	}
	return all
}

func (a announcements) has(what string) bool {
	return slices.ContainsFunc(a, func(pattern string) bool {
		matches, err := path.Match(pattern, what)
		return err == nil && matches
	})
}

// step is one step of a plan.
type step struct {
	ID     string `json:"id"`
	Action string `json:"action"`
}

// planned checks that `plan` shows no step but the announced updates.
func (w *world) planned(announced announcements) {
	w.t.Helper()
	var plans []struct {
		Set      string `json:"set"`
		Steps    []step `json:"steps"`
		Failures []any  `json:"failures"`
	}
	w.decode(w.run("plan", "--output", "json"), &plans)
	if len(plans) != len(w.sets()) {
		w.t.Errorf("plan shows %d of %d sets", len(plans), len(w.sets()))
	}
	for _, p := range plans {
		for _, s := range p.Steps {
			if s.Action != "update" || !announced.has("entry "+p.Set+"/"+s.ID) {
				w.t.Errorf("plan: %s %s/%s", s.Action, p.Set, s.ID)
			}
		}
		if len(p.Failures) > 0 {
			w.t.Errorf("plan: %s fails: %v", p.Set, p.Failures)
		}
	}
}

// pruned checks that `prune` deletes nothing.
func (w *world) pruned() {
	w.t.Helper()
	var results []struct {
		Set     string `json:"set"`
		Deleted []step `json:"deleted"`
	}
	w.decode(w.run("prune", "--output", "json"), &results)
	for _, r := range results {
		if len(r.Deleted) > 0 {
			w.t.Errorf("prune deletes %v of %s", r.Deleted, r.Set)
		}
	}
}

// unmoved checks that the branch is where it was, or that no commit changes more
// than announced entries.
func (w *world) unmoved(announced announcements) {
	w.t.Helper()
	for file := range strings.FieldsSeq(w.gitops.Git(w.t, "log", "--format=", "--name-only", w.tip+"..main")) {
		parts := strings.Split(file, "/") // previews/SET/ID/FILE
		if len(parts) < 4 || !announced.has("entry "+parts[1]+"/"+parts[2]) {
			w.t.Errorf("a commit changes %s:\n%s", file, w.gitops.Git(w.t, "diff", w.tip, "main", "--", file))
		}
	}
	if now := w.gitops.Tip(w.t, "main"); now != w.tip && len(announced) == 0 {
		w.t.Errorf("the branch moved from %s to %s", w.tip, now)
	}
}

// parameters are the parameter sets of an answer by id.
func (w *world) parameters(answer string) map[string]map[string]any {
	w.t.Helper()
	var parsed struct {
		Output struct {
			Parameters []map[string]any `json:"parameters"`
		} `json:"output"`
	}
	w.decode(answer, &parsed)
	found := map[string]map[string]any{}
	for _, p := range parsed.Output.Parameters {
		found[p["id"].(string)] = p
	}
	if len(found) != len(parsed.Output.Parameters) {
		w.t.Errorf("an id is there twice: %s", answer)
	}
	return found
}

// answered returns the parameters of an entry; nil where the answer has none.
func (s *service) answered(name string) map[string]any {
	s.w.t.Helper()
	set, id, _ := strings.Cut(name, "/")
	return s.w.parameters(s.ask(set))[id]
}

// sameAnswer checks an answer against the frozen one. An announced entry has
// another revision, and only an announced parameter is new.
func (w *world) sameAnswer(set, answer string, announced announcements) {
	w.t.Helper()
	got, want := w.parameters(answer), w.parameters(w.frozen(filepath.Join("answers", set+".json")))
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
			w.t.Errorf("%s: %s is new", set, id)
		}
	}
	for id, frozen := range want {
		if !reflect.DeepEqual(got[id], frozen) {
			w.t.Errorf("%s: the answer for %s is\n%v\nwant\n%v", set, id, got[id], frozen)
		}
	}
}

func (w *world) decode(text string, into any) {
	w.t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		w.t.Fatalf("%v in %s", err, text)
	}
}
