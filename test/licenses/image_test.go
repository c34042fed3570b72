package licenses_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestImageContainsLicenses runs `make image` in a copy of the files that it needs. In place
// of Go and the builder, it runs scripts. The builder performs the instruction COPY.
func TestImageContainsLicenses(t *testing.T) {
	dir := t.TempDir()
	image := filepath.Join(dir, "image")
	texts := []string{"LICENSE", "NOTICE", "THIRD_PARTY_LICENSES"}
	for _, name := range append(texts, "Makefile", "Dockerfile") {
		write(t, filepath.Join(dir, name), string(content(t, root+name)), 0o600)
	}
	compiler, builder := filepath.Join(dir, "go"), filepath.Join(dir, "builder")
	write(t, compiler, `#!/bin/sh
while [ "$1" != -o ]; do shift; done
mkdir -p "$(dirname "$2")" && echo binary > "$2"
`, 0o700)
	write(t, builder, `#!/bin/sh
set -eu
while [ "$1" != --file ]; do shift; done
sed -n 's/^COPY //p' "$2" | while read -r line; do
  to='`+image+`'${line##* }
  case $to in */) mkdir -p "$to" ;; *) mkdir -p "$(dirname "$to")" ;; esac
  for from in ${line% *}; do cp -p "$3/$from" "$to"; done
done
`, 0o700)
	if out, err := exec.Command("make", "-C", dir, "image", "GO="+compiler, "BUILDER="+builder).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range texts {
		inside := filepath.Join(image, "licenses", name)
		if !bytes.Equal(content(t, inside), content(t, root+name)) {
			t.Errorf("/licenses/%s of the image differs from %s", name, name)
		}
		// The user of the image does not own the file.
		if info, err := os.Stat(inside); err != nil || info.Mode().Perm() != 0o644 {
			t.Errorf("/licenses/%s: got %v (%v), want mode 0644", name, info, err)
		}
	}
	if got := string(content(t, filepath.Join(image, "previewset"))); got != "binary\n" {
		t.Errorf("/previewset: got %q, want the binary", got)
	}
}

func write(t *testing.T, name, content string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
