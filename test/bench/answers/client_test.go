package answers_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// callers are clients of one server. Each has its own connection.
//
// The cost of the client is part of both measurements and hides differences, especially
// if client and server share few cores. So the callers do not use net/http: they send
// the same bytes each time, check only the status line and the length of an answer, and
// count its bytes.
type callers struct {
	tb      testing.TB
	request []byte
	conns   []*net.TCPConn
	buffers [][]byte // one per connection
}

// readSize is the size of a caller's reads from the kernel, in bytes.
const readSize = 256 << 10

func newCallers(tb testing.TB, address string, count int) *callers {
	tb.Helper()
	var request bytes.Buffer
	if err := newRequest(tb, address).Write(&request); err != nil {
		tb.Fatal(err)
	}
	c := &callers{tb: tb, request: request.Bytes()}
	for range count {
		conn, err := new(net.Dialer).DialContext(tb.Context(), "tcp", address)
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { _ = conn.Close() })
		c.conns, c.buffers = append(c.conns, conn.(*net.TCPConn)), append(c.buffers, make([]byte, readSize))
	}
	return c
}

// send sends the given number of requests, distributed over all callers, and returns the
// requests per second. Each answer must have size bytes.
func (c *callers) send(requests, size int) float64 {
	var sent atomic.Int64
	var all sync.WaitGroup
	start := time.Now()
	for i := range c.conns {
		all.Go(func() {
			for sent.Add(1) <= int64(requests) {
				if err := c.exchange(i, size); err != nil {
					c.tb.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	return float64(requests) / time.Since(start).Seconds()
}

// exchange sends one request of caller i and reads its answer.
func (c *callers) exchange(i, size int) error {
	conn, buffer := c.conns[i], c.buffers[i]
	if _, err := conn.Write(c.request); err != nil {
		return err
	}
	read, err := readHeader(conn, buffer, size)
	for read < size && err == nil {
		var n int
		n, err = conn.Read(buffer)
		read += n
	}
	if err == nil && read > size {
		err = fmt.Errorf("%d bytes after the end of the answer", read-size)
	}
	return err
}

// readHeader reads the header of an answer and checks that its body has size bytes. It
// returns the number of bytes of the body that it has read, too.
func readHeader(conn *net.TCPConn, buffer []byte, size int) (int, error) {
	const ok, length = "HTTP/1.1 200 OK\r\n", "\r\nContent-Length: "
	filled := 0
	for {
		n, err := conn.Read(buffer[filled:])
		if err != nil {
			return 0, err
		}
		filled += n
		header, body, complete := bytes.Cut(buffer[:filled], []byte("\r\n\r\n"))
		if !complete {
			continue
		}
		_, value, _ := bytes.Cut(header, []byte(length))
		value, _, _ = bytes.Cut(value, []byte("\r\n"))
		if !bytes.HasPrefix(header, []byte(ok)) || string(value) != strconv.Itoa(size) {
			return 0, errors.New("unexpected header of the answer: " + string(header))
		}
		return len(body), nil
	}
}
