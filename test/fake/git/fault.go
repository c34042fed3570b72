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

// FaultKind is the way a Git server misbehaves.
type FaultKind string

// The kinds. With the kinds from Refuse to Hang, git does not get the request. With
// CutRequest git gets half of the body. With LoseAnswer and the kinds after it, git
// handles the request and only its answer is changed: after a push, the branch has
// moved.
const (
	Pass        FaultKind = "pass"         // no fault; Fault.Do is called
	Refuse      FaultKind = "refuse"       // Fault.Status and an HTML page
	Reset       FaultKind = "reset"        // the connection is closed
	HTML        FaultKind = "html"         // 200 and an HTML page, as captive portals answer
	Empty       FaultKind = "empty"        // 200 and an empty body
	Hang        FaultKind = "hang"         // no answer until the client gives up
	CutRequest  FaultKind = "cut request"  // git gets half of the body; the connection is closed
	LoseAnswer  FaultKind = "lose answer"  // the connection is closed instead of the answer
	SpoilAnswer FaultKind = "spoil answer" // Fault.Status and an HTML page instead of the answer
	NoAnswer    FaultKind = "no answer"    // 200 and an empty body instead of the answer
	CutAnswer   FaultKind = "cut answer"   // the connection is closed after half of the answer
	ShortAnswer FaultKind = "short answer" // half of the answer, with its length as Content-Length
	Slow        FaultKind = "slow"         // the complete answer; its second half after Fault.Delay
)

// The services of a Git server that a Fault can select.
const (
	UploadPack  = "git-upload-pack"
	ReceivePack = "git-receive-pack"
)

// Fault is a way to misbehave, and the requests that it affects.
type Fault struct {
	Kind FaultKind
	// Service is UploadPack or ReceivePack; "" is both.
	Service string
	// Method is GET for advertisements and POST for fetches and pushes; "" is both.
	Method string
	// Status is the HTTP status of Refuse and SpoilAnswer; 0 is 500.
	Status int
	// Delay is the pause of Slow.
	Delay time.Duration
	// Skip is the number of matching requests that pass first.
	Skip int
	// Times is the number of requests that fail after that; 0 is one, a negative
	// number is all. Go's client repeats a GET on its own if the server closes a
	// reused connection.
	Times int
	// Do, unless nil, is called after git has handled the request and before the
	// answer, for example to push a competing commit.
	Do func()
}

// Faults is a set of active faults; its Middleware is for ServeOptions.Middleware. The
// zero value has no faults.
type Faults struct {
	mu        sync.Mutex
	active    []*Fault
	triggered int
}

// Set replaces the faults. The first that matches a request applies.
func (f *Faults) Set(faults ...Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.active = nil
	for _, fault := range faults {
		f.active = append(f.active, &fault)
	}
}

// Triggered returns the number of requests that a fault has affected so far.
func (f *Faults) Triggered() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.triggered
}

// Middleware applies the faults to the requests for next.
func (f *Faults) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if fault, ok := f.take(req); ok {
			fault.apply(w, req, next)
		} else {
			next.ServeHTTP(w, req)
		}
	})
}

// take returns the fault that applies to the request, and counts it.
func (f *Faults) take(req *http.Request) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, fault := range f.active {
		if !fault.matches(req) {
			continue
		}
		if fault.Skip > 0 {
			fault.Skip--
			continue
		}
		f.triggered++
		if fault.Times--; fault.Times == 0 || fault.Times == -1 {
			f.active = append(f.active[:i:i], f.active[i+1:]...)
		}
		return *fault, true
	}
	return Fault{}, false
}

func (f *Fault) matches(req *http.Request) bool {
	return (f.Method == "" || f.Method == req.Method) && (f.Service == "" || f.Service == service(req))
}

// htmlPage is an answer that is not Git protocol.
const htmlPage = "<!DOCTYPE html><html><body><h1>Something went wrong</h1></body></html>\n"

func (f Fault) apply(w http.ResponseWriter, req *http.Request, next http.Handler) {
	answer := httptest.NewRecorder()
	switch f.Kind {
	case CutRequest:
		next.ServeHTTP(answer, withHalfBody(req))
	case LoseAnswer, SpoilAnswer, NoAnswer, CutAnswer, ShortAnswer, Slow:
		next.ServeHTTP(answer, req)
	case Pass, Refuse, Reset, HTML, Empty, Hang: // without the server
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
		writePage(w, status)
	case HTML:
		writePage(w, http.StatusOK)
	case Empty, NoAnswer:
	case Hang:
		_, _ = io.Copy(io.Discard, req.Body) // net/http detects a closed connection only after that
		<-req.Context().Done()
	case CutAnswer, ShortAnswer, Slow:
		f.writeHalf(w, req, answer)
	default:
		panic(http.ErrAbortHandler)
	}
}

func writePage(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, htmlPage)
}

// withHalfBody returns req with half of its body and the matching Content-Length. With
// the original Content-Length, git http-backend would wait for the second half.
func withHalfBody(req *http.Request) *http.Request {
	body, _ := io.ReadAll(req.Body)
	body = body[:len(body)/2]
	half := req.Clone(req.Context())
	half.Body = io.NopCloser(bytes.NewReader(body))
	half.TransferEncoding, half.ContentLength = nil, int64(len(body))
	return half
}

// writeHalf sends the first half of an answer, and then ends it as its kind demands.
func (f Fault) writeHalf(w http.ResponseWriter, req *http.Request, answer *httptest.ResponseRecorder) {
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
	default: // complete
	}
}

// service returns the Git service that a request calls.
func service(req *http.Request) string {
	if name := req.URL.Query().Get("service"); name != "" {
		return name
	}
	return req.URL.Path[strings.LastIndex(req.URL.Path, "/")+1:]
}
