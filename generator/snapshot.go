package generator

import "time"

// Snapshot is the whole truth about a set at one moment. It is immutable: the
// next one replaces it.
type Snapshot struct {
	Set string
	// TakenAt is when the source was asked.
	TakenAt time.Time
	// Previews in the order of SortPreviews.
	Previews []Placed
	// Dropped changes that are open, and those that ended since the last
	// snapshot.
	Dropped []Dropped
	// Repository is the set's source.
	Repository Repository
	// Pins are the commits at which forks' pull requests were let in, also of
	// those that are not open now.
	Pins map[Key]string
}

// Placed is a preview with the place of its entry.
type Placed struct {
	Preview
	Placement
}

// Params returns all parameters of p but input, which is the request's.
func (p Placed) Params() Params {
	params := p.Preview.Params()
	params["repo_url"] = p.RepoURL
	params["path"] = p.Path
	params["revision"] = p.Revision
	return params
}
