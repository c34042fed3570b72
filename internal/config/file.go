package config

import (
	"bytes"
	"fmt"

	"github.com/previewset/previewset/internal/limit"
)

// maxConfig bounds the size of the file, in bytes.
const maxConfig = 1 << 20

// File is a configuration file that is read again when it changes. It is not safe for
// concurrent use.
type File struct {
	name        string
	lastContent []byte // as it was last read
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
// nil otherwise. It reports the problems of an invalid change once, as a *Problems.
func (f *File) Reload() (*Config, error) {
	data, err := limit.ReadFile(f.name, maxConfig)
	if err != nil || bytes.Equal(data, f.lastContent) {
		return nil, nil //nolint:nilerr // a file can be missing while it is replaced
	}
	f.lastContent = data
	return Parse(f.name, data)
}
