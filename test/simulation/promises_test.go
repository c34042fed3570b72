package simulation_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/pipeline"
)

// promises are what must hold after each step, and what is remembered for that.
type promises struct {
	w *world
	// tip is the branch as it was after the last step.
	tip plumbing.Hash
	// answers and reads are of each process and set in its present life: the
	// last answer, and when what it tells of was read.
	answers map[string][]preview
	reads   map[string]time.Time
	// forced is true where a person has moved the branch back.
	forced bool
	// written are the commits of this step that somebody was told are there.
	written []plumbing.Hash
}

func newPromises(w *world) *promises {
	return &promises{w: w, tip: w.git.tip(), answers: map[string][]preview{}, reads: map[string]time.Time{}}
}

func life(p *process, set string) string { return p.name + "/" + strconv.Itoa(p.started) + "/" + set }

// ref is what makes a preview the same one.
type ref struct {
	repository string
	key        generator.Key
	variant    string
}

func (p preview) ref() ref {
	number, _ := strconv.ParseInt(p.Number, 10, 64)
	return ref{p.Repository, key(generator.Kind(p.Kind), number, p.Branch), p.Variant}
}

func (r record) ref() ref {
	return ref{r.Repository.Name, key(generator.Kind(r.Change.Kind), r.Change.Number, r.Change.Branch), r.Variant}
}

func key(kind generator.Kind, number int64, branch string) generator.Key {
	return generator.Change{Kind: kind, Number: number, Branch: branch}.Key()
}

// synced is told of each sync's outcome.
func (s *promises) synced(p *process, set string, o *pipeline.Outcome, err error) {
	if err != nil {
		return
	}
	if o.Commit != "" {
		s.written = append(s.written, plumbing.NewHash(o.Commit))
	}
	s.reads[life(p, set)] = s.w.now
	if set == shop && p.serves() {
		s.marked(p, o)
	}
}

// marked: what the guard holds is marked in Git, for all to see.
func (s *promises) marked(p *process, o *pipeline.Outcome) {
	entries := s.w.git.entriesAt(s.w.git.tip())
	failed := map[string]bool{}
	for _, f := range o.Plan.Failures {
		failed[f.ID] = true
	}
	for _, h := range o.Held {
		mark := entries[h.ID].Objection
		if h.Objection != nil && h.Objection.Guard != nil && !failed[h.ID] && (mark == nil || mark.Guard == nil) {
			s.w.violated("%s holds %s, and Git does not know", p.name, h.ID)
		}
	}
}

// check holds the world against the promises.
func (s *promises) check() {
	before, tip := s.tip, s.w.git.tip()
	commits, forward := s.w.git.between(before, tip)
	if !forward && !s.forced {
		s.w.violated("the branch went from %s to %s, which does not hold it", before, tip)
	}
	if forward {
		s.judgeCommits(before, commits)
	}
	for _, hash := range s.written {
		if !s.forced && !slices.ContainsFunc(commits, func(c *object.Commit) bool { return c.Hash == hash }) {
			s.w.violated("the commit %s is lost", hash)
		}
	}
	for _, p := range s.w.procs {
		if p.serves() {
			s.judgeAnswers(p, before)
		}
	}
	s.unique("Git", names(s.w.git.entriesAt(tip)))
	s.settleForks(s.w.git.entriesAt(tip))
	s.w.searchLogs()
	s.tip, s.forced, s.written = tip, false, nil
}

func names(entries map[string]record) (all []preview) {
	for id, r := range entries {
		all = append(all, preview{ID: id, Name: r.Names.Application, Namespace: r.Names.Namespace, Host: r.Names.Host, Schema: r.Names.Schema})
	}
	return all
}

// unique: no two previews share a name.
func (s *promises) unique(where string, all []preview) {
	taken := map[string]string{}
	for _, p := range all {
		for _, name := range []string{"application " + p.Name, "namespace " + p.Namespace, "host " + p.Host, "schema " + p.Schema} {
			if other, ok := taken[name]; ok {
				s.w.violated("in %s, %s and %s have the %s", where, p.ID, other, name)
			}
			taken[name] = p.ID
		}
	}
}

func (s *promises) judgeAnswers(p *process, before plumbing.Hash) {
	var all []preview
	for _, set := range []string{shop, plain} {
		answer := p.ask(set)
		if answer == nil {
			continue
		}
		all = append(all, answer...)
		read, known := s.reads[life(p, set)]
		if age := s.w.now.Sub(read); !known || age > maxAge {
			s.w.violated("%s answers for %s from what it read %s ago", p.name, set, age)
		}
		s.judgeAnswer(p, set, answer, before)
		s.answers[life(p, set)] = answer
	}
	s.unique("the answers of "+p.name, all)
}

