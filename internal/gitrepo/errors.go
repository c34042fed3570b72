package gitrepo

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/pktline"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"

	"github.com/previewset/previewset/internal/network"
	"github.com/previewset/previewset/internal/redact"
	"github.com/previewset/previewset/internal/secret"
)

// Errors of this package, for errors.Is. All other errors are temporary faults of
// the network or the server, or mistakes of the caller.
var (
	// ErrAuth means that the server refused the credentials, or that it needs some.
	ErrAuth = errors.New("access denied")
	// ErrNotFound means that the repository does not exist, or that the server
	// hides it.
	ErrNotFound = errors.New("repository not found")
	// ErrNoBranch means that the repository has no such branch.
	ErrNoBranch = errors.New("no such branch")
	// ErrEmpty means that the repository has no commit.
	ErrEmpty = errors.New("repository is empty")
	// ErrMoved means that the tip of the branch has changed since the operation
	// was planned: fetch and plan again.
	ErrMoved = errors.New("branch has moved")
	// ErrRejected means that the server refused a push that was up to date, such
	// as by a hook, by branch protection or because the repository is read-only.
	ErrRejected = errors.New("push rejected")
	// ErrStorage is an ErrRejected: the server could not store the objects of the push,
	// because its disk is full or the push exceeds its bound.
	ErrStorage = errors.New("server can't store the commit")
	// ErrLocked is an ErrMoved: the tip has not moved, but the server could not update
	// the branch. Another push had locked it, or a git process that was killed has left
	// its lock.
	ErrLocked = errors.New("branch is locked")
	// ErrNotGit means that a server was reached that does not answer as Git does, such as
	// with a web page.
	ErrNotGit = errors.New("the answer is not that of a Git server")
	// ErrHostKey means that the key of an ssh server is not the one in known_hosts, or that
	// known_hosts has none.
	ErrHostKey = errors.New("the host key of the server is not in known_hosts")
	// ErrRedirect means that a server redirects to another one, which gets no request.
	ErrRedirect = errors.New("the server redirects to another server")
	// ErrTooLarge means that a bound on bytes or objects was exceeded.
	ErrTooLarge = errors.New("too large")
	// ErrNoFilter means that the server can't give commits without their files.
	ErrNoFilter = errors.New("server has no object filters")
	// ErrNothingToCommit means that an edit changes nothing. It is not a fault.
	ErrNothingToCommit = errors.New("nothing to commit")
	// ErrSymlink means that a path is, or leads through, a symbolic link or a
	// submodule. They are never followed.
	ErrSymlink = errors.New("symbolic link or submodule")

	// errRefused means that the server does not send an object by its hash, or
	// does not support a filter.
	errRefused = errors.New("request refused")
)

// fault is an error of the remote side. It keeps the kinds for errors.Is, but not
// the original error, which may contain credentials or a page of the server.
type fault struct {
	text  string
	kinds []error
}

func (f *fault) Error() string   { return f.text }
func (f *fault) Unwrap() []error { return f.kinds }

// newFault returns a fault for err, which occurred during op. Its text contains
// none of the secrets.
func newFault(op string, err error, secrets []string) error {
	var known *fault
	if errors.As(err, &known) {
		return known
	}
	err = explain(err)
	text := redact.Text(err.Error(), secrets...)
	kinds := kindsOf(err)
	if len(kinds) == 0 {
		if kind := libraryKind(err); kind != nil {
			kinds = []error{kind}
			text = kind.Error() + ": " + text
		}
		if len(kinds) == 1 && needsNoDetail(kinds[0]) {
			text = kinds[0].Error()
		}
	}
	return &fault{text: op + ": " + text, kinds: kinds}
}

// explain replaces the words of libraries for a failed connection by words for people.
func explain(err error) error {
	var unexpected *plumbing.UnexpectedError
	if errors.As(err, &unexpected) { // it has no Unwrap
		err = unexpected.Err
	}
	var redirect *redirectError
	if errors.As(err, &redirect) {
		return redirect
	}
	var status *githttp.Err
	if errors.As(err, &status) {
		return network.Status(status.StatusCode())
	}
	if errors.Is(err, packp.ErrEmptyInput) || errors.As(err, new(*packp.ErrUnexpectedData)) ||
		strings.Contains(err.Error(), pktline.ErrInvalidPktLen.Error()) {
		return ErrNotGit
	}
	if strings.Contains(err.Error(), "knownhosts: key") { // it is unknown, or does not match
		return ErrHostKey
	}
	return network.Explain(err)
}

// newLocked returns an ErrLocked. reason is the end of its text.
func newLocked(op, reason string) error {
	return &fault{text: op + ": " + ErrLocked.Error() + reason, kinds: []error{ErrMoved, ErrLocked}}
}

// needsNoDetail reports whether the text of kind is sufficient. The server's text
// is then a web page or an echo of the request.
func needsNoDetail(kind error) bool {
	return slices.Contains([]error{ErrAuth, ErrNotFound, ErrEmpty}, kind)
}

func kindsOf(err error) []error {
	var kinds []error
	for _, kind := range []error{
		ErrAuth, ErrNotFound, ErrNoBranch, ErrEmpty, ErrMoved, ErrRejected, ErrStorage, ErrTooLarge, ErrNoFilter,
		ErrSymlink, ErrNotGit, ErrHostKey, ErrRedirect, network.ErrStatus, errRefused, secret.ErrUnusable, context.Canceled, context.DeadlineExceeded,
	} {
		if errors.Is(err, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// libraryKind returns the kind of an error of go-git or golang.org/x/crypto/ssh,
// nil if it has none. Some of these errors hold their cause as text only.
func libraryKind(err error) error {
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
	case isRefusal(text):
		return errRefused
	}
	return nil
}

// isRefusal recognizes the messages of git (upload-pack.c,
// list-objects-filter-options.c) and JGit that refuse an object or a filter.
func isRefusal(text string) bool {
	for _, phrase := range []string{
		"not our ref", "unadvertised object", "filter '", "filter allows max", "filtering not", "invalid filter", "filter-spec",
	} {
		if strings.Contains(text, phrase) {
			return true
		}
	}
	return strings.Contains(text, "want ") && strings.Contains(text, " not valid")
}
