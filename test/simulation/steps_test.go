package simulation_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// action is something that can happen, and how often it does beside the others.
type action struct {
	weight int
	do     func(*world)
}

func actions() []action {
	return []action{
		{45, (*world).syncSomebody},
		{8, (*world).openPull},
		{8, (*world).push},
		{6, (*world).endPull},
		{2, (*world).reopenPull},
		{10, (*world).relabel},
		{3, (*world).redraft},
		{2, (*world).retitle},
		{6, (*world).changeBranches},
		{6, (*world).waitAWhile},
		{3, (*world).editConfig},
		{4, (*world).reloadSomebody},
		{3, (*world).restartSomebody},
		{6, (*world).tryAsFork},
		{6, (*world).writeBeside},
		{3, (*world).meddle},
	}
}

// step does one thing, and looks.
func (w *world) step() {
	total := 0
	for _, a := range actions() {
		total += a.weight
	}
	n := w.rng.IntN(total)
	for _, a := range actions() {
		if n -= a.weight; n < 0 {
			a.do(w)
			break
		}
	}
	w.promises.check()
}

func (w *world) anyForge() *forge { return w.forges[min(1, w.rng.IntN(4)/3)] }

// anyPull returns a pull request for which ok holds; nil where there is none.
func (w *world) anyPull(ok func(*pull) bool) *pull {
	var some []*pull
	for _, p := range w.anyForge().pulls {
		if ok(p) {
			some = append(some, p)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return pick(w.rng, some)
}

func isOpen(p *pull) bool { return p.ending == generator.EndingOpen }

func (w *world) openPull() {
	f := w.anyForge()
	open := slices.DeleteFunc(f.changes(), func(c generator.Change) bool { return c.Kind != generator.PullRequest })
	if len(open) >= 14 {
		return
	}
	p := f.open(w.rng.IntN(3) == 0, w.now)
	if w.rng.IntN(2) == 0 {
		p.label(wantLabel)
	}
	w.did("%s: open %d, fork %v", f.repository.Name, p.Number, p.Fork)
}

// push goes to forks more often than chance has it.
func (w *world) push() {
	like := isOpen
	if w.rng.IntN(3) == 0 {
		like = func(p *pull) bool { return isOpen(p) && p.Fork }
	}
	if p := w.anyPull(like); p != nil {
		p.HeadSHA, p.UpdatedAt = p.forge.commit(), w.now
		w.did("push to %d", p.Number)
	}
}

func (w *world) endPull() {
	if p := w.anyPull(isOpen); p != nil {
		p.ending, p.UpdatedAt = pick(w.rng, []generator.Ending{generator.EndingClosed, generator.EndingMerged}), w.now
		w.did("%s %d", p.ending, p.Number)
	}
}

// tryAsFork is what the author of a labelled fork can do without anybody.
func (w *world) tryAsFork() {
	p := w.anyPull(func(p *pull) bool {
		return p.Fork && p.ending != generator.EndingMerged && slices.Contains(p.Labels, forkLabel)
	})
	if p == nil {
		return
	}
	switch w.rng.IntN(4) {
	case 0:
		p.Draft = !p.Draft
	case 1:
		if p.ending = generator.EndingClosed; w.rng.IntN(2) == 0 {
			p.ending = generator.EndingOpen
		}
	default:
		p.HeadSHA = p.forge.commit()
	}
	p.UpdatedAt = w.now
	w.did("the author of fork %d: %s, draft %v, %s", p.Number, p.ending, p.Draft, p.HeadSHA)
}

func (w *world) reopenPull() {
	if p := w.anyPull(func(p *pull) bool { return p.ending == generator.EndingClosed }); p != nil {
		p.ending, p.UpdatedAt = generator.EndingOpen, w.now
		w.did("reopen %d", p.Number)
	}
}

func (w *world) relabel() {
	p := w.anyPull(isOpen)
	if p == nil {
		return
	}
	name := pick(w.rng, []string{wantLabel, forkLabel, forkLabel, keepLabel})
	p.label(name)
	p.UpdatedAt = w.now
	w.did("labels of %d: %s", p.Number, strings.Join(p.Labels, ", "))
}

func (w *world) redraft() {
	if p := w.anyPull(isOpen); p != nil {
		p.Draft, p.UpdatedAt = !p.Draft, w.now
		w.did("draft %d: %v", p.Number, p.Draft)
	}
}

func (w *world) retitle() {
	if p := w.anyPull(isOpen); p != nil {
		p.Title, p.UpdatedAt = fmt.Sprintf("%s\x1b[2J {{.x}} %d", p.Title[:min(20, len(p.Title))], w.rng.IntN(9)), w.now
		w.did("retitle %d", p.Number)
	}
}

// changeBranches makes, moves, renames or deletes one.
func (w *world) changeBranches() {
	f := w.anyForge()
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(f.branches)), func(n string) bool { return n == "main" })
	if len(names) == 0 || len(names) < 6 && w.rng.IntN(2) == 0 {
		w.newBranch(f)
		return
	}
	name := pick(w.rng, names)
	switch w.rng.IntN(3) {
	case 0:
		f.branches[name] = &branch{f.commit(), w.now}
	case 1:
		if fresh := w.branchName(); fresh != name {
			f.branches[fresh] = f.branches[name]
			delete(f.branches, name)
		}
	case 2:
		delete(f.branches, name)
	}
	w.did("%s: change branch %s", f.repository.Name, name)
}

