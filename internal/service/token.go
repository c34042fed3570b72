package service

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"github.com/previewset/previewset/internal/secret"
)

// bearer is the current bearer token.
type bearer struct {
	fixed bool // the caller passed the token: it is never reloaded

	mu     sync.RWMutex
	token  string
	failed bool // the last read failed, and the failure was logged
}

// newBearer returns a bearer with this token or, if it is "", the token of ref.
func newBearer(token string, ref secret.Ref) (*bearer, error) {
	if token != "" {
		return &bearer{fixed: true, token: token}, nil
	}
	token, err := readToken(ref)
	if err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	return &bearer{token: token}, nil
}

func readToken(ref secret.Ref) (string, error) {
	token, err := ref.Read()
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(token, "$") {
		return "", fmt.Errorf("%s: a token can't start with \"$\": Argo CD sends such a text if its Secret lacks the key", ref)
	}
	return token, nil
}

func (b *bearer) value() string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.token
}

// reload applies a rotated token. If it can't be read, the old one stays in use.
func (b *bearer) reload(ref secret.Ref, log *slog.Logger) {
	if b.fixed {
		return
	}
	token, err := readToken(ref)
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		if !b.failed {
			logRefused(log, "token", err)
		}
		b.failed = true
		return
	}
	if token != b.token {
		log.Info("a rotated token is in use")
	}
	b.token, b.failed = token, false
}

// logRefused logs that a changed file of this kind is invalid.
func logRefused(log *slog.Logger, kind string, err error) {
	log.Error("a changed "+kind+" was refused: the old one stays in use", "error", err)
}
