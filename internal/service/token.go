package service

import (
	"fmt"
	"log/slog"
	"sync"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/secret"
)

// tokens are the current bearer tokens.
type tokens struct {
	full, read bearer
}

// bearer is a bearer token of one kind.
type bearer struct {
	kind  string // for the log
	fixed bool   // the caller passed the token: it is never reloaded
	// optional is true if the configuration need not name the token. The token is then
	// empty.
	optional bool

	mu     sync.RWMutex
	token  string
	failed string // the error of the last read, which was logged; "" for none
}

// newTokens returns the tokens of a configuration. If given is not "", it is the token
// that opens everything.
func newTokens(given string, auth config.Auth) (*tokens, error) {
	t := &tokens{full: bearer{kind: "token", fixed: given != "", token: given}, read: bearer{kind: "read token", optional: true}}
	key, readKey := keysOf(auth)
	full, err := t.full.next(key, auth.Token())
	if err != nil {
		return nil, err
	}
	read, err := t.read.next(readKey, auth.ReadToken())
	if err != nil {
		return nil, err
	}
	if err := checkDifferent(auth, full, read); err != nil {
		return nil, err
	}
	t.full.token, t.read.token = full, read
	return t, nil
}

// reload applies rotated tokens. If one can't be read, or if both are equal, the old ones
// stay in use.
func (t *tokens) reload(auth config.Auth, log *slog.Logger) {
	key, readKey := keysOf(auth)
	full, fullErr := t.full.next(key, auth.Token())
	read, readErr := t.read.next(readKey, auth.ReadToken())
	//promise:read-tokens-differ-from-the-token
	if err := checkDifferent(auth, full, read); err != nil {
		full, fullErr = t.full.keep(full, fullErr, err)
		read, readErr = t.read.keep(read, readErr, err)
	}
	t.full.apply(full, fullErr, log)
	t.read.apply(read, readErr, log)
}

// keep returns the current token, and refused if next is another one.
func (b *bearer) keep(next string, err, refused error) (string, error) {
	current := b.value()
	if next != current {
		err = refused
	}
	return current, err
}

// checkDifferent returns an error that names the keys of auth if the tokens are equal.
func checkDifferent(auth config.Auth, full, read string) error {
	if full != read {
		return nil
	}
	key, readKey := keysOf(auth)
	return fmt.Errorf("%s and %s have the same token: use another read token, which gives access only to the state", key, readKey)
}

// keysOf returns the keys of the configuration that name the tokens.
func keysOf(auth config.Auth) (key, readKey string) {
	key, readKey = "auth.tokenFile", "auth.readTokenFile"
	if auth.TokenFile == "" {
		key = "auth.tokenEnv"
	}
	if auth.ReadTokenFile == "" {
		readKey = "auth.readTokenEnv"
	}
	return key, readKey
}

func readToken(ref secret.Ref) (string, error) {
	token, err := ref.Read()
	if err != nil {
		return "", err
	}
	if err := config.CheckToken(token); err != nil {
		return "", fmt.Errorf("%s: %w", ref, err)
	}
	return token, nil
}

func (b *bearer) value() string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.token
}

// next returns the token that ref has now. If it can't be read, next returns the current
// one and an error that names the key of ref.
func (b *bearer) next(key string, ref secret.Ref) (string, error) {
	if b.fixed {
		return b.value(), nil
	}
	if b.optional && !ref.Given() {
		return "", nil
	}
	token, err := readToken(ref)
	if err != nil {
		return b.value(), fmt.Errorf("%s: %w: write the token there, or correct the key", key, err)
	}
	return token, nil
}

// apply makes token the current one. It logs a change, and err when it begins, changes or
// ends.
func (b *bearer) apply(token string, err error, log *slog.Logger) {
	b.mu.Lock()
	defer b.mu.Unlock()
	failed := ""
	if err != nil {
		failed = err.Error()
	}
	changed, ended := token != b.token, err == nil && b.failed != ""
	switch {
	case err != nil && failed != b.failed:
		b.logUnusable(log, err)
	case token == "" && (changed || ended):
		log.Info("the configuration no longer has a " + b.kind)
	case ended:
		log.Info("the " + b.kind + " can be used again")
	}
	if changed && token != "" {
		log.Info("a rotated " + b.kind + " is in use")
	}
	b.token, b.failed = token, failed
}

// logUnusable logs that a token can't be read, is invalid, or equals the other one.
func (b *bearer) logUnusable(log *slog.Logger, err error) {
	if b.token == "" { // the configuration did not have it before
		log.Error("the "+b.kind+" can't be used: there is none", "error", err)
		return
	}
	log.Error("the "+b.kind+" can't be used: the old one stays in use", "error", err)
}
