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
	"github.com/previewset/previewset/test/fake/part"
)

func TestGitOpsRepositoryWithPassword(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	server := gittest.Serve(t, f.gitops, gittest.ServeOptions{User: "bot", Password: gitPassword})
	f.write("user", "bot\n")
	f.writeSecret("password", gitPassword)
	f.configure(gitSet(app.URL()))
	f.setGitOps(fmt.Sprintf("{url: %q, usernameFile: %s, passwordFile: %s}", server.URL, f.file("user"), f.file("password")))
	s := f.serve()
	p := s.awaitIDs("shop", "br-cart", "br-search")
	if p.text("br-cart", "repo_url") != server.URL {
		t.Errorf("got repo_url %s, want %s", p.text("br-cart", "repo_url"), server.URL)
	}
	f.checkRevisions(p)

	// After a rotation of the password at the server, the last answer stays.
	f.writeSecret("password", "canary~wrong?password>>5/&%zz")
	app.Commit(t, "cart", "More", map[string]string{"cart": "more\n"})
	s.awaitLog("access denied")
	if _, now := s.getParams("shop"); len(now) != 2 {
		t.Errorf("without access: got %v, want 2 previews", now)
	}
	f.writeSecret("password", gitPassword)
	s.awaitSet("shop", func(now params) bool { return now.text("br-cart", "head_sha") == app.Tip(t, "cart") })
}

func TestCommitsAreSigned(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		part.Missing(t, part.SSHKeygen, "install OpenSSH's client, with which git verifies signatures")
	}
	f, app := newFixture(t), shopRepository(t)
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
	f.writeSecret("key", string(pem.EncodeToMemory(block)))
	f.write("allowed", "previewset@acme.dev "+string(ssh.MarshalAuthorizedKey(key)))
	f.configure(gitSet(app.URL()))
	f.setGitOps(fmt.Sprintf("{url: %q, signingKeyFile: %s, author: {name: previewset, email: previewset@acme.dev}}", f.gitops.URL(), f.file("key")))
	f.serve().awaitIDs("shop", "br-cart", "br-search")
	f.gitops.Git(t, "-c", "gpg.ssh.allowedSignersFile="+f.file("allowed"), "verify-commit", "main")
	f.write("key", "not a key\n")
	if status, _, stderr := f.run("plan"); status != statusFailed || !strings.Contains(stderr, "signing key in file "+f.file("key")) {
		t.Errorf("with an invalid key: got %d %s", status, stderr)
	}
	if got := f.gitops.Git(t, "log", "-1", "--format=%an <%ae>", "main"); got != "previewset <previewset@acme.dev>" {
		t.Errorf("author %s", got)
	}
}
