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

// promises checks after each step that previewset keeps its promises. It has the state
// of earlier steps that the checks need.
type promises struct {
	h *harness
	// tip is the tip of the branch after the last step.
	tip plumbing.Hash
	// answers has the last answer of each process since it was started, for each set,
	// and reads the time of the list that the answer is made from. See lifeKey.
	answers map[string][]preview
	reads   map[string]time.Time
	// lists has the changes that existed at the last list of each process, for each set,
	// as the list shows them. See lifeKey.
	lists map[string]map[generator.Key]generator.Change
	// rejected has the reasons of the last sync of each process for the listed changes that
	// have no preview, for each set. See lifeKey.
	rejected map[string]map[origin]generator.Reason
	// routine has the times of the routine removals from the answers of the set plain.
	routine map[string][]time.Time
	// forced is true after a person has moved the branch back in this step.
	forced bool
	// reported are the commits of this step whose push was reported as successful.
	reported []plumbing.Hash
}

func newPromises(h *harness) *promises {
	return &promises{
		h: h, tip: h.git.tip(), answers: map[string][]preview{}, reads: map[string]time.Time{},
		lists: map[string]map[generator.Key]generator.Change{}, rejected: map[string]map[origin]generator.Reason{}, routine: map[string][]time.Time{},
	}
}

// lifeKey identifies a set of a process between two starts of the process.
func lifeKey(p *process, set string) string { return p.name + "/" + strconv.Itoa(p.starts) + "/" + set }

// origin identifies a preview.
type origin struct {
	repository string
	key        generator.Key
	variant    string
}

func (p preview) origin() origin {
	number, _ := strconv.ParseInt(p.Number, 10, 64)
	return origin{stemOf(p.Repository), key(generator.Kind(p.Kind), number, p.Branch), p.Variant}
}

func (r record) origin() origin {
	return origin{stemOf(r.Repository.Name), key(generator.Kind(r.Change.Kind), r.Change.Number, r.Change.Branch), r.Variant}
}

func key(kind generator.Kind, number int64, branch string) generator.Key {
	return generator.Change{Kind: kind, Number: number, Branch: branch}.Key()
}

// noteList notes the changes that exist when a list is read, including those that a
// partial list lacks. A later one of two states of a change is the one that the list shows.
func (s *promises) noteList(life string, changes []generator.Change) {
	s.lists[life] = map[generator.Key]generator.Change{}
	for _, c := range changes {
		s.lists[life][c.Key()] = c
	}
}

// couldKnow reports whether p could know that an open change of its source exists. A
// competing writer may create a branch again after p has listed the branches. The next
// list contains it, but p can know it earlier only from an entry of the change that
// another process has written in this step. read is the state of the entries that p read.
func (s *promises) couldKnow(p *process, set string, r origin, read plumbing.Hash) bool {
	if _, listed := s.lists[lifeKey(p, set)][r.key]; listed {
		return true
	}
	before, after := s.h.git.files(s.tip), s.h.git.files(read)
	for id, entry := range s.h.git.entries(after) {
		if o := entry.origin(); o.repository == r.repository && o.key == r.key && after.dir(id) != before.dir(id) {
			return true
		}
	}
	return false
}

// replaced reports whether another process has replaced the entry of a preview by that
// of another preview with the same id. The preview leaves then, even if the guard holds
// it: otherwise two replicas would replace the entry in turn.
func (s *promises) replaced(p *process, id string, r origin) bool {
	return slices.ContainsFunc(append(s.statesByOthers(p), s.tip), func(state plumbing.Hash) bool {
		entry, ok := s.h.git.entriesAt(state)[id]
		return ok && entry.origin() != r
	})
}

// released reports whether p can't know that the guard holds a preview: p has not
// answered since its start, and a replica with another configuration has removed the
// objection from the entry in this step.
func (s *promises) released(p *process, id string) bool {
	if _, known := s.answers[lifeKey(p, shop)]; known {
		return false
	}
	return slices.ContainsFunc(s.statesByOthers(p), func(state plumbing.Hash) bool {
		entry, ok := s.h.git.entriesAt(state)[id]
		return ok && entry.Objection == nil
	})
}

