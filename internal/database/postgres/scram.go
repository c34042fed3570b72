package postgres

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// What PostgreSQL itself takes for verifiers (scram-common.h).
const (
	scramIterations = 4096
	scramSalt       = 16 // bytes
)

// verifier returns what the server keeps of a password (RFC 5802 and 7677; its
// form is that of pg_authid.rolpassword), so that the password itself is never
// sent, and so never logged. The password is of ASCII: SASLprep changes nothing.
func verifier(password string) (string, error) {
	salt := make([]byte, scramSalt)
	// It never fails.
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
