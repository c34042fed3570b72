package database

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
	"time"
)

// Passing reports whether err is an error of a server that is full or not available, which
// ends by itself. A wrong password or host is not.
func Passing(err error) bool { return errors.Is(err, ErrFull) || errors.Is(err, ErrUnavailable) }

// WaitingForServer is the format of the message about a passing error, for Request.Progress. The
// error can occur when the server is opened, and later.
const WaitingForServer = "waiting for the server: %v"

// Cause returns the cause of err, with which an attempt ended. earlier is the passing error of
// the attempt before, or nil. If the time of ctx is over, err only says so, and earlier is the
// cause.
func Cause(ctx context.Context, err, earlier error) error {
	if err != nil && earlier != nil && !Passing(err) && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return earlier
	}
	return err
}

// Unavailable wraps ErrUnavailable around err if the server does not listen, or has closed
// the connection.
func Unavailable(err error) error {
	for _, target := range []error{syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE, io.EOF, io.ErrUnexpectedEOF} {
		if errors.Is(err, target) && !errors.Is(err, ErrUnavailable) {
			return fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
	}
	return err
}

// Bounds of Pause.
const minPause, maxPause = 100 * time.Millisecond, time.Second

// Pause waits after the attempt with the number n, from 0, or until ctx ends. The first
// pauses are short, because many obstacles end soon.
func Pause(ctx context.Context, n int) {
	timer := time.NewTimer(pauseAfter(n))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

func pauseAfter(n int) time.Duration { return min(minPause<<min(n, 10), maxPause) }
