package gitrepo

import (
	"context"
	"sync"
	"time"

	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/transport"
)

// Credentials are asked each time they are needed, so that rotated files and
// short-lived tokens take effect.
type Credentials interface {
	// HTTP returns what to send by basic authentication; two empty strings
	// send nothing.
	HTTP(ctx context.Context) (user, password string, err error)
}

// Options say how a repository is reached, and bound what it may cost.
type Options struct {
	// Credentials for http and https; nil for none.
	Credentials Credentials
	// SSHKey returns an unencrypted private key in PEM, for ssh. It is called
	// for each connection.
	SSHKey func() (pem []byte, err error)
	// SSHKnownHosts is a file in the format of known_hosts; "" for the files
	// that $SSH_KNOWN_HOSTS lists, else ~/.ssh/known_hosts and
	// /etc/ssh/ssh_known_hosts. A host that is not there is refused.
	SSHKnownHosts string
	// Timeout bounds each operation as a whole. Default 60 s.
	Timeout time.Duration
	// Levels is how many levels of directories come with a commit, from the
	// root down, wherever the server can do that: who reads and edits a/b/c
	// needs three, and saves a request for each level but the first. Default 1.
	Levels int
	// MaxPackBytes bounds what one answer of the server may hold, in bytes as
	// received. Unpacked it may be four times as much, and so may all answers
	// to one call for files. Default 512 MiB.
	MaxPackBytes int64
}

const (
	defaultTimeout  = 60 * time.Second
	defaultMaxBytes = 512 << 20
)

// Remote is a repository behind a URL. It is safe for concurrent use, and holds
// no connection open but idle ones of HTTP.
type Remote struct {
	url       string
	connector connector
	timeout   time.Duration
	maxBytes  int64
	levels    int

	mu sync.Mutex
	// caps is what upload-pack advertised last.
	caps *capability.List
	// worst is what the server was found unable to do, whatever it advertises.
	worst mode
	// wary is true once a push without asking came to nothing.
	wary bool
}

// connector opens sessions. Secrets are what the session sends: they must not
// get into an error.
type connector interface {
	upload(ctx context.Context) (s transport.UploadPackSession, secrets []string, err error)
	receive(ctx context.Context) (s transport.ReceivePackSession, secrets []string, err error)
	// stateless reports whether each request is a conversation of its own. Such
	// servers give objects that they did not advertise more readily.
	stateless() bool
	// direct reports whether a request can be sent without reading the
	// advertisement first.
	direct() bool
}

// Open prepares access to the repository at rawURL: https, http, ssh (also in
// the form git@host:path), file, or an absolute path. It does not connect.
// URLs that hold a password, a token or a query are refused, and the error
// doesn't repeat them.
func Open(rawURL string, o Options) (*Remote, error) {
	endpoint, err := parseURL(rawURL)
	if err != nil {
		return nil, err
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.MaxPackBytes <= 0 {
		o.MaxPackBytes = defaultMaxBytes
	}
	r := &Remote{url: rawURL, timeout: o.Timeout, maxBytes: o.MaxPackBytes, levels: max(o.Levels, 1)}
	switch endpoint.Protocol {
	case "http", "https":
		r.connector = newHTTPConnector(*endpoint, o)
	case "ssh":
		r.connector = &pipeConnector{dial: sshDialer(*endpoint, o)}
	default:
		r.connector = &pipeConnector{dial: fileDialer(endpoint.Path)}
	}
	return r, nil
}

// URL returns the URL as it was given. It holds no credentials.
func (r *Remote) URL() string { return r.url }

// bound limits an operation to the time-out.
func (r *Remote) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, r.timeout)
}
