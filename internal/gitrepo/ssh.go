package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing/transport"
	gitssh "github.com/go-git/go-git/v5/plumbing/transport/ssh"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"github.com/previewset/previewset/internal/secret"
)

const (
	sshPort           = 22
	sshConnectTimeout = 15 * time.Second
)

// sshDialer opens a new connection for each session. It does not use go-git's
// client, whose handshake has no time-out.
func sshDialer(endpoint transport.Endpoint, o Options) dialer {
	port := endpoint.Port
	if port == 0 {
		port = sshPort
	}
	address := net.JoinHostPort(strings.Trim(endpoint.Host, "[]"), strconv.Itoa(port))
	return func(ctx context.Context, service string) (stream, error) {
		command := service + " " + shellQuote(endpoint.Path)
		if o.SSHKey == nil {
			return dialWithAgent(ctx, endpoint.User, address, command, o)
		}
		pem, err := readSSHKey(o)
		if err != nil {
			return nil, err
		}
		s, err := dialWithKey(ctx, endpoint.User, address, command, pem, o)
		if err == nil || !errors.Is(libraryKind(err), ErrAuth) {
			return s, err
		}
		replacement, keyErr := readSSHKey(o)
		if keyErr != nil {
			return nil, keyErr
		}
		//promise:refused-ssh-keys-are-read-again
		if bytes.Equal(replacement, pem) {
			return nil, err
		}
		return dialWithKey(ctx, endpoint.User, address, command, replacement, o)
	}
}

func readSSHKey(o Options) ([]byte, error) {
	pem, err := o.SSHKey()
	if err != nil {
		return nil, err
	}
	return pem, nil
}

func dialWithKey(ctx context.Context, user, address, command string, pem []byte, o Options) (stream, error) {
	signer, err := ssh.ParsePrivateKey(pem)
	if err != nil {
		return nil, secret.Unusable(errors.New("ssh key: it is not an unencrypted private key: use a key without a passphrase"))
	}
	return dialSSH(ctx, user, address, command, ssh.PublicKeys(signer), o)
}

// dialWithAgent authenticates with the keys of the ssh agent, which signs the handshake
// and keeps the keys.
func dialWithAgent(ctx context.Context, user, address, command string, o Options) (stream, error) {
	socket := os.Getenv("SSH_AUTH_SOCK")
	if socket == "" {
		return nil, fmt.Errorf("%w: no ssh key is configured, and no ssh agent is running", ErrAuth)
	}
	conn, err := (&net.Dialer{Timeout: sshConnectTimeout}).DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, fmt.Errorf("%w: no ssh key is configured, and the ssh agent cannot be reached: %w", ErrAuth, err)
	}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	return dialSSH(ctx, user, address, command, ssh.PublicKeysCallback(agent.NewClient(conn).Signers), o)
}

// dialSSH starts a command on the server at address. It uses method only before it
// returns.
func dialSSH(ctx context.Context, user, address, command string, method ssh.AuthMethod, o Options) (stream, error) {
	config, err := sshConfig(user, address, method, o)
	if err != nil {
		return nil, err
	}
	conn, err := (&net.Dialer{Timeout: sshConnectTimeout}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	p := &sshStream{conn: conn, stop: context.AfterFunc(ctx, func() { _ = conn.Close() })}
	if err := p.start(address, config, command); err != nil {
		_ = p.Close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	return p, nil
}

func sshConfig(user, address string, method ssh.AuthMethod, o Options) (*ssh.ClientConfig, error) {
	var files []string
	if o.SSHKnownHosts != "" {
		if _, err := os.Stat(o.SSHKnownHosts); err != nil {
			return nil, secret.Unusable(fmt.Errorf("sshKnownHostsFile: %w: write the file, or correct the key", err))
		}
		files = append(files, o.SSHKnownHosts)
	}
	hosts, err := gitssh.NewKnownHostsDb(files...)
	if err != nil {
		return nil, fmt.Errorf("known hosts: %w", err)
	}
	if user == "" {
		user = gitssh.DefaultUsername
	}
	return &ssh.ClientConfig{
		User:              user,
		Auth:              []ssh.AuthMethod{method},
		HostKeyCallback:   hosts.HostKeyCallback(),
		HostKeyAlgorithms: hosts.HostKeyAlgorithms(address),
	}, nil
}

type sshStream struct {
	conn    net.Conn
	stop    func() bool
	client  *ssh.Client
	session *ssh.Session
	stdin   io.WriteCloser
	stdout  io.Reader
	stderr  textHead
	waited  bool
}

func (p *sshStream) start(address string, config *ssh.ClientConfig, command string) error {
	conn, channels, requests, err := ssh.NewClientConn(p.conn, address, config)
	if err != nil {
		return err
	}
	p.client = ssh.NewClient(conn, channels, requests)
	if p.session, err = p.client.NewSession(); err != nil {
		return err
	}
	p.session.Stderr = &p.stderr
	if p.stdin, err = p.session.StdinPipe(); err != nil {
		return err
	}
	if p.stdout, err = p.session.StdoutPipe(); err != nil {
		return err
	}
	return p.session.Start(command)
}

// Read waits for the command at the end of its output, so that stderrText is
// complete.
func (p *sshStream) Read(b []byte) (int, error) {
	n, err := p.stdout.Read(b)
	if errors.Is(err, io.EOF) && !p.waited {
		p.waited = true
		_ = p.session.Wait()
	}
	return n, err
}

func (p *sshStream) Write(b []byte) (int, error) { return p.stdin.Write(b) }

func (p *sshStream) CloseWrite() error {
	if err := p.stdin.Close(); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

func (p *sshStream) Close() error {
	p.stop()
	if p.client != nil {
		return p.client.Close()
	}
	return p.conn.Close()
}

func (p *sshStream) stderrText() string { return p.stderr.String() }

// shellQuote quotes s like sq_quote_buf of git's quote.c: servers parse the command
// as a shell does.
func shellQuote(s string) string {
	return "'" + strings.NewReplacer("'", `'\''`, "!", `'\!'`).Replace(s) + "'"
}
