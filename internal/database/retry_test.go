package database_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/internal/database"
)

// Retry repeats only errors that pass by themselves, reports each of them once, and returns the
// last one.
func TestRetry(t *testing.T) {
	t.Parallel()
	other := errors.New("wrong password")
	for name, test := range map[string]struct {
		timeout, patience time.Duration
		fails             func(n int) error
		want              error
		after             time.Duration
		reports           int
	}{
		"success":       {time.Hour, time.Minute, func(int) error { return nil }, nil, 0, 0},
		"another error": {time.Hour, time.Minute, func(int) error { return other }, other, 0, 0},
		"it passes": {time.Hour, time.Minute, func(n int) error {
			return []error{database.ErrFull, database.ErrFull, database.ErrUnavailable, nil}[n]
		}, nil, 700 * time.Millisecond, 2},
		"then another error": {time.Hour, time.Minute, func(n int) error { return []error{database.ErrFull, other}[n] }, other, 100 * time.Millisecond, 1},
		"no patience":        {time.Hour, 0, func(int) error { time.Sleep(time.Millisecond); return database.ErrFull }, database.ErrFull, time.Millisecond, 0},
		"patience ends":      {time.Hour, 2 * time.Second, func(int) error { return database.ErrFull }, database.ErrFull, 2500 * time.Millisecond, 1},
		"the time is over":   {time.Second, time.Minute, func(int) error { return database.ErrFull }, database.ErrFull, time.Second, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), test.timeout)
				defer cancel()
				start, n, reports := time.Now(), 0, 0
				err := database.Retry(ctx, test.patience, func(string, ...any) { reports++ }, func() error {
					n++
					if err := ctx.Err(); err != nil {
						return fmt.Errorf("connect: %w", err)
					}
					return test.fails(n - 1)
				})
				if took := time.Since(start); !errors.Is(err, test.want) || took != test.after || reports != test.reports {
					t.Errorf("got %v after %s with %d reports, want %v after %s with %d", err, took, reports, test.want, test.after, test.reports)
				}
			})
		})
	}
}
