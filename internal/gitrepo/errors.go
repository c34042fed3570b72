package gitrepo

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/transport"

	"github.com/previewset/previewset/internal/redact"
)

// Errors of this package, for errors.Is. An error that is none of them is a
// passing fault of the network or the server, or a mistake of the caller.
var (
	// ErrAuth means that the server refused the credentials, or wants some.
	ErrAuth = errors.New("access denied")
	// ErrNotFound means that the repository is not there, or not shown to us.
	ErrNotFound = errors.New("repository not found")
	// ErrNoBranch means that the repository has no such branch.
	ErrNoBranch = errors.New("no such branch")
	// ErrEmpty means that the repository has no commit at all.
	ErrEmpty = errors.New("repository is empty")
	// ErrMoved means that the branch no longer is where it was when the
	// operation was planned: fetch and plan again.
	ErrMoved = errors.New("branch has moved")
	// ErrRejected means that the server refused a push that was up to date: a
	// hook, a protected branch or a repository that is read-only.
	ErrRejected = errors.New("push rejected")
	// ErrTooLarge means that a bound on bytes or objects was reached.
	ErrTooLarge = errors.New("too large")
	// ErrNoFilter means that the server can't give commits without their files.
	ErrNoFilter = errors.New("server has no object filters")
	// ErrNothingToCommit means that an edit changes nothing. It is normal.
	ErrNothingToCommit = errors.New("nothing to commit")
	// ErrSymlink means that a path is, or leads through, a symbolic link or a
	// submodule. They are never followed.
	ErrSymlink = errors.New("symbolic link or submodule")

	// errRefused: the server does not give an object by its hash, or does not
	// know a filter.
	errRefused = errors.New("request refused")
)

// fault is an error of the remote side. It keeps the kind, for errors.Is, but
// not the original error: that may hold credentials or a server's whole page.
type fault struct {
	text  string
	kinds []error
}

func (f *fault) Error() string   { return f.text }
func (f *fault) Unwrap() []error { return f.kinds }

// newFault describes err, which happened during op, without any of the secrets.
func newFault(op string, err error, secrets []string) error {
	var known *fault
	if errors.As(err, &known) {
		return known
	}
	text := redact.Text(err.Error(), secrets...)
	kinds := kindsOf(err)
	if len(kinds) == 0 {
		if kind := foreignKind(err); kind != nil {
			kinds = []error{kind}
			text = kind.Error() + ": " + text
		}
		if len(kinds) == 1 && quiet(kinds[0]) {
			text = kinds[0].Error()
		}
	}
	return &fault{text: op + ": " + text, kinds: kinds}
}

// quiet kinds say all there is to say: what servers add to them is a web page,
// or an echo of the request.
func quiet(kind error) bool {
	return slices.Contains([]error{ErrAuth, ErrNotFound, ErrEmpty}, kind)
}

func kindsOf(err error) []error {
	var kinds []error
	for _, kind := range []error{
		ErrAuth, ErrNotFound, ErrNoBranch, ErrEmpty, ErrMoved, ErrRejected, ErrTooLarge, ErrNoFilter,
		ErrSymlink, errRefused, context.Canceled, context.DeadlineExceeded,
	} {
		if errors.Is(err, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// foreignKind maps errors of go-git and golang.org/x/crypto/ssh. Some of them
// come with their cause flattened to text.
func foreignKind(err error) error {
	text := err.Error()
	switch {
	case errors.Is(err, transport.ErrAuthenticationRequired), errors.Is(err, transport.ErrAuthorizationFailed),
		strings.Contains(text, "ssh: unable to authenticate"):
		return ErrAuth
	case errors.Is(err, transport.ErrRepositoryNotFound):
		return ErrNotFound
	case errors.Is(err, transport.ErrEmptyRemoteRepository):
		return ErrEmpty
	case strings.Contains(text, errBound.Error()):
		return ErrTooLarge
	case refuses(text):
		return errRefused
	}
	return nil
}

// refuses recognises the words for "not this object" and "not this filter" of
// git (upload-pack.c, list-objects-filter-options.c) and JGit.
func refuses(text string) bool {
	for _, words := range []string{
		"not our ref", "unadvertised object", "filter '", "filter allows max", "filtering not", "invalid filter", "filter-spec",
	} {
		if strings.Contains(text, words) {
			return true
		}
	}
	return strings.Contains(text, "want ") && strings.Contains(text, " not valid")
}
