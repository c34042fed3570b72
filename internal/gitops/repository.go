package gitops

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/previewset/previewset/internal/committer"
	"github.com/previewset/previewset/internal/gitrepo"
)

// Options of a Repository.
type Options struct {
	Branch string
	// Path is the only directory that is ever written.
	Path   string
	Author gitrepo.Signature
	// Sign is nil for unsigned commits.
	Sign func(ctx context.Context, payload []byte) (string, error)
	Now  func() time.Time
	Log  *slog.Logger
	// OnRetry is called for each push that was rejected and is planned again.
	OnRetry func(set string)
}

// maxPlanning is how many sets at most compare and render at the same time:
// what they are to push is held in memory.
const maxPlanning = 8

// Repository is the GitOps repository: the entries of all sets on one branch.
// Its methods may be called from several goroutines; those for the same set
// take turns.
type Repository struct {
	opts      Options
	url       string
	committer *committer.Committer
	room      *semaphore.Weighted // of the sets that compare and render

	mu   sync.Mutex
	sets map[string]*setCache
}

// New returns the repository behind remote. It does not connect yet.
func New(remote *gitrepo.Remote, o Options) *Repository {
	return &Repository{
		opts: o, url: remote.URL(), committer: committer.New(remote, o.Branch),
		room: semaphore.NewWeighted(maxPlanning), sets: map[string]*setCache{},
	}
}

// URL returns the repository's URL, without credentials.
func (r *Repository) URL() string { return r.url }

// SetPath returns the directory of a set's entries.
func (r *Repository) SetPath(set string) string { return r.opts.Path + "/" + set }
