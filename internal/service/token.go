package service

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"github.com/previewset/previewset/internal/secret"
)

// bearer is the bearer token of the moment.
type bearer struct {
	fixed bool // given by the caller, in no file

	mu     sync.RWMutex
	token  string
	broken bool // the newest read failed and was logged
}

// newBearer returns the given token, and where there is none the one that ref
// names.
func newBearer(given string, ref secret.Ref) (*bearer, error) {
	if given != "" {
		return &bearer{fixed: true, token: given}, nil
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
		return "", fmt.Errorf("%s: a token can't start with \"$\": that is what Argo CD sends where its Secret lacks the key", ref)
	}
	return token, nil
}

func (b *bearer) value() string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.token
}

// reload takes a rotated token. One that can't be read leaves the old one.
func (b *bearer) reload(ref secret.Ref, log *slog.Logger) {
	if b.fixed {
		return
	}
	token, err := readToken(ref)
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		if !b.broken {
			logRefused(log, "token", err)
		}
		b.broken = true
		return
	}
	if token != b.token {
		log.Info("a rotated token is in use")
	}
	b.token, b.broken = token, false
}

// logRefused says once that a changed file was not taken.
func logRefused(log *slog.Logger, what string, err error) {
	log.Error("a changed "+what+" was refused: the old one stays", "error", err)
}
