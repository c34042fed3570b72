package secret_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/limit"
	"github.com/previewset/previewset/internal/secret"
)

func TestSecretFileIsBounded(t *testing.T) {
	t.Parallel()
	const bound = 64 << 10
	file := filepath.Join(t.TempDir(), "secret")
	for size, want := range map[int]error{bound - 1: nil, bound: nil, bound + 1: limit.ErrTooLarge} {
		text := strings.Repeat("x", size)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := secret.Ref{File: file}.Read()
		if !errors.Is(err, want) || err == nil && got != text || err != nil && got != "" {
			t.Errorf("%d bytes: got %d bytes, %v, want %v", size, len(got), err, want)
		}
	}
}

// White space at the ends is not part of a secret. White space inside is.
func TestSecretIsTrimmed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	for content, want := range map[string]string{
		"x": "x", "x\n": "x", " x ": "x", "\t x\r\n\n": "x", "a b": "a b", "a\nb\n": "a\nb", "$x": "$x",
		"": "", "\n": "", " \t\r\n": "",
	} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv("SECRET_OF_TEST", content)
		for _, ref := range []secret.Ref{{File: file}, {Env: "SECRET_OF_TEST"}} {
			got, err := ref.Read()
			if got != want || errors.Is(err, secret.ErrEmpty) != (want == "") {
				t.Errorf("%s, %q: got %q, %v, want %q", ref, content, got, err, want)
			}
			if err != nil && !strings.Contains(err.Error(), ref.String()) {
				t.Errorf("got %v, want the place of the secret", err)
			}
		}
	}
}

func TestPlaceOfSecret(t *testing.T) {
	t.Setenv("SECRET_OF_TEST", "of the environment")
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("of the file"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		ref   secret.Ref
		given bool
		want  string
		err   error
	}{
		{secret.Ref{}, false, "", secret.ErrEmpty},
		{secret.Ref{File: file}, true, "of the file", nil},
		{secret.Ref{Env: "SECRET_OF_TEST"}, true, "of the environment", nil},
		{secret.Ref{File: file, Env: "SECRET_OF_TEST"}, true, "of the file", nil},
		{secret.Ref{Env: "ABSENT_OF_TEST"}, true, "", secret.ErrEmpty},
		{secret.Ref{File: file + "-absent"}, true, "", fs.ErrNotExist},
		{secret.Ref{File: file + "-absent", Env: "SECRET_OF_TEST"}, true, "", fs.ErrNotExist},
	} {
		got, err := test.ref.Read()
		if got != test.want || !errors.Is(err, test.err) || (err == nil) != (test.err == nil) || test.ref.Given() != test.given {
			t.Errorf("%+v: got %q, %v, given %t; want %q, %v, %t", test.ref, got, err, test.ref.Given(), test.want, test.err, test.given)
		}
	}
}
