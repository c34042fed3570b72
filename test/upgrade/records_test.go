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

// entry is the expected state of an entry that stays or is created again.
type entry struct {
	head      string // frozenHead or newestHead
	objection string // reason of the objection, or ""
	restored  bool
}

// The expected heads of entries.
const (
	frozenHead = "the head in the frozen record or trailer"
	newestHead = "the head on the forge"
)

// recordCases returns the cases of TestOldRecordsAndTrailers. In each of them the forges or
// the configuration change, and the result depends on records and trailers that an older
// release wrote. The name of an entry is SET/ID.
func recordCases() []recordCase {
	return []recordCase{
		{
			name: "the same guard holds the last held entry",
			event: apply(
				op{Do: "label", Repo: "web", Number: 2, Labels: []string{"preview"}}, op{Do: "close", Repo: "web", Number: 3},
				op{Do: "label", Repo: "web", Number: 4, Labels: []string{"preview", admitted}},
			),
			prunes: map[string]string{"held/pr-3": "closed"},
			keeps:  map[string]entry{"held/pr-1": {frozenHead, "label", false}, "held/pr-4": {frozenHead, "fork", false}}, // nothing proves the head at the label
		},
		{
			name:  "a held entry follows its change and a held fork does not",
			event: apply(op{Do: "push", Repo: "web", Branch: "change-1"}, op{Do: "push-fork", Repo: "web", Number: 4}),
			keeps: map[string]entry{"held/pr-1": {newestHead, "label", false}, "held/pr-4": {frozenHead, "fork", false}},
		},
		{
			name: "another guard releases the held entries",
			event: func(in *installation) {
				in.edit("guard: {removals: 1, percent: 50}", "guard: {removals: 4, percent: 80}")
			},
			prunes: map[string]string{"held/pr-1": "label", "held/pr-2": "label", "held/pr-3": "label", "held/pr-4": "fork"},
		},
		{
			name:  "a held entry that is wanted again loses its objection",
			event: apply(op{Do: "label", Repo: "web", Number: 2, Labels: []string{"preview"}}),
			keeps: map[string]entry{"held/pr-2": {frozenHead, "", false}, "held/pr-1": {frozenHead, "label", false}},
		},
		{
			name:   "a held entry ends with its change",
			event:  apply(op{Do: "merge", Repo: "web", Number: 3}),
			prunes: map[string]string{"held/pr-3": "merged"},
		},
		{
			name:  "a restored entry stays while its change is open",
			event: apply(op{Do: "push", Repo: "shop", Branch: "change-7"}),
			keeps: map[string]entry{"shop/pr-7": {newestHead, "", true}},
		},
		{
			name:   "a restored entry ends with its change",
			event:  apply(op{Do: "close", Repo: "shop", Number: 7}),
			prunes: map[string]string{"shop/pr-7": "closed"},
		},
		{
			name:  "an admitted fork stays at its commit",
			event: apply(op{Do: "push-fork", Repo: "shop", Number: 8}),
			keeps: map[string]entry{"shop/pr-8": {frozenHead, "", false}},
		},
		{
			name:  "a fork that is opened again comes back at the commit in the history",
			event: apply(op{Do: "push-fork", Repo: "shop", Number: 9}, op{Do: "reopen", Repo: "shop", Number: 9}),
			keeps: map[string]entry{"shop/pr-9": {frozenHead, "", false}},
		},
		{
			name:  "a fork that is no longer a draft comes back at the commit in the history",
			event: apply(op{Do: "push-fork", Repo: "shop", Number: 10}, op{Do: "draft", Repo: "shop", Number: 10}),
			keeps: map[string]entry{"shop/pr-10": {frozenHead, "", false}},
		},
		{
			name:  "a fork that is labelled again is admitted at its head",
			event: apply(op{Do: "push-fork", Repo: "shop", Number: 11}),
			then:  apply(op{Do: "label", Repo: "shop", Number: 11, Labels: []string{admitted}}),
			keeps: map[string]entry{"shop/pr-11": {newestHead, "", false}},
		},
		{
			name: "a fork that the configuration denied comes back at the commit in the history",
			event: func(in *installation) {
				in.edit("labels: {none: [stop]}", "forks: "+admitted)
				in.edit("limits: {previews: 2}", "limits: {previews: 3}")
				in.forges.apply(op{Do: "label", Repo: "mixed", Number: 1}) // room below the limit
				in.forges.apply(op{Do: "label", Repo: "mixed", Number: 5, Labels: []string{admitted, "keep"}}, op{Do: "push-fork", Repo: "mixed", Number: 5})
			},
			prunes: map[string]string{"aged/pr-1": "expired"},
			keeps:  map[string]entry{"mixed/pr-5": {frozenHead, "", false}},
		},
		{
			name:   "a closed change ends in all variants",
			event:  apply(op{Do: "close", Repo: "flags", Number: 1}),
			prunes: map[string]string{"flags/pr-1-flag-on": "closed", "flags/pr-1-flag-off": "closed"},
		},
		{
			name:   "a label ends a preview",
			event:  apply(op{Do: "label", Repo: "shop", Number: 1, Labels: []string{"no preview"}}),
			prunes: map[string]string{"shop/pr-1": "label"},
		},
		{
			name:   "a change without the keep label is idle or expired",
			event:  apply(op{Do: "label", Repo: "mixed", Number: 7}),
			prunes: map[string]string{"mixed/pr-7": "idle", "aged/pr-7": "expired"},
			keeps:  map[string]entry{"mixed/pr-1": {frozenHead, "", false}},
		},
		{
			name:   "the preview of a deleted branch ends",
			event:  func(in *installation) { in.source.DeleteBranch(in.t, "plain") },
			prunes: map[string]string{"branches/br-plain": "deleted"},
		},
	}
}

