package limit_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/limit"
)

func TestReadAllAtEachBound(t *testing.T) {
	t.Parallel()
	for bound := range int64(10) {
		for size := range 12 {
			text := strings.Repeat("x", size)
			got, err := limit.ReadAll(strings.NewReader(text), bound)
			if size <= int(bound) && (err != nil || string(got) != text) {
				t.Errorf("%d bytes, at most %d: got %q, %v", size, bound, got, err)
			}
			if size > int(bound) && (!errors.Is(err, limit.ErrTooLarge) || got != nil) {
				t.Errorf("%d bytes, at most %d: got %q, %v, want %v", size, bound, got, err, limit.ErrTooLarge)
			}
		}
	}
}

// ReadAll reads one byte more than the bound at most.
func TestReadAllStopsAfterBound(t *testing.T) {
	t.Parallel()
	r := strings.NewReader(strings.Repeat("x", 1000))
	if _, err := limit.ReadAll(r, 10); !errors.Is(err, limit.ErrTooLarge) || r.Len() != 1000-11 {
		t.Errorf("got %v with %d bytes left, want %v and 989", err, r.Len(), limit.ErrTooLarge)
	}
}

// An error of the reader beyond the bound is not reported as a size.
func TestReadAllReturnsErrorOfReader(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, length := range []int{0, 3, 4} {
		r, w := io.Pipe()
		go func() {
			_, _ = io.WriteString(w, strings.Repeat("x", length))
			_ = w.CloseWithError(broken)
		}()
		if got, err := limit.ReadAll(r, 4); !errors.Is(err, broken) || got != nil {
			t.Errorf("after %d bytes: got %q, %v, want %v", length, got, err, broken)
		}
	}
}

func TestReadFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "file")
	for size, want := range map[int]error{0: nil, 9: nil, 10: nil, 11: limit.ErrTooLarge, 1000: limit.ErrTooLarge} {
		if err := os.WriteFile(name, []byte(strings.Repeat("x", size)), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := limit.ReadFile(name, 10)
		if !errors.Is(err, want) || (err == nil) != (want == nil) || err == nil && len(got) != size || err != nil && got != nil {
			t.Errorf("%d bytes: got %q, %v, want %v", size, got, err, want)
		}
		if err != nil && !strings.Contains(err.Error(), name) {
			t.Errorf("%d bytes: got %v, want the name of the file", size, err)
		}
	}
	if _, err := limit.ReadFile(name+"-absent", 10); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent file: got %v, want %v", err, fs.ErrNotExist)
	}
	if _, err := limit.ReadFile(filepath.Dir(name), 10); err == nil || errors.Is(err, limit.ErrTooLarge) {
		t.Errorf("directory: got %v, want an error of the file system", err)
	}
}
