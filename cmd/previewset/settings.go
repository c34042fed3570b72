package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/secret"
)

// settings is where the configuration of a command that goes on comes from: a
// file that is read again when it changes, or serve's flags.
type settings struct {
	config *config.Config
	file   string // "" where flags made it
	seen   []byte // what the file held last
	quick  *quickstart
}

// readSettings reads a configuration file. What it returns is nil where that
// can't be read.
func readSettings(file string) (*settings, error) {
	data, err := config.ReadFile(file)
	if err != nil {
		return nil, err
	}
	c, err := config.Parse(file, data)
	return &settings{config: c, file: file, seen: data}, err
}

// reload returns the configuration if the file has changed since it was read
// last, nil if not.
func (s *settings) reload() (*config.Config, error) {
	if s.file == "" {
		return nil, nil
	}
	data, err := config.ReadFile(s.file)
	if err != nil || bytes.Equal(data, s.seen) {
		return nil, nil //nolint:nilerr // a file that is being replaced is gone for a moment
	}
	s.seen = data
	return config.Parse(s.file, data)
}

// tokenFile is the bearer token of the moment.
type tokenFile struct {
	fixed bool // made by quickstart, in no file

	mu     sync.RWMutex
	token  string
	broken bool // the newest read failed and was logged
}

func newTokenFile(s *settings) (*tokenFile, error) {
	if s.quick != nil {
		return &tokenFile{fixed: true, token: s.quick.token}, nil
	}
	token, err := readToken(s.config.Auth.Token())
	if err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	return &tokenFile{token: token}, nil
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

func (t *tokenFile) value() string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.token
}

// reload takes a rotated token. One that can't be read leaves the old one.
func (t *tokenFile) reload(ref secret.Ref, log *slog.Logger) {
	if t.fixed {
		return
	}
	token, err := readToken(ref)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		if !t.broken {
			logRefused(log, "token", err)
		}
		t.broken = true
		return
	}
	if token != t.token {
		log.Info("a rotated token is in use")
	}
	t.token, t.broken = token, false
}

// newToken returns a random token of 128 bits or more.
func newToken() string { return strings.ToLower(rand.Text()) }
