package config

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/previewset/previewset/internal/limit"
)

// Secret says where a secret is: in a file or in an environment variable. Its
// value is never in the configuration.
type Secret struct {
	File, Env string
}

// ErrNoSecret means that a secret is not there: its file is empty or its
// variable is not set.
var ErrNoSecret = errors.New("empty secret")

// maxSecret bounds a secret's size, in bytes.
const maxSecret = 64 << 10

// Given reports whether s names a place at all.
func (s Secret) Given() bool { return s.File != "" || s.Env != "" }

// Read returns the secret without white space at its ends. It reads the file
// each time, so that a rotated secret takes effect. Errors name the place,
// never the value.
func (s Secret) Read() (string, error) {
	var value string
	switch {
	case s.File != "":
		data, err := readBounded(s.File, maxSecret)
		if err != nil {
			return "", fmt.Errorf("secret: %w", err)
		}
		value = string(data)
	case s.Env != "":
		value = os.Getenv(s.Env)
	default:
		return "", ErrNoSecret
	}
	value = strings.TrimSpace(value)
	if value == "" {
		return "", fmt.Errorf("%w: %s", ErrNoSecret, s)
	}
	return value, nil
}

// String returns the place, such as "file /etc/previewset/token".
func (s Secret) String() string {
	if s.File != "" {
		return "file " + s.File
	}
	return "environment variable " + s.Env
}

// readBounded reads a file of at most max bytes.
func readBounded(name string, max int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := limit.ReadAll(f, max)
	if errors.Is(err, limit.ErrTooLarge) {
		return nil, fmt.Errorf("%s is larger than %d bytes", name, max)
	}
	return data, err
}
