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

// interruption is the point at which a proxy closes the sessions.
type interruption int

const (
	beforeCommand  interruption = iota // the server does not get the command
	beforeResponse                     // the server gets the command, the client no response
)

// errInterrupted ends a session of a mysqlProxy.
var errInterrupted = errors.New("interrupted")

// mysqlProxy forwards sessions to a server up to a certain command. Then it closes all
// sessions and accepts no more.
type mysqlProxy struct {
	listener net.Listener
	server   string
	point    interruption

	mu        sync.Mutex
	remaining int // commands, including the interrupted command
	conns     []net.Conn
	done      sync.WaitGroup
}

// throughProxy calls do with the server behind a proxy, which interrupts the nth command
// after mysql.Open.
func (f *mysqlFixture) throughProxy(t *testing.T, point interruption, n int, do func(context.Context, *mysql.Server) error) error {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &mysqlProxy{listener: listener, server: f.Address, point: point, remaining: 1 << 30}
	p.done.Go(p.accept)
	defer p.done.Wait()
	defer p.closeAll()
	admin := url.URL{Scheme: "mysql", User: url.UserPassword("root", f.Password), Host: listener.Addr().String()}
	s, err := mysql.Open(t.Context(), admin.String())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p.mu.Lock()
	p.remaining = n
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
		dropResponse := make(chan struct{}) // closed when the next response must not be forwarded
		p.done.Go(func() {
			if err := p.forwardCommands(server, client, dropResponse); errors.Is(err, errInterrupted) {
				p.closeAll()
			}
			server.Close()
		})
		p.done.Go(func() {
			if err := p.forwardResponses(client, server, dropResponse); errors.Is(err, errInterrupted) {
				p.closeAll()
			}
			client.Close()
		})
	}
}

// forwardCommands forwards the packets of the client. A packet begins with its length
// in three bytes and a sequence number. The number is 0 at the start of a command
// (MariaDB's documentation, "0-packet"); the client's handshake response has number 1.
func (p *mysqlProxy) forwardCommands(server io.Writer, client io.Reader, dropResponse chan struct{}) error {
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
		interrupt := head[3] == 0 && p.countCommand()
		if interrupt && p.point == beforeCommand {
			return errInterrupted
		}
		if interrupt {
			close(dropResponse)
		}
		if _, err := server.Write(packet); err != nil {
			return err
		}
	}
}

// countCommand counts a command and reports whether to interrupt it.
func (p *mysqlProxy) countCommand() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.remaining--
	return p.remaining == 0
}

func (p *mysqlProxy) forwardResponses(client io.Writer, server io.Reader, dropResponse chan struct{}) error {
	buffer := make([]byte, 1<<16)
	for {
		n, err := server.Read(buffer)
		if err != nil {
			return err
		}
		select {
		case <-dropResponse:
			return errInterrupted
		default:
		}
		if _, err := client.Write(buffer[:n]); err != nil {
			return err
		}
	}
}

// closeAll closes the listener and all sessions.
func (p *mysqlProxy) closeAll() {
	p.listener.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.Close()
	}
}
