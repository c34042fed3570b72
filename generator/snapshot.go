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
	// Private is as in Listing.
	Private bool
	// Ended are the previews whose entries were removed within the last day. A change that has
	// a preview again is not among them. It is nil for a set that does not report them, and
	// while they can't be read.
	Ended []Ended
	// Warnings are in the order of SortWarnings, each once.
	Warnings []Warning
}

// Placed is a preview with the location and the content of its entry.
type Placed struct {
	Preview
	Placement
	Entry
	// Fault is the reason why the entry can't be written; nil for none.
	Fault *Fault
}

// Entry describes the entry of a preview. It is zero without an entry.
type Entry struct {
	// Committed is the commit of the change that the entry has.
	Committed string
	// CommittedAt is the time of the newest commit that changed the entry.
	CommittedAt time.Time
	// Pending is true if the next sync changes the entry.
	Pending bool
	// Damaged is true if the record of the entry can't be read, so that Committed is not
	// known.
	Damaged bool
}

// Fault is the reason why the overlay of a preview can't be written.
type Fault struct {
	// File is the path of the file or directory in the GitOps repository that has to be
	// corrected; "" if it is not known.
	File string
	// Kind is a fixed word.
	Kind FaultKind
	// Message is the error. It begins with File if File is not "".
	Message string
	// Since is the time of the newest commit that changed File, zero if it is not known.
	Since time.Time
}

// FaultKind is the kind of a Fault. Metrics use it as a label value.
type FaultKind string

// The kinds of faults.
const (
	// FaultBuild means that Kustomize can't build the overlay.
	FaultBuild FaultKind = "build"
	// FaultRefused means that the overlay builds, but must not be committed.
	FaultRefused FaultKind = "refused"
	// FaultOther is any other fault, such as a directory that does not belong to
	// previewset.
	FaultOther FaultKind = "other"
)

// Params returns all parameters of p except input, which comes from the request. Those that
// begin with "label_" are not in the entry. Their values are the labels of its objects.
func (p Placed) Params() Params {
	params := p.Preview.Params()
	params["repo_url"] = p.RepoURL
	params["path"] = p.Path
	params["revision"] = p.Revision
	for _, name := range []string{"set", "id", "kind", "variant", "number", "branch", "target_branch", "author"} {
		params["label_"+name] = LabelValue(params[name].(string))
	}
	params["label_repository"] = LabelValue(p.Repository.FullName())
	return params
}
