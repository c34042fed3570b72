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

// Options configure a Repository.
type Options struct {
	Branch string
	// Path is the only directory that the Repository writes to.
	Path   string
	Author gitrepo.Signature
	// Sign is nil for unsigned commits.
	Sign func(ctx context.Context, payload []byte) (string, error)
	Now  func() time.Time
	Log  *slog.Logger
	// OnRetry is called each time Apply plans again because the branch has moved.
	OnRetry func(set string)
}

// maxPlanning bounds the number of sets that compare and render at the same time,
// because their new files are in memory until they are pushed.
const maxPlanning = 8

// Repository is the GitOps repository: the entries of all sets on one branch. It is
// safe for concurrent use. Calls for the same set run one after the other.
type Repository struct {
	opts      Options
	url       string
	remote    *gitrepo.Remote
	committer *committer.Committer
	planning  *semaphore.Weighted // for sets that compare and render

	mu   sync.Mutex
	sets map[string]*setCache
}

// New returns the GitOps repository at remote. It does not connect.
func New(remote *gitrepo.Remote, o Options) *Repository {
	return &Repository{
		opts: o, url: remote.URL(), remote: remote, committer: committer.New(remote, o.Branch),
		planning: semaphore.NewWeighted(maxPlanning), sets: map[string]*setCache{},
	}
}

// URL returns the repository's URL, without credentials.
func (r *Repository) URL() string { return r.url }

// SetPath returns the directory of a set's entries.
func (r *Repository) SetPath(set string) string { return r.opts.Path + "/" + set }