// statesByOthers returns the commits of this step that p did not make.
func (s *promises) statesByOthers(p *process) (states []plumbing.Hash) {
	commits, _ := s.h.git.between(s.tip, s.h.git.tip())
	for _, c := range commits {
		if c.Author.Name != p.name {
			states = append(states, c.Hash)
		}
	}
	return states
}

// afterSync checks the outcome of a sync, and notes it for check.
func (s *promises) afterSync(p *process, set string, o *pipeline.Outcome, err error) {
	if err != nil {
		return
	}
	if o.Commit != "" {
		s.reported = append(s.reported, plumbing.NewHash(o.Commit))
	}
	s.reads[lifeKey(p, set)] = s.h.now
	s.noteRejected(lifeKey(p, set), o)
	if set == shop && p.isReplica() {
		s.checkHeldAreRecorded(p, o)
		s.checkStates(p, o)
	}
}

// checkStates checks that each change has one state, which agrees with the entries that p has
// read or written.
func (s *promises) checkStates(p *process, o *pipeline.Outcome) {
	commits := append(s.statesByOthers(p), s.tip)
	if o.Commit != "" {
		commits = []plumbing.Hash{plumbing.NewHash(o.Commit)}
	}
	states, placed := map[origin]generator.State{}, 0
	for _, status := range generator.Statuses(o.Snapshot, generator.Applications{}) {
		repository := o.Snapshot.Repository
		if status.Preview != nil {
			repository = status.Preview.Repository
			placed++
		} else if status.Reason == generator.ReasonSource {
			continue // of a former source
		}
		of := origin{stemOf(repository.Name), status.Key(), status.Variant}
		if other, twice := states[of]; twice {
			s.h.reportViolation("%s reports %s as %s and as %s", p.name, status.ID, other, status.State)
		}
		states[of] = status.State
		agrees := func(commit plumbing.Hash) bool {
			entry, exists := s.h.git.entriesAt(commit)[status.ID]
			return agreesWith(status, entry, exists && entry.origin() == of)
		}
		if status.Message == "" || !slices.ContainsFunc(commits, agrees) {
			s.h.reportViolation("%s reports %s as %s (%s) with the commit %q, and its entry does not show that", p.name, status.ID, status.State, status.Message, status.Committed)
		}
	}
	if placed != len(o.Snapshot.Previews) {
		s.h.reportViolation("%s reports states of %d previews, and has %d", p.name, placed, len(o.Snapshot.Previews))
	}
}

// agreesWith reports whether an entry shows what a status claims. isOwn is true if the entry
// is of the same preview.
func agreesWith(status generator.Status, entry record, isOwn bool) bool {
	switch status.State {
	case generator.StateCommitted:
		return isOwn && entry.Change.Head == status.Committed && (status.Committed == status.HeadSHA || status.Reason == generator.ReasonName)
	case generator.StateBehind:
		return (status.Committed == "" || isOwn && entry.Change.Head == status.Committed) && (status.Committed != status.HeadSHA || status.Fault != nil)
	case generator.StateRemoving:
		return isOwn
	case generator.StateDropped:
		return !isOwn
	case generator.StateWaiting, generator.StateHeld:
		return true
	case generator.StateSyncing, generator.StateLive, generator.StateFailing: // need Applications
	}
	return false
}

// checkHeldAreRecorded checks that the entry of each preview that the guard holds
// records the guard, in the commit of p or, without one, in a state that p may have read.
func (s *promises) checkHeldAreRecorded(p *process, o *pipeline.Outcome) {
	states := append(s.statesByOthers(p), s.tip)
	if o.Commit != "" {
		states = []plumbing.Hash{plumbing.NewHash(o.Commit)}
	}
	failed := map[string]bool{}
	for _, f := range o.Plan.Failures {
		failed[f.ID] = true
	}
	for _, h := range o.Held {
		isRecorded := func(state plumbing.Hash) bool {
			mark := s.h.git.entriesAt(state)[h.ID].Objection
			return mark != nil && mark.Guard != nil
		}
		if h.Objection != nil && h.Objection.Guard != nil && !failed[h.ID] && !slices.ContainsFunc(states, isRecorded) {
			s.h.reportViolation("%s holds %s, and its entry does not record that", p.name, h.ID)
		}
	}
}

