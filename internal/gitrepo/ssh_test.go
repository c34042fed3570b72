package gitrepo_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/secret"
	gittest "github.com/previewset/previewset/test/fake/git"
)

func sshOptions(s *gittest.SSHServer) gitrepo.Options {
	return gitrepo.Options{
		SSHKey: func() ([]byte, error) { return s.ClientKey, nil }, SSHKnownHosts: s.KnownHosts, Timeout: 20 * time.Second,
	}
}

func TestSSH(t *testing.T) {
	for _, byHash := range []string{"true", "false"} {
		repo := gittest.NewRepo(t, "r")
		repo.Config(t, "uploadpack.allowAnySHA1InWant", byHash)
		tip := repo.Commit(t, "main", "one", sample)
		s := gittest.ServeSSH(t, repo)
		remote := open(t, s.URL, sshOptions(s))
		refs, err := remote.Refs(t.Context())
		if err != nil || refs.Branches["main"] != tip || refs.DefaultBranch != "main" {
			t.Fatalf("got refs %+v and error %v, want main at %s", refs, err, tip)
		}
		if infos, err := remote.Commits(t.Context(), []string{tip}); err != nil || infos[tip].Message != "one" {
			t.Errorf("got commits %+v and error %v, want the message \"one\"", infos, err)
		}
		tree := fetch(t, remote, "main", nil)
		if err := tree.Prefetch(t.Context(), "apps"); err != nil {
			t.Fatal(err)
		}
		tree = push(t, remote, tree, edit("previews/shop/pr-2", "f", "1"), "two")
		checkHistory(t, repo, tree, "previews/shop", []string{"pr-1", "pr-2"}, nil)
		repo.Hook(t, "pre-receive", "echo policy >&2; exit 1")
		commit, err := tree.Commit(t.Context(), edit("d", "f", "1"), options("m"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := remote.Push(t.Context(), "main", commit); !errors.Is(err, gitrepo.ErrRejected) || !strings.Contains(err.Error(), "policy") {
			t.Errorf("got error %v, want ErrRejected with the output of the hook", err)
		}
	}
}

func TestSSHRefusesInvalidHostsAndKeys(t *testing.T) {
	t.Setenv("SSH_AUTH_SOCK", "")
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "one", sample)
	s, other := gittest.ServeSSH(t, repo), gittest.ServeSSH(t, repo)
	empty := filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	forged, err := os.ReadFile(other.KnownHosts)
	if err != nil {
		t.Fatal(err)
	}
	otherKey := filepath.Join(t.TempDir(), "known_hosts")
	_, otherPort, _ := net.SplitHostPort(other.Address)
	_, port, _ := net.SplitHostPort(s.Address)
	if err := os.WriteFile(otherKey, []byte(strings.Replace(string(forged), otherPort, port, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*gitrepo.Options)
		want   error
	}{
		"unknown host":      {change: func(o *gitrepo.Options) { o.SSHKnownHosts = empty }, want: gitrepo.ErrHostKey},
		"another host key":  {change: func(o *gitrepo.Options) { o.SSHKnownHosts = otherKey }, want: gitrepo.ErrHostKey},
		"no known_hosts":    {change: func(o *gitrepo.Options) { o.SSHKnownHosts = empty + ".absent" }, want: secret.ErrUnusable},
		"another key":       {change: func(o *gitrepo.Options) { o.SSHKey = func() ([]byte, error) { return other.ClientKey, nil } }, want: gitrepo.ErrAuth},
		"no key, no agent":  {change: func(o *gitrepo.Options) { o.SSHKey = nil }, want: gitrepo.ErrAuth},
		"not a key":         {change: func(o *gitrepo.Options) { o.SSHKey = func() ([]byte, error) { return []byte("canary"), nil } }, want: secret.ErrUnusable},
		"key can't be read": {change: func(o *gitrepo.Options) { o.SSHKey = func() ([]byte, error) { return nil, os.ErrNotExist } }},
	} {
		o := sshOptions(s)
		c.change(&o)
		_, err := open(t, s.URL, o).Refs(t.Context())
		if err == nil || (c.want != nil && !errors.Is(err, c.want)) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: got error %v, want %v", name, err, c.want)
		}
		t.Log(name, err)
	}
	if _, err := open(t, s.URL+".absent", sshOptions(s)).Refs(t.Context()); !errors.Is(err, gitrepo.ErrNotFound) {
		t.Errorf("absent repository: got error %v, want ErrNotFound", err)
	}
}

// TestSSHAgent uses keys that only the agent has.
func TestSSHAgent(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	tip := repo.Commit(t, "main", "one", sample)
	s, other := gittest.ServeSSH(t, repo), gittest.ServeSSH(t, repo)
	o := sshOptions(s)
	o.SSHKey = nil
	empty := filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		socket, knownHosts string
		works              bool
		want               error
	}{
		"its key":          {gittest.ServeAgent(t, other.ClientKey, s.ClientKey), s.KnownHosts, true, nil},
		"another key":      {gittest.ServeAgent(t, other.ClientKey), s.KnownHosts, false, gitrepo.ErrAuth},
		"no keys":          {gittest.ServeAgent(t), s.KnownHosts, false, gitrepo.ErrAuth},
		"unknown host":     {gittest.ServeAgent(t, s.ClientKey), empty, false, nil},
		"no agent":         {"", s.KnownHosts, false, gitrepo.ErrAuth},
		"no agent listens": {empty, s.KnownHosts, false, gitrepo.ErrAuth},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("SSH_AUTH_SOCK", c.socket)
			o.SSHKnownHosts = c.knownHosts
			refs, err := open(t, s.URL, o).Refs(t.Context())
			if c.works && (err != nil || refs.Branches["main"] != tip) {
				t.Errorf("got refs %v and error %v, want main at %s", refs, err, tip)
			}
			if !c.works && (err == nil || c.want != nil && !errors.Is(err, c.want)) {
				t.Errorf("got refs %v and error %v, want error %v", refs, err, c.want)
			}
		})
	}
}

