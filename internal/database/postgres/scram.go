package postgres

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// The values that PostgreSQL itself uses for verifiers (scram-common.h).
const (
	scramIterations = 4096
	scramSalt       = 16 // bytes
)

// verifier returns the verifier that the server stores for a password (RFC 5802 and 7677,
// in the format of pg_authid.rolpassword). The password itself is never sent, and so
// never logged. It must be ASCII, which SASLprep does not change.
func verifier(password string) (string, error) {
	salt := make([]byte, scramSalt)
	// rand.Read never fails.
	_, _ = rand.Read(salt)
	salted, err := pbkdf2.Key(sha256.New, password, salt, scramIterations, sha256.Size)
	if err != nil {
		return "", err
	}
	stored := sha256.Sum256(hmacSHA256(salted, "Client Key"))
	encode := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s",
		scramIterations, encode(salt), encode(stored[:]), encode(hmacSHA256(salted, "Server Key"))), nil
}

func hmacSHA256(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
