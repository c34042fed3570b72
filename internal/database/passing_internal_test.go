package database

import (
	"errors"
	"fmt"
	"io"
	"syscall"
	"testing"
	"time"
)

func TestPassing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{errors.New("wrong password"), false},
		{syscall.EHOSTUNREACH, false},
		{syscall.ECONNREFUSED, true},
		{fmt.Errorf("dial: %w", syscall.ECONNRESET), true},
		{io.ErrUnexpectedEOF, true},
		{fmt.Errorf("open: %w", ErrFull), true},
	} {
		got := Unavailable(test.err)
		if Passing(got) != test.want || !errors.Is(got, test.err) {
			t.Errorf("%v: got %v, %v, want %v", test.err, got, Passing(got), test.want)
		}
		if again := Unavailable(got); fmt.Sprint(again) != fmt.Sprint(got) {
			t.Errorf("%v: got %v for the wrapped error", test.err, again)
		}
	}
}

// A minute has less than 70 attempts.
func TestPauses(t *testing.T) {
	t.Parallel()
	var total time.Duration
	attempts := 0
	for ; total < time.Minute; attempts++ {
		total += pauseAfter(attempts)
	}
	if attempts > 70 || pauseAfter(0) != 100*time.Millisecond || pauseAfter(1_000_000) != time.Second {
		t.Errorf("got %d attempts in a minute, and the pauses %s to %s", attempts, pauseAfter(0), pauseAfter(1_000_000))
	}
}
