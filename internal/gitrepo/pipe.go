package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing/format/pktline"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/sideband"
	"github.com/go-git/go-git/v5/plumbing/transport"
)

// pipe is a running git-upload-pack or git-receive-pack: its standard output
// to read, its standard input to write. It ends with the context that it was
// opened with, at the latest.
type pipe interface {
	io.ReadWriteCloser
	CloseWrite() error
	// words returns the beginning of what was written to standard error. It
	// is complete once Read has returned an error.
	words() string
}

// dialer starts one of git's services at the other end.
type dialer func(ctx context.Context, service string) (pipe, error)

type pipeConnector struct{ dial dialer }

func (*pipeConnector) stateless() bool { return false }
func (*pipeConnector) direct() bool    { return false }

func (c *pipeConnector) upload(context.Context) (transport.UploadPackSession, []string, error) {
	return &pipeSession{dial: c.dial, service: transport.UploadPackServiceName}, nil, nil
}

func (c *pipeConnector) receive(context.Context) (transport.ReceivePackSession, []string, error) {
	return &pipeSession{dial: c.dial, service: transport.ReceivePackServiceName}, nil, nil
}

// pipeSession is one conversation of the pack protocol, version 0, over a
// pipe: gitprotocol-pack(5).
type pipeSession struct {
	dial    dialer
	service string
	pipe    pipe
	refs    *packp.AdvRefs
}

// AdvertisedReferences is there for go-git's interface.
func (s *pipeSession) AdvertisedReferences() (*packp.AdvRefs, error) {
	return s.AdvertisedReferencesContext(context.Background())
}

// AdvertisedReferencesContext connects. The conversation ends with ctx.
func (s *pipeSession) AdvertisedReferencesContext(ctx context.Context) (*packp.AdvRefs, error) {
	if s.refs != nil {
		return s.refs, nil
	}
	p, err := s.dial(ctx, s.service)
	if err != nil {
		return nil, err
	}
	s.pipe = p
	refs := packp.NewAdvRefs()
	err = refs.Decode(&advertLines{from: &boundedBody{body: p, left: maxAdvertBytes, over: errBound}})
	receive := s.service == transport.ReceivePackServiceName
	switch {
	case errors.Is(err, packp.ErrEmptyAdvRefs) && receive:
	case errors.Is(err, packp.ErrEmptyAdvRefs):
		return nil, transport.ErrEmptyRemoteRepository
	case err != nil:
		return nil, s.explain(ctx, err)
	case refs.IsEmpty() && !receive:
		return nil, transport.ErrEmptyRemoteRepository
	}
	transport.FilterUnsupportedCapabilities(refs.Capabilities)
	s.refs = refs
	return refs, nil
}

// explain prefers the program's own words to the protocol's view of them.
func (s *pipeSession) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	text := s.pipe.words()
	if text == "" || errors.As(err, new(*pktline.ErrorLine)) {
		text = err.Error()
	}
	lower := strings.ToLower(text)
	for _, words := range []string{"not found", "does not appear to be a git repository", "does not exist", "could not be found", "no such file or directory"} {
		if strings.Contains(lower, words) {
			return transport.ErrRepositoryNotFound
		}
	}
	return errors.New(text)
}

// UploadPack sends one request. Closing the answer ends the conversation.
func (s *pipeSession) UploadPack(ctx context.Context, req *packp.UploadPackRequest) (*packp.UploadPackResponse, error) {
	if _, err := s.AdvertisedReferencesContext(ctx); err != nil {
		return nil, err
	}
	if err := req.Validate(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err := errors.Join(req.UploadRequest.Encode(&b), req.UploadHaves.Encode(&b, true),
		pktline.NewEncoder(&b).Encodef("done\n"))
	if err != nil {
		return nil, err
	}
	if err := s.send(&b); err != nil {
		return nil, s.explain(ctx, err)
	}
	res := packp.NewUploadPackResponse(req)
	if err := res.Decode(io.NopCloser(s.pipe)); err != nil {
		return nil, s.explain(ctx, err)
	}
	return res, nil
}

// ReceivePack sends one update of references with its pack.
func (s *pipeSession) ReceivePack(ctx context.Context, req *packp.ReferenceUpdateRequest) (*packp.ReportStatus, error) {
	if _, err := s.AdvertisedReferencesContext(ctx); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := req.Encode(&b); err != nil {
		return nil, err
	}
	if err := s.send(&b); err != nil {
		return nil, s.explain(ctx, err)
	}
	var from io.Reader = s.pipe
	if req.Capabilities.Supports(capability.Sideband64k) {
		demuxer := sideband.NewDemuxer(sideband.Sideband64k, from)
		demuxer.Progress = req.Progress
		from = demuxer
	}
	report := packp.NewReportStatus()
	if err := report.Decode(from); err != nil {
		return nil, s.explain(ctx, err)
	}
	return report, report.Error()
}

func (s *pipeSession) send(b *bytes.Buffer) error {
	_, err := b.WriteTo(s.pipe)
	return errors.Join(err, s.pipe.CloseWrite())
}

// Close ends the conversation, politely where nothing was asked yet.
func (s *pipeSession) Close() error {
	if s.pipe == nil {
		return nil
	}
	_, _ = s.pipe.Write(pktline.FlushPkt)
	_ = s.pipe.CloseWrite()
	return s.pipe.Close()
}

// maxTail bounds a tail, in bytes. It is several times what an error shows, so that
// a secret that is cut at the bound, and thus not found, is not in the error.
const maxTail = 4 << 10

// tail keeps the first bytes of what a program says on standard error.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if room := maxTail - len(t.buf); room > 0 {
		t.buf = append(t.buf, p[:min(room, len(p))]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.buf))
}
