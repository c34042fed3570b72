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

// stream is a running git-upload-pack or git-receive-pack. Read reads its standard
// output, Write writes its standard input. It ends at the latest with the context
// of its dialer.
type stream interface {
	io.ReadWriteCloser
	CloseWrite() error
	// stderrText returns the start of the standard error output. It is complete
	// after Read has returned an error.
	stderrText() string
}

// dialer starts one of git's services for the repository.
type dialer func(ctx context.Context, service string) (stream, error)

type streamConnector struct {
	dial     dialer
	maxBytes int64 // of a response to a fetch
}

func (*streamConnector) stateless() bool { return false }
func (*streamConnector) direct() bool    { return false }

func (c *streamConnector) upload(context.Context) (transport.UploadPackSession, *login, error) {
	return &session{dial: c.dial, service: transport.UploadPackServiceName, maxBytes: c.maxBytes}, nil, nil
}

func (c *streamConnector) receive(context.Context) (transport.ReceivePackSession, *login, error) {
	return &session{dial: c.dial, service: transport.ReceivePackServiceName, maxBytes: maxMessages}, nil, nil
}

// session is one session of the pack protocol, version 0, over a stream:
// gitprotocol-pack(5).
type session struct {
	dial    dialer
	service string
	stream  stream
	refs    *packp.AdvRefs
	// maxBytes bounds the response to the request, in bytes.
	maxBytes int64
}

// AdvertisedReferences implements transport.Session of go-git.
func (s *session) AdvertisedReferences() (*packp.AdvRefs, error) {
	return s.AdvertisedReferencesContext(context.Background())
}

// AdvertisedReferencesContext connects and reads the advertisement. The session
// ends with ctx.
func (s *session) AdvertisedReferencesContext(ctx context.Context) (*packp.AdvRefs, error) {
	if s.refs != nil {
		return s.refs, nil
	}
	p, err := s.dial(ctx, s.service)
	if err != nil {
		return nil, err
	}
	s.stream = p
	refs := packp.NewAdvRefs()
	err = refs.Decode(&advertLines{from: &boundedBody{body: p, remaining: maxAdvertBytes, boundErr: errBound}})
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

// explain returns an error with the standard error output of the service or, if
// that is empty or the protocol transmitted an error, with the text of err.
func (s *session) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	text := s.stream.stderrText()
	if text == "" || errors.As(err, new(*pktline.ErrorLine)) {
		text = err.Error()
	}
	lower := strings.ToLower(text)
	for _, phrase := range []string{"not found", "does not appear to be a git repository", "does not exist", "could not be found", "no such file or directory"} {
		if strings.Contains(lower, phrase) {
			return transport.ErrRepositoryNotFound
		}
	}
	return errors.New(text)
}

// UploadPack sends one request. Close ends the session.
func (s *session) UploadPack(ctx context.Context, req *packp.UploadPackRequest) (*packp.UploadPackResponse, error) {
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
	if err := res.Decode(io.NopCloser(s.response())); err != nil {
		return nil, s.explain(ctx, err)
	}
	return res, nil
}

// ReceivePack sends one update of references with its pack.
func (s *session) ReceivePack(ctx context.Context, req *packp.ReferenceUpdateRequest) (*packp.ReportStatus, error) {
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
	from := s.response()
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

func (s *session) send(b *bytes.Buffer) error {
	_, err := b.WriteTo(s.stream)
	return errors.Join(err, s.stream.CloseWrite())
}

// response returns the bounded response to a request.
func (s *session) response() io.Reader {
	//promise:sessions-are-bounded
	return &boundedBody{body: s.stream, remaining: s.maxBytes, boundErr: errBound}
}

// Close ends the session. The flush ends git's service normally if it still waits
// for a request.
func (s *session) Close() error {
	if s.stream == nil {
		return nil
	}
	_, _ = s.stream.Write(pktline.FlushPkt)
	_ = s.stream.CloseWrite()
	return s.stream.Close()
}

// maxTextHead bounds a textHead, in bytes. It is several times the length of an
// error text: a secret that is cut at this bound can't be found and redacted, but
// it is beyond the end of the error text.
const maxTextHead = 4 << 10

// textHead is a writer that keeps the first maxTextHead bytes.
type textHead struct {
	mu  sync.Mutex
	buf []byte
}

func (t *textHead) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if room := maxTextHead - len(t.buf); room > 0 {
		t.buf = append(t.buf, p[:min(room, len(p))]...)
	}
	return len(p), nil
}

func (t *textHead) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.buf))
}
