package generator

import "time"

// Snapshot is the complete state of a set at one point in time. It is immutable: a new
// snapshot replaces it.
type Snapshot struct {
	Set string
	// TakenAt is the time just before the source was read.
	TakenAt time.Time
	// Previews in the order of SortPreviews.
	Previews []Placed
	// Dropped are the open changes without a preview, and the changes that ended since
	// the last snapshot.
	Dropped []Dropped
	// Repository is the set's source repository.
	Repository Repository
	// Pins are the commits at which forks' pull requests were allowed. They include
	// pull requests that are not open now.
	Pins map[Key]string
	// Forks are the forks' pull requests in the list, at their heads. They are empty if
	// the configuration has no label that allows forks.
	Forks map[Key]Change
	// Removals are the times at which the previews of a set without entries were removed
	// for a routine reason, within GuardWindow.
	Removals []time.Time
}

// Placed is a preview with the location of its entry.
type Placed struct {
	Preview
	Placement
}

// Params returns all parameters of p except input, which comes from the request.
func (p Placed) Params() Params {
	params := p.Preview.Params()
	params["repo_url"] = p.RepoURL
	params["path"] = p.Path
	params["revision"] = p.Revision
	return params
}
