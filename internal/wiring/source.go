package wiring

import (
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/cached"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/config"
)

// shareSource returns one source for all sets that read the same repository in
// the same way, so that a list is read once for all of them.
func (o Options) shareSource(s config.Set, poll time.Duration, shared map[string]*cached.Source) (*cached.Source, error) {
	key, err := s.Source.Key()
	if err != nil {
		return nil, err
	}
	if source, ok := shared[key]; ok {
		return source, nil
	}
	source, err := o.openSource(s)
	if err != nil {
		return nil, err
	}
	ttl := shareFor(poll)
	if o.Fresh {
		ttl = 0
	}
	shared[key] = cached.New(source, ttl, o.Now)
	return shared[key], nil
}

// shareFor is how long a list serves sets that poll at the same time: long
// enough for all of them, and short enough that no poll reads the last one's.
func shareFor(poll time.Duration) time.Duration { return min(10*time.Second, poll/2) }

// openSource opens a set's source. It does not connect.
func (o Options) openSource(s config.Set) (generator.Source, error) {
	open := forge.Options{Log: o.Log}
	if o.OnRate != nil {
		open.OnRate = func(resource string, remaining, limit int, _ time.Time) {
			o.OnRate(s.Name, resource, remaining, limit)
		}
	}
	return s.Source.Open(open)
}
