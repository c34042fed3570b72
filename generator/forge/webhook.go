package forge

import (
	"errors"
	"net/http"
)

// Errors of Verify, for errors.Is.
var (
	// ErrSignature means that the payload was not signed with one of the
	// secrets, or that there is no secret.
	ErrSignature = errors.New("webhook signature not valid")
	// ErrMalformed means that a signed payload is not what the forge sends.
	ErrMalformed = errors.New("webhook payload malformed")
	// ErrUnsupported means that the payload is of a content type that is not
	// read.
	ErrUnsupported = errors.New("webhook content type not supported")
)

// Event says that a repository changed.
type Event struct {
	// ForgeHost of the forge's pages, lower-case, with its port where that is not
	// the scheme's own: github.com.
	ForgeHost string
	// FullName is owner/repository as the forge spells it. Forges ignore case
	// there.
	FullName string
}

// Verifier understands the webhooks of one forge. It is safe for concurrent use.
//
// A webhook means no more than "look again": nothing of a payload is believed but
// the repository's name and host. A forged or late webhook can cost a list and
// change nothing.
type Verifier interface {
	// Verify checks the signature over body as it was received, and then reads which
	// repository it is about. relevant reports whether the event can change what a
	// source lists; where it is false, the event may be empty. The caller bounds
	// body.
	Verify(header http.Header, body []byte) (event Event, relevant bool, err error)
}
