package forge

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// VerifySHA256 checks an HMAC-SHA256 in hexadecimal digits. The signature is valid if it
// was made with one of the secrets. Empty secrets are ignored. The comparison takes
// constant time and tries every secret. The error is ErrSignature.
func VerifySHA256(signature string, signed []byte, secrets [][]byte) error {
	claimed, err := hex.DecodeString(signature)
	if err != nil || len(claimed) != sha256.Size {
		return fmt.Errorf("%w: it is not 64 hexadecimal digits", ErrSignature)
	}
	valid := false
	for _, secret := range secrets {
		if len(secret) == 0 {
			continue
		}
		mac := hmac.New(sha256.New, secret)
		mac.Write(signed)
		if hmac.Equal(mac.Sum(nil), claimed) {
			valid = true
		}
	}
	if !valid {
		return ErrSignature
	}
	return nil
}
