package kustomize

import (
	"regexp"
	"slices"
	"strings"
)

// The functions in this file do what Kustomize does with an entry of `images:`
// (api/filters/imagetag/updater.go, api/internal/image/image.go).

// imageMatcher matches the images with the name of an entry.
type imageMatcher struct{ pattern *regexp.Regexp }

// newImageMatcher returns the matcher for name. Kustomize uses it as a regular expression.
// Every imageName is one.
func newImageMatcher(name string) imageMatcher {
	return imageMatcher{regexp.MustCompile("^" + name + `(:[a-zA-Z0-9_.{}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{}-]*)?$`)}
}

// matches reports whether an entry replaces the image reference.
func (m imageMatcher) matches(reference string) bool { return m.pattern.MatchString(reference) }

// replaced returns reference with the parts of img. A new tag or digest replaces both.
func (img image) replaced(reference string) string {
	name, rest := splitImage(reference)
	if img.NewName != "" {
		name = string(img.NewName)
	}
	switch {
	case img.NewTag != "":
		rest = ":" + string(img.NewTag)
	case img.Digest != "":
		rest = "@" + string(img.Digest)
	}
	return name + rest
}

// splitImage splits a reference into the name and the rest, such as :tag@digest. A colon
// before the first slash belongs to the port of the registry.
func splitImage(reference string) (name, rest string) {
	at := max(strings.Index(reference, "/"), 0)
	end := strings.IndexAny(reference[at:], ":@")
	if end < 0 {
		return reference, ""
	}
	name, rest = reference[:at+end], reference[at+end:]
	tag, digest, _ := strings.Cut(strings.TrimPrefix(rest, ":"), "@")
	if strings.HasPrefix(rest, "@") {
		tag, digest = "", strings.TrimPrefix(rest, "@")
	}
	// Kustomize leaves out an empty tag.
	rest = ""
	if tag != "" {
		rest = ":" + tag
	}
	if digest != "" {
		rest += "@" + digest
	}
	return name, rest
}

// renames has the new names that kustomizations give to images, by the old name.
type renames map[string][]string

// namesOf returns name, and all names that the kustomizations of the base give to the image.
func (r renames) namesOf(name string) []string {
	names := []string{name}
	for i := 0; i < len(names); i++ {
		for _, to := range r[names[i]] {
			if !slices.Contains(names, to) {
				names = append(names, to)
			}
		}
	}
	return names
}