// An agent that never answers does not block longer than the time-out.
func TestSSHTimesOutOnSilentAgent(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	s := gittest.ServeSSH(t, repo)
	socket := filepath.Join(t.TempDir(), "agent")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	t.Setenv("SSH_AUTH_SOCK", socket)
	o := sshOptions(s)
	o.SSHKey, o.Timeout = nil, 200*time.Millisecond
	if _, err := open(t, s.URL, o).Refs(t.Context()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v, want context.DeadlineExceeded", err)
	}
}

// A server that accepts the connection and sends nothing does not block longer than the
// time-out.
func TestSSHTimesOutOnSilentServer(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	s := gittest.ServeSSH(t, repo)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	o := sshOptions(s)
	o.Timeout = 200 * time.Millisecond
	_, err = open(t, "ssh://git@"+listener.Addr().String()+"/r.git", o).Refs(t.Context())
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v, want context.DeadlineExceeded", err)
	}
}

// A server that sends lines of the protocol without end is disconnected.
func TestEndlessLinesAreBounded(t *testing.T) {
	t.Parallel()
	const fetches, pushes = "git-upload-pack", "git-receive-pack"
	const bound = 16 // MiB, with room for buffers
	hash := strings.Repeat("1", 40)
	for name, test := range map[string]struct {
		service, start, line string
	}{
		"shallow":  {fetches, "", "shallow " + hash},
		"ACK":      {fetches, "0000", "ACK " + hash + "\n"},
		"progress": {fetches, "0000" + pktLine("NAK\n"), "\x02" + strings.Repeat("x", 60_000)},
		"report":   {pushes, "", "\x01" + strings.Repeat(pktLine("ok refs/heads/main\n"), 100)},
		"hook":     {pushes, "", "\x02" + strings.Repeat("x", 60_000)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			repo := gittest.NewRepo(t, "r")
			tip := repo.Commit(t, "main", "one", sample)
			var sent atomic.Int64
			s := gittest.ServeSSHWith(t, repo, func(service string, channel io.ReadWriter) bool {
				if service != test.service {
					return false
				}
				go func() { _, _ = io.Copy(io.Discard, channel) }() // until the client disconnects
				const capabilities = " refs/heads/main\x00shallow report-status side-band-64k\n"
				start, lines := test.start, strings.Repeat(pktLine(test.line), 1+60_000/len(test.line))
				if service == pushes {
					start += pktLine("\x01" + pktLine("unpack ok\n"))
				}
				_, err := io.WriteString(channel, pktLine(tip+capabilities)+"0000"+start)
				for err == nil {
					_, err = io.WriteString(channel, lines)
					sent.Add(int64(len(lines)))
				}
				return true
			})
			o := sshOptions(s)
			o.MaxPackBytes, o.Timeout = 1<<20, time.Minute
			remote := open(t, s.URL, o)
			tree, err := remote.Fetch(t.Context(), "main", nil)
			if err == nil && test.service == pushes {
				var commit *gitrepo.Commit
				if commit, err = tree.Commit(t.Context(), edit("d", "f", "1"), options("m")); err == nil {
					_, err = remote.Push(t.Context(), "main", commit)
				}
			}
			if err == nil || errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got error %v, want another one", err)
			}
			if got := sent.Load() >> 20; got > bound {
				t.Errorf("%d MiB were sent, want at most %d", got, bound)
			}
		})
	}
}
