package limit_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/previewset/previewset/internal/limit"
)

func TestReadAll(t *testing.T) {
	broken := errors.New("broken")
	for name, test := range map[string]struct {
		from io.Reader
		want string
		err  error
	}{
		"empty":                   {strings.NewReader(""), "", nil},
		"less than the bound":     {strings.NewReader("123"), "123", nil},
		"the bound":               {strings.NewReader("1234"), "1234", nil},
		"the bound, byte by byte": {iotest.OneByteReader(strings.NewReader("1234")), "1234", nil},
		"one byte more":           {strings.NewReader("12345"), "", limit.ErrTooLarge},
		"endless":                 {endless{}, "", limit.ErrTooLarge},
		"read error":              {io.MultiReader(strings.NewReader("12"), iotest.ErrReader(broken)), "", broken},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := limit.ReadAll(test.from, 4)
			if string(got) != test.want || !errors.Is(err, test.err) {
				t.Errorf("got %q, %v, want %q, %v", got, err, test.want, test.err)
			}
		})
	}
	if _, err := limit.ReadAll(endless{}, 4); err.Error() != "too large: more than 4 bytes" {
		t.Errorf("got %v, want an error that names the bound", err)
	}
}

// endless is a reader that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
