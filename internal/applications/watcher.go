package applications

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/rest"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/kube"
)

// Options configure a Watcher.
type Options struct {
	// Namespace is the namespace of the Applications.
	Namespace string
	// RepoURL is the URL of the GitOps repository, and Path the directory of its sets. Only
	// Applications with a source below them are read.
	RepoURL, Path string
	// Changed is called after the Applications of sets have changed, with the names of the
	// sets, or after Problem or Known has changed, with none. Calls are not concurrent, and at
	// most four in a second.
	Changed func(sets []string)
	Log     *slog.Logger
}

// Watcher keeps the Applications of a namespace. It is safe for concurrent use.
type Watcher struct {
	options Options
	place   place
	client  *kube.Client
	// wake is sent to after a change that Changed has to report.
	wake chan struct{}

	mu    sync.Mutex
	index index
	fault fault
	// known is true after the first complete list.
	known bool
	// shown is what Changed has reported last.
	shown overview
}

// overview is what all sets have in common.
type overview struct {
	known   bool
	problem string
}

// New returns a watcher that knows no Applications yet. It makes no request.
func New(cluster *rest.Config, o Options) (*Watcher, error) {
	client, err := kube.New(cluster, maxRequest)
	if err != nil {
		return nil, fmt.Errorf("applications: %w", err)
	}
	return &Watcher{
		options: o, place: newPlace(o.RepoURL, o.Path), client: client, wake: make(chan struct{}, 1), index: newIndex(),
	}, nil
}

// Run watches until ctx ends. It never gives up. It may be called again after it has returned
// or panicked, and then begins with a new list.
func (w *Watcher) Run(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	var report sync.WaitGroup
	defer report.Wait()
	defer cancel() // also after a panic, so that reports of two calls are not concurrent
	report.Go(func() { w.report(ctx) })
	w.follow(ctx)
}

// Of returns the Applications of a set.
func (w *Watcher) Of(set string) generator.Applications {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.overview()
	all := generator.Applications{Watched: true, Known: now.known, Problem: now.problem}
	if !all.Known {
		return all
	}
	all.ByPath = map[string][]generator.Application{}
	for _, e := range w.index.sets[set] {
		all.ByPath[e.shown.Path] = append(all.ByPath[e.shown.Path], e.shown)
	}
	for _, list := range all.ByPath {
		slices.SortFunc(list, func(a, b generator.Application) int { return strings.Compare(a.Name, b.Name) })
	}
	return all
}

// overview returns what all sets have in common. The caller holds the lock.
func (w *Watcher) overview() overview {
	problems := slices.DeleteFunc([]string{w.fault.problem, w.index.problem()}, func(p string) bool { return p == "" })
	return overview{known: w.known && !w.index.full, problem: strings.Join(problems, "; ")}
}

// update changes the state under the lock, and lets report compare it with what it has
// reported.
func (w *Watcher) update(change func(now time.Time)) {
	func() {
		w.mu.Lock()
		defer w.mu.Unlock() // also after a panic
		change(time.Now())
	}()
	select {
	case w.wake <- struct{}{}:
	default: // report has not looked since the last time
	}
}
