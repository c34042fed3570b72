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

// Retry calls attempt again while its error passes by itself, until patience or ctx ends. It
// calls progress when the error is another one than before. It returns the last error. If the
// time of ctx is over, this error only says so, and Retry returns the passing error before it.
func Retry(ctx context.Context, patience time.Duration, progress func(format string, args ...any), attempt func() error) error {
	deadline := time.Now().Add(patience)
	var passing error
	for n := 0; ; n++ {
		err := attempt()
		switch {
		case err == nil:
			return nil
		case !Passing(err) && passing != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
			return passing
		case !Passing(err), ctx.Err() != nil, time.Now().After(deadline):
			return err
		}
		if passing == nil || err.Error() != passing.Error() {
			progress("waiting for the server: %v", err)
		}
		passing = err
		Pause(ctx, n)
	}
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
