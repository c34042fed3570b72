package limit

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrTooLarge means that a reader has more bytes than its bound allows.
var ErrTooLarge = errors.New("too large")

// ReadAll returns all bytes of r. If r has more than max bytes, the error is
// ErrTooLarge. max must be less than math.MaxInt64.
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

// ReadFile returns the content of a file of at most max bytes. If the file is larger,
// the error is ErrTooLarge.
func ReadFile(name string, max int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := ReadAll(f, max)
	if errors.Is(err, ErrTooLarge) {
		return nil, fmt.Errorf("%w: %s is larger than %d bytes", ErrTooLarge, name, max)
	}
	return data, err
}
