package closure_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
)

// checkBound reads a base that is at a bound, or beyond it.
func checkBound(t *testing.T, name string, contents map[string]string, within bool) {
	t.Helper()
	_, err := closure.Read(files(contents), []string{"base"})
	var refused *object.RefusedError
	if errors.As(err, &refused) == within || (err == nil) != within {
		t.Errorf("%s: got %.300v, want it to be read: %t", name, err, within)
	}
}

// A base has at most 2000 files. The kustomization is one of them.
func TestFilesOfBaseAreBounded(t *testing.T) {
	t.Parallel()
	for n, within := range map[int]bool{1999: true, 2000: true, 2001: false} {
		contents := map[string]string{}
		var list strings.Builder
		for i := range n - 1 {
			name := fmt.Sprintf("f%d.yaml", i)
			contents["base/"+name] = ""
			list.WriteString("- " + name + "\n")
		}
		contents["base/kustomization.yaml"] = "resources:\n" + list.String()
		checkBound(t, fmt.Sprintf("%d files", n), contents, within)
	}
}

// A file has at most 1 MiB, and all files together have at most 32 MiB.
func TestBytesOfBaseAreBounded(t *testing.T) {
	t.Parallel()
	const mebibyte = 1 << 20
	for size, within := range map[int]bool{mebibyte - 1: true, mebibyte: true, mebibyte + 1: false} {
		checkBound(t, fmt.Sprintf("a file of %d bytes", size), map[string]string{
			"base/kustomization.yaml": "configMapGenerator: [{name: x, files: [f]}]\n", "base/f": strings.Repeat("x", size),
		}, within)
	}
	for total, within := range map[int]bool{32*mebibyte - 1: true, 32 * mebibyte: true, 32*mebibyte + 1: false} {
		contents := map[string]string{}
		var names []string
		for i := range 33 {
			names = append(names, fmt.Sprintf("f%02d", i))
		}
		contents["base/kustomization.yaml"] = "configMapGenerator: [{name: x, files: [" + strings.Join(names, ", ") + "]}]\n"
		rest := total - len(contents["base/kustomization.yaml"])
		for _, name := range names {
			size := min(rest, mebibyte)
			contents["base/"+name], rest = strings.Repeat("x", size), rest-size
		}
		checkBound(t, fmt.Sprintf("%d bytes in all", total), contents, within)
	}
}

// A kustomization is at most 20 references away.
func TestDepthOfBaseIsBounded(t *testing.T) {
	t.Parallel()
	for depth, within := range map[int]bool{1: true, 19: true, 20: true, 21: false} {
		contents := map[string]string{"base/kustomization.yaml": "resources: [../d1]\n"}
		for i := range depth {
			content := "resources: []\n"
			if i+1 < depth {
				content = fmt.Sprintf("resources: [../d%d]\n", i+2)
			}
			contents[fmt.Sprintf("d%d/kustomization.yaml", i+1)] = content
		}
		checkBound(t, fmt.Sprintf("%d references", depth), contents, within)
	}
}
