package git

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"
)

// FaultKind is how a Git server misbehaves.
type FaultKind string

// The kinds. From Refuse to Hang they keep a request from git, CutRequest gives
// it half of one, and those from LoseAnswer on spoil the answer of a git that
// has done its work: after a push, the branch has moved.
const (
	Pass        FaultKind = "pass"         // nothing goes wrong: for Fault.Do
	Refuse      FaultKind = "refuse"       // Fault.Status and a page
	Reset       FaultKind = "reset"        // the connection is cut
	HTML        FaultKind = "html"         // 200 and a page, as captive portals answer
	Empty       FaultKind = "empty"        // 200 and nothing
	Hang        FaultKind = "hang"         // no answer until the client gives up
	CutRequest  FaultKind = "cut request"  // git gets half of the body, the client a cut connection
	LoseAnswer  FaultKind = "lose answer"  // the connection is cut instead of an answer
	SpoilAnswer FaultKind = "spoil answer" // Fault.Status and a page instead of the answer
	NoAnswer    FaultKind = "no answer"    // 200 and nothing instead of the answer
	CutAnswer   FaultKind = "cut answer"   // the connection is cut after half of the answer
	ShortAnswer FaultKind = "short answer" // half of the answer, and a proper end
	Slow        FaultKind = "slow"         // the whole answer, its second half after Fault.Delay
)

// The services of a Git server that a Fault can be about.
const (
	UploadPack  = "git-upload-pack"
	ReceivePack = "git-receive-pack"
)

// Fault is one way to misbehave, and when.
type Fault struct {
	Kind FaultKind
	// Service is UploadPack or ReceivePack; "" for both.
	Service string
	// Method is GET for advertisements and POST for what follows; "" for both.
	Method string
	// Status of Refuse and SpoilAnswer. Default 500.
	Status int
	// Delay of Slow.
	Delay time.Duration
	// Skip is how many requests that match are let through first.
	Skip int
	// Times is how many requests are struck then: 0 for one, less for all. Go's
	// client repeats a GET by itself whose reused connection is cut.
	Times int
	// Do, if it is there, is called before the answer: after git's work, where
	// git did any, so that somebody else can be faster.
	Do func()
}

// Faults is a switch for faults, for ServeOptions.Middleware. Its zero value
// lets everything through.
type Faults struct {
	mu     sync.Mutex
	armed  []*Fault
	struck int
}

// Set replaces the faults. Of several that match a request, the first strikes.
func (f *Faults) Set(faults ...Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = nil
	for _, fault := range faults {
		f.armed = append(f.armed, &fault)
	}
}

// Struck returns how many requests were struck so far.
func (f *Faults) Struck() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.struck
}

// Middleware puts the faults before next.
func (f *Faults) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if fault, ok := f.next(req); ok {
			fault.strike(w, req, next)
		} else {
			next.ServeHTTP(w, req)
		}
	})
}

// next returns the fault that strikes the request.
func (f *Faults) next(req *http.Request) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, fault := range f.armed {
		if !fault.matches(req) {
			continue
		}
		if fault.Skip > 0 {
			fault.Skip--
			continue
		}
		f.struck++
		if fault.Times--; fault.Times == 0 || fault.Times == -1 {
			f.armed = append(f.armed[:i:i], f.armed[i+1:]...)
		}
		return *fault, true
	}
	return Fault{}, false
}

func (f *Fault) matches(req *http.Request) bool {
	return (f.Method == "" || f.Method == req.Method) && (f.Service == "" || f.Service == service(req))
}

// page is what no Git client understands.
const page = "<!DOCTYPE html><html><body><h1>Something went wrong</h1></body></html>\n"

func (f Fault) strike(w http.ResponseWriter, req *http.Request, next http.Handler) {
	answer := httptest.NewRecorder()
	switch f.Kind {
	case CutRequest:
		next.ServeHTTP(answer, halved(req))
	case LoseAnswer, SpoilAnswer, NoAnswer, CutAnswer, ShortAnswer, Slow:
		next.ServeHTTP(answer, req)
	}
	if f.Do != nil {
		f.Do()
	}
	switch f.Kind {
	case Pass:
		next.ServeHTTP(w, req)
	case Refuse, SpoilAnswer:
		status := f.Status
		if status == 0 {
			status = http.StatusInternalServerError
		}
		write(w, status, page)
	case HTML:
		write(w, http.StatusOK, page)
	case Empty, NoAnswer:
	case Hang:
		_, _ = io.Copy(io.Discard, req.Body) // only then a server sees that a client has gone
		<-req.Context().Done()
	case CutAnswer, ShortAnswer, Slow:
		f.halve(w, req, answer)
	default:
		panic(http.ErrAbortHandler)
	}
}

func write(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// halved returns req with half of its body, as the whole of it: of a request
// that ends before its Content-Length, git http-backend waits for the rest.
func halved(req *http.Request) *http.Request {
	body, _ := io.ReadAll(req.Body)
	body = body[:len(body)/2]
	half := req.Clone(req.Context())
	half.Body = io.NopCloser(bytes.NewReader(body))
	half.TransferEncoding, half.ContentLength = nil, int64(len(body))
	return half
}

// halve sends half of an answer, and what its kind has after that.
func (f Fault) halve(w http.ResponseWriter, req *http.Request, answer *httptest.ResponseRecorder) {
	body := answer.Body.Bytes()
	for key, values := range answer.Header() {
		w.Header()[key] = values
	}
	length := len(body)
	if f.Kind == ShortAnswer {
		length /= 2
	}
	w.Header().Set("Content-Length", strconv.Itoa(length))
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body[:len(body)/2])
	switch f.Kind {
	case CutAnswer:
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case Slow:
		_ = http.NewResponseController(w).Flush()
		select {
		case <-time.After(f.Delay):
		case <-req.Context().Done():
		}
		_, _ = w.Write(body[len(body)/2:])
	}
}

// service returns which of git's services a request asks for.
func service(req *http.Request) string {
	if name := req.URL.Query().Get("service"); name != "" {
		return name
	}
	return req.URL.Path[strings.LastIndex(req.URL.Path, "/")+1:]
}