type recordCase struct {
	name  string
	event func(in *installation)
	// then happens after the first sync of the current code; it may be nil.
	then func(in *installation)
	// prunes lists all entries that previewset removes: name → reason.
	prunes map[string]string
	// keeps lists some of the other entries.
	keeps map[string]entry
}

func apply(ops ...op) func(in *installation) {
	return func(in *installation) { in.forges.apply(ops...) }
}

// TestOldRecordsAndTrailers checks that the current code understands the fixed words in
// the records and trailers of older releases.
func TestOldRecordsAndTrailers(t *testing.T) {
	t.Parallel()
	for _, dir := range releases(t) {
		for _, test := range recordCases() {
			t.Run(filepath.Base(dir)+"/"+test.name, func(t *testing.T) {
				t.Parallel()
				in := restore(t, dir)
				test.event(in)
				s := in.serve()
				s.awaitSyncs(3)
				if test.then != nil {
					test.then(in)
					s.awaitMoreSyncs(2)
				}
				in.checkPruned(test.prunes)
				for name, reason := range test.prunes {
					in.checkPruneCommit(name, reason)
					if s.entryParameters(name) != nil {
						t.Errorf("the answer still has %s", name)
					}
				}
				for name, want := range test.keeps {
					in.checkEntry(name, want)
					if got, head := s.entryParameters(name)["head_sha"], in.headOf(name, want.head); got != head {
						t.Errorf("%s: the answer has head %v, want %s: %s", name, got, want.head, head)
					}
				}
			})
		}
	}
}

// checkPruned checks that exactly the entries in want have been removed.
func (in *installation) checkPruned(want map[string]string) {
	in.t.Helper()
	var removed []string
	for file := range strings.Lines(in.gitops.Git(in.t, "diff", "--name-only", "--no-renames", "--diff-filter=D", in.tip, "main")) {
		if name, ok := strings.CutSuffix(strings.TrimSpace(file), "/preview.yaml"); ok {
			removed = append(removed, strings.TrimPrefix(name, "previews/"))
		}
	}
	if slices.Sort(removed); !slices.Equal(removed, slices.Sorted(maps.Keys(want))) {
		in.t.Errorf("removed entries: got %v, want %v", removed, want)
	}
}

// checkPruneCommit checks the message of the commit that pruned an entry.
func (in *installation) checkPruneCommit(name, reason string) {
	in.t.Helper()
	set, id, _ := strings.Cut(name, "/")
	message := in.gitops.Git(in.t, "log", "-1", "--format=%B", "main", "--", "previews/"+name)
	trailers := in.gitops.Git(in.t, "log", "-1", "--format=%(trailers)", "main", "--", "previews/"+name)
	subject := regexp.MustCompile(`^` + set + `: (.+, )?prune (.+, )?` + id + ` \(` + reason + `\)(, |$|\n)`)
	trailer := fmt.Sprintf("Previewset-Prune: %s reason=%s head=%s", id, reason, in.headOf(name, frozenHead))
	lines := strings.Split(trailers, "\n")
	if !subject.MatchString(message) || !slices.Contains(lines, trailer) || !slices.Contains(lines, "Previewset-Set: "+set) {
		in.t.Errorf("%s: message of the prune commit: got\n%s\nwant the trailer %s", name, message, trailer)
	}
}

// record holds the fields of preview.yaml that this suite reads. It does not use the
// types of the product, which change with it.
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

func (in *installation) record(commit, name string) (r record) {
	in.t.Helper()
	if err := yaml.Unmarshal([]byte(in.gitops.Git(in.t, "show", commit+":previews/"+name+"/preview.yaml")), &r); err != nil {
		in.t.Fatal(err)
	}
	return r
}

func (in *installation) checkEntry(name string, want entry) {
	in.t.Helper()
	r := in.record("main", name)
	got := entry{want.head, r.Objection.Reason, r.Restored}
	if head := in.headOf(name, want.head); got != want || r.Change.Head != head {
		in.t.Errorf("%s: got head %s, %+v; want %s, %+v", name, r.Change.Head, got, head, want)
	}
}

// headOf returns the head of an entry in the frozen data (frozenHead), or the head of
// its change on the forge (newestHead).
func (in *installation) headOf(name, kind string) string {
	in.t.Helper()
	set, id, _ := strings.Cut(name, "/")
	if kind == newestHead {
		r := in.record("main", name)
		return in.forges.repos[r.Repository.Name].PullHead(r.Change.Number)
	}
	log := in.gitops.Git(in.t, "log", "-1", "--format=%B", in.tip, "--", "previews/"+set+"/"+id)
	found := regexp.MustCompile(`(?m)^Previewset-(Add|Update|Prune): ` + id + ` .*head=(\S+)$`).FindStringSubmatch(log)
	if found == nil {
		return in.record(in.tip, name).Change.Head
	}
	return found[2]
}
