package kustomize

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/kustomize/object"
)

// Image replaces an image of the base.
type Image struct {
	// Name of the image in the base, without tag.
	Name string
	// NewName, NewTag and Digest replace the parts of the image; "" keeps a part.
	// NewTag and Digest can't both be set.
	NewName, NewTag, Digest string
}

// The syntax of the parts of an image reference (OCI distribution specification 1.1,
// "Pulling manifests", and opencontainers/image-spec descriptor.md). Kustomize puts the
// name into a regular expression without escapes.
var (
	imageName   = regexp.MustCompile(`^[A-Za-z0-9]+([._:/-]+[A-Za-z0-9]+)*$`)
	imageTag    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
	imageDigest = regexp.MustCompile(`^[a-z0-9]+([+._-][a-z0-9]+)*:[A-Za-z0-9=_-]{32,256}$`)
)

// imageTemplate is a parsed Image.
type imageTemplate struct {
	name, newName, newTag, digest *naming.Template
}

func parseImage(field string, img Image, setParameters map[string]string) (imageTemplate, error) {
	var t imageTemplate
	var errs []error
	if img.Name == "" {
		errs = append(errs, fmt.Errorf("%s: name is missing", field))
	}
	if img.NewName == "" && img.NewTag == "" && img.Digest == "" {
		errs = append(errs, fmt.Errorf("%s: needs newName, newTag or digest", field))
	}
	if img.NewTag != "" && img.Digest != "" {
		errs = append(errs, fmt.Errorf("%s: has newTag and digest: keep one of them", field))
	}
	for _, part := range []struct {
		key, text string
		into      **naming.Template
	}{
		{"name", img.Name, &t.name},
		{"newName", img.NewName, &t.newName},
		{"newTag", img.NewTag, &t.newTag},
		{"digest", img.Digest, &t.digest},
	} {
		parsed, err := parseTemplate(field+"."+part.key, part.text, setParameters)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s.%s: %w", field, part.key, err))
		}
		*part.into = parsed
	}
	return t, errors.Join(errs...)
}

// imagesOf executes templates with the parameters of a preview.
func imagesOf(templates []imageTemplate, params map[string]any) ([]image, error) {
	var out []image
	for i, t := range templates {
		img, err := t.execute(params)
		if err != nil {
			return nil, fmt.Errorf("images[%d]: %w", i, err)
		}
		out = append(out, img)
	}
	return out, nil
}

func (t imageTemplate) execute(params map[string]any) (image, error) {
	var img image
	for _, part := range []struct {
		key      string
		template *naming.Template
		valid    *regexp.Regexp
		into     *object.Quoted
	}{
		{"name", t.name, imageName, &img.Name},
		{"newName", t.newName, imageName, &img.NewName},
		{"newTag", t.newTag, imageTag, &img.NewTag},
		{"digest", t.digest, imageDigest, &img.Digest},
	} {
		value, err := part.template.Execute(params)
		if err != nil {
			return image{}, fmt.Errorf("%s: %w", part.key, err)
		}
		if value != "" && !part.valid.MatchString(value) {
			return image{}, fmt.Errorf("%s: %q is not valid", part.key, object.Shortened(value, 100))
		}
		*part.into = object.Quoted(value)
	}
	if img.Name == "" || img.NewName == "" && img.NewTag == "" && img.Digest == "" {
		return image{}, fmt.Errorf("all templates that replace %q have an empty result", img.Name)
	}
	return img, nil
}
