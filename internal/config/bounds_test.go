package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/limit"
)

// maxConfig is the bound of a configuration file in bytes.
const maxConfig = 1 << 20

// configOfSize returns a valid configuration of the given size in bytes.
func configOfSize(size int) string {
	return minimal + "#" + strings.Repeat("x", size-len(minimal)-1)
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestConfigurationFileIsBounded(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "config.yaml")
	for size, want := range map[int]error{maxConfig - 1: nil, maxConfig: nil, maxConfig + 1: limit.ErrTooLarge} {
		write(t, name, configOfSize(size))
		_, c, err := config.Open(name)
		if !errors.Is(err, want) || (err == nil) != (want == nil) || (c != nil) != (want == nil) {
			t.Errorf("%d bytes: got %v, want %v", size, err, want)
		}
	}
}

// Reload reports a file that can't be used once. When the file has its earlier content
// again, Reload returns the configuration again, because a pruner may have stopped.
func TestReloadReportsUnusableFileOnce(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, content string
		want          string // part of the error
	}{
		{"too large", configOfSize(maxConfig + 1), limit.ErrTooLarge.Error()},
		{"not YAML", "kind: [", "config.yaml"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			name := filepath.Join(t.TempDir(), "config.yaml")
			write(t, name, minimal)
			file, _, err := config.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				write(t, name, test.content)
				if c, err := file.Reload(); c != nil || err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got %v, %v, want an error with %q", c, err, test.want)
				}
				if c, err := file.Reload(); c != nil || err != nil {
					t.Errorf("got %v, %v for the same file, want nothing", c, err)
				}
				write(t, name, minimal)
				if c, err := file.Reload(); c == nil || err != nil {
					t.Errorf("got %v, %v for the earlier content, want its configuration", c, err)
				}
				if c, err := file.Reload(); c != nil || err != nil {
					t.Errorf("got %v, %v for an unchanged file, want nothing", c, err)
				}
			}
		})
	}
}

func TestKeysOfMapAreBounded(t *testing.T) {
	t.Parallel()
	for keys, want := range map[int]bool{50: true, 51: false, 1000: false, 1001: false} { // a set has at most 50 parameters
		var parameters strings.Builder
		for i := range keys {
			fmt.Fprintf(&parameters, "    k%d: v\n", i)
		}
		_, err := config.Parse("config.yaml", []byte(minimal+"  parameters:\n"+parameters.String()))
		if (err == nil) != want {
			t.Errorf("%d keys: got %.300v, want valid: %t", keys, err, want)
		}
		if tooMany := err != nil && strings.Contains(err.Error(), "more than 1000 keys"); tooMany != (keys > 1000) {
			t.Errorf("%d keys: got %.300v, want too many keys: %t", keys, err, keys > 1000)
		}
	}
}

// Numbers of the configuration are valid at their bounds, and one beyond is refused.
func TestNumbersAreBounded(t *testing.T) {
	t.Parallel()
	set := func(keys string) string { return minimal + keys }
	top := func(keys string) string { return keys + minimal }
	for text, want := range map[string]bool{
		top("poll: 1s\n"):                                            true,
		top("poll: 999ms\n"):                                         false,
		top("poll: 10s\nmaxAge: 30s\n"):                              true,
		top("poll: 10s\nmaxAge: 29999ms\n"):                          false,
		set("  guard: {removals: 0}\n"):                              true,
		set("  guard: {removals: -1}\n"):                             false,
		set("  guard: {atLeast: 0}\n"):                               true,
		set("  guard: {atLeast: -1}\n"):                              false,
		set("  guard: {percent: 0}\n"):                               true,
		set("  guard: {percent: -1}\n"):                              false,
		set("  guard: {percent: 100}\n"):                             true,
		set("  guard: {percent: 101}\n"):                             false,
		set("  limits: {previews: 0}\n"):                             true,
		set("  limits: {previews: -1}\n"):                            false,
		set("  lifetime: {idle: 0s}\n"):                              true,
		set("  lifetime: {idle: -1ns}\n"):                            false,
		set("  lifetime: {max: -1ns}\n"):                             false,
		strings.Replace(minimal, "shop", strings.Repeat("a", 40), 1): true,
		strings.Replace(minimal, "shop", strings.Repeat("a", 41), 1): false,
	} {
		if _, err := config.Parse("config.yaml", []byte(text)); (err == nil) != want {
			t.Errorf("got %v, want valid: %t, for\n%s", err, want, text)
		}
	}
}

// The defaults leave time for three polls.
func TestDefaultsOfTimes(t *testing.T) {
	t.Parallel()
	for poll, want := range map[string]string{"": "1m 1h", "poll: 20m\n": "20m 1h", "poll: 21m\n": "21m 1h3m"} {
		c, err := config.Parse("config.yaml", []byte(poll+minimal))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(c.Poll, " ", c.MaxAge); got != want {
			t.Errorf("%q: got %s, want %s", poll, got, want)
		}
	}
}
