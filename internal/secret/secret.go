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
}

// ErrEmpty means that a secret is missing: its file is empty or its variable is not
// set.
var ErrEmpty = errors.New("empty secret")

// maxSecret bounds the size of a secret, in bytes.
const maxSecret = 64 << 10

// Given reports whether r names a file or a variable.
func (r Ref) Given() bool { return r.File != "" || r.Env != "" }

// Read returns the secret without leading and trailing white space. It reads the file
// each time, so that a rotated secret takes effect. Errors name the file or variable,
// never the value.
func (r Ref) Read() (string, error) {
	var value string
	switch {
	case r.File != "":
		data, err := limit.ReadFile(r.File, maxSecret)
		if err != nil {
			return "", fmt.Errorf("read the secret: %w", err)
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
