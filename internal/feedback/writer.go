package feedback

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/previewset/previewset/generator/forge"
)

// Settings are what one set reports.
type Settings struct {
	// Comment enables the comment on pull requests.
	Comment bool
	// Status is the name of the status on the head commit; "" for none. The status of a
	// variant is "Status/variant". If several sets with the same Forge have the same Status,
	// their statuses are "Status/set" and "Status/set/variant".
	Status string
	// Deployment enables deployments, on forges that have them.
	Deployment bool
	// Messages allows messages of Argo CD and Kustomize, and links to entries, in
	// repositories that are public.
	Messages bool
	// Template replaces the text of the set's part of the comment; "" for the default. It is
	// as CheckTemplate says.
	Template string
	// Notice is the time before the end of a lifetime at which the comment announces it; 0
	// for no announcement.
	Notice time.Duration
	// Idle is the time without activity after which a preview of the set ends; 0 if there is
	// none.
	Idle time.Duration
	// Database is true if previews of the set have a database schema.
	Database bool
	// Watched is true if states of the set come from Argo CD. Otherwise, previews stay in
	// StateCommitted.
	Watched bool
	// ArgoCDURL is the URL of Argo CD's user interface, or "".
	ArgoCDURL string
	// EntryURL is the URL of a web page to which the path of an entry can be appended, such as
	// "https://github.com/acme/gitops/tree/main"; "" if it is not known.
	EntryURL string
}

// Activity gets to know what the package writes, so that its writes do not count as activity
// of pull requests.
type Activity interface {
	// Wrote says that at is the time of the newest write on a pull request, by the forge's
	// clock, and activity the time of the newest activity by others before it.
	Wrote(number int64, at, activity time.Time)
}

// Set is a set with feedback.
type Set struct {
	Name string
	Settings
	// Forge writes to the repository of the set. Sets with the same Forge share the comment
	// of a pull request.
	Forge forge.Feedback
	// Activity is nil if previews of no set of the repository end when they are idle.
	Activity Activity
	// Rate is the rate limit of Forge's credentials; nil if it is not known.
	Rate *forge.Rate
}

// Options configure a Writer.
type Options struct {
	Sets []Set
	// Installation distinguishes this installation from others that write to the same pull
	// requests with the same credentials, such as the URL and the path of the GitOps
	// repository or, without one, the names of the sets. It must not change: comments are found by it.
	Installation string
	Now          func() time.Time
	Log          *slog.Logger
	// OnWrite counts writes: kind is "comment", "status" or "deployment". It may be nil.
	OnWrite func(set, kind string, err error)
	// OnProblem gets why writes of a kind fail until a person corrects the credentials of a
	// set, with the remedy, and "" when they succeed again. It must not call the Writer. It
	// may be nil.
	OnProblem func(set, kind, problem string)
}

// Writer writes the newest reports of sets to their forges. It is safe for concurrent use.
type Writer struct {
	options Options
	wake    chan struct{} // has room for one value

	mu      sync.Mutex
	running bool
	started time.Time // of Run
	busy    int
	sites   []*site
}

// New returns a writer that has no reports yet. Errors are templates that are not valid.
func New(o Options) (*Writer, error) {
	w := &Writer{options: o, wake: make(chan struct{}, 1)}
	for i := range o.Sets {
		text, err := newRenderer(o.Sets[i], o.Log)
		if err != nil {
			return nil, fmt.Errorf("feedback of the set %q: %w", o.Sets[i].Name, err)
		}
		w.siteOf(o.Sets[i].Forge).add(&member{Set: o.Sets[i], renderer: text})
	}
	return w, nil
}

// siteOf returns the site of f, which is new if no set has used f yet.
func (w *Writer) siteOf(f forge.Feedback) *site {
	for _, s := range w.sites {
		if s.forge == f {
			return s
		}
	}
	s := newSite(f, markerOf(w.options.Installation))
	w.sites = append(w.sites, s)
	return s
}

// Report replaces the report of a set. It does not wait for a write.
func (w *Writer) Report(r Report) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.sites {
		if m := s.member(r.Set); m != nil {
			m.report = &r
			if w.running {
				s.plan(w.options.Now(), w.started)
			}
		}
	}
	w.signal()
}

// signal lets Run look for work.
func (w *Writer) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run writes until ctx ends, and then waits a few seconds for calls that have begun. Only one
// process may run a writer for a repository at a time; if several do for a short time, they
// leave one comment. Run begins with what the forge shows: it can be called again after it has
// returned.
func (w *Writer) Run(ctx context.Context) {
	w.begin()
	for {
		next := w.dispatch(ctx)
		timer := time.NewTimer(next)
		select {
		case <-ctx.Done():
			timer.Stop()
			w.end()
			return
		case <-w.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// begin forgets what the forges showed earlier, and the failures.
func (w *Writer) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running, w.started = true, w.options.Now()
	for _, s := range w.sites {
		s.targets, s.causes = map[key]*target{}, map[string]string{}
		s.plan(w.started, w.started)
	}
}

// end waits for the writes that have begun, whose contexts end soon.
func (w *Writer) end() {
	for {
		w.mu.Lock()
		if w.busy == 0 {
			w.running = false
			w.mu.Unlock()
			return
		}
		w.mu.Unlock()
		<-w.wake
	}
}
