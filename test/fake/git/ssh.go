package git

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// SSHServer is an SSH server on a loopback port that runs git's own programs
// for one repository.
type SSHServer struct {
	// URL is the URL of the repository.
	URL string
	// Address is host:port.
	Address string
	// KnownHosts is the path of a known_hosts file with the server's key.
	KnownHosts string
	// ClientKey is the only private key that the server accepts, in PEM.
	ClientKey []byte
}

// ServeSSH serves one repository over SSH until the test ends.
func ServeSSH(t testing.TB, r *Repo) *SSHServer {
	t.Helper()
	return ServeSSHWith(t, r, func(string, io.ReadWriter) bool { return false })
}

// ServeSSHWith is ServeSSH with a server that calls answer for each command first, which returns
// true if it has answered. service is git-upload-pack or git-receive-pack.
func ServeSSHWith(t testing.TB, r *Repo, answer func(service string, channel io.ReadWriter) bool) *SSHServer {
	t.Helper()
	hostSigner, _ := newSSHKey(t)
	clientSigner, clientKey := newSSHKey(t)
	config := &ssh.ServerConfig{
		PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			if string(key.Marshal()) != string(clientSigner.PublicKey().Marshal()) {
				return nil, os.ErrPermission
			}
			return nil, nil
		},
	}
	config.AddHostKey(hostSigner)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	address := listener.Addr().String()
	s := &SSHServer{
		Address: address, URL: "ssh://git@" + address + r.Dir,
		KnownHosts: filepath.Join(t.TempDir(), "known_hosts"), ClientKey: clientKey,
	}
	line := knownhosts.Line([]string{address}, hostSigner.PublicKey())
	if err := os.WriteFile(s.KnownHosts, []byte(line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serveSSHConn(conn, config, func(channel ssh.Channel, command string) uint32 {
				if service, _, _ := strings.Cut(command, " "); answer(service, channel) {
					return 0
				}
				return runSSH(channel, command, r.Dir)
			})
		}
	}()
	return s
}

func newSSHKey(t testing.TB) (ssh.Signer, []byte) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	return signer, pem.EncodeToMemory(block)
}

func serveSSHConn(conn net.Conn, config *ssh.ServerConfig, run func(ssh.Channel, string) uint32) {
	defer conn.Close()
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for offered := range channels {
		if offered.ChannelType() != "session" {
			_ = offered.Reject(ssh.UnknownChannelType, "sessions only")
			continue
		}
		channel, requests, err := offered.Accept()
		if err != nil {
			return
		}
		go serveSSHSession(channel, requests, run)
	}
}

func serveSSHSession(channel ssh.Channel, requests <-chan *ssh.Request, run func(ssh.Channel, string) uint32) {
	defer channel.Close()
	for req := range requests {
		if req.Type != "exec" {
			_ = req.Reply(false, nil)
			continue
		}
		var exec struct{ Command string }
		_ = req.Reply(ssh.Unmarshal(req.Payload, &exec) == nil, nil)
		status := struct{ Status uint32 }{run(channel, exec.Command)}
		_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(status))
		return
	}
}

func runSSH(channel ssh.Channel, command, dir string) uint32 {
	service, path, _ := strings.Cut(command, " ")
	service, known := strings.CutPrefix(service, "git-")
	if !known || strings.Trim(path, "'") != dir {
		_, _ = io.WriteString(channel.Stderr(), "fatal: "+path+" does not appear to be a git repository\n")
		return 128
	}
	cmd := exec.Command("git", service, dir)
	cmd.Env = Env()
	cmd.Stdout, cmd.Stderr = channel, channel.Stderr()
	stdin, err := cmd.StdinPipe()
	if err != nil || cmd.Start() != nil {
		return 1
	}
	go func() {
		_, _ = io.Copy(stdin, channel)
		_ = stdin.Close()
	}()
	if cmd.Wait() != nil {
		return 1
	}
	return 0
}
