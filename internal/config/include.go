package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/previewset/previewset/internal/limit"
)

// Bounds of all included files of a configuration.
const (
	maxIncluded      = 1000
	maxIncludedBytes = 8 << 20
	maxPatterns      = 100
)

// contents are the files of a configuration.
type contents struct {
	main []byte
	// patterns are those of the main file.
	patterns []string
	included []included // sorted by name
	// failed has a message for each pattern without a file, by its index.
	failed map[int]string
}

// included is a file with more sets.
type included struct {
	name    string // of the file, relative to the directory of the main file
	data    []byte
	problem string // "" if data is complete
}

// includePatterns returns the patterns of a main file, as far as they can be read.
func includePatterns(main []byte) (patterns []string) {
	top := newDocument("").parse("", main)
	if top == nil {
		return nil
	}
	if include := top.get("include"); include != nil {
		for _, item := range include.items {
			patterns = append(patterns, item.text)
		}
	}
	return patterns[:min(len(patterns), maxPatterns)]
}

// readIncluded reads the files that match the patterns of f.
func (f *contents) readIncluded(name string) {
	f.failed = map[int]string{}
	root, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		f.failed[0] = reason(err)
		return
	}
	defer func() { _ = root.Close() }()
	self, _ := os.Stat(name) // SameFile accepts nil
	names := map[string]bool{}
	for i, pattern := range f.patterns {
		matches, problem := matchesOf(root.FS(), pattern, self)
		if problem != "" {
			f.failed[i] = problem
		}
		for _, match := range matches {
			names[match] = true
		}
	}
	if len(names) > maxIncluded {
		f.failed[0] = fmt.Sprintf("the patterns match %d files: use at most %d", len(names), maxIncluded)
		return
	}
	left := int64(maxIncludedBytes)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		file := readFile(root, name, min(left, maxConfig))
		left -= int64(len(file.data))
		f.included = append(f.included, file)
	}
}

// matchesOf returns the files that match a pattern, except for the file self, or a problem.
// Wildcards do not match hidden files, such as those of a mounted ConfigMap.
func matchesOf(dir fs.FS, pattern string, self fs.FileInfo) (matches []string, problem string) {
	clean := path.Clean(pattern)
	switch {
	case !fs.ValidPath(clean) || clean == ".":
		return nil, "use a relative path without \"..\", such as sets/*.yaml"
	case strings.Contains(clean, "**"):
		return nil, "** is not supported: list a pattern for each directory"
	}
	all, err := fs.Glob(dir, clean)
	if err != nil {
		return nil, "the pattern is not valid: close each [, and use * and ? for other names"
	}
	matchesSelf := false
	for _, match := range all {
		info, err := fs.Stat(dir, match)
		switch {
		case err == nil && os.SameFile(info, self):
			matchesSelf = true
		case !matchesHidden(clean, match):
			matches = append(matches, match)
		}
	}
	switch {
	case len(matches) == 0 && matchesSelf:
		return nil, "it matches only this file: use a pattern for other files with sets, or remove it"
	case len(matches) == 0:
		return nil, "no file matches: correct the pattern, which is relative to the directory of this file, or remove it"
	}
	return matches, ""
}

// matchesHidden reports whether a wildcard of the pattern matches a hidden name.
func matchesHidden(pattern, match string) bool {
	patterns := strings.Split(pattern, "/")
	for i, name := range strings.Split(match, "/") {
		if strings.HasPrefix(name, ".") && !strings.HasPrefix(patterns[i], ".") {
			return true
		}
	}
	return false
}

// readFile reads a file below root of at most size bytes.
func readFile(root *os.Root, name string, size int64) included {
	file := included{name: name}
	info, err := root.Stat(name)
	switch {
	case err != nil:
		file.problem = "the file can't be read: " + reason(err)
		return file
	case !info.Mode().IsRegular():
		file.problem = "this is not a regular file: change include so that it matches only files"
		return file
	}
	f, err := root.Open(name)
	if err != nil {
		file.problem = "the file can't be read: " + reason(err)
		return file
	}
	defer func() { _ = f.Close() }()
	file.data, err = limit.ReadAll(f, size)
	switch {
	case errors.Is(err, limit.ErrTooLarge):
		file.problem = fmt.Sprintf("the file is too large: use at most %d bytes in a file, and %d bytes in all included files", maxConfig, maxIncludedBytes)
	case err != nil:
		file.problem = "the file can't be read: " + reason(err)
	}
	return file
}

// reason returns the cause of an error of the file system, and a remedy.
func reason(err error) string {
	if pathErr := new(fs.PathError); errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it does not exist: restore it, or correct the link that leads to it"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied: make it readable for previewset"
	}
	if strings.Contains(err.Error(), "escapes") { // os.Root has no other sign of this error
		return "a symbolic link leads out of the directory of the main file: move the file into this directory"
	}
	return err.Error()
}