func (w *world) branchName() string {
	return fmt.Sprintf("%s%d", pick(w.rng, []string{"feature/", "feature/", "fix-"}), w.rng.IntN(12))
}

func (w *world) newBranch(f *forge) {
	name := w.branchName()
	f.branches[name] = &branch{f.commit(), w.now}
	w.did("%s: branch %s", f.repository.Name, name)
}

func (w *world) waitAWhile() {
	d := time.Duration(1+w.rng.IntN(20)) * time.Minute
	switch w.rng.IntN(12) {
	case 0:
		d = maxAge + time.Minute
	case 1:
		d = 25 * time.Hour
	}
	w.now = w.now.Add(d)
	w.did("wait %s", d)
}

func (w *world) editConfig() {
	before := w.config
	w.config = before.edited(w.rng)
	if before.forge != w.config.forge {
		w.promises.unsettleForks()
	}
	w.did("config %+v", w.config)
}

func (w *world) reloadSomebody() {
	p := pick(w.rng, w.procs)
	p.reload()
	w.did("%s reloads", p.name)
}

func (w *world) restartSomebody() {
	p := pick(w.rng, w.procs)
	p.start()
	w.did("%s restarts", p.name)
}

// syncSomebody has a process sync, on a good day or a bad one.
func (w *world) syncSomebody() {
	p, set := pick(w.rng, w.procs), shop
	if p.serves() && w.rng.IntN(6) == 0 {
		set = plain
	}
	if w.rng.IntN(4) == 0 {
		w.mood = pick(w.rng, moods)
	}
	if set == shop && w.rng.IntN(4) == 0 {
		w.faults.Set(w.gitFault(p))
	}
	overtaken := false
	if w.dice.IntN(6) == 0 {
		p.meanwhile = func() { overtaken = w.overtake(p) }
	}
	note := len(w.steps)
	w.did("")
	err := w.sync(p, set)
	p.meanwhile = nil
	if overtaken {
		w.git.put("Not mine", func(f files) {
			maps.DeleteFunc(f, func(name, _ string) bool { return strings.HasSuffix(name, "/mine") })
		})
	}
	w.steps[note] = fmt.Sprintf("%s syncs %s, forge %s: %v", p.name, set, w.mood, err)
	w.faults.Set()
	w.mood = well
}

func (w *world) sync(p *process, set string) error {
	outcome, err := p.sync(set)
	w.promises.synced(p, set, outcome, err)
	return err
}

// gitFault is how the Git server misbehaves once, or who is faster.
func (w *world) gitFault(p *process) gittest.Fault {
	fault := gittest.Fault{Kind: gittest.Pass, Service: gittest.ReceivePack, Method: http.MethodPost}
	if w.rng.IntN(2) == 0 {
		fault.Kind = pick(w.rng, []gittest.FaultKind{
			gittest.Refuse, gittest.Reset, gittest.HTML, gittest.Empty, gittest.CutRequest,
			gittest.LoseAnswer, gittest.SpoilAnswer, gittest.NoAnswer, gittest.CutAnswer, gittest.ShortAnswer,
		})
	}
	if fault.Kind == gittest.Pass || w.rng.IntN(4) == 0 {
		fault.Service = pick(w.rng, []string{gittest.UploadPack, gittest.ReceivePack})
		fault.Method = pick(w.rng, []string{http.MethodGet, http.MethodPost})
	}
	fault.Status = pick(w.rng, []int{500, 503, 401, 403, 404, 429})
	w.did("Git server: %s at %s %s", fault.Kind, fault.Method, fault.Service)
	if fault.Kind == gittest.Pass {
		fault.Do = w.somebodyElse(p)
	}
	return fault
}

// somebodyElse pushes while p is about to.
func (w *world) somebodyElse(p *process) func() {
	others := append([]*process{nil}, w.procs...)
	other := pick(w.rng, slices.DeleteFunc(others, func(o *process) bool { return o == p }))
	if other == nil {
		return w.writeBeside
	}
	return func() {
		if w.rng.IntN(3) > 0 {
			w.openPull()
			w.newBranch(w.anyForge())
		}
		w.did("%s is faster: %v", other.name, w.sync(other, shop))
	}
}

// writeBeside is a person's commit to what is not previewset's, or to the base.
func (w *world) writeBeside() {
	if w.git.tip().IsZero() {
		return
	}
	n := w.rng.IntN(1000)
	switch w.rng.IntN(4) {
	case 0:
		w.git.put("Base", func(f files) { f["base/settings.yaml"] = settings(n) })
		w.did("a person changes the base")
	case 1:
		w.git.put("Notes", func(f files) { f[shopDir+"notes"] = fmt.Sprint(n) })
		w.did("a person writes into the set's directory")
	default:
		w.git.put("Readme", func(f files) { f["README"] = fmt.Sprint(n) })
		w.did("a person writes a file")
	}
}

