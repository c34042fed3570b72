package gitea

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
)

// Webhook returns the HTTP header of Gitea's delivery of event with the JSON body
// (services/webhook/deliver.go of Gitea 1.26.0).
func Webhook(secret, event string, body []byte) http.Header {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write(body) // a hash never returns an error
	h := http.Header{}
	h.Set("X-Gitea-Event", event)
	h.Set("X-Gitea-Signature", hex.EncodeToString(mac.Sum(nil)))
	h.Set("Content-Type", "application/json")
	return h
}
