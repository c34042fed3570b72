package simulation_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/previewset/previewset/generator"
)

// stems has the beginning of each name that the repository of a forge can have, in lower
// case.
var stems = [2]string{"shop", "web"}

// stemOf returns the stem of a repository's name, which identifies the repository after it
// was renamed.
func stemOf(name string) string {
	for _, stem := range stems {
		if strings.HasPrefix(strings.ToLower(name), stem) {
			return stem
		}
	}
	return name
}

func (f *forge) stem() string { return stemOf(f.repository.Name) }

// renameRepository gives a repository another name, a name in another case, or another
// host of its API, on the forge and in the configuration. Its ID stays.
func (h *harness) renameRepository() {
	f := h.randomForge()
	f.rename(pick(h.rng, []string{"", "-2", "-new", "-old"}))
	if h.rng.IntN(3) == 0 {
		f.repository.Name = strings.ToUpper(f.repository.Name)
	}
	f.repository.ForgeHost = pick(h.rng, []string{"git.example.test", "git.example.test", "10.0.0.7:3000"})
	h.logStep("rename %s to %s", f.stem(), f.repository.Source())
}

func (f *forge) rename(suffix string) {
	f.repository.Name = f.stem() + suffix
	f.repository.CloneURL = "https://git.example.test/acme/" + f.repository.Name + ".git"
}

// replaceRepository makes the name that of another repository, syncs, and restores the
// first one. Pull requests of the other repository have the same numbers; some are closed.
func (h *harness) replaceRepository() {
	n := min(1, h.rng.IntN(4)/3)
	f := h.forges[n]
	f.other = newForge("other", "9"+f.repository.ID, h.now)
	f.other.repository.ForgeHost, f.other.repository.Name, f.other.repository.CloneURL = f.repository.ForgeHost, f.repository.Name, f.repository.CloneURL
	for range len(f.pulls) + 1 {
		p := f.other.open(false, h.now)
		p.Labels = []string{wantLabel}
		p.ending = pick(h.rng, []generator.Ending{generator.EndingOpen, generator.EndingClosed, generator.EndingMerged})
	}
	for _, p := range h.procs {
		if set := h.knowing(p, n); set != "" {
			err := h.sync(p, set)
			h.logStep("%s syncs %s while another repository has the name of %s: %v", p.name, set, f.stem(), err)
			if !errors.Is(err, generator.ErrOtherRepository) {
				h.reportViolation("%s: got %v from the list of another repository, want %v", p.name, err, generator.ErrOtherRepository)
			}
		}
	}
	f.other = nil
}

// knowing returns a set of p that has previews of a forge under its present name, or "". A
// set without previews does not know its former repository, and a set that has not listed
// the repository since it was renamed seems to have another source.
func (h *harness) knowing(p *process, n int) string {
	isPresent := func(name string) bool { return strings.EqualFold(name, h.forges[n].repository.Name) }
	if p.config.forge == n {
		for _, r := range h.git.entriesAt(h.git.tip()) {
			if isPresent(r.Repository.Name) {
				return shop
			}
		}
	}
	for _, v := range h.promises.answers[lifeKey(p, plain)] {
		if n == 0 && isPresent(v.Repository) {
			return plain
		}
	}
	return ""
}

// endingOf returns the ending of a change, if it is of the repository with this ID.
func (f *forge) endingOf(repositoryID string, k generator.Key) (generator.Ending, error) {
	now := f
	if f.other != nil {
		now = f.other
	}
	if now.repository.ID != repositoryID {
		return generator.EndingClosed, fmt.Errorf("%w: it has the id %s", generator.ErrOtherRepository, now.repository.ID)
	}
	if _, exists := now.branches[k.Branch]; k.Kind == generator.Branch {
		if exists {
			return generator.EndingOpen, nil
		}
		return generator.EndingDeleted, nil
	}
	p := now.pull(k.Number)
	if p == nil {
		return generator.EndingClosed, generator.ErrNotFound
	}
	return p.ending, nil
}
