package upgrade_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const admitted = "safe to preview"

// entry is what a case expects of an entry that stays or comes back.
type entry struct {
	head      string // one of the heads below
	objection string // its reason
	restored  bool
}

// The heads of entries.
const (
	frozenHead = "the head in the frozen record or trailer"
	newestHead = "the head on the forge"
)

// words are the cases: the forges or the configuration change, and the current code
// goes by what older code wrote. Entries are SET/ID.
func words() []wordCase {
	return []wordCase{
		{
			name: "the same guard holds the last held entry",
			happens: do(
				op{Do: "label", Repo: "web", Number: 2, Labels: []string{"preview"}}, op{Do: "close", Repo: "web", Number: 3},
				op{Do: "label", Repo: "web", Number: 4, Labels: []string{"preview", admitted}},
			),
			prunes: map[string]string{"held/pr-3": "closed"},
			keeps:  map[string]entry{"held/pr-1": {frozenHead, "label", false}, "held/pr-4": {newestHead, "", false}},
		},
		{
			name:    "a held entry follows its change and a held fork does not",
			happens: do(op{Do: "push", Repo: "web", Branch: "change-1"}, op{Do: "push-fork", Repo: "web", Number: 4}),
			keeps:   map[string]entry{"held/pr-1": {newestHead, "label", false}, "held/pr-4": {frozenHead, "fork", false}},
		},
		{
			name:    "another guard releases the held entries",
			happens: func(w *world) { w.edit("guard: {removals: 1, percent: 50}", "guard: {removals: 4, percent: 80}") },
			prunes:  map[string]string{"held/pr-1": "label", "held/pr-2": "label", "held/pr-3": "label", "held/pr-4": "fork"},
		},
		{
			name:    "a held entry that is wanted again loses its objection",
			happens: do(op{Do: "label", Repo: "web", Number: 2, Labels: []string{"preview"}}),
			keeps:   map[string]entry{"held/pr-2": {frozenHead, "", false}, "held/pr-1": {frozenHead, "label", false}},
		},
		{
			name:    "a held entry ends with its change",
			happens: do(op{Do: "merge", Repo: "web", Number: 3}),
			prunes:  map[string]string{"held/pr-3": "merged"},
		},
		{
			name:    "a restored entry stays while its change is open",
			happens: do(op{Do: "push", Repo: "shop", Branch: "change-7"}),
			keeps:   map[string]entry{"shop/pr-7": {newestHead, "", true}},
		},
		{
			name:    "a restored entry ends with its change",
			happens: do(op{Do: "close", Repo: "shop", Number: 7}),
			prunes:  map[string]string{"shop/pr-7": "closed"},
		},
		{
			name:    "an admitted fork stays at its commit",
			happens: do(op{Do: "push-fork", Repo: "shop", Number: 8}),
			keeps:   map[string]entry{"shop/pr-8": {frozenHead, "", false}},
		},
		{
			name:    "a fork that is opened again comes back at the commit in the history",
			happens: do(op{Do: "push-fork", Repo: "shop", Number: 9}, op{Do: "reopen", Repo: "shop", Number: 9}),
			keeps:   map[string]entry{"shop/pr-9": {frozenHead, "", false}},
		},
		{
			name:    "a fork that is no draft any more comes back at the commit in the history",
			happens: do(op{Do: "push-fork", Repo: "shop", Number: 10}, op{Do: "draft", Repo: "shop", Number: 10}),
			keeps:   map[string]entry{"shop/pr-10": {frozenHead, "", false}},
		},
		{
			name:    "a fork that is labelled again is admitted at its head",
			happens: do(op{Do: "push-fork", Repo: "shop", Number: 11}, op{Do: "label", Repo: "shop", Number: 11, Labels: []string{admitted}}),
			keeps:   map[string]entry{"shop/pr-11": {newestHead, "", false}},
		},
		{
			name: "a fork that the configuration denied comes back at the commit in the history",
			happens: func(w *world) {
				w.edit("labels: {none: [stop]}", "forks: "+admitted)
				w.edit("limits: {previews: 2}", "limits: {previews: 3}")
				w.forges.do(op{Do: "label", Repo: "mixed", Number: 1}) // room below the limit
				w.forges.do(op{Do: "label", Repo: "mixed", Number: 5, Labels: []string{admitted, "keep"}}, op{Do: "push-fork", Repo: "mixed", Number: 5})
			},
			prunes: map[string]string{"aged/pr-1": "expired"},
			keeps:  map[string]entry{"mixed/pr-5": {frozenHead, "", false}},
		},
		{
			name:    "a closed change ends in all variants",
			happens: do(op{Do: "close", Repo: "flags", Number: 1}),
			prunes:  map[string]string{"flags/pr-1-flag-on": "closed", "flags/pr-1-flag-off": "closed"},
		},
		{
			name:    "a label takes a preview",
			happens: do(op{Do: "label", Repo: "shop", Number: 1, Labels: []string{"no preview"}}),
			prunes:  map[string]string{"shop/pr-1": "label"},
		},
		{
			name:    "a change without the keep label is idle or expired",
			happens: do(op{Do: "label", Repo: "mixed", Number: 7}),
			prunes:  map[string]string{"mixed/pr-7": "idle", "aged/pr-7": "expired"},
			keeps:   map[string]entry{"mixed/pr-1": {frozenHead, "", false}},
		},
		{
			name:    "a deleted branch ends",
			happens: func(w *world) { w.source.DeleteBranch(w.t, "plain") },
			prunes:  map[string]string{"branches/br-plain": "deleted"},
		},
	}
}