// overtake has a person take the directories of what p may be about to add, and
// another set of p see that, before p pushes. It leaves forks alone: their pins
// are in the history of their directories.
func (w *world) overtake(p *process) bool {
	if w.git.tip().IsZero() {
		return false
	}
	w.git.put("Mine", func(f files) {
		f["README"] = fmt.Sprint(w.dice.IntN(1000))
		for _, c := range w.forges[p.config.forge].changes() {
			for _, variant := range p.config.variantsOf(shop) {
				if id := idOf(c, variant); c.Kind == generator.PullRequest && !w.forked(c.Number) && f.dir(id) == "" {
					f[shopDir+id+"/mine"] = "x"
				}
			}
		}
	})
	_, err := p.repository.State(w.t.Context(), "other")
	w.did("a person is faster than %s, and another of its sets sees that: %v", p.name, err)
	return true
}

// forked reports whether a forge has a fork's pull request of this number.
func (w *world) forked(number int64) bool {
	return slices.ContainsFunc(w.forges[:], func(f *forge) bool {
		p := f.pull(number)
		return p != nil && p.Fork
	})
}

// anyEntry returns the id of an entry, "" where there is none.
func (w *world) anyEntry() string {
	ids := slices.Sorted(maps.Keys(w.git.entriesAt(w.git.tip())))
	if len(ids) == 0 {
		return ""
	}
	return pick(w.rng, ids)
}

// meddle is a person in previewset's own directory, or at the branch itself.
func (w *world) meddle() {
	tip, id := w.git.tip(), w.anyEntry()
	if tip.IsZero() || id == "" {
		return
	}
	dir := shopDir + id + "/"
	switch w.rng.IntN(9) {
	case 0:
		w.git.put("Oops", func(f files) { f[dir+recordFile] = ownHeader + ownHeaderRest + "{ nonsense" })
		w.did("a person damages the record of %s", id)
	case 1:
		w.git.put("Mine", func(f files) { delete(f, dir+recordFile) })
		w.did("a person takes the record of %s", id)
		w.promises.unsettleForks()
	case 2:
		w.git.put("Clean up", func(f files) { maps.DeleteFunc(f, func(name, _ string) bool { return strings.HasPrefix(name, dir) }) })
		w.did("a person deletes %s", id)
		w.promises.unsettleForks()
	case 3:
		w.git.put("Tune", func(f files) { f[dir+"kustomization.yaml"] += "# tuned\n" })
		w.did("a person edits %s", id)
	case 4:
		w.git.put("Ours", func(f files) { f[shopDir+"pr-900/notes"] = "x"; f[shopDir+"pr-3x/preview.yaml"] = f[dir+recordFile] })
		w.did("a person adds directories")
	case 5:
		w.breakBase()
	case 6:
		if parents := w.git.commit(tip).ParentHashes; len(parents) > 0 {
			w.promises.forced = true
			w.promises.unsettleForks()
			w.git.move(parents[0])
			w.did("a person forces the branch back")
		}
	case 7:
		w.revertPrune()
	case 8:
		w.loseBranch()
	}
}

// ownHeaderRest completes the header that a record begins with.
const ownHeaderRest = ", which owns this directory. To change a preview, change\n" +
	"# the base, a component or previewset's configuration.\n"

func (w *world) breakBase() {
	w.git.put("Base", func(f files) {
		if strings.Contains(f["base/kustomization.yaml"], "missing") {
			f["base/kustomization.yaml"] = "resources: [settings.yaml]\n"
		} else {
			f["base/kustomization.yaml"] = "resources: [missing.yaml]\n"
		}
	})
	w.did("a person breaks the base, or mends it")
}

// loseBranch deletes the branch for a sync of each process.
func (w *world) loseBranch() {
	tip := w.git.tip()
	w.must(w.git.git.RemoveReference(mainRef))
	for _, p := range w.procs {
		w.did("without a branch, %s: %v", p.name, w.sync(p, shop))
	}
	if !w.git.tip().IsZero() {
		w.violated("somebody made the branch again")
	}
	w.git.move(tip)
}

// revertPrune does what git revert does, if the last commit pruned.
func (w *world) revertPrune() {
	last := w.git.commit(w.git.tip())
	subject, _, _ := strings.Cut(last.Message, "\n")
	if !strings.Contains(subject, "prune ") || len(last.ParentHashes) != 1 {
		return
	}
	before := w.git.files(last.ParentHashes[0])
	w.git.put(fmt.Sprintf("Revert %q\n\nThis reverts commit %s.\n", subject, last.Hash), func(f files) {
		clear(f)
		maps.Copy(f, before)
	})
	w.did("a person reverts: %s", subject)
}
