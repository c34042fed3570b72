package process

import (
	"bytes"
	"sync"
)

// log collects the output of a process.
type log struct {
	mu    sync.Mutex
	text  bytes.Buffer
	grown chan struct{} // closed by the next Write
}

func newLog() *log { return &log{grown: make(chan struct{})} }

// Write appends output of the process.
func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.grown)
	l.grown = make(chan struct{})
	return l.text.Write(p)
}

// read returns the output so far, and a channel that is closed when there is more.
func (l *log) read() (string, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String(), l.grown
}