func (s *promises) judgeAnswer(p *process, set string, answer []preview, before plumbing.Hash) {
	now, had := map[string]ref{}, map[string]ref{}
	for _, v := range answer {
		now[v.ID] = v.ref()
		s.judgePreview(p, set, v)
	}
	last, known := s.answers[life(p, set)]
	for _, v := range last {
		had[v.ID] = v.ref()
	}
	if !known && set == shop {
		for id, r := range s.w.git.entriesAt(before) {
			had[id] = r.ref()
		}
	}
	s.judgeRemovals(p, set, "its answer", had, missing(had, now), len(had), before)
}

func missing(had, now map[string]ref) (gone []string) {
	for id, r := range had {
		if now[id] != r {
			gone = append(gone, id)
		}
	}
	slices.Sort(gone)
	return gone
}

// judgePreview: what an answer names can be read at its revision, and a fork is
// at a commit that a maintainer let in.
func (s *promises) judgePreview(p *process, set string, v preview) {
	if set == shop {
		r, ok := s.w.git.files(plumbing.NewHash(v.Revision))[v.Path+"/"+recordFile]
		if !ok || !strings.Contains(r, "id: "+v.ID+"\n") {
			s.w.violated("%s: %s can't be read at its revision %s", p.name, v.ID, v.Revision)
		}
	}
	if v.Variant != "" && (v.Flags != "variant="+v.Variant || v.Tier != v.Variant) {
		s.w.violated("%s: %s has the flags %q and the tier %q of another variant", p.name, v.ID, v.Flags, v.Tier)
	}
	f, pull := s.find(v.ref())
	if pull == nil || !pull.Fork || !f.owns(v.Head) {
		return
	}
	for _, heads := range pull.letIn {
		if slices.Contains(heads, v.Head) {
			return
		}
	}
	s.w.violated("%s: the fork %s is at %s, which nobody let in: %v", p.name, v.ID, v.Head, pull.letIn)
}

func (s *promises) find(r ref) (*forge, *pull) {
	for _, f := range s.w.forges {
		if f.repository.Name == r.repository {
			return f, f.pull(r.key.Number)
		}
	}
	return nil, nil
}

// owns reports whether a commit is one of this forge's. A number that two
// repositories have in turn can bring a fork the other's.
func (f *forge) owns(head string) bool { return strings.HasPrefix(head, f.hashPrefix()) }

// letIn notes the heads that a list showed of a labelled fork, as long as none
// of them is settled to be the one.
func (s *promises) letIn(p *pull) {
	if p.Fork && slices.Contains(p.Labels, forkLabel) && !p.settled[p.period] {
		p.letIn[p.period] = append(p.letIn[p.period], p.HeadSHA)
	}
}

// settleForks: once an entry has the commit that was let in, no other can be.
func (s *promises) settleForks(entries map[string]record) {
	for _, r := range entries {
		_, pull := s.find(r.ref())
		if pull == nil || !pull.Fork || r.Objection != nil || !slices.Contains(pull.Labels, forkLabel) {
			continue
		}
		if slices.Contains(pull.letIn[pull.period], r.Change.Head) && !pull.settled[pull.period] {
			pull.settled[pull.period] = true
			pull.letIn[pull.period] = []string{r.Change.Head}
		}
	}
}

// unsettleForks: a person has taken away what the pins were written in.
func (s *promises) unsettleForks() {
	for _, f := range s.w.forges {
		for _, p := range f.pulls {
			clear(p.settled)
		}
	}
}

// judgeCommits: previewset writes and deletes what it owns, nothing else, and in
// commits of one parent.
func (s *promises) judgeCommits(before plumbing.Hash, commits []*object.Commit) {
	for _, c := range commits {
		i := slices.IndexFunc(s.w.procs, func(p *process) bool { return p.name == c.Author.Name })
		if i >= 0 {
			s.judgeCommit(s.w.procs[i], c, s.w.git.files(before), s.w.git.files(c.Hash))
		}
		before = c.Hash
	}
}

