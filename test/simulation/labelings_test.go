package simulation_test

import (
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
)

// maxLabelingAge is how long a replica keeps the evidence of a label that its lists do
// not show.
const maxLabelingAge = 10 * time.Minute

// labeling is evidence that arrived with a signed event.
type labeling struct {
	generator.Labeling
	arrived time.Time
}

// announceLabel sends the signed event of a label that was set or removed to the replicas.
// Some events get lost.
func (h *harness) announceLabel(p *pull, name string) {
	event := generator.Labeling{RepositoryID: p.forge.repository.ID, Key: p.Key(), Label: name, HeadSHA: p.HeadSHA, At: h.now}
	for _, to := range h.procs {
		switch {
		case !to.isReplica() || h.rng.IntN(4) == 0:
		case slices.Contains(p.Labels, name):
			to.labelings = append(to.labelings, labeling{event, h.now})
		default:
			to.labelings = slices.DeleteFunc(to.labelings, func(l labeling) bool {
				return l.RepositoryID == event.RepositoryID && l.Key == event.Key && l.Label == name
			})
		}
	}
}

// raceForLabel sets or removes the fork label of a fork while the author pushes.
func (h *harness) raceForLabel() {
	p := h.randomPull(func(p *pull) bool { return isOpen(p) && p.Fork })
	if p == nil {
		return
	}
	p.label(forkLabel)
	h.announceLabel(p, forkLabel)
	p.HeadSHA, p.UpdatedAt = p.forge.commit(), h.now
	h.logStep("the author of fork %d pushes %s while its labels change to %q", p.Number, p.HeadSHA, p.Labels)
}

// evidence returns the labelings for the next sync.
func (p *process) evidence() (all []generator.Labeling) {
	p.labelings = slices.DeleteFunc(p.labelings, func(l labeling) bool { return p.h.now.Sub(l.arrived) > maxLabelingAge })
	for _, l := range p.labelings {
		all = append(all, l.Labeling)
	}
	return all
}

// settle drops the labelings that a list shows.
func (p *process) settle(found generator.Listing) {
	p.labelings = slices.DeleteFunc(p.labelings, func(l labeling) bool {
		return l.RepositoryID == found.Repository.ID && slices.ContainsFunc(found.Changes, func(c generator.Change) bool {
			return c.Key() == l.Key && slices.Contains(c.Labels, l.Label)
		})
	})
}
