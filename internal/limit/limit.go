// Package limit reads what others send, up to a bound.
package limit

import (
	"errors"
	"fmt"
	"io"
)

// ErrTooLarge means that a reader has more bytes than its bound allows.
var ErrTooLarge = errors.New("too large")

// ReadAll returns all bytes of r, at most max of them. Where r has more, it
// returns no bytes and an ErrTooLarge that gives the bound. max is less than
// math.MaxInt64.
func ReadAll(r io.Reader, max int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, max+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > max {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, max)
	}
	return data, nil
}
