package process_test

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"

	"github.com/previewset/previewset/test/fake/process"
)

// The second folder is a copy of the first one, with its modes, and changes of one are not in
// the other.
func TestInitializedRunsTheProgramOnce(t *testing.T) {
	t.Parallel()
	key, runs := rand.Text(), 0
	t.Cleanup(func() { process.Forget(key) })
	folder := func() string {
		data := filepath.Join(t.TempDir(), "data")
		process.Initialized(t, data, key, nil, func() {
			runs++
			if err := os.Mkdir(data, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(data, "file"), []byte("initial"), 0o600); err != nil {
				t.Fatal(err)
			}
		})
		return data
	}
	first := folder()
	if err := os.WriteFile(filepath.Join(first, "file"), []byte("changed"), 0o600); err != nil {
		t.Fatal(err)
	}
	second := folder()
	content, err := os.ReadFile(filepath.Join(second, "file"))
	if err != nil || string(content) != "initial" || runs != 1 {
		t.Errorf("got %q, %v after %d runs, want the initial content after one", content, err, runs)
	}
	if info, err := os.Stat(second); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("got %v, %v, want the mode 0700", info, err)
	}
}
