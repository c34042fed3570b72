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

// sshNamespace is the namespace of git's gpg.format=ssh: see OpenSSH's
// PROTOCOL.sshsig. It prevents the use of a commit's signature for another purpose.
const sshNamespace = "git"

// NewSigner returns a function for CommitOptions.Sign that signs with key, an
// unencrypted OpenSSH or armored OpenPGP private key. Its errors never contain any
// part of the key.
func NewSigner(key []byte) (func(ctx context.Context, payload []byte) (string, error), error) {
	text := strings.TrimSpace(string(key))
	switch {
	case strings.HasPrefix(text, "-----BEGIN PGP "):
		return pgpSigner(text)
	case strings.HasPrefix(text, "-----BEGIN "):
		return sshSigner(text + "\n")
	}
	return nil, errors.New("signing key: it is neither an OpenSSH nor an armored OpenPGP private key")
}

func sshSigner(key string) (func(context.Context, []byte) (string, error), error) {
	signer, err := ssh.ParsePrivateKey([]byte(key))
	var encrypted *ssh.PassphraseMissingError
	if errors.As(err, &encrypted) {
		return nil, errors.New("signing key: it is protected by a passphrase, which is not supported: remove the passphrase")
	}
	if err != nil {
		return nil, errors.New("signing key: it is not an OpenSSH private key")
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
		return nil, errors.New("signing key: it is not exactly one armored OpenPGP private key")
	}
	if ring[0].PrivateKey.Encrypted {
		return nil, errors.New("signing key: it is protected by a passphrase, which is not supported: remove the passphrase")
	}
	return func(_ context.Context, payload []byte) (string, error) {
		var b bytes.Buffer
		if err := openpgp.ArmoredDetachSign(&b, ring[0], bytes.NewReader(payload), nil); err != nil {
			return "", fmt.Errorf("OpenPGP signature: %w", err)
		}
		return b.String() + "\n", nil
	}, nil
}
