package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestQuickstartKeepsItsToken(t *testing.T) {
	file := filepath.Join(withHome(t), ".config", "previewset", "token")
	f, app := newFixture(t), shopRepository(t)
	for range 2 {
		s, out := f.serveRepo("--repo", app.URL())
		f.captured.addSecret(f.token) // the output has only the path
		s.awaitIDs("shop", "br-cart", "br-search")
		if want := `export PREVIEWSET_TOKEN="$(cat ` + file + `)"`; !strings.Contains(out, want) {
			t.Errorf("got %s, want %s", out, want)
		}
		s.stop()
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %v and error %v, want 0600", info.Mode(), err)
	}
	if entries, err := os.ReadDir(filepath.Dir(file)); err != nil || len(entries) != 1 {
		t.Errorf("got files %v and error %v, want the token only", entries, err)
	}
}

func TestQuickstartRefusesSharedToken(t *testing.T) {
	file := filepath.Join(withHome(t), ".config", "previewset", "token")
	f, app := newFixture(t), shopRepository(t)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	f.captured.addSecret("canary-shared-token")
	for name, c := range map[string]struct {
		mode    os.FileMode
		content string
		want    string
	}{
		"others read":  {0o604, "canary-shared-token", "chmod 600"},
		"group writes": {0o620, "canary-shared-token", "chmod 600"},
		"empty":        {0o600, "\n", "has no content: delete it for a new token"},
		"unresolved":   {0o600, "$previewset:token", "delete it for a new token"},
		"lines":        {0o600, "one\ntwo", "several lines or control characters: HTTP can't send them: delete it for a new token"},
	} {
		if err := os.WriteFile(file, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, c.mode); err != nil {
			t.Fatal(err)
		}
		if got := f.failsToServe(statusFailed, "--repo", app.URL()); !strings.Contains(got, file) || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestQuickstartRefusesTokenInSharedDirectory(t *testing.T) {
	dir := filepath.Join(withHome(t), ".config", "previewset")
	f, app := newFixture(t), shopRepository(t)
	if _, err := findToken(); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []os.FileMode{0o770, 0o777} {
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		if got := f.failsToServe(statusFailed, "--repo", app.URL()); !strings.Contains(got, "other users can replace "+dir) || !strings.Contains(got, "chmod 700") {
			t.Errorf("mode %04o: got %q, want the directory and how to protect it", mode, got)
		}
	}
}

func TestQuickstartUsesTokenOfEnvironment(t *testing.T) {
	home := withHome(t)
	f, app := newFixture(t), shopRepository(t)
	t.Setenv(tokenEnv, f.token)
	s, out := f.serveRepo("--repo", app.URL())
	s.awaitIDs("shop", "br-cart", "br-search")
	if !strings.Contains(out, "tokenEnv: PREVIEWSET_TOKEN") || strings.Contains(out, "export ") {
		t.Errorf("got %s, want the variable as the source of the token", out)
	}
	if _, err := os.Stat(filepath.Join(home, ".config")); err == nil {
		t.Error("the token was written to a file")
	}
}

func TestQuickstartServesWithoutDirectoryForToken(t *testing.T) {
	home := withHome(t)
	if err := os.WriteFile(filepath.Join(home, ".config"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f, app := newFixture(t), shopRepository(t)
	for _, home := range []string{home, ""} {
		t.Setenv("HOME", home)
		s, out := f.serveRepo("--repo", app.URL())
		if !strings.Contains(out, "valid until serve stops") {
			t.Errorf("HOME=%s: got %s, want the reason why there is no file", home, out)
		}
		s.awaitIDs("shop", "br-cart", "br-search")
		s.stop()
	}
}

func TestConcurrentQuickstartsAgreeOnToken(t *testing.T) {
	withHome(t)
	var group sync.WaitGroup
	tokens := make([]string, 8)
	for i := range tokens {
		group.Go(func() {
			token, err := findToken()
			if err != nil {
				t.Error(err)
				return
			}
			tokens[i] = readFile(t, token.File)
		})
	}
	group.Wait()
	if distinct := slices.Compact(slices.Sorted(slices.Values(tokens))); len(distinct) != 1 || distinct[0] == "" {
		t.Errorf("got the tokens %q, want one", distinct)
	}
}
