package gitrepo

import (
	"context"
	"sync"
	"time"

	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/transport"

	"github.com/previewset/previewset/internal/network"
)

// Credentials are read each time they are needed, so that rotated files and
// short-lived tokens take effect.
type Credentials interface {
	// HTTP returns the user and password for basic authentication. If both are
	// empty, none are sent. HTTP is called again if the server refuses them: if it
	// then returns others, the request is repeated once with them. refused is the
	// password that the server has refused with status 401, and otherwise "".
	HTTP(ctx context.Context, refused string) (user, password string, err error)
}

// Options configure the access to a repository and its limits.
type Options struct {
	// Credentials for http and https; nil for none.
	Credentials Credentials
	// SSHKey returns an unencrypted private key in PEM, for ssh. It is called
	// for each connection, and again if the server refuses the key. nil means the
	// keys of the ssh agent at $SSH_AUTH_SOCK.
	SSHKey func() (pem []byte, err error)
	// SSHKnownHosts is a file in the format of known_hosts. "" means the files
	// that $SSH_KNOWN_HOSTS lists or, without it, ~/.ssh/known_hosts and
	// /etc/ssh/ssh_known_hosts. A host that they do not list is refused.
	SSHKnownHosts string
	// Timeout bounds each operation. Default 60 s.
	Timeout time.Duration
	// Levels is the number of levels of directories, from the root down, that are
	// read together with a commit if the server supports it. A caller that reads
	// and edits a/b/c needs three levels, which saves a request for each level
	// except the first. Default 1.
	Levels int
	// MaxPackBytes bounds one response of the server, in received bytes. Unpacked
	// it may be four times as large, and so may all responses to one call for
	// files together. Default 512 MiB.
	MaxPackBytes int64
}

const (
	defaultTimeout  = 60 * time.Second
	defaultMaxBytes = 512 << 20
)

// Remote is a repository at a URL. It is safe for concurrent use. Between calls it
// keeps only idle HTTP connections open.
type Remote struct {
	url       string
	connector connector
	timeout   time.Duration
	maxBytes  int64
	levels    int

	mu sync.Mutex
	// caps are the newest capabilities that upload-pack advertised.
	caps *capability.List
	// bestMode is the best mode that the server has not refused.
	bestMode mode
	// advertiseFirst is true after a push without an advertisement got no report.
	advertiseFirst bool
}

// connector opens sessions. The returned login is nil if the session sends no
// credentials over HTTP.
type connector interface {
	upload(ctx context.Context) (transport.UploadPackSession, *login, error)
	receive(ctx context.Context) (transport.ReceivePackSession, *login, error)
	// stateless reports whether each request is independent of the others. Such
	// servers usually send objects by hash without advertising the capability.
	stateless() bool
	// direct reports whether a request can be sent without reading the
	// advertisement first.
	direct() bool
}

// Open prepares access to the repository at rawURL: https, http, ssh (also in
// the form git@host:path), file, or an absolute path. It does not connect. It
// refuses URLs that contain a password, a token or a query, and does not repeat
// them in the error.
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
		r.connector = &streamConnector{sshDialer(*endpoint, o), o.MaxPackBytes + maxMessages}
	default:
		r.connector = &streamConnector{fileDialer(endpoint.Path), o.MaxPackBytes + maxMessages}
	}
	return r, nil
}

// URL returns the URL as it was given. It holds no credentials.
func (r *Remote) URL() string { return r.url }

// bound limits an operation to the time-out.
func (r *Remote) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return network.WithTimeout(ctx, r.timeout)
}
