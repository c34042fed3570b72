package simulation_test

import (
	"slices"

	"github.com/previewset/previewset/generator"
)

// maxViews is the number of steps by which a list can lag behind.
const maxViews = 8

// view is what the lists of a forge show at the end of a step.
type view struct {
	step    int
	changes []generator.Change
}

// visible returns the changes as lists show them now.
func (f *forge) visible() []generator.Change {
	all := f.changes()
	if f.unlabelled > 0 {
		for i := range all {
			all[i].Labels = nil
		}
	}
	return all
}

// remember notes the state at the end of a step.
func (f *forge) remember(step int) {
	f.views = append(f.views, view{step, f.visible()})
	f.views = slices.Delete(f.views, 0, max(0, len(f.views)-maxViews))
}

// view returns the changes that a list shows, and whether it lags behind. It is never
// older than the last list of the same life.
func (s *source) view() (shown []generator.Change, lagging bool) {
	life, now := s.life+"/"+s.forge.stem(), view{s.h.steps, s.forge.visible()}
	newer := slices.DeleteFunc(append(slices.Clone(s.forge.views), now), func(v view) bool { return v.step < s.h.shown[life] })
	if s.h.forgeState != laggingLists || s.alwaysComplete || s.forge.other != nil {
		newer = newer[len(newer)-1:]
	}
	v := pick(s.h.rng, newer)
	s.h.shown[life] = v.step
	s.forge.countUnlabelled()
	return v.changes, len(newer) > 1
}

// countUnlabelled counts a list. After the last one without labels, the labels appear
// again, as if somebody set them.
func (f *forge) countUnlabelled() {
	if f.unlabelled == 0 {
		return
	}
	if f.unlabelled--; f.unlabelled > 0 {
		return
	}
	for _, p := range f.pulls {
		if slices.Contains(p.Labels, forkLabel) {
			p.reappeared = append(p.reappeared, p.HeadSHA)
		}
	}
}

// loseLabels makes the next lists of a forge show no labels.
func (h *harness) loseLabels() {
	f := h.randomForge()
	f.unlabelled = 2 + h.rng.IntN(8)
	h.logStep("%s loses its labels for %d lists", f.repository.Name, f.unlabelled)
}
