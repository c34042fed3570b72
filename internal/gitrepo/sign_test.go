package gitrepo_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"golang.org/x/crypto/ssh"

	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
	"github.com/previewset/previewset/test/fake/part"
)

// signedCommit pushes a commit that is signed with key, and returns its repository.
func signedCommit(t *testing.T, key []byte) *gittest.Repo {
	t.Helper()
	sign, err := gitrepo.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"a": "1"})
	remote := open(t, repo.URL(), gitrepo.Options{})
	o := options("signed\n\nWith a body.\n")
	o.Sign = sign
	commit, err := fetch(t, remote, "main", nil).Commit(t.Context(), edit("d", "f", "1"), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := remote.Push(t.Context(), "main", commit); err != nil {
		t.Fatal(err)
	}
	repo.Git(t, "fsck", "--strict")
	return repo
}

func sshKey(t *testing.T) (key []byte, public string) {
	t.Helper()
	pub, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "test")
	if err != nil {
		t.Fatal(err)
	}
	sshPub, err := ssh.NewPublicKey(pub)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(block), strings.TrimSpace(string(ssh.MarshalAuthorizedKey(sshPub)))
}

func TestSignSSH(t *testing.T) {
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		part.Missing(t, part.SSHKeygen, "install OpenSSH's client, with which git verifies signatures")
	}
	key, public := sshKey(t)
	repo := signedCommit(t, key)
	signers := filepath.Join(t.TempDir(), "allowed")
	if err := os.WriteFile(signers, []byte("previewset@acme.dev "+public+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	repo.Config(t, "gpg.ssh.allowedSignersFile", signers)
	out, ok := gittest.TryGit(t, repo.Dir, "verify-commit", "-v", "main")
	if !ok || !strings.Contains(out, `Good "git" signature for previewset@acme.dev`) {
		t.Errorf("verify-commit: %s", out)
	}
	if _, ok := gittest.TryGit(t, repo.Dir, "verify-commit", "main~1"); ok {
		t.Error("an unsigned commit was verified")
	}
}

func TestSignPGP(t *testing.T) {
	entity, err := openpgp.NewEntity("previewset", "", "previewset@acme.dev", &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA})
	if err != nil {
		t.Fatal(err)
	}
	repo := signedCommit(t, armored(t, openpgp.PrivateKeyType, func(b *bytes.Buffer) error { return entity.SerializePrivate(b, nil) }))
	raw := repo.Git(t, "cat-file", "commit", "main") + "\n"
	payload, signature := splitSignature(raw)
	if _, err := openpgp.CheckArmoredDetachedSignature(openpgp.EntityList{entity}, strings.NewReader(payload), strings.NewReader(signature), nil); err != nil {
		t.Errorf("%v in\n%s", err, raw)
	}
	if _, err := exec.LookPath("gpg"); err != nil {
		part.Missing(t, part.GPG, "install gnupg, with which git verifies signatures")
	}
	home, err := os.MkdirTemp("", "gpg") // gpg needs a short path for its socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = exec.Command("gpgconf", "--homedir", home, "--kill", "all").Run()
		_ = os.RemoveAll(home)
	})
	public := armored(t, openpgp.PublicKeyType, func(b *bytes.Buffer) error { return entity.Serialize(b) })
	gpg := exec.CommandContext(t.Context(), "gpg", "--homedir", home, "--batch", "--quiet", "--import")
	gpg.Stdin = bytes.NewReader(public)
	if out, err := gpg.CombinedOutput(); err != nil {
		t.Fatalf("gpg: %v\n%s", err, out)
	}
	wrapper := filepath.Join(t.TempDir(), "gpg")
	if err := os.WriteFile(wrapper, []byte("#!/bin/sh\nexec gpg --homedir '"+home+"' \"$@\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	repo.Config(t, "gpg.program", wrapper)
	if out, ok := gittest.TryGit(t, repo.Dir, "verify-commit", "main"); !ok || !strings.Contains(out, "Good signature") {
		t.Errorf("verify-commit: %s", out)
	}
}

func armored(t *testing.T, kind string, serialize func(*bytes.Buffer) error) []byte {
	t.Helper()
	var key, b bytes.Buffer
	if err := serialize(&key); err != nil {
		t.Fatal(err)
	}
	w, err := armor.Encode(&b, kind, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(key.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// splitSignature splits a commit into its signed payload and the gpgsig header.
func splitSignature(raw string) (payload, signature string) {
	inside := false
	for line := range strings.Lines(raw) {
		rest, begins := strings.CutPrefix(line, "gpgsig ")
		switch {
		case begins:
			inside = true
			signature += rest
		case inside && strings.HasPrefix(line, " "):
			signature += line[1:]
		default:
			inside = false
			payload += line
		}
	}
	return payload, signature
}

func TestNewSignerRefusesInvalidKeys(t *testing.T) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKeyWithPassphrase(private, "test", []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	entity, err := openpgp.NewEntity("x", "", "x@example.test", &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA})
	if err != nil {
		t.Fatal(err)
	}
	public := armored(t, openpgp.PublicKeyType, func(b *bytes.Buffer) error { return entity.Serialize(b) })
	if err := entity.EncryptPrivateKeys([]byte("secret"), nil); err != nil {
		t.Fatal(err)
	}
	locked := armored(t, openpgp.PrivateKeyType, func(b *bytes.Buffer) error { return entity.SerializePrivateWithoutSigning(b, nil) })
	for name, c := range map[string]struct {
		key  []byte
		word string
	}{
		"empty":          {nil, "neither"},
		"noise":          {[]byte("canary"), "neither"},
		"broken ssh":     {[]byte("-----BEGIN OPENSSH PRIVATE KEY-----\ncanary\n"), "not an OpenSSH"},
		"locked ssh":     {pem.EncodeToMemory(block), "passphrase"},
		"locked OpenPGP": {locked, "passphrase"},
		"public OpenPGP": {public, "OpenPGP private"},
	} {
		_, err := gitrepo.NewSigner(c.key)
		if err == nil || !strings.Contains(err.Error(), c.word) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: got error %v, want %q and no part of the key", name, err, c.word)
		}
	}
}