// check checks all promises after a step.
func (s *promises) check() {
	before, tip := s.tip, s.h.git.tip()
	commits, forward := s.h.git.between(before, tip)
	if !forward && !s.forced {
		s.h.reportViolation("the branch moved from %s to %s, which does not contain it", before, tip)
	}
	if forward {
		s.checkCommits(before, commits)
	}
	for _, hash := range s.reported {
		if !s.forced && !slices.ContainsFunc(commits, func(c *object.Commit) bool { return c.Hash == hash }) {
			s.h.reportViolation("the commit %s is not on the branch", hash)
		}
	}
	for _, p := range s.h.procs {
		if p.isReplica() {
			s.checkAnswers(p, before)
		}
	}
	s.checkUniqueNames("Git", names(s.h.git.entriesAt(tip)))
	s.h.searchLogs()
	s.tip, s.forced, s.reported = tip, false, nil
}

func names(entries map[string]record) (all []preview) {
	for id, r := range entries {
		all = append(all, preview{ID: id, Name: r.Names.Application, Namespace: r.Names.Namespace, Host: r.Names.Host, Schema: r.Names.Schema})
	}
	return all
}

// checkUniqueNames checks that no two previews share a name.
func (s *promises) checkUniqueNames(where string, all []preview) {
	taken := map[string]string{}
	for _, p := range all {
		for _, name := range []string{"application " + p.Name, "namespace " + p.Namespace, "host " + p.Host, "schema " + p.Schema} {
			if other, ok := taken[name]; ok {
				s.h.reportViolation("in %s, %s and %s have the same %s", where, p.ID, other, name)
			}
			taken[name] = p.ID
		}
	}
}

func (s *promises) checkAnswers(p *process, before plumbing.Hash) {
	var all []preview
	for _, set := range []string{shop, plain} {
		answer := p.requestPreviews(set)
		if answer == nil {
			continue
		}
		all = append(all, answer...)
		read, known := s.reads[lifeKey(p, set)]
		if age := s.h.now.Sub(read); !known || age > maxAge {
			s.h.reportViolation("%s answers for %s from a list that is %s old", p.name, set, age)
		}
		s.checkAnswer(p, set, answer, before)
		s.answers[lifeKey(p, set)] = answer
	}
	s.checkUniqueNames("the answers of "+p.name, all)
}

func (s *promises) checkAnswer(p *process, set string, answer []preview, before plumbing.Hash) {
	now, had := map[string]origin{}, map[string]origin{}
	for _, v := range answer {
		now[v.ID] = v.origin()
		s.checkPreview(p, set, v)
	}
	last, known := s.answers[lifeKey(p, set)]
	for _, v := range last {
		had[v.ID] = v.origin()
	}
	if !known && set == shop {
		for id, r := range s.h.git.entriesAt(before) {
			had[id] = r.origin()
		}
	}
	if gone := removedIDs(had, now); len(gone) > 0 {
		r := removals{p: p, set: set, where: answers, had: had, gone: gone, size: len(had), before: before, reasons: map[string]generator.Reason{}}
		for _, id := range gone {
			r.reasons[id] = s.rejected[lifeKey(p, set)][had[id]]
		}
		r.earlier = s.routineBefore(r, now)
		s.checkRemovals(r)
	}
}

func removedIDs(had, now map[string]origin) (gone []string) {
	for id, r := range had {
		if now[id] != r {
			gone = append(gone, id)
		}
	}
	slices.Sort(gone)
	return gone
}

// checkPreview checks that the entry of a preview in an answer exists at its revision,
// and that a fork is at a commit that a maintainer admitted.
func (s *promises) checkPreview(p *process, set string, v preview) {
	if set == shop {
		r := s.h.git.record(s.h.git.files(plumbing.NewHash(v.Revision))[v.Path+"/"+recordFile])
		if r == nil || r.ID != v.ID || r.origin() != v.origin() {
			s.h.reportViolation("%s: the entry of %s does not exist at the revision %s", p.name, v.ID, v.Revision)
		}
	}
	if v.Variant != "" && (v.Flags != "variant="+v.Variant || v.Tier != v.Variant) {
		s.h.reportViolation("%s: %s has the flags %q and the tier %q, which belong to another variant", p.name, v.ID, v.Flags, v.Tier)
	}
	f, pull := s.pullOf(v.origin())
	if f != nil && !strings.HasPrefix(v.Head, f.prefix) {
		s.h.reportViolation("%s: %s is at %s, a commit of another repository", p.name, v.ID, v.Head)
	}
	if pull == nil || !pull.Fork {
		return
	}
	if slices.Contains(pull.admitted, v.Head) || slices.Contains(pull.reappeared, v.Head) {
		return
	}
	s.h.reportViolation("%s: the fork %s is at %s, which nobody admitted: %v", p.name, v.ID, v.Head, pull.admitted)
}

