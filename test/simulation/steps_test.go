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

// action is a kind of step. Its probability is its weight divided by the sum of all
// weights.
type action struct {
	weight int
	run    func(*harness)
}

func actions() []action {
	return []action{
		{45, (*harness).syncRandomProcess},
		{8, (*harness).openPull},
		{8, (*harness).push},
		{6, (*harness).endPull},
		{2, (*harness).reopenPull},
		{10, (*harness).relabel},
		{3, (*harness).redraft},
		{2, (*harness).retitle},
		{6, (*harness).changeBranches},
		{6, (*harness).advanceClock},
		{3, (*harness).editConfig},
		{4, (*harness).reloadRandomProcess},
		{3, (*harness).restartRandomProcess},
		{6, (*harness).actAsForkAuthor},
		{6, (*harness).commitOutside},
		{3, (*harness).tamper},
		{2, (*harness).renameRepository},
		{1, (*harness).replaceRepository},
		{2, (*harness).raceForLabel},
		{1, (*harness).loseLabels},
	}
}

// step runs one random action and checks the promises.
func (h *harness) step() {
	h.steps++
	total := 0
	for _, a := range actions() {
		total += a.weight
	}
	n := h.rng.IntN(total)
	for _, a := range actions() {
		if n -= a.weight; n < 0 {
			a.run(h)
			break
		}
	}
	h.promises.check()
	for _, f := range h.forges {
		f.remember(h.steps)
	}
}

func (h *harness) randomForge() *forge { return h.forges[min(1, h.rng.IntN(4)/3)] }

// randomPull returns a pull request for which match is true, nil if none exists.
func (h *harness) randomPull(match func(*pull) bool) *pull {
	var some []*pull
	for _, p := range h.randomForge().pulls {
		if match(p) {
			some = append(some, p)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return pick(h.rng, some)
}

func isOpen(p *pull) bool { return p.ending == generator.EndingOpen }

func (h *harness) openPull() {
	f := h.randomForge()
	open := slices.DeleteFunc(f.changes(), func(c generator.Change) bool { return c.Kind != generator.PullRequest })
	if len(open) >= 14 {
		return
	}
	p := f.open(h.rng.IntN(3) == 0, h.now)
	if h.rng.IntN(2) == 0 {
		p.label(wantLabel)
	}
	h.logStep("%s: open %d, fork %v", f.repository.Name, p.Number, p.Fork)
}

// push pushes to a pull request. It prefers forks.
func (h *harness) push() {
	match := isOpen
	if h.rng.IntN(3) == 0 {
		match = func(p *pull) bool { return isOpen(p) && p.Fork }
	}
	if p := h.randomPull(match); p != nil {
		p.HeadSHA, p.UpdatedAt = p.forge.commit(), h.now
		h.logStep("push to %d", p.Number)
	}
}

func (h *harness) endPull() {
	if p := h.randomPull(isOpen); p != nil {
		p.ending, p.UpdatedAt = pick(h.rng, []generator.Ending{generator.EndingClosed, generator.EndingMerged}), h.now
		h.logStep("%s %d", p.ending, p.Number)
	}
}

// actAsForkAuthor does what the author of a labelled fork can do without a maintainer.
func (h *harness) actAsForkAuthor() {
	p := h.randomPull(func(p *pull) bool {
		return p.Fork && p.ending != generator.EndingMerged && slices.Contains(p.Labels, forkLabel)
	})
	if p == nil {
		return
	}
	switch h.rng.IntN(4) {
	case 0:
		p.Draft = !p.Draft
	case 1:
		if p.ending = generator.EndingClosed; h.rng.IntN(2) == 0 {
			p.ending = generator.EndingOpen
		}
	default:
		p.HeadSHA = p.forge.commit()
	}
	p.UpdatedAt = h.now
	h.logStep("the author of fork %d: %s, draft %v, %s", p.Number, p.ending, p.Draft, p.HeadSHA)
}

func (h *harness) reopenPull() {
	if p := h.randomPull(func(p *pull) bool { return p.ending == generator.EndingClosed }); p != nil {
		p.ending, p.UpdatedAt = generator.EndingOpen, h.now
		h.logStep("reopen %d", p.Number)
	}
}

func (h *harness) relabel() {
	p := h.randomPull(isOpen)
	if p == nil {
		return
	}
	name := pick(h.rng, []string{wantLabel, forkLabel, forkLabel, keepLabel})
	p.label(name)
	h.announceLabel(p, name)
	p.UpdatedAt = h.now
	h.logStep("labels of %d: %s", p.Number, strings.Join(p.Labels, ", "))
}

func (h *harness) redraft() {
	if p := h.randomPull(isOpen); p != nil {
		p.Draft, p.UpdatedAt = !p.Draft, h.now
		h.logStep("draft %d: %v", p.Number, p.Draft)
	}
}

func (h *harness) retitle() {
	if p := h.randomPull(isOpen); p != nil {
		p.Title, p.UpdatedAt = fmt.Sprintf("%s\x1b[2J {{.x}} %d", p.Title[:min(20, len(p.Title))], h.rng.IntN(9)), h.now
		h.logStep("retitle %d", p.Number)
	}
}

// changeBranches creates, moves, renames or deletes a branch.
func (h *harness) changeBranches() {
	f := h.randomForge()
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(f.branches)), func(n string) bool { return n == "main" })
	if len(names) == 0 || len(names) < 6 && h.rng.IntN(2) == 0 {
		h.newBranch(f)
		return
	}
	name := pick(h.rng, names)
	switch h.rng.IntN(3) {
	case 0:
		f.branches[name] = &branch{f.commit(), h.now}
	case 1:
		if fresh := h.branchName(); fresh != name {
			f.branches[fresh] = f.branches[name]
			delete(f.branches, name)
		}
	case 2:
		delete(f.branches, name)
	}
	h.logStep("%s: change branch %s", f.repository.Name, name)
}

