package wiring

import (
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/cached"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/config"
)

// sharedSource returns the source of a set from sources, and adds it if it is missing.
// Sets that read the same repository in the same way have the same source, so that its
// list is read once for all of them.
func (o Options) sharedSource(s config.Set, poll time.Duration, sources map[string]*cached.Source) (*cached.Source, error) {
	key, err := s.Source.Key()
	if err != nil {
		return nil, err
	}
	if source, ok := sources[key]; ok {
		return source, nil
	}
	source, err := o.openSource(s)
	if err != nil {
		return nil, err
	}
	ttl := shareTTL(poll)
	if o.Fresh {
		ttl = 0
	}
	sources[key] = cached.New(source, ttl, o.Now)
	return sources[key], nil
}

// shareTTL returns how long sets share a list. It is long enough for sets that poll at
// the same time, and short enough that no poll gets the list of the previous one.
func shareTTL(poll time.Duration) time.Duration { return min(10*time.Second, poll/2) }

// openSource opens a set's source. It does not connect.
func (o Options) openSource(s config.Set) (generator.Source, error) {
	open := forge.Options{Log: o.Log, Login: o.Logins.Source}
	if o.OnRate != nil {
		open.OnRate = func(resource string, remaining, limit int, _ time.Time) {
			o.OnRate(s.Name, resource, remaining, limit)
		}
	}
	return s.Source.Open(open)
}
