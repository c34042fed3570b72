package object

import (
	"errors"
	"fmt"
	"slices"
)

// BuildError is returned if an overlay, its base or a component does not build. The
// cause is in the files, never in the network or a disk.
type BuildError struct {
	// Path of the file or directory in the repository.
	Path string
	// Resource is "Kind name", or "" if no object is known.
	Resource string
	// Reason in one or two lines.
	Reason string
	// Missing is the path of the file or directory that does not exist and that Path
	// refers to, "" for none.
	Missing string
}

// Error returns "path: resource: reason", without the resource if it is "".
func (e *BuildError) Error() string { return located(e.Path, e.Resource) + ": " + e.Reason }

// RefusedError is returned if an overlay, its base or a component builds, but must
// not be committed.
type RefusedError struct {
	// Path of the file in the repository, or of the overlay's directory if the
	// file is not known.
	Path string
	// Resource is "Kind name", or "" if the file itself is refused.
	Resource string
	// Reason describes the problem.
	Reason string
	// Fix describes how to correct it.
	Fix string
}

// Error returns "path: resource: reason: fix", without the resource if it is "".
func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s: %s: %s", located(e.Path, e.Resource), e.Reason, e.Fix)
}

func located(path, resource string) string {
	if resource == "" {
		return path
	}
	return path + ": " + resource
}

// Problem is a problem of an object.
type Problem struct {
	// Reason describes the problem, and Fix how to correct it.
	Reason, Fix string
}

// Recovered converts a panic to a *BuildError of path. It must be deferred.
func Recovered(path string, err *error) {
	if p := recover(); p != nil {
		*err = &BuildError{Path: path, Reason: OneLine(fmt.Sprintf("the build panicked: %v", p))}
	}
}

// Joined is like errors.Join, but keeps only the first ten errors and the number of
// the others.
func Joined(errs []error) error {
	const most = 10
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	if len(errs) > most {
		errs = append(errs[:most:most], fmt.Errorf("and %d more", len(errs)-most))
	}
	return errors.Join(errs...)
}
