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
)

// Options are what the sources of all forges have in common.
type Options struct {
	// HTTP carries the requests; nil is a transport with time limits of its own
	// that honours the proxy variables of the environment.
	HTTP http.RoundTripper
	// Timeout is how long one List, Ending or Describe may take; 0 is 60 s.
	Timeout time.Duration
	// MaxPages bounds the pages of one list; 0 is 200. A longer list is
	// generator.ErrIncomplete.
	MaxPages int
	// MaxBytes bounds the body of one answer, decompressed; 0 is 16 MiB. A longer
	// body is generator.ErrIncomplete.
	MaxBytes int64
	// OnRate is called with the rate limit of each answer that states one, if the
	// forge's package reads it. It is called from several goroutines; nil drops it.
	OnRate func(resource string, remaining, limit int, reset time.Time)
	// Log takes what is worth knowing but no error; nil drops it.
	Log *slog.Logger
}

// withDefaults returns o with its zero fields replaced. The error is a negative
// bound.
func (o Options) withDefaults() (Options, error) {
	if o.Timeout < 0 || o.MaxPages < 0 || o.MaxBytes < 0 {
		return Options{}, errors.New("a bound is negative")
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

// Place is where a repository is.
type Place struct {
	// Forge begins each error: "github".
	Forge string
	// ForgeHost is that of the forge's pages, as in generator.Repository.
	ForgeHost string
	// Owner is a user, an organization or a path of groups.
	Owner, Name string
}

func (p Place) fullName() string { return p.Owner + "/" + p.Name }

// Source is a repository on a forge. It is safe for concurrent use.
type Source struct {
	api         API
	at          Place
	options     Options
	pagesAtOnce int
	connection  *Connection

	mu      sync.Mutex
	lists   map[generator.Kind]list
	commits map[string]Commit // by hash
}

var (
	_ generator.Source    = (*Source)(nil)
	_ generator.Describer = (*Source)(nil)
)

// New returns the source of the repository at a place. api answers for it over the
// connection c. The source reads up to pagesAtOnce pages of a list at the same time,
// at least 1. New makes no request.
func New(at Place, api API, c *Connection, pagesAtOnce int) *Source {
	o := c.Options
	o.Log = o.Log.With("repository", at.fullName())
	return &Source{
		api: api, at: at, options: o, pagesAtOnce: pagesAtOnce, connection: c,
		lists: map[generator.Kind]list{}, commits: map[string]Commit{},
	}
}

func (s *Source) fail(doing string, err error) error {
	return s.connection.Failure(fmt.Sprintf("%s %s: %s", s.at.Forge, s.at.fullName(), doing), err)
}

// List implements generator.Source. A list of more than one page that has other
// entries than the last time is read until two readings agree, at most three
// times.
func (s *Source) List(ctx context.Context, q generator.Query) (generator.Listing, error) {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	listing := generator.Listing{TakenAt: time.Now()}
	of, err := s.api.Repository(ctx)
	if err == nil {
		listing.Repository, err = of.facts(s.at)
	}
	if err != nil {
		return generator.Listing{}, s.fail("read the repository", err)
	}
	if q.PullRequests {
		pulls, err := s.settle(ctx, of, generator.PullRequest)
		if err != nil {
			return generator.Listing{}, s.fail("list the pull requests", err)
		}
		listing.Changes = append(listing.Changes, pulls...)
	}
	if q.Branches {
		branches, err := s.branches(ctx, of)
		if err != nil {
			return generator.Listing{}, s.fail("list the branches", err)
		}
		listing.Changes = append(listing.Changes, branches...)
	}
	return listing, nil
}

// branches returns all branches. A list without the default branch is not
// complete.
func (s *Source) branches(ctx context.Context, of Repository) ([]generator.Change, error) {
	changes, err := s.settle(ctx, of, generator.Branch)
	if err != nil {
		return nil, err
	}
	isDefault := func(c generator.Change) bool { return c.Branch == of.DefaultBranch }
	if !slices.ContainsFunc(changes, isDefault) {
		return nil, Incomplete("the default branch is missing")
	}
	s.retainCommits(changes)
	return changes, nil
}
