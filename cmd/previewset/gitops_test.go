package main

import (
	"crypto/ed25519"
	"encoding/pem"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	gittest "github.com/previewset/previewset/test/fake/git"
)

func TestTheGitOpsRepositoryOverHTTPWithAPassword(t *testing.T) {
	b, app := newBed(t), shop(t)
	server := gittest.Serve(t, b.gitops, gittest.ServeOptions{User: "bot", Password: gitPassword})
	b.write("user", "bot\n")
	b.secret("password", gitPassword)
	b.configure(shopFrom(app.URL()))
	b.gitopsAt(fmt.Sprintf("{url: %q, usernameFile: %s, passwordFile: %s}", server.URL, b.file("user"), b.file("password")))
	s := b.serve()
	p := s.awaitIDs("shop", "br-cart", "br-search")
	if p.str("br-cart", "repo_url") != server.URL {
		t.Errorf("repo_url %s", p.str("br-cart", "repo_url"))
	}
	b.checkRevisions(p)

	// The password is rotated at the server first: the old truth stays.
	b.secret("password", "canary~wrong?password>>5/&%zz")
	app.Commit(t, "cart", "More", map[string]string{"cart": "more\n"})
	s.awaitLog("access denied")
	if _, now := s.ask("shop"); len(now) != 2 {
		t.Errorf("without access: %v", now)
	}
	b.secret("password", gitPassword)
	s.awaitSet("shop", func(now params) bool { return now.str("br-cart", "head_sha") == app.Tip(t, "cart") })
}

func TestCommitsAreSigned(t *testing.T) {
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		t.Skip("git needs ssh-keygen to verify")
	}
	b, app := newBed(t), shop(t)
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "previewset")
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	b.secret("key", string(pem.EncodeToMemory(block)))
	b.write("allowed", "previewset@acme.dev "+string(ssh.MarshalAuthorizedKey(key)))
	b.configure(shopFrom(app.URL()))
	b.gitopsAt(fmt.Sprintf("{url: %q, signingKeyFile: %s, author: {name: previewset, email: previewset@acme.dev}}", b.gitops.URL(), b.file("key")))
	b.serve().awaitIDs("shop", "br-cart", "br-search")
	b.gitops.Git(t, "-c", "gpg.ssh.allowedSignersFile="+b.file("allowed"), "verify-commit", "main")
	b.write("key", "not a key\n")
	if status, _, stderr := b.run("plan"); status != statusFailed || !strings.Contains(stderr, "signing key in file "+b.file("key")) {
		t.Errorf("with a key that is none: %d %s", status, stderr)
	}
	if got := b.gitops.Git(t, "log", "-1", "--format=%an <%ae>", "main"); got != "previewset <previewset@acme.dev>" {
		t.Errorf("author %s", got)
	}
}
