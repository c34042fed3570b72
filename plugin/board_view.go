package plugin

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
)

// boardSet is a set on the board at one time.
type boardSet struct {
	SetView
	state *setState
}

// encodedState is a StateView as JSON.
type encodedState struct {
	id    string
	state generator.State
	json  json.RawMessage
}

// Warn replaces the warnings of a topic that are not in snapshots, by set. A set that is not
// configured is on the board while it has such a warning.
func (b *Board) Warn(topic string, warnings map[string][]generator.Warning) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if maps.EqualFunc(b.warnings[topic], warnings, slices.Equal) {
		return
	}
	b.warnings[topic] = maps.Clone(warnings)
	b.announce()
}

// announce closes the channel of view. The caller holds b.mu.
func (b *Board) announce() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// view returns the sets in the order of the configuration, then sets that only have
// warnings of Warn. changed is closed when the board changes after that. A snapshot that
// gets too old does not close it.
func (b *Board) view() (sets []boardSet, changed <-chan struct{}) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	now := b.now()
	for _, name := range b.order {
		sets = append(sets, b.sets[name].view(name, now, b.maxAge))
	}
	for _, topic := range slices.Sorted(maps.Keys(b.warnings)) {
		for _, name := range slices.Sorted(maps.Keys(b.warnings[topic])) {
			i := slices.IndexFunc(sets, func(s boardSet) bool { return s.Set == name })
			if i < 0 {
				i = len(sets)
				sets = append(sets, boardSet{SetView: SetView{Set: name}, state: &setState{}})
			}
			sets[i].Warnings = append(sets[i].Warnings, b.warnings[topic][name]...)
		}
	}
	return sets, b.changed
}

// view returns p, the state of the set name.
func (p *setState) view(name string, now time.Time, maxAge time.Duration) boardSet {
	set := boardSet{SetView: SetView{Set: name, Warnings: []generator.Warning{}}, state: p}
	err := p.check(now, maxAge)
	switch {
	case err != nil:
		set.Problem, set.Stale = err.Error(), errors.Is(err, ErrStale)
	case p.failure != "":
		set.Problem = withLog(p.failure)
	}
	if p.snapshot != nil {
		set.TakenAt = p.snapshot.TakenAt.UTC()
		set.Warnings = append(append(set.Warnings, p.snapshot.Warnings...), p.applications.Warnings()...)
	}
	return set
}

// encoded returns the states of the set in the order of generator.Statuses.
func (p *setState) encoded() ([]encodedState, error) {
	if p.states == nil {
		return nil, nil
	}
	return p.states()
}

// byID returns the states of the set by ID. Two changes have the same ID while one of them
// waits for the end of a preview of a former source.
func (p *setState) byID() (map[string][]json.RawMessage, error) {
	all, err := p.encoded()
	states := make(map[string][]json.RawMessage, len(all))
	for _, e := range all {
		states[e.id] = append(states[e.id], e.json)
	}
	return states, err
}

func encodeStates(statuses []generator.Status) ([]encodedState, error) {
	var all []encodedState
	for _, status := range statuses {
		data, err := json.Marshal(NewStateView(status))
		if err != nil {
			return nil, fmt.Errorf("state of %s: %w", status.ID, err)
		}
		all = append(all, encodedState{id: status.ID, state: status.State, json: data})
	}
	return all, nil
}
