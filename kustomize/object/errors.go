package object

import (
	"errors"
	"fmt"
	"slices"
)

// BuildError says that an overlay, or what it is built on, does not build. It
// is the fault of the files, never of the network or a disk.
type BuildError struct {
	// Path of the file or directory in the repository.
	Path string
	// Reason in one or two lines.
	Reason string
}

// Error returns "path: reason".
func (e *BuildError) Error() string { return e.Path + ": " + e.Reason }

// RefusedError says that an overlay, or what it is built on, would build but
// must not be committed.
type RefusedError struct {
	// Path of the file in the repository, or of the overlay's directory where
	// the file is not known.
	Path string
	// Resource is "Kind name", or "" where the file itself is refused.
	Resource string
	// Reason says what is wrong.
	Reason string
	// Fix says what to do.
	Fix string
}

// Error returns "path: resource: reason; fix".
func (e *RefusedError) Error() string {
	where := e.Path
	if e.Resource != "" {
		where += ": " + e.Resource
	}
	return fmt.Sprintf("%s: %s; %s", where, e.Reason, e.Fix)
}

// Recovered turns a panic into a *BuildError of path. Defer it.
func Recovered(path string, err *error) {
	if p := recover(); p != nil {
		*err = &BuildError{path, OneLine(fmt.Sprintf("building it panicked: %v", p))}
	}
}

// Joined is errors.Join, cut after the first ten.
func Joined(errs []error) error {
	const most = 10
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	if len(errs) > most {
		errs = append(errs[:most:most], fmt.Errorf("and %d more", len(errs)-most))
	}
	return errors.Join(errs...)
}
