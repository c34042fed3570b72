package plugin

import (
	"errors"
	"net/http"
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

// NewView returns the View of a snapshot, with the words and in the order of its states.
func NewView(s *generator.Snapshot) View {
	view := View{Set: s.Set, TakenAt: s.TakenAt.UTC(), Previews: []PreviewView{}, Dropped: []DroppedView{}}
	for _, status := range generator.Statuses(s, generator.Applications{}) {
		if status.Preview == nil {
			view.Dropped = append(view.Dropped, DroppedView{
				ID: status.ID, Kind: status.Kind, Number: status.Number, Branch: status.Branch, Variant: status.Variant,
				Title: status.Title, URL: status.URL, Reason: status.Reason, Detail: status.Message,
			})
			continue
		}
		p := PreviewView{Parameters: status.Preview.Params()}
		if status.State == generator.StateHeld {
			p.Held = status.Message
		}
		view.Previews = append(view.Previews, p)
	}
	return view
}

func (s *service) previews(c echo.Context) error {
	snapshot, err := s.opts.Board.Snapshot(c.Param("set"))
	if !errors.Is(err, ErrUnknownSet) {
		c.Set(scopeKey, c.Param("set"))
	}
	stale := errors.Is(err, ErrStale)
	if err != nil && !stale {
		return err
	}
	view := NewView(snapshot)
	view.Stale = stale
	return c.JSON(http.StatusOK, view)
}
