package forge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/network"
)

// Options are the options that the sources of all forges have in common.
type Options struct {
	// HTTP sends the requests. nil means a transport with its own time limits that
	// uses the proxy variables of the environment.
	HTTP http.RoundTripper
	// Timeout bounds the duration of one List, Ending or Describe; 0 means 60 s.
	Timeout time.Duration
	// MaxPages bounds the pages of one list; 0 means 200. A longer list is
	// generator.ErrIncomplete.
	MaxPages int
	// MaxBytes bounds the decompressed body of one response; 0 means 16 MiB. A longer
	// body is generator.ErrIncomplete.
	MaxBytes int64
	// OnRate is called with the rate limit in each response that has one, if the
	// forge's package supports it. It may be nil, and is called concurrently.
	OnRate func(resource string, remaining, limit int, reset time.Time)
	// Log receives debug messages; nil discards them.
	Log *slog.Logger
	// Login applies if the stanza of the repository has no credentials. It may be nil.
	Login Login
}

// Login has credentials that no configuration names.
type Login interface {
	// HTTP returns the user name and the password for Git; see gitrepo.Credentials.
	HTTP(ctx context.Context, refused string) (user, password string, err error)
	// Token returns the token for the API of a forge.
	Token() (string, error)
}

// withDefaults replaces the zero fields of o by their defaults. It returns an error if a
// bound is negative.
func (o Options) withDefaults() (Options, error) {
	if o.Timeout < 0 || o.MaxPages < 0 || o.MaxBytes < 0 {
		return Options{}, errors.New("a bound in the options is negative: use a positive one, or 0 for the default")
	}
	if o.HTTP == nil {
		o.HTTP = defaultTransport()
	}
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.MaxPages == 0 {
		o.MaxPages = 200
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 16 << 20
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o, nil
}

// Place is the location of a repository.
type Place struct {
	// Forge is the prefix of each error, such as "github".
	Forge string
	// ForgeHost is the host of the forge's web pages, as in generator.Repository.
	ForgeHost string
	// Owner is a user, an organization or a path of groups.
	Owner, Name string
	// ID is the configured ID of the repository, or "".
	ID string
}

func (p Place) fullName() string { return p.Owner + "/" + p.Name }

// Source is a repository on a forge. It is safe for concurrent use.
type Source struct {
	api             API
	place           Place
	options         Options
	concurrentPages int
	connection      *Connection

	mu         sync.Mutex
	listStates map[generator.Kind]listState
	commits    map[string]Commit // by hash
}

var (
	_ generator.Source    = (*Source)(nil)
	_ generator.Describer = (*Source)(nil)
	_ generator.Prover    = (*Source)(nil)
)

// New returns the source of the repository at a place. api must use the connection c. The
// source reads up to concurrentPages pages of a list at the same time, at least 1. New
// makes no request.
func New(place Place, api API, c *Connection, concurrentPages int) *Source {
	o := c.Options
	o.Log = o.Log.With("repository", place.fullName())
	return &Source{
		api: api, place: place, options: o, concurrentPages: concurrentPages, connection: c,
		listStates: map[generator.Kind]listState{}, commits: map[string]Commit{},
	}
}

// fail adds the operation to err. If ctx, which is that of the operation, has ended, its cause
// is the error: libraries replace it by their own words.
func (s *Source) fail(ctx context.Context, operation string, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = context.Cause(ctx)
	}
	return s.connection.Failure(fmt.Sprintf("%s %s: %s", s.place.Forge, s.place.fullName(), operation), err)
}

// List implements generator.Source. If a list has more than one page and its entries
// differ from the last call, List reads it until two consecutive readings have the same
// entries, at most three times.
func (s *Source) List(ctx context.Context, q generator.Query) (generator.Listing, error) {
	listing, err := s.list(ctx, q)
	if remedy := s.place.remedy(err); remedy != "" {
		return generator.Listing{}, fmt.Errorf("%w: %s", err, remedy)
	}
	return listing, err
}

// remedy returns the remedy for an error of a list, or "" if there is none.
func (p Place) remedy(err error) string {
	switch {
	case errors.Is(err, generator.ErrUnauthorized):
		return fmt.Sprintf("check that the credentials in source.%s are valid and may read the repository", p.Forge)
	case errors.Is(err, generator.ErrNotFound):
		return fmt.Sprintf("check owner and repo of source.%s, and that the credentials may read the repository", p.Forge)
	case errors.Is(err, network.ErrStatus):
		return "look at the log of the server, or of the proxy in front of it"
	}
	return ""
}

func (s *Source) list(ctx context.Context, q generator.Query) (generator.Listing, error) {
	ctx, cancel := network.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	listing := generator.Listing{TakenAt: time.Now(), Confirmed: s.place.ID != ""}
	repository, err := s.api.Repository(ctx)
	if err == nil {
		listing.Private = repository.Private
		listing.Repository, err = repository.facts(s.place)
	}
	if err != nil {
		return generator.Listing{}, s.fail(ctx, "read the repository", err)
	}
	if q.PullRequests {
		pulls, err := s.readStable(ctx, repository, generator.PullRequest)
		if err != nil {
			return generator.Listing{}, s.fail(ctx, "list the pull requests", err)
		}
		pulls.addTo(&listing)
	}
	if q.Branches {
		branches, err := s.branches(ctx, repository)
		if err != nil {
			return generator.Listing{}, s.fail(ctx, "list the branches", err)
		}
		branches.addTo(&listing)
	}
	return listing, nil
}

func (r reading) addTo(l *generator.Listing) {
	l.Changes = append(l.Changes, r.changes...)
	l.Unreadable = append(l.Unreadable, r.unreadable...)
}

// branches returns all branches. The error is generator.ErrIncomplete if the default
// branch is missing or unreadable, and generator.ErrOtherRepository if the repository was
// replaced while the list was read: a branch does not name its repository.
func (s *Source) branches(ctx context.Context, repository Repository) (reading, error) {
	all, err := s.readStable(ctx, repository, generator.Branch)
	if err != nil {
		return reading{}, err
	}
	isDefault := func(c generator.Change) bool { return c.Branch == repository.DefaultBranch }
	//promise:lists-have-the-default-branch
	if !slices.ContainsFunc(all.changes, isDefault) {
		return reading{}, Incomplete("the default branch is missing or unreadable")
	}
	if _, err := s.repository(ctx, repository.ID); err != nil {
		return reading{}, err
	}
	s.retainCommits(all.changes)
	return all, nil
}
