package forge

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// ParseSHA256 decodes an HMAC-SHA256 in hexadecimal digits. The error is ErrSignature.
func ParseSHA256(signature string) ([]byte, error) {
	if len(signature) != hex.EncodedLen(sha256.Size) {
		return nil, errNoSHA256
	}
	mac, err := hex.DecodeString(signature)
	if err != nil {
		return nil, errNoSHA256
	}
	return mac, nil
}

var errNoSHA256 = fmt.Errorf("%w: it is not 64 hexadecimal digits", ErrSignature)

// VerifySHA256 checks an HMAC-SHA256 in hexadecimal digits. The signature is valid if it
// was made with one of the secrets. Empty secrets are ignored. The comparison takes
// constant time and tries every secret. The error is ErrSignature.
func VerifySHA256(signature string, signed []byte, secrets [][]byte) error {
	_, err := SignerSHA256(signature, signed, secrets)
	return err
}

// SignerSHA256 is VerifySHA256, and returns the SecretID of the secret.
func SignerSHA256(signature string, signed []byte, secrets [][]byte) (string, error) {
	claimed, err := ParseSHA256(signature)
	if err != nil {
		return "", err
	}
	signer := ""
	for _, secret := range secrets {
		if len(secret) == 0 {
			continue
		}
		if hmac.Equal(sumSHA256(secret, signed), claimed) {
			signer = SecretID(secret)
		}
	}
	if signer == "" {
		return "", ErrSignature
	}
	return signer, nil
}

// SecretID returns a text that identifies a secret and does not contain it.
func SecretID(secret []byte) string {
	return hex.EncodeToString(sumSHA256(secret, []byte("previewset secret id")))
}

func sumSHA256(secret, data []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write(data)
	return mac.Sum(nil)
}
