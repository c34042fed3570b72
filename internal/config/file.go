package config

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"

	"github.com/previewset/previewset/internal/limit"
)

// maxConfig bounds the size of a file, in bytes.
const maxConfig = 1 << 20

// maxReadings bounds the readings of a configuration of several files until two of them are
// equal.
const maxReadings = 5

// ReadError is the error of a configuration file that can't be read.
type ReadError struct{ Err error }

func (e *ReadError) Error() string { return fmt.Sprintf("configuration: %v", e.Err) }
func (e *ReadError) Unwrap() error { return e.Err }

// ErrUnstable means that the files changed each time they were read.
var ErrUnstable = errors.New("its files change all the time: try again")

// File is a configuration file, with the files that it includes, that is read again when one
// of them changes. It is not safe for concurrent use.
type File struct {
	name string
	// last is what was read last; nil after an error that Reload has reported.
	last *contents
	// failed is true if the last reading failed.
	failed bool
}

// Open reads and checks the file, as Load does, and returns it with its
// configuration.
func Open(name string) (*File, *Config, error) {
	files, err := read(name, nil)
	if err != nil {
		return nil, nil, &ReadError{err}
	}
	c, err := files.configuration(name)
	if err != nil {
		return nil, nil, err
	}
	return &File{name: name, last: files}, c, nil
}

// Reload returns the configuration if one of its files has changed since they were last read,
// was added or was removed, and nil otherwise. It reports an invalid change once: the problems
// as a *Problems, and a file that can't be read as a *ReadError. A file can be missing while it
// is replaced, so it is reported if two readings in a row fail.
func (f *File) Reload() (*Config, error) {
	files, err := read(f.name, f.last)
	again := f.failed
	f.failed = err != nil
	switch {
	//promise:missing-configurations-are-reported
	case err != nil && f.last != nil && (again || errors.Is(err, limit.ErrTooLarge)):
		f.last = nil
		return nil, &ReadError{err}
	case err != nil, reflect.DeepEqual(files, f.last):
		return nil, nil //nolint:nilerr // it is reported at the next reading, or was reported
	}
	f.last = files
	return files.configuration(f.name)
}

// read reads the file and the files that it includes. last is an earlier reading, or nil.
// Several files are read until two readings are equal, because they are not replaced at the
// same moment.
func read(name string, last *contents) (*contents, error) {
	if name == "" {
		return nil, errors.New("the name of the file is empty")
	}
	for range maxReadings {
		files, err := readOnce(name, last)
		switch {
		case err != nil:
			return nil, err
		case len(files.patterns) == 0 || reflect.DeepEqual(files, last):
			return files, nil
		}
		last = files
	}
	return nil, ErrUnstable
}

func readOnce(name string, last *contents) (*contents, error) {
	main, err := limit.ReadFile(name, maxConfig)
	if err != nil {
		return nil, err
	}
	files := &contents{main: main}
	if last != nil && bytes.Equal(main, last.main) {
		files.patterns = last.patterns
	} else {
		files.patterns = includePatterns(main)
	}
	if len(files.patterns) > 0 {
		files.readIncluded(name)
	}
	return files, nil
}