func (s *promises) judgeCommit(p *process, c *object.Commit, from, to files) {
	if len(c.ParentHashes) != 1 {
		s.w.violated("%s made a commit with %d parents", p.name, len(c.ParentHashes))
	}
	s.w.heard([]byte(c.Message))
	touched := map[string]bool{}
	all := maps.Clone(from)
	maps.Copy(all, to)
	for name := range all {
		if from[name] == to[name] {
			continue
		}
		s.w.heard([]byte(to[name]))
		id, _, inside := strings.Cut(strings.TrimPrefix(name, shopDir), "/")
		if !strings.HasPrefix(name, shopDir) || !inside {
			s.w.violated("%s changed %s, which is not its own", p.name, name)
			continue
		}
		touched[id] = true
	}
	entries, had := s.w.git.entries(from), map[string]ref{}
	for id, r := range entries {
		had[id] = r.ref()
	}
	var gone []string
	for id := range touched {
		_, owned := entries[id]
		damaged := strings.HasPrefix(from[shopDir+id+"/"+recordFile], ownHeader)
		switch deleted := to.dir(id) == ""; {
		case deleted && !owned, !owned && !damaged && from.dir(id) != "":
			s.w.violated("%s touched %s, which carries no record", p.name, id)
		case deleted && !p.mask.Prune:
			s.w.violated("%s deleted %s and must not", p.name, id)
		case deleted:
			gone = append(gone, id)
		}
	}
	for _, v := range s.answers[life(p, shop)] {
		if _, ok := had[v.ID]; !ok {
			had[v.ID] = v.ref()
		}
	}
	slices.Sort(gone)
	s.judgeRemovals(p, shop, "its commit", had, gone, len(had), c.ParentHashes[0])
}

// judgeRemovals: what is open and wanted stays; of what is open and not wanted
// goes no more than the guard allows, and nothing that it holds.
func (s *promises) judgeRemovals(p *process, set, where string, had map[string]ref, gone []string, size int, before plumbing.Hash) {
	deselected := 0
	entries := s.w.git.entriesAt(before)
	for _, id := range gone {
		f, _ := s.find(had[id])
		change, open := f.change(had[id].key)
		own := set == plain && f == s.w.forges[0] || set == shop && f == s.w.forges[p.config.forge]
		switch {
		case !open:
			continue
		case own && slices.Contains(p.config.variantsOf(set), had[id].variant) && p.config.wants(set, change, s.w.now) && !s.crowded(p, set, f):
			s.w.violated("%s took %s out of %s, which is open and wanted", p.name, id, where)
		}
		deselected++
		if o := entries[id].Objection; set == shop && o != nil && o.Guard != nil && generator.Guard(*o.Guard) == p.config.guard {
			s.w.violated("%s took %s out of %s, which the guard holds", p.name, id, where)
		}
	}
	g := p.config.guard
	if deselected > 0 && (deselected > g.Removals || deselected*100 > size*g.Percent || deselected >= size && !g.AllowAll) {
		s.w.violated("%s took %d of %d out of %s at once, and the guard is %+v", p.name, deselected, size, where, g)
	}
}

// crowded reports whether more changes are wanted than the set may have.
func (s *promises) crowded(p *process, set string, f *forge) bool {
	wanted := 0
	for _, c := range f.changes() {
		if p.config.wants(set, c, s.w.now) {
			wanted++
		}
	}
	return set == shop && p.config.limit > 0 && wanted*len(p.config.variantsOf(set)) > p.config.limit
}

// complete: once all is well, replicas answer the same, all that is open and
// wanted is there, and nothing that has ended.
func (s *promises) complete() {
	entries := s.w.git.entriesAt(s.tip)
	for _, set := range []string{shop, plain} {
		a, b := s.w.procs[0].ask(set), s.w.procs[1].ask(set)
		if set == shop && !slices.Equal(a, b) {
			s.w.violated("the replicas answer %v and %v", ids(a), ids(b))
		}
		s.completeAnswer(s.w.procs[0], set, a, entries)
	}
	for id, r := range entries {
		if f, _ := s.find(r.ref()); f == s.w.forges[s.w.config.forge] {
			if _, open := f.change(r.ref().key); !open {
				s.w.violated("%s has ended, and its entry is still there", id)
			}
		}
	}
}

func (s *promises) completeAnswer(p *process, set string, answer []preview, entries map[string]record) {
	have := map[ref]bool{}
	for _, v := range answer {
		have[v.ref()] = true
		if _, ok := entries[v.ID]; set == shop && !ok {
			s.w.violated("%s has no entry", v.ID)
		}
	}
	f := s.w.forges[0]
	if set == shop {
		f = s.w.forges[p.config.forge]
	}
	for _, c := range f.changes() {
		for _, variant := range p.config.variantsOf(set) {
			blocked := entries[idOf(c, variant)].ref().repository // a held preview of the other forge
			if p.config.wants(set, c, s.w.now) && !have[ref{f.repository.Name, c.Key(), variant}] && !s.crowded(p, set, f) && (set == plain || blocked == "" || blocked == f.repository.Name) {
				s.w.violated("%s of %s is open and wanted, and has no preview in %s (%s): %v", c.Key(), f.repository.Name, set, variant, ids(answer))
			}
		}
	}
}

func idOf(c generator.Change, variant string) string {
	return strings.TrimSuffix(fmt.Sprintf("pr-%d-%s", c.Number, variant), "-")
}

func ids(answer []preview) (all []string) {
	for _, v := range answer {
		all = append(all, v.ID)
	}
	return all
}
