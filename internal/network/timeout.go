package network

import (
	"context"
	"fmt"
	"time"
)

// TimeoutError means that a server did not answer in time. It is a context.DeadlineExceeded.
type TimeoutError struct{ After time.Duration }

// Error returns how long the server had.
func (t TimeoutError) Error() string {
	return fmt.Sprintf("the server did not answer within %gs", t.After.Seconds())
}

// Is implements the interface of errors.Is.
func (t TimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// WithTimeout is context.WithTimeout. The cause of the context is a TimeoutError if it ends after d.
func WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, d, TimeoutError{d})
}
