package part_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/previewset/previewset/test/fake/part"
)

func TestMissing(t *testing.T) {
	for _, test := range []struct {
		name, required, part string
		want                 string
	}{
		{"nothing required", "", part.GPG, "skipped: gpg is missing: install gnupg"},
		{"another required", "postgres,mariadb", part.GPG, "skipped: gpg is missing: install gnupg"},
		{"required", "postgres,gpg", part.GPG, "failed: gpg is missing, and PREVIEWSET_REQUIRE requires it: install gnupg"},
		{"unknown word", "postgres,gnupg", part.GPG, `failed: PREVIEWSET_REQUIRE: unknown part "gnupg"`},
		{"space", "postgres, gpg", part.GPG, `failed: PREVIEWSET_REQUIRE: unknown part " gpg"`},
		{"comma at the end", "gpg,", part.GPG, `failed: PREVIEWSET_REQUIRE: unknown part ""`},
		{"unknown part", "", "gnupg", `failed: "gnupg" is not a part`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv(part.Environment, test.required)
			if got := outcome(t, test.part); !strings.HasPrefix(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// outcome calls Missing for a test that records its end.
func outcome(t *testing.T, name string) string {
	t.Helper()
	r := &recorder{TB: t, outcome: "continued"}
	done := make(chan struct{})
	go func() {
		defer close(done)
		part.Missing(r, name, "install gnupg")
	}()
	<-done
	return r.outcome
}

// recorder is a test that only records how it ends.
type recorder struct {
	testing.TB
	outcome string
}

func (r *recorder) Fatalf(format string, args ...any) { r.end("failed: ", format, args) }

func (r *recorder) Skipf(format string, args ...any) { r.end("skipped: ", format, args) }

func (r *recorder) end(outcome, format string, args []any) {
	r.outcome = outcome + fmt.Sprintf(format, args...)
	runtime.Goexit()
}
