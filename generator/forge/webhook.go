package forge

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
)

// Errors of Verify, for errors.Is.
var (
	// ErrSignature means that the payload was not signed with one of the
	// secrets, or that there is no secret.
	ErrSignature = errors.New("webhook signature not valid")
	// ErrMalformed means that a signed payload does not have the forge's format.
	ErrMalformed = errors.New("webhook payload malformed")
	// ErrUnsupported means that the content type of the payload is not supported.
	ErrUnsupported = errors.New("webhook content type not supported")
)

// Event means that a repository changed.
type Event struct {
	// ForgeHost is the host of the forge's web pages in lower case, with the port
	// unless it is the scheme's default: github.com.
	ForgeHost string
	// FullName is owner/repository as the forge spells it. Forges ignore its case.
	FullName string
	// RepositoryID is the forge's ID of the repository; "" if the payload has none.
	RepositoryID string
	// Signer is the SecretID of the secret that signed the payload; "" if the forge's
	// events are no evidence.
	Signer string
	// At is the time at which the event updated the pull request; zero if the payload has
	// none.
	At time.Time
	Announcement
}

// Concerns reports whether e is about a repository. configured is the repository as the
// configuration names it. listed is the repository in the last list; zero for none. e
// must come from a host of one of them, because IDs are unique on one forge only. The ID
// decides if both sides have one, and else the name.
func (e Event) Concerns(configured, listed generator.Repository) bool {
	if !slices.Contains(slices.Concat(configured.Hosts(), listed.Hosts()), e.ForgeHost) {
		return false
	}
	//promise:webhooks-match-by-id
	if id := cmp.Or(configured.ID, listed.ID); id != "" && e.RepositoryID != "" {
		return e.RepositoryID == id
	}
	return strings.EqualFold(e.FullName, configured.FullName())
}

// Announcement is what a list of the repository shows after an event. It is zero if a
// list does not show the event, such as a new tag.
type Announcement struct {
	// Key is the change; zero if the event names none.
	Key generator.Key
	// Ended is true if the pull request is closed, or the branch deleted.
	Ended bool
	// HeadSHA is the head of an open change, 40 hexadecimal digits; "" if it is not
	// known.
	HeadSHA string
	// Labeled is the label that the event set, and Unlabeled the label that it
	// removed; "" if the event did neither, or does not name the label.
	Labeled, Unlabeled string
	// Vague is true if the event changed more than the other fields contain.
	Vague bool
}

// Verifier verifies the webhooks of one forge. It is safe for concurrent use.
//
// A webhook causes the repository to be listed again, several times if the list does not
// show its announcement. Only lists change previews, with one exception: a label that
// admits a fork admits the HeadSHA of the event that set it, if a secret of the same
// repository signed the event. A late webhook can only cause unnecessary lists, or admit
// the commit that was the head when the label was set.
type Verifier interface {
	// MaxBody checks the headers of a webhook before its body is read, and returns the
	// size of the largest body that the forge sends with them, in bytes. The error is
	// ErrSignature if the headers have no well-formed signature, or ErrUnsupported.
	MaxBody(header http.Header) (int64, error)
	// Verify checks the signature over body as received, and then reads the event
	// from body. relevant is true if the event can change the list of a source. If it
	// is false, event may be empty. Verify may overwrite body. The caller bounds its size
	// by MaxBody.
	Verify(header http.Header, body []byte) (event Event, relevant bool, err error)
}
