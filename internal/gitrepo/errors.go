package gitrepo

import (
	"context"
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/go-git/go-git/v5/plumbing/transport"
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

// maxErrorText bounds what of a server's words gets into an error, in bytes.
const maxErrorText = 512

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
	text := clean(err.Error(), secrets)
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

// clean makes a server's words fit for one line of a log: bounded, printable,
// and without the secrets in any of the forms that they travel in.
func clean(text string, secrets []string) string {
	for _, secret := range secrets {
		if secret == "" || !strings.Contains(text, secret) {
			continue
		}
		if len(secret) < 4 {
			return "(withheld)"
		}
		text = strings.ReplaceAll(text, secret, "(redacted)")
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > maxErrorText {
		text = strings.ToValidUTF8(text[:maxErrorText], "") + "…"
	}
	return text
}

// minSecretUser is the length from which a user name is taken for a token:
// some forges take tokens there.
const minSecretUser = 8

// secretForms returns what must not be in any text once user and password were
// sent by HTTP basic authentication.
func secretForms(user, password string) []string {
	if user == "" && password == "" {
		return nil
	}
	secrets := written(base64.StdEncoding.EncodeToString([]byte(user + ":" + password)))
	secrets = append(secrets, written(password)...)
	if len(user) >= minSecretUser || password == "" {
		secrets = append(secrets, written(user)...)
	}
	return secrets
}

// written returns s as it is and as URLs and quotes write it.
func written(s string) []string {
	quoted := strconv.Quote(s)
	return []string{s, quoted[1 : len(quoted)-1], url.QueryEscape(s), url.PathEscape(s)}
}