type wordCase struct {
	name    string
	happens func(w *world)
	// prunes are all entries that go, with their reasons.
	prunes map[string]string
	keeps  map[string]entry
}

func do(ops ...op) func(w *world) { return func(w *world) { w.forges.do(ops...) } }

// TestWords checks what the fixed words in old records and trailers mean to the
// current code.
func TestWords(t *testing.T) {
	t.Parallel()
	for _, dir := range releases(t) {
		for _, test := range words() {
			t.Run(filepath.Base(dir)+"/"+test.name, func(t *testing.T) {
				t.Parallel()
				w := thaw(t, dir)
				test.happens(w)
				s := w.serve()
				s.settle(3)
				w.onlyPruned(test.prunes)
				for name, reason := range test.prunes {
					w.prunedFor(name, reason)
					if s.answered(name) != nil {
						t.Errorf("%s is still in the answer", name)
					}
				}
				for name, want := range test.keeps {
					w.keeps(name, want)
					if got, head := s.answered(name)["head_sha"], w.headOf(name, want.head); got != head {
						t.Errorf("%s is answered at %v, want %s: %s", name, got, want.head, head)
					}
				}
			})
		}
	}
}

// onlyPruned checks which of the frozen entries are gone.
func (w *world) onlyPruned(want map[string]string) {
	w.t.Helper()
	var gone []string
	for file := range strings.Lines(w.gitops.Git(w.t, "diff", "--name-only", "--no-renames", "--diff-filter=D", w.tip, "main")) {
		if name, ok := strings.CutSuffix(strings.TrimSpace(file), "/preview.yaml"); ok {
			gone = append(gone, strings.TrimPrefix(name, "previews/"))
		}
	}
	if slices.Sort(gone); !slices.Equal(gone, slices.Sorted(maps.Keys(want))) {
		w.t.Errorf("the entries %v are gone, want %v", gone, want)
	}
}

// prunedFor checks the form of the commit that pruned an entry.
func (w *world) prunedFor(name, reason string) {
	w.t.Helper()
	set, id, _ := strings.Cut(name, "/")
	message := w.gitops.Git(w.t, "log", "-1", "--format=%B", "main", "--", "previews/"+name)
	trailers := w.gitops.Git(w.t, "log", "-1", "--format=%(trailers)", "main", "--", "previews/"+name)
	subject := regexp.MustCompile(`^` + set + `: (.+, )?prune (.+, )?` + id + ` \(` + reason + `\)(, |$|\n)`)
	trailer := fmt.Sprintf("Previewset-Prune: %s reason=%s head=%s", id, reason, w.headOf(name, frozenHead))
	lines := strings.Split(trailers, "\n")
	if !subject.MatchString(message) || !slices.Contains(lines, trailer) || !slices.Contains(lines, "Previewset-Set: "+set) {
		w.t.Errorf("%s: the prune commit says\n%s\nwant the trailer %s", name, message, trailer)
	}
}

// record is what this suite reads of a record, by its own means.
type record struct {
	Change struct {
		Head   string `yaml:"head"`
		Number int64  `yaml:"number"`
	} `yaml:"change"`
	Repository struct {
		Name string `yaml:"name"`
	} `yaml:"repository"`
	Objection struct {
		Reason string `yaml:"reason"`
	} `yaml:"objection"`
	Restored bool `yaml:"restored"`
}

func (w *world) record(commit, name string) (r record) {
	w.t.Helper()
	if err := yaml.Unmarshal([]byte(w.gitops.Git(w.t, "show", commit+":previews/"+name+"/preview.yaml")), &r); err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) keeps(name string, want entry) {
	w.t.Helper()
	r := w.record("main", name)
	got := entry{want.head, r.Objection.Reason, r.Restored}
	if head := w.headOf(name, want.head); got != want || r.Change.Head != head {
		w.t.Errorf("%s is at %s, %+v; want %s, %+v", name, r.Change.Head, got, head, want)
	}
}

// headOf returns the head that an entry had when it was frozen, or that its change
// has on the forge.
func (w *world) headOf(name, which string) string {
	w.t.Helper()
	set, id, _ := strings.Cut(name, "/")
	if which == newestHead {
		r := w.record("main", name)
		return w.forges.repos[r.Repository.Name].PullHead(r.Change.Number)
	}
	log := w.gitops.Git(w.t, "log", "-1", "--format=%B", w.tip, "--", "previews/"+set+"/"+id)
	found := regexp.MustCompile(`(?m)^Previewset-(Add|Update|Prune): ` + id + ` .*head=(\S+)$`).FindStringSubmatch(log)
	if found == nil {
		return w.record(w.tip, name).Change.Head
	}
	return found[2]
}
