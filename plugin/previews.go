package plugin

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/previewset/previewset/generator"
)

// View is the response of the previews endpoint: the previews, and the changes without a
// preview with the reasons.
type View struct {
	Set     string    `json:"set"`
	TakenAt time.Time `json:"taken_at"`
	// Stale is true if the snapshot is too old, so that Argo CD gets an error.
	Stale    bool          `json:"stale"`
	Previews []PreviewView `json:"previews"`
	Dropped  []DroppedView `json:"dropped"`
}

// PreviewView is a preview's parameters, and the reason if the preview is held.
type PreviewView struct {
	Held       string           `json:"held,omitempty"`
	Parameters generator.Params `json:"parameters"`
}

// DroppedView is a change without a preview. There is one for each variant.
type DroppedView struct {
	ID     string         `json:"id"`
	Kind   generator.Kind `json:"kind"`
	Number int64          `json:"number,omitempty"`
	Branch string         `json:"branch"`
	// Variant is the variant without a preview; "" if the set has no variants.
	Variant string           `json:"variant,omitempty"`
	Title   string           `json:"title,omitempty"`
	URL     string           `json:"url,omitempty"`
	Reason  generator.Reason `json:"reason"`
	Detail  string           `json:"detail"`
}

// NewView returns the View of a snapshot. Dropped changes have the order of generator.Statuses.
func NewView(s *generator.Snapshot) View {
	view := View{Set: s.Set, TakenAt: s.TakenAt.UTC(), Previews: []PreviewView{}, Dropped: []DroppedView{}}
	for _, p := range s.Previews {
		view.Previews = append(view.Previews, PreviewView{Held: p.Held.Detail, Parameters: p.Params()})
	}
	for _, d := range s.Dropped {
		view.Dropped = append(view.Dropped, DroppedView{
			ID: d.ID, Kind: d.Kind, Number: d.Number, Branch: d.Branch, Variant: d.Variant, Title: d.Title, URL: d.URL,
			Reason: d.Reason, Detail: d.Detail,
		})
	}
	// Sources list changes in any order.
	slices.SortFunc(view.Dropped, func(a, b DroppedView) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID))
	})
	return view
}

func (s *service) previews(c echo.Context) error {
	snapshot, err := s.opts.Board.Snapshot(c.Param("set"))
	stale := errors.Is(err, ErrStale)
	if err != nil && !stale {
		return err
	}
	view := NewView(snapshot)
	view.Stale = stale
	return c.JSON(http.StatusOK, view)
}