func (h *harness) branchName() string {
	return fmt.Sprintf("%s%d", pick(h.rng, []string{"feature/", "feature/", "fix-"}), h.rng.IntN(12))
}

func (h *harness) newBranch(f *forge) {
	name := h.branchName()
	f.branches[name] = &branch{f.commit(), h.now}
	h.logStep("%s: branch %s", f.repository.Name, name)
}

func (h *harness) advanceClock() {
	d := time.Duration(1+h.rng.IntN(20)) * time.Minute
	switch h.rng.IntN(12) {
	case 0:
		d = maxAge + time.Minute
	case 1:
		d = 25 * time.Hour
	}
	h.now = h.now.Add(d)
	h.logStep("wait %s", d)
}

func (h *harness) editConfig() {
	h.config = h.config.randomlyEdited(h.rng)
	h.logStep("config %+v", h.config)
}

func (h *harness) reloadRandomProcess() {
	p := pick(h.rng, h.procs)
	p.reload()
	h.logStep("%s reloads", p.name)
}

func (h *harness) restartRandomProcess() {
	p := pick(h.rng, h.procs)
	p.start()
	h.logStep("%s restarts", p.name)
}

// syncRandomProcess syncs a set of a process, sometimes with a fault of the forge or the
// Git server, or with a competing writer.
func (h *harness) syncRandomProcess() {
	p, set := pick(h.rng, h.procs), shop
	if p.isReplica() && h.rng.IntN(6) == 0 {
		set = plain
	}
	if h.rng.IntN(4) == 0 {
		h.forgeState = pick(h.rng, forgeFaults)
	}
	if set == shop && h.rng.IntN(4) == 0 {
		h.faults.Set(h.gitFault(p))
	}
	claimed := false
	if h.claimRNG.IntN(6) == 0 {
		p.beforePush = func() { claimed = h.claimDirectories(p) }
	}
	entry := len(h.stepLog)
	h.logStep("")
	err := h.sync(p, set)
	p.beforePush = nil
	if claimed {
		h.git.commitAsPerson("Not mine", func(f files) {
			maps.DeleteFunc(f, func(name, _ string) bool { return strings.HasSuffix(name, "/mine") })
		})
	}
	h.stepLog[entry] = fmt.Sprintf("%s syncs %s, forge %s: %v", p.name, set, h.forgeState, err)
	h.faults.Set()
	h.forgeState = healthy
}

