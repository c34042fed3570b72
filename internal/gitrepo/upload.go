package gitrepo

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/sideband"
	"github.com/go-git/go-git/v5/plumbing/transport"
)

// mode is a way to request objects. The first one that the server supports is used.
type mode int

const (
	// modeTree requests any object by its hash, and commits together with the first
	// levels of their trees.
	modeTree mode = iota
	// modeHash requests any object by its hash. It is for forges that allow no
	// filters except "tree:0" and "blob:none".
	modeHash
	// modePlain requests a tip with all of its files.
	modePlain
)

// maxWants is the maximum number of objects in one request. Each takes 50 bytes.
const maxWants = 1000

// inflation bounds inflated data: responses may inflate to inflation times
// Options.MaxPackBytes.
const inflation = 4

// want is one request to upload-pack.
type want struct {
	hashes   []plumbing.Hash
	depth    int // of history; 0 for all
	filter   packp.Filter
	haves    []plumbing.Hash
	shallows []plumbing.Hash
}

// advertise reads the references in a separate session.
func (r *Remote) advertise(ctx context.Context, op string) (*packp.AdvRefs, error) {
	s, l, err := r.connector.upload(ctx)
	if err != nil {
		return nil, newFault(op, err, l.secrets())
	}
	defer func() { _ = s.Close() }()
	refs, err := r.readRefs(ctx, s)
	if err != nil {
		return nil, newFault(op, withContext(ctx, err), l.secrets())
	}
	return refs, nil
}

func (r *Remote) readRefs(ctx context.Context, s transport.Session) (*packp.AdvRefs, error) {
	refs, err := s.AdvertisedReferencesContext(ctx)
	if err != nil {
		return nil, err
	}
	if format := refs.Capabilities.Get(capability.ObjectFormat); len(format) > 0 && format[0] != "sha1" {
		return nil, fmt.Errorf("the object format is %q, and only sha1 is supported", format[0])
	}
	return refs, nil
}

func (r *Remote) remember(caps *capability.List) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.caps = caps
}

func (r *Remote) capabilities() *capability.List {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.caps
}

// mode returns the best mode that the server advertises and has not refused.
func (r *Remote) mode() mode {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.caps == nil || !r.caps.Supports(capability.Filter) {
		return modePlain
	}
	byHash := r.connector.stateless() || r.caps.Supports(capability.AllowReachableSHA1InWant)
	if !byHash {
		return modePlain
	}
	return r.bestMode
}

// excludeMode records that the server refused m.
func (r *Remote) excludeMode(m mode) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bestMode = max(r.bestMode, m+1)
}

// fetch sends one request and unpacks the response. The error is errRefused if the
// server refused the request. Commits at the boundary of the depth name parents that
// are not in the response.
func (r *Remote) fetch(ctx context.Context, op string, w want) (map[plumbing.Hash]*raw, error) {
	s, l, err := r.connector.upload(ctx)
	if err != nil {
		return nil, newFault(op, err, l.secrets())
	}
	defer func() { _ = s.Close() }()
	got, err := r.exchange(ctx, s, w)
	if err != nil {
		return nil, newFault(op, withContext(ctx, err), l.secrets())
	}
	return got, nil
}

func (r *Remote) exchange(ctx context.Context, s transport.UploadPackSession, w want) (map[plumbing.Hash]*raw, error) {
	caps := r.capabilities()
	if caps == nil || !r.connector.direct() {
		refs, err := r.readRefs(ctx, s)
		if err != nil {
			return nil, err
		}
		caps = refs.Capabilities
		r.remember(caps)
	}
	req := newRequest(caps, w)
	res, err := s.UploadPack(ctx, req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Close() }()
	var pack io.Reader = res
	switch {
	case req.Capabilities.Supports(capability.Sideband64k):
		pack = sideband.NewDemuxer(sideband.Sideband64k, res)
	case req.Capabilities.Supports(capability.Sideband):
		pack = sideband.NewDemuxer(sideband.Sideband, res)
	}
	limited := &boundedBody{body: io.NopCloser(pack), remaining: r.maxBytes, boundErr: errBound}
	return readPack(ctx, limited, inflation*r.maxBytes)
}

func newRequest(caps *capability.List, w want) *packp.UploadPackRequest {
	req := packp.NewUploadPackRequest()
	wanted := []capability.Capability{capability.OFSDelta, capability.NoProgress}
	if caps.Supports(capability.Sideband64k) {
		wanted = append(wanted, capability.Sideband64k)
	} else {
		wanted = append(wanted, capability.Sideband)
	}
	if w.depth > 0 || len(w.shallows) > 0 {
		wanted = append(wanted, capability.Shallow)
	}
	if w.filter != "" {
		wanted = append(wanted, capability.Filter)
	}
	for _, c := range wanted {
		if caps.Supports(c) {
			_ = req.Capabilities.Set(c) // none of these takes an argument
		}
	}
	if caps.Supports(capability.Agent) {
		_ = req.Capabilities.Set(capability.Agent, capability.DefaultAgent())
	}
	req.Wants = w.hashes
	req.Haves = w.haves
	req.Shallows = w.shallows
	req.Depth = packp.DepthCommits(w.depth)
	req.Filter = w.filter
	return req
}

// withContext adds the cause of a context that has ended to err, which is then a consequence.
func withContext(ctx context.Context, err error) error {
	if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
		<-ctx.Done() // now: the time limits of net/http, which are equal, can be noticed first
	}
	if ctx.Err() != nil {
		return &ended{context.Cause(ctx), err}
	}
	return err
}

// ended is an error that occurred because a context has ended. It has the text of the cause:
// that of a library would repeat it.
type ended struct{ cause, consequence error }

func (e *ended) Error() string   { return e.cause.Error() }
func (e *ended) Unwrap() []error { return []error{e.cause, e.consequence} }
