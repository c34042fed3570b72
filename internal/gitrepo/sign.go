package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// sshNamespace keeps signatures of commits from passing for anything else:
// sshsig of OpenSSH's PROTOCOL.sshsig, gpg.format=ssh of git.
const sshNamespace = "git"

// NewSigner returns a function for CommitOptions.Sign from an unencrypted
// private key: OpenSSH's, or an armored one of OpenPGP. Its errors never hold
// any of the key.
func NewSigner(key []byte) (func(ctx context.Context, payload []byte) (string, error), error) {
	text := strings.TrimSpace(string(key))
	switch {
	case strings.HasPrefix(text, "-----BEGIN PGP "):
		return pgpSigner(text)
	case strings.HasPrefix(text, "-----BEGIN "):
		return sshSigner(text + "\n")
	}
	return nil, errors.New("signing key: neither an OpenSSH nor an armored OpenPGP private key")
}

func sshSigner(key string) (func(context.Context, []byte) (string, error), error) {
	signer, err := ssh.ParsePrivateKey([]byte(key))
	var encrypted *ssh.PassphraseMissingError
	if errors.As(err, &encrypted) {
		return nil, errors.New("signing key: it is protected by a passphrase, which is not supported")
	}
	if err != nil {
		return nil, errors.New("signing key: not an OpenSSH private key")
	}
	return func(_ context.Context, payload []byte) (string, error) {
		signature, err := sshsig.Sign(bytes.NewReader(payload), signer, sshsig.HashSHA512, sshNamespace)
		if err != nil {
			return "", fmt.Errorf("ssh signature: %w", err)
		}
		return string(sshsig.Armor(signature)), nil
	}, nil
}

func pgpSigner(key string) (func(context.Context, []byte) (string, error), error) {
	ring, err := openpgp.ReadArmoredKeyRing(strings.NewReader(key))
	if err != nil || len(ring) != 1 || ring[0].PrivateKey == nil {
		return nil, errors.New("signing key: not one armored OpenPGP private key")
	}
	if ring[0].PrivateKey.Encrypted {
		return nil, errors.New("signing key: it is protected by a passphrase, which is not supported")
	}
	return func(_ context.Context, payload []byte) (string, error) {
		var b bytes.Buffer
		if err := openpgp.ArmoredDetachSign(&b, ring[0], bytes.NewReader(payload), nil); err != nil {
			return "", fmt.Errorf("OpenPGP signature: %w", err)
		}
		return b.String() + "\n", nil
	}, nil
}