func (h *harness) sync(p *process, set string) error {
	outcome, err := p.sync(set)
	h.promises.afterSync(p, set, outcome, err)
	return err
}

// gitFault returns a random fault for one request of the Git server, or a request
// during which another writer pushes.
func (h *harness) gitFault(p *process) gittest.Fault {
	fault := gittest.Fault{Kind: gittest.Pass, Service: gittest.ReceivePack, Method: http.MethodPost}
	if h.rng.IntN(2) == 0 {
		fault.Kind = pick(h.rng, []gittest.FaultKind{
			gittest.Refuse, gittest.Reset, gittest.HTML, gittest.Empty, gittest.CutRequest,
			gittest.LoseAnswer, gittest.SpoilAnswer, gittest.NoAnswer, gittest.CutAnswer, gittest.ShortAnswer,
		})
	}
	if fault.Kind == gittest.Pass || h.rng.IntN(4) == 0 {
		fault.Service = pick(h.rng, []string{gittest.UploadPack, gittest.ReceivePack})
		fault.Method = pick(h.rng, []string{http.MethodGet, http.MethodPost})
	}
	fault.Status = pick(h.rng, []int{500, 503, 401, 403, 404, 429})
	h.logStep("Git server: %s at %s %s", fault.Kind, fault.Method, fault.Service)
	if fault.Kind == gittest.Pass {
		fault.Do = h.competingWriter(p)
	}
	return fault
}

// competingWriter returns a function that pushes while p is about to push.
func (h *harness) competingWriter(p *process) func() {
	others := append([]*process{nil}, h.procs...)
	other := pick(h.rng, slices.DeleteFunc(others, func(o *process) bool { return o == p }))
	if other == nil {
		return h.commitOutside
	}
	return func() {
		if h.rng.IntN(3) > 0 {
			h.openPull()
			h.newBranch(h.randomForge())
		}
		h.logStep("%s pushes first: %v", other.name, h.sync(other, shop))
	}
}

// commitOutside is a person's commit to the base, or to files that previewset does not
// own.
func (h *harness) commitOutside() {
	if h.git.tip().IsZero() {
		return
	}
	n := h.rng.IntN(1000)
	switch h.rng.IntN(4) {
	case 0:
		h.git.commitAsPerson("Base", func(f files) { f["base/settings.yaml"] = settings(n) })
		h.logStep("a person changes the base")
	case 1:
		h.git.commitAsPerson("Notes", func(f files) { f[shopDir+"notes"] = fmt.Sprint(n) })
		h.logStep("a person writes into the set's directory")
	default:
		h.git.commitAsPerson("Readme", func(f files) { f["README"] = fmt.Sprint(n) })
		h.logStep("a person writes a file")
	}
}

// claimDirectories commits, as a person, to the directories of the entries that p may be
// about to add, and another set of p then reads the new tip before p pushes. It leaves
// out forks, because the history of their directories records the admitted commits.
func (h *harness) claimDirectories(p *process) bool {
	if h.git.tip().IsZero() {
		return false
	}
	h.git.commitAsPerson("Mine", func(f files) {
		f["README"] = fmt.Sprint(h.claimRNG.IntN(1000))
		for _, c := range h.forges[p.config.forge].changes() {
			for _, variant := range p.config.variantNamesOf(shop) {
				if id := idOf(c, variant); c.Kind == generator.PullRequest && !h.hasForkPull(c.Number) && f.dir(id) == "" {
					f[shopDir+id+"/mine"] = "x"
				}
			}
		}
	})
	_, err := p.repository.State(h.t.Context(), "other")
	h.logStep("a person pushes before %s, and another set of it reads the result: %v", p.name, err)
	return true
}

