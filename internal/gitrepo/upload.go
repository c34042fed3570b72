package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/sideband"
	"github.com/go-git/go-git/v5/plumbing/transport"
)

// mode is how objects are asked for. Servers are tried from the first down.
type mode int

const (
	// modeTree: any object by its hash, commits together with their first levels
	// of trees.
	modeTree mode = iota
	// modeHash: any object by its hash. Forges that allow no filter but
	// "tree:0" and "blob:none" get here.
	modeHash
	// modePlain: a tip with all of its files.
	modePlain
)

// maxWants is how many objects one request asks for: 50 bytes each.
const maxWants = 1000

// inflation is how many bytes a received byte may inflate to, on average.
const inflation = 4

// want is one request to upload-pack.
type want struct {
	hashes   []plumbing.Hash
	depth    int // of history; 0 for all
	filter   packp.Filter
	haves    []plumbing.Hash
	shallows []plumbing.Hash
}

// advertise reads the references with a session of its own.
func (r *Remote) advertise(ctx context.Context, op string) (*packp.AdvRefs, error) {
	s, secrets, err := r.connector.upload(ctx)
	if err != nil {
		return nil, newFault(op, err, secrets)
	}
	defer func() { _ = s.Close() }()
	refs, err := r.readRefs(ctx, s)
	if err != nil {
		return nil, newFault(op, withContext(ctx, err), secrets)
	}
	return refs, nil
}

func (r *Remote) readRefs(ctx context.Context, s transport.Session) (*packp.AdvRefs, error) {
	refs, err := s.AdvertisedReferencesContext(ctx)
	if err != nil {
		return nil, err
	}
	if format := refs.Capabilities.Get(capability.ObjectFormat); len(format) > 0 && format[0] != "sha1" {
		return nil, fmt.Errorf("objects are named by %q, and only sha1 is known", format[0])
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

// mode returns the best way that caps and experience allow.
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
	return r.worst
}

// worsen remembers that the server refused m.
func (r *Remote) worsen(m mode) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.worst = max(r.worst, m+1)
}

// fetch sends one request and unpacks the answer. A refusal is errRefused.
// Commits at the edge of the depth come with the hashes of parents that don't
// come: whoever walks history has to look for that.
func (r *Remote) fetch(ctx context.Context, op string, w want) (map[plumbing.Hash]*raw, error) {
	s, secrets, err := r.connector.upload(ctx)
	if err != nil {
		return nil, newFault(op, err, secrets)
	}
	defer func() { _ = s.Close() }()
	got, err := r.exchange(ctx, s, w)
	if err != nil {
		return nil, newFault(op, withContext(ctx, err), secrets)
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
	bounded := &boundedBody{body: io.NopCloser(pack), left: r.maxBytes, over: errBound}
	return readPack(bounded, inflation*r.maxBytes)
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

// withContext makes a context's end visible that a library has turned into
// something else.
func withContext(ctx context.Context, err error) error {
	if ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return err
}
