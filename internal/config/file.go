package config

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/previewset/previewset/internal/limit"
)

// maxConfig bounds the size of the file, in bytes.
const maxConfig = 1 << 20

// File is a configuration file that is read again when it changes. It is not safe for
// concurrent use.
type File struct {
	name string
	// lastContent is nil if the file was too large.
	lastContent []byte
}

// Open reads and checks the file, as Load does, and returns it with its
// configuration.
func Open(name string) (*File, *Config, error) {
	data, err := limit.ReadFile(name, maxConfig)
	if err != nil {
		return nil, nil, fmt.Errorf("configuration: %w", err)
	}
	c, err := Parse(name, data)
	if err != nil {
		return nil, nil, err
	}
	return &File{name: name, lastContent: data}, c, nil
}

// Reload returns the configuration if the file has changed since it was last read, and
// nil otherwise. It reports an invalid change once: the problems as a *Problems, and a
// file that is too large as a limit.ErrTooLarge.
func (f *File) Reload() (*Config, error) {
	data, err := limit.ReadFile(f.name, maxConfig)
	switch {
	case errors.Is(err, limit.ErrTooLarge) && f.lastContent != nil:
		f.lastContent = nil
		return nil, fmt.Errorf("configuration: %w", err)
	case err != nil, f.lastContent != nil && bytes.Equal(data, f.lastContent):
		return nil, nil //nolint:nilerr // a file can be missing while it is replaced
	}
	f.lastContent = data
	return Parse(f.name, data)
}
