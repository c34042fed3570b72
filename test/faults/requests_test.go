package faults_test

import (
	"net/http"
	"sync"
)

// requests counts the requests that a server works on. The zero value is ready for use.
type requests struct {
	mu      sync.Mutex
	running int
	idle    chan struct{} // closed when running is 0; nil until somebody waits
}

// middleware counts the requests that next gets.
func (r *requests) middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(a http.ResponseWriter, req *http.Request) {
		r.add(1)
		defer r.add(-1)
		next.ServeHTTP(a, req)
	})
}

func (r *requests) add(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running += n
	if r.running == 0 && r.idle != nil {
		close(r.idle)
		r.idle = nil
	}
}

// wait returns when the server works on no request. The git programs of a request
// have ended then, also if its client was killed.
func (r *requests) wait() {
	r.mu.Lock()
	if r.running == 0 {
		r.mu.Unlock()
		return
	}
	if r.idle == nil {
		r.idle = make(chan struct{})
	}
	idle := r.idle
	r.mu.Unlock()
	<-idle
}
