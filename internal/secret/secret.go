package secret

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/previewset/previewset/internal/limit"
)

// Ref refers to a secret in a file or an environment variable.
type Ref struct {
	File, Env string
	// Key is the key of the configuration that names the file or the variable, without its
	// ending File or Env, such as source.git.password. It is for errors, and may be "".
	Key string
}

// ErrUnusable means that a secret can't be read, or that its value is not valid.
var ErrUnusable = errors.New("unusable secret")

// Remedy is the remedy for a secret that can't be read.
const Remedy = "write the secret there, or correct the key"

// ErrEmpty means that a secret is missing: its file is empty or its variable is not
// set.
var ErrEmpty = errors.New("empty secret")

// maxSecret bounds the size of a secret, in bytes.
const maxSecret = 64 << 10

// Given reports whether r names a file or a variable.
func (r Ref) Given() bool { return r.File != "" || r.Env != "" }

// Read returns the secret without leading and trailing white space. It reads the file
// each time, so that a rotated secret takes effect. Errors are ErrUnusable. They name the
// file or variable, never the value. With a Key, they also name the key and the remedy.
func (r Ref) Read() (string, error) {
	value, err := r.read()
	switch {
	case err != nil && r.Key != "":
		return "", Unusable(fmt.Errorf("%s: %w: %s", r.key(), err, Remedy))
	case err != nil:
		return "", Unusable(err)
	}
	return value, nil
}

func (r Ref) key() string {
	if r.File != "" {
		return r.Key + "File"
	}
	return r.Key + "Env"
}

func (r Ref) read() (string, error) {
	var value string
	switch {
	case r.File != "":
		data, err := limit.ReadFile(r.File, maxSecret)
		if err != nil {
			return "", err
		}
		value = string(data)
	case r.Env != "":
		value = os.Getenv(r.Env)
	default:
		return "", ErrEmpty
	}
	value = strings.TrimSpace(value)
	switch {
	case value == "" && r.File != "":
		return "", fmt.Errorf("%w: %s has no content", ErrEmpty, r)
	case value == "":
		return "", fmt.Errorf("%w: %s is not set", ErrEmpty, r)
	}
	return value, nil
}

// String describes r, such as "file /etc/previewset/token".
func (r Ref) String() string {
	if r.File != "" {
		return "file " + r.File
	}
	return "environment variable " + r.Env
}

// unusable is an ErrUnusable with its own text.
type unusable struct{ cause error }

func (u *unusable) Error() string   { return u.cause.Error() }
func (u *unusable) Unwrap() []error { return []error{ErrUnusable, u.cause} }

// Unusable returns an ErrUnusable with the text of err.
func Unusable(err error) error { return &unusable{err} }
