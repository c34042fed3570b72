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

// callers ask one server, each on a connection of its own.
//
// What a client costs is in both sides' times and hides what differs, above all
// where client and server share the same few cores. So this is not net/http's:
// the request is the same bytes each time, and of an answer the status line and
// the length are looked at, and the rest is read and counted.
type callers struct {
	tb      testing.TB
	request []byte
	conns   []*net.TCPConn
	buffers [][]byte // one for each
}

// readAtOnce is how many bytes a caller asks the kernel for.
const readAtOnce = 256 << 10

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
		c.conns, c.buffers = append(c.conns, conn.(*net.TCPConn)), append(c.buffers, make([]byte, readAtOnce))
	}
	return c
}

// ask has all callers ask until there were so many requests, each of which has
// to be answered with size bytes. It returns how many that were in a second.
func (c *callers) ask(requests, size int) float64 {
	var asked atomic.Int64
	var all sync.WaitGroup
	start := time.Now()
	for i := range c.conns {
		all.Go(func() {
			for asked.Add(1) <= int64(requests) {
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

// exchange has the caller i ask once.
func (c *callers) exchange(i, size int) error {
	conn, buffer := c.conns[i], c.buffers[i]
	if _, err := conn.Write(c.request); err != nil {
		return err
	}
	read, err := head(conn, buffer, size)
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

// head reads the head of an answer that has size bytes, and returns how many of
// those came along.
func head(conn *net.TCPConn, buffer []byte, size int) (int, error) {
	const ok, length = "HTTP/1.1 200 OK\r\n", "\r\nContent-Length: "
	filled := 0
	for {
		n, err := conn.Read(buffer[filled:])
		if err != nil {
			return 0, err
		}
		filled += n
		head, rest, whole := bytes.Cut(buffer[:filled], []byte("\r\n\r\n"))
		if !whole {
			continue
		}
		_, told, _ := bytes.Cut(head, []byte(length))
		told, _, _ = bytes.Cut(told, []byte("\r\n"))
		if !bytes.HasPrefix(head, []byte(ok)) || string(told) != strconv.Itoa(size) {
			return 0, errors.New("answered with " + string(head))
		}
		return len(rest), nil
	}
}