// hasForkPull reports whether a pull request with this number comes from a fork.
func (h *harness) hasForkPull(number int64) bool {
	return slices.ContainsFunc(h.forges[:], func(f *forge) bool {
		p := f.pull(number)
		return p != nil && p.Fork
	})
}

// randomEntry returns the id of an entry, "" if none exists.
func (h *harness) randomEntry() string {
	ids := slices.Sorted(maps.Keys(h.git.entriesAt(h.git.tip())))
	if len(ids) == 0 {
		return ""
	}
	return pick(h.rng, ids)
}

// tamper is a person who changes the directory of previewset, or the branch itself.
func (h *harness) tamper() {
	tip, id := h.git.tip(), h.randomEntry()
	if tip.IsZero() || id == "" {
		return
	}
	dir := shopDir + id + "/"
	switch h.rng.IntN(9) {
	case 0:
		h.git.commitAsPerson("Oops", func(f files) { f[dir+recordFile] = ownHeader + ownHeaderRest + "{ nonsense" })
		h.logStep("a person damages the record of %s", id)
	case 1:
		h.git.commitAsPerson("Mine", func(f files) { delete(f, dir+recordFile) })
		h.logStep("a person removes the record of %s", id)
	case 2:
		h.git.commitAsPerson("Clean up", func(f files) { maps.DeleteFunc(f, func(name, _ string) bool { return strings.HasPrefix(name, dir) }) })
		h.logStep("a person deletes %s", id)
	case 3:
		h.git.commitAsPerson("Tune", func(f files) { f[dir+"kustomization.yaml"] += "# tuned\n" })
		h.logStep("a person edits %s", id)
	case 4:
		h.git.commitAsPerson("Ours", func(f files) { f[shopDir+"pr-900/notes"] = "x"; f[shopDir+"pr-3x/preview.yaml"] = f[dir+recordFile] })
		h.logStep("a person adds directories")
	case 5:
		h.breakBase()
	case 6:
		if parents := h.git.commit(tip).ParentHashes; len(parents) > 0 {
			h.promises.forced = true
			h.git.setTip(parents[0])
			h.logStep("a person forces the branch back")
		}
	case 7:
		h.revertPrune()
	case 8:
		h.syncWithoutBranch()
	}
}

// ownHeaderRest is the rest of the header of a record.
const ownHeaderRest = ", which owns this directory. To change a preview, change\n" +
	"# the base, a component or previewset's configuration.\n"

func (h *harness) breakBase() {
	h.git.commitAsPerson("Base", func(f files) {
		if strings.Contains(f["base/kustomization.yaml"], "missing") {
			f["base/kustomization.yaml"] = "resources: [settings.yaml]\n"
		} else {
			f["base/kustomization.yaml"] = "resources: [missing.yaml]\n"
		}
	})
	h.logStep("a person breaks the base, or fixes it")
}

// syncWithoutBranch deletes the branch for the time of one sync of each process.
func (h *harness) syncWithoutBranch() {
	tip := h.git.tip()
	h.must(h.git.git.RemoveReference(mainRef))
	for _, p := range h.procs {
		h.logStep("without a branch, %s: %v", p.name, h.sync(p, shop))
	}
	if !h.git.tip().IsZero() {
		h.reportViolation("a process created the deleted branch")
	}
	h.git.setTip(tip)
}

// revertPrune reverts the last commit, as git revert does, if that commit pruned.
func (h *harness) revertPrune() {
	last := h.git.commit(h.git.tip())
	subject, _, _ := strings.Cut(last.Message, "\n")
	if !strings.Contains(subject, "prune ") || len(last.ParentHashes) != 1 {
		return
	}
	before := h.git.files(last.ParentHashes[0])
	h.git.commitAsPerson(fmt.Sprintf("Revert %q\n\nThis reverts commit %s.\n", subject, last.Hash), func(f files) {
		clear(f)
		maps.Copy(f, before)
	})
	h.logStep("a person reverts: %s", subject)
}
