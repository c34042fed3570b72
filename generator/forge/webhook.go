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
}

// Verifier verifies the webhooks of one forge. It is safe for concurrent use.
//
// A webhook only causes the repository to be listed again: nothing in a payload is used
// except the repository's name and host. A forged or late webhook can cause an
// unnecessary list, but changes no preview.
type Verifier interface {
	// Verify checks the signature over body as received, and then reads the repository
	// from body. relevant is true if the event can change the list of a source. If it
	// is false, event may be empty. The caller bounds the size of body.
	Verify(header http.Header, body []byte) (event Event, relevant bool, err error)
}
