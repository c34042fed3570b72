package kustomize

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

// Parts of an image reference (OCI distribution specification 1.1, "Pulling
// manifests", and opencontainers/image-spec descriptor.md). Kustomize puts the
// name into a regular expression as it is.
var (
	imageName   = regexp.MustCompile(`^[A-Za-z0-9]+([._:/-]+[A-Za-z0-9]+)*$`)
	imageTag    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
	imageDigest = regexp.MustCompile(`^[a-z0-9]+([+._-][a-z0-9]+)*:[A-Za-z0-9=_-]{32,256}$`)
)

// identity is what every object of a preview is marked with, by the key's name
// after Prefix.
func identity(p generator.Preview) map[string]string {
	number := ""
	if p.Kind == generator.PullRequest {
		number = strconv.FormatInt(p.Number, 10)
	}
	return map[string]string{
		"id":         p.ID,
		"set":        p.Set,
		"kind":       string(p.Kind),
		"number":     number,
		"branch":     p.Branch,
		"owner":      p.Author,
		"repository": p.Repository.FullName(),
	}
}

// labelsOf returns those of objects and pod templates, and those of objects
// alone. The author of a branch is whoever pushed last: on pod templates, that
// would restart pods, and break Jobs, which can't be changed.
func (r *Renderer) labelsOf(p generator.Preview, params map[string]any) (templates, objects map[string]quoted, err error) {
	templates, objects = map[string]quoted{}, map[string]quoted{}
	for name, value := range identity(p) {
		into := templates
		if name == "owner" && p.Kind == generator.Branch {
			into = objects
		}
		if v := sanitised(value); v != "" {
			into[Prefix+name] = quoted(v)
		}
	}
	for _, l := range r.labels {
		value, err := l.value.Execute(params)
		if err == nil {
			err = checkLabelValue(value)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("label %s: %w", l.key, err)
		}
		templates[l.key] = quoted(value)
	}
	return templates, objects, nil
}

// annotationsOf returns those of all objects and pod templates. With vars,
// dollar signs are left out: Kustomize would expand what follows one.
func (r *Renderer) annotationsOf(p generator.Preview, params map[string]any, vars bool) (map[string]quoted, error) {
	out := map[string]quoted{}
	for name, value := range identity(p) {
		// See labelsOf. The kind is in the id.
		if name == "kind" || name == "owner" && p.Kind == generator.Branch {
			continue
		}
		if v := withoutControl(value, ""); v != "" {
			out[Prefix+name] = harmlessTo(vars, v)
		}
	}
	for _, a := range r.annotations {
		value, err := a.value.Execute(params)
		if err != nil {
			return nil, fmt.Errorf("annotation %s: %w", a.key, err)
		}
		out[a.key] = harmlessTo(vars, withoutControl(value, "\n\t"))
	}
	return out, nil
}

func harmlessTo(vars bool, value string) quoted {
	if vars {
		value = strings.ReplaceAll(value, "$", "")
	}
	return quoted(value)
}

func (r *Renderer) imagesOf(params map[string]any) ([]image, error) {
	var out []image
	for i, t := range r.images {
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
		into     *quoted
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
			return image{}, fmt.Errorf("%s: %q is not valid", part.key, shortened(value, 100))
		}
		*part.into = quoted(value)
	}
	if img.Name == "" || img.NewName == "" && img.NewTag == "" && img.Digest == "" {
		return image{}, fmt.Errorf("the templates left nothing to replace %q with", img.Name)
	}
	return img, nil
}
