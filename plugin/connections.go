package plugin

import (
	"context"
	"net"
	"net/http"
	"sync"
)

const (
	// connectionMemory is the memory of a connection without its headers, in bytes: buffers and
	// a goroutine.
	connectionMemory = 48 << 10
	// fieldMemory is the memory of a field of the headers beside its text, in bytes.
	fieldMemory = 128
	// maxHeaderMemory is the memory of the largest headers, in bytes: the shortest fields
	// have four bytes.
	maxHeaderMemory = maxHeader / 4 * fieldMemory
)

// requestMemory returns the memory of a request and its connection, in bytes, without the body.
func requestMemory(r *http.Request) int64 {
	memory := connectionMemory + len(r.RequestURI)
	for name, values := range r.Header {
		for _, value := range values {
			memory += fieldMemory + len(name) + len(value)
		}
	}
	return int64(memory)
}

// connections are the callers of a server, by their connections.
type connections struct {
	callers *callers
	open    sync.Map // net.Conn to *caller
}

// accepted is the ConnContext of a server.
func (c *connections) accepted(ctx context.Context, conn net.Conn) context.Context {
	caller := c.callers.join(connectionMemory+maxHeaderMemory, func() { _ = conn.Close() }) // it may be closed
	c.open.Store(conn, caller)
	return context.WithValue(ctx, callerKey{}, caller)
}

// changed is the ConnState of a server. A caller without a request can send the largest headers.
func (c *connections) changed(conn net.Conn, state http.ConnState) {
	known, ok := c.open.Load(conn)
	if !ok {
		return
	}
	caller := known.(*caller)
	if state == http.StateIdle {
		caller.rest(connectionMemory + maxHeaderMemory)
	}
	if state == http.StateClosed {
		c.open.Delete(conn)
		caller.leave()
	}
}