func (s *promises) pullOf(r origin) (*forge, *pull) {
	for _, f := range s.h.forges {
		if f.stem() == r.repository {
			return f, f.pull(r.key.Number)
		}
	}
	return nil, nil
}

// checkCommits checks that commits by previewset have one parent, and change only what
// previewset owns.
func (s *promises) checkCommits(before plumbing.Hash, commits []*object.Commit) {
	for _, c := range commits {
		i := slices.IndexFunc(s.h.procs, func(p *process) bool { return p.name == c.Author.Name })
		if i >= 0 {
			s.checkCommit(s.h.procs[i], c, s.h.git.files(before), s.h.git.files(c.Hash))
		}
		before = c.Hash
	}
}

func (s *promises) checkCommit(p *process, c *object.Commit, from, to files) {
	if len(c.ParentHashes) != 1 {
		s.h.reportViolation("%s made a commit with %d parents, want 1", p.name, len(c.ParentHashes))
	}
	s.h.searchSecrets([]byte(c.Message))
	touched := map[string]bool{}
	all := maps.Clone(from)
	maps.Copy(all, to)
	for name := range all {
		if from[name] == to[name] {
			continue
		}
		s.h.searchSecrets([]byte(to[name]))
		id, _, inside := strings.Cut(strings.TrimPrefix(name, shopDir), "/")
		if !strings.HasPrefix(name, shopDir) || !inside {
			s.h.reportViolation("%s changed %s, which it does not own", p.name, name)
			continue
		}
		touched[id] = true
	}
	entries, had := s.h.git.entries(from), map[string]origin{}
	for id, r := range entries {
		had[id] = r.origin()
	}
	var gone []string
	for id := range touched {
		_, owned := entries[id]
		damaged := strings.HasPrefix(from[shopDir+id+"/"+recordFile], ownHeader)
		switch deleted := to.dir(id) == ""; {
		case deleted && !owned, !owned && !damaged && from.dir(id) != "":
			s.h.reportViolation("%s changed %s, which has no record", p.name, id)
		case deleted && !p.permissions.Prune:
			s.h.reportViolation("%s deleted %s without permission to prune", p.name, id)
		case deleted:
			gone = append(gone, id)
		}
	}
	for _, v := range s.answers[lifeKey(p, shop)] {
		if _, ok := had[v.ID]; !ok {
			had[v.ID] = v.origin()
		}
	}
	if slices.Sort(gone); len(gone) > 0 {
		r := removals{p: p, set: shop, where: "its commit", had: had, gone: gone, size: len(had), before: c.ParentHashes[0], reasons: prunedBy(c)}
		r.earlier = len(s.prunedRoutinely(r.before))
		s.checkRemovals(r)
	}
}

// answers is the place of removals from the answers to Argo CD.
const answers = "its answer"

// removals are the previews that one sync of a process removes, or one of its commits.
type removals struct {
	p          *process
	set, where string
	had        map[string]origin // by id
	gone       []string          // ids
	size       int               // previews before the removals
	before     plumbing.Hash     // the state of Git before the removals
	// reasons are those of the process, by id.
	reasons map[string]generator.Reason
	// earlier is the number of routine removals that count toward guard.atLeast beside gone.
	earlier int
}

