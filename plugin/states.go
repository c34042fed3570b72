package plugin

import (
	"time"

	"github.com/previewset/previewset/generator"
)

// StatesView is the response of GET /api/v1/previews, and the JSON output of list.
type StatesView struct {
	Sets     []SetView   `json:"sets"`
	Previews []StateView `json:"previews"`
}

// SetView is what is known about a set.
type SetView struct {
	Set string `json:"set"`
	// TakenAt is zero if there is no snapshot.
	TakenAt time.Time `json:"taken_at,omitzero"`
	// Stale is true if the snapshot is too old, so that Argo CD gets an error.
	Stale bool `json:"stale"`
	// Problem is the reason why there is no newer snapshot; "" for none.
	Problem  string              `json:"problem,omitempty"`
	Warnings []generator.Warning `json:"warnings"`
}

// StateView is the state of one change in one variant.
type StateView struct {
	Set     string           `json:"set"`
	ID      string           `json:"id"`
	State   generator.State  `json:"state"`
	Reason  generator.Reason `json:"reason,omitempty"`
	Message string           `json:"message"`
	Since   time.Time        `json:"since,omitzero"`

	Kind         generator.Kind `json:"kind"`
	Number       int64          `json:"number,omitempty"`
	Branch       string         `json:"branch"`
	TargetBranch string         `json:"target_branch,omitempty"`
	Variant      string         `json:"variant,omitempty"`
	Title        string         `json:"title,omitempty"`
	Author       string         `json:"author,omitempty"`
	URL          string         `json:"url,omitempty"`
	// HeadSHA is the newest head, CommittedSHA the commit in the entry, and LiveSHA the
	// commit that is live.
	HeadSHA      string `json:"head_sha,omitempty"`
	CommittedSHA string `json:"committed_sha,omitempty"`
	LiveSHA      string `json:"live_sha,omitempty"`
	// Applications are nil if they are not known.
	Applications []ApplicationView `json:"applications,omitempty"`
	// Parameters are nil without a preview.
	Parameters generator.Params `json:"parameters,omitempty"`
}

// ApplicationView is the state of an Application of a preview.
type ApplicationView struct {
	Namespace string           `json:"namespace"`
	Name      string           `json:"name"`
	State     generator.State  `json:"state"`
	Revision  string           `json:"revision,omitempty"`
	Reason    generator.Reason `json:"reason,omitempty"`
	Message   string           `json:"message,omitempty"`
	Since     time.Time        `json:"since,omitzero"`
}

// NewStateView returns the StateView of s.
func NewStateView(s generator.Status) StateView {
	view := StateView{
		Set: s.Set, ID: s.ID, State: s.State, Reason: s.Reason, Message: s.Message, Since: encodable(s.Since),
		Kind: s.Kind, Number: s.Number, Branch: s.Branch, TargetBranch: s.TargetBranch, Variant: s.Variant,
		Title: s.Title, Author: s.Author, URL: s.URL, HeadSHA: s.HeadSHA, CommittedSHA: s.Committed, LiveSHA: s.Live,
	}
	for _, a := range s.Applications {
		view.Applications = append(view.Applications, ApplicationView{
			Namespace: a.Namespace, Name: a.Name, State: a.State, Revision: a.Revision,
			Reason: a.Reason, Message: a.Message, Since: encodable(a.Since),
		})
	}
	if s.Preview != nil {
		view.Parameters = s.Preview.Params()
	}
	return view
}

// encodable returns t in UTC, and the zero time if RFC 3339 can't express t:
// commits can have arbitrary dates.
func encodable(t time.Time) time.Time {
	if t = t.UTC(); t.Year() < 0 || t.Year() > 9999 {
		return time.Time{}
	}
	return t
}
