package databases_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/previewset/previewset/internal/database/mysql"
)

// cut is when a session ends.
type cut int

const (
	beforeCommand cut = iota
	beforeAnswer
)

// errCut ends a session of a mysqlProxy.
var errCut = errors.New("cut")

// mysqlProxy stands before a server until a command of one of its sessions is
// the one to be cut at. Then all of its sessions end, and none begins.
type mysqlProxy struct {
	listener net.Listener
	server   string
	when     cut

	mu    sync.Mutex
	left  int // commands, up to the one that is cut at
	conns []net.Conn
	done  sync.WaitGroup
}

// through calls do with the server behind a proxy that cuts at the nth command
// after the first session was opened.
func (b *mysqlBed) through(t *testing.T, when cut, n int, do func(context.Context, *mysql.Server) error) error {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &mysqlProxy{listener: listener, server: b.Address, when: when, left: 1 << 30}
	p.done.Go(p.accept)
	defer p.done.Wait()
	defer p.end()
	admin := url.URL{Scheme: "mysql", User: url.UserPassword("root", b.Password), Host: listener.Addr().String()}
	s, err := mysql.Open(t.Context(), admin.String())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p.mu.Lock()
	p.left = n
	p.mu.Unlock()
	return do(t.Context(), s)
}

func (p *mysqlProxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.server)
		if err != nil {
			client.Close()
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, client, server)
		p.mu.Unlock()
		cutting := make(chan struct{}) // closed when the next answer is not to come through
		p.done.Go(func() {
			if err := p.commands(server, client, cutting); errors.Is(err, errCut) {
				p.end()
			}
			server.Close()
		})
		p.done.Go(func() {
			if err := p.answers(client, server, cutting); errors.Is(err, errCut) {
				p.end()
			}
			client.Close()
		})
	}
}

// commands hands on what the client says. A packet has its length in three bytes,
// and a number, which is 0 where a command begins (MariaDB's documentation,
// "0-packet"); the handshake's answer is number 1.
func (p *mysqlProxy) commands(server io.Writer, client io.Reader, cutting chan struct{}) error {
	for {
		head := make([]byte, 4)
		if _, err := io.ReadFull(client, head); err != nil {
			return err
		}
		packet := make([]byte, 4+int(head[0])+int(head[1])<<8+int(head[2])<<16)
		copy(packet, head)
		if _, err := io.ReadFull(client, packet[4:]); err != nil {
			return err
		}
		last := head[3] == 0 && p.last()
		if last && p.when == beforeCommand {
			return errCut
		}
		if last {
			close(cutting)
		}
		if _, err := server.Write(packet); err != nil {
			return err
		}
	}
}

// last counts a command, and reports whether it is the one.
func (p *mysqlProxy) last() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left--
	return p.left == 0
}

func (p *mysqlProxy) answers(client io.Writer, server io.Reader, cutting chan struct{}) error {
	buffer := make([]byte, 1<<16)
	for {
		n, err := server.Read(buffer)
		if err != nil {
			return err
		}
		select {
		case <-cutting:
			return errCut
		default:
		}
		if _, err := client.Write(buffer[:n]); err != nil {
			return err
		}
	}
}

// end ends all sessions.
func (p *mysqlProxy) end() {
	p.listener.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.Close()
	}
}