// checkRemovals checks that no preview is removed whose change is open and wanted. Of
// those whose change is open and not wanted, it checks that no more are removed than the
// guard allows, and none that the guard holds.
func (s *promises) checkRemovals(r removals) {
	routine, other := 0, 0
	p, set, entries := r.p, r.set, s.h.git.entriesAt(r.before)
	for _, id := range r.gone {
		f, _ := s.pullOf(r.had[id])
		change, open := f.change(r.had[id].key)
		own := set == plain && f == s.h.forges[0] || set == shop && f == s.h.forges[p.config.forge]
		if seen, listed := s.lists[lifeKey(p, set)][r.had[id].key]; own && listed {
			change = seen
		}
		possible := own && slices.Contains(p.config.variantNamesOf(set), r.had[id].variant)
		wanted := possible && p.config.wants(set, change, s.h.now)
		switch {
		case !open, own && !s.couldKnow(p, set, r.had[id], r.before):
			continue
		case wanted && !mayWait(f, change, entries[id]) && !s.overLimit(p, set):
			s.h.reportViolation("%s removed %s from %s, although its change is open and wanted", p.name, id, r.where)
		case set == shop && (s.replaced(p, id, r.had[id]) || r.where == answers && s.prunedByOthers(r, id)):
			continue
		}
		if o := entries[id].Objection; set == shop && o != nil && o.Guard != nil && generator.Guard(*o.Guard) == p.config.guard && !s.released(p, id) {
			s.h.reportViolation("%s removed %s from %s, although the guard holds it", p.name, id, r.where)
		}
		if possible && p.config.allows(set, change) && r.reasons[id].Routine() {
			routine++
		} else {
			other++
		}
	}
	s.checkGuard(r, routine, other)
}

// mayWait reports whether a fork may wait for evidence of the commit that its label admits:
// its label was removed and set again, or the forge has no timelines.
func mayWait(f *forge, c generator.Change, entry record) bool {
	return c.Fork && (!f.timelines || entry.Objection != nil)
}

// overLimit reports whether the rules select more previews than the limit of the set.
func (s *promises) overLimit(p *process, set string) bool {
	wanted := 0
	for _, c := range s.lists[lifeKey(p, set)] {
		if p.config.wants(set, c, s.h.now) {
			wanted++
		}
	}
	return set == shop && p.config.limit > 0 && wanted*len(p.config.variantNamesOf(set)) > p.config.limit
}

// checkConverged checks the state after syncs without faults: the replicas give the same
// answer, it has all changes that are open and wanted, and no entry is left of a change
// that has ended. A fork of a forge without timelines may wait for evidence, and the guard
// may keep entries without a preview of a kind that the set no longer selects.
func (s *promises) checkConverged() {
	entries := s.h.git.entriesAt(s.tip)
	for _, set := range []string{shop, plain} {
		a, b := s.h.procs[0].requestPreviews(set), s.h.procs[1].requestPreviews(set)
		if set == shop && !slices.Equal(a, b) {
			s.h.reportViolation("the replicas answer %v and %v", ids(a), ids(b))
		}
		s.checkConvergedAnswer(s.h.procs[0], set, a, entries)
	}
	for id, r := range entries {
		if f, _ := s.pullOf(r.origin()); f == s.h.forges[s.h.config.forge] && s.h.config.selects(generator.Kind(r.Change.Kind)) {
			if _, open := f.change(r.origin().key); !open {
				s.h.reportViolation("%s has ended and still has an entry", id)
			}
		}
	}
}

func (s *promises) checkConvergedAnswer(p *process, set string, answer []preview, entries map[string]record) {
	have := map[origin]bool{}
	for _, v := range answer {
		have[v.origin()] = true
		if _, ok := entries[v.ID]; set == shop && !ok {
			s.h.reportViolation("%s has no entry", v.ID)
		}
	}
	f := s.h.forges[0]
	if set == shop {
		f = s.h.forges[p.config.forge]
	}
	for _, c := range f.changes() {
		for _, variant := range p.config.variantNamesOf(set) {
			holder := entries[idOf(c, variant)].origin().repository // a held preview of the other forge blocks the id
			if p.config.wants(set, c, s.h.now) && (!c.Fork || f.timelines) && !have[origin{f.stem(), c.Key(), variant}] && !s.overLimit(p, set) && (set == plain || holder == "" || holder == f.stem()) {
				s.h.reportViolation("%s of %s is open and wanted, and has no preview in the set %s, variant %q: %v", c.Key(), f.repository.Name, set, variant, ids(answer))
			}
		}
	}
}

// idOf returns the id of a preview, unless it has a hash, which no other repository's has.
func idOf(c generator.Change, variant string) string {
	id := fmt.Sprintf("pr-%d-%s", c.Number, variant)
	if c.Kind == generator.Branch {
		id = "br-" + c.Branch + "-" + variant
	}
	return strings.TrimSuffix(id, "-")
}

func ids(answer []preview) (all []string) {
	for _, v := range answer {
		all = append(all, v.ID)
	}
	return all
}
