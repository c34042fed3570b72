package plugin_test

import (
	"bufio"
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// counted counts the connections that the server has closed.
type counted struct {
	net.Conn
	closed *atomic.Int64
}

func (c counted) Close() error {
	c.closed.Add(1)
	return c.Conn.Close()
}

// strangers opens connections, sends text on each, and reads nothing. closed is the number of
// connections that the server has closed.
func (p *piped) strangers(n int, text string) (conns []net.Conn, closed *atomic.Int64) {
	closed = new(atomic.Int64)
	for range n {
		near, far := net.Pipe()
		p.conns <- counted{far, closed}
		conns = append(conns, near)
		_, _ = io.WriteString(near, text) // the server may have closed the connection
		synctest.Wait()
	}
	return conns, closed
}

func closeAll(conns []net.Conn) {
	for _, conn := range conns {
		_ = conn.Close()
	}
	synctest.Wait()
}

// healthz returns the status of a health check; 0 if the server closes the connection.
func (p *piped) healthz() int {
	near, far := net.Pipe()
	p.conns <- far
	defer near.Close()
	go func() { _, _ = io.WriteString(near, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n") }() // the answer reports a closed connection
	response, err := http.ReadResponse(bufio.NewReader(near), nil)
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// refused is a complete webhook of a stranger.
func refused() string { return unfinished(9, 9) }

// Strangers do not read the answers to their webhooks.
func TestUnreadAnswersDoNotLockOutOthers(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *service, p *piped) {
		conns, _ := p.strangers(3000, refused())
		time.Sleep(time.Second)
		if got := p.healthz(); got != http.StatusOK {
			t.Errorf("got %d, want %d", got, http.StatusOK)
		}
		closeAll(conns)
	}, "shop")
}

// Strangers whose requests are ended do not read the answers. They do not keep memory that others
// get.
func TestEndedRequestsEndWithoutReader(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *service, p *piped) {
		const all, least = 3000, 80 << 10 // bytes that each of them uses
		head := strings.Replace(unfinished(0, 1<<20), "\r\n", "\r\nExpect: 100-continue\r\n", 1)
		conns, closed := p.strangers(all, head)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if open := all - int(closed.Load()); open > 128<<20/least {
			t.Errorf("%d connections are open, want at most %d", open, 128<<20/least)
		}
		closeAll(conns)
	}, "shop")
}

// lastRead calls before when the end of a body has arrived, before the server gets it.
type lastRead struct {
	net.Conn
	before func()
}

func (l *lastRead) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	if bytes.HasSuffix(p[:n], []byte("END")) {
		l.before()
	}
	return n, err
}

// A caller is ended at the moment at which its body is complete. Its connection, which no longer
// counts, is closed.
func TestCallersThatAreEndedTooLateAreDisconnected(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *service, p *piped) {
		near, far := net.Pipe()
		var conns []net.Conn
		p.conns <- &lastRead{far, func() {
			time.Sleep(time.Second)
			conns, _ = p.strangers(300, "")
		}}
		go func() {
			_, _ = io.WriteString(near, unfinished(0, 9))
			_, _ = io.WriteString(near, "123456END")
		}()
		if got := answerOf(t, near); !got.closed {
			t.Errorf("got %d and an open connection, want a closed one", got.status)
		}
		closeAll(append(conns, near))
	}, "shop")
}

// All memory is available after many different requests.
func TestCallersReleaseTheirMemory(t *testing.T) {
	const chunked = "Transfer-Encoding: chunked\r\n\r\n"
	head := strings.Split(unfinished(0, 0), "Content-Length")[0]
	requests := []string{
		"", "GET ", "no request\r\n\r\n", "GET / HTTP/1.0\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "GET /x HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 30<<10) + "\r\n\r\n",
		refused(), unfinished(40<<10, 1<<20), unfinished(200<<10, 200<<10), unfinished(0, 26<<20),
		head + chunked + "1\r\na\r\n0\r\n\r\n", head + chunked + "xyz\r\n", head + chunked + "1\r\na", head + "Expect: 100-continue\r\n" + chunked,
		head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", head + "Content-Length: 1\r\n" + chunked,
		"POST " + getParams + " HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n",
		"POST " + getParams + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\nContent-Length: 2\r\n\r\n{}",
		"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n",
	}
	inBubble(t, func(t *testing.T, _ *service, p *piped) {
		random := rand.New(rand.NewPCG(1, 2))
		for range 100 {
			var conns []net.Conn
			for range 100 {
				near, far := net.Pipe()
				p.conns <- far
				conns = append(conns, near)
				text := requests[random.IntN(len(requests))] + requests[random.IntN(len(requests))]
				go func() { _, _ = io.WriteString(near, text) }() // the server may close the connection
				if random.IntN(2) == 0 {
					go func() { _, _ = io.Copy(io.Discard, near) }() // until the connection is closed
				}
			}
			synctest.Wait()
			time.Sleep(time.Duration(random.IntN(1000)) * time.Millisecond)
			closeAll(conns)
			time.Sleep(time.Second) // net/http waits before it closes some connections
		}
		const size = 25 << 20
		conns, _ := p.strangers(4, unfinished(size-1, size))
		for _, conn := range conns {
			go func() { _, _ = io.WriteString(conn, "x") }() // answerOf reports a closed connection
			if got := answerOf(t, conn); got.status != http.StatusUnauthorized {
				t.Errorf("got %d, want %d", got.status, http.StatusUnauthorized)
			}
		}
		closeAll(conns)
	}, "shop")
}
