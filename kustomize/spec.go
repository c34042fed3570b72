package kustomize

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

// Spec is what the config's `overlay` says. The values of Images, Labels and
// Annotations are Go templates over a preview's parameters.
type Spec struct {
	// RepoURL is the repository's URL, without credentials: the parameter
	// repo_url.
	RepoURL string
	// Base is a directory of the repository.
	Base string
	// Components are directories of the repository, or "builtin:NAME" for one of
	// the library.
	Components []string
	// Parameters are those that the set gives itself, with values to try
	// templates and components on.
	Parameters map[string]string
	// Database is nil for none.
	Database *Database
	Images   []Image
	// Labels are put on every object and pod template, never on selectors.
	Labels map[string]string
	// Annotations are put on every object and pod template.
	Annotations map[string]string
	// AdminNamespace is where the base may have Jobs that are hooks of Argo
	// CD's, beside what goes into the preview's own namespace; "" is nowhere.
	AdminNamespace string
	// Allow has words of Allowable: what the policy would refuse.
	Allow []string
}

// Image says what to run in place of an image of the base.
type Image struct {
	// Name of the image in the base, without tag.
	Name string
	// NewName, NewTag and Digest replace those parts; "" leaves one as it is.
	// NewTag and Digest exclude each other.
	NewName, NewTag, Digest string
}

// Tree is the GitOps repository at one commit. Its directories list symbolic
// links as such (fs.ModeSymlink); they are refused, never followed.
type Tree interface {
	fs.FS
	// Hash returns the Git hash of the tree or blob at path.
	Hash(path string) (string, error)
}

// Renderer makes the overlays of one set. It is safe for concurrent use.
type Renderer struct {
	repoURL     string
	base        string
	components  []component
	given       map[string]string
	database    *database
	images      []imageTemplate
	labels      []pairTemplate
	annotations []pairTemplate
	admin       string
	allow       []string
}

// scope is that of the overlay of a preview with the namespace own.
func (r *Renderer) scope(own string) scope {
	in := scope{own: own, admin: r.admin, allow: r.allow}
	if r.database != nil {
		in.account = DatabaseAccount
	}
	return in
}

// example is the preview that stands for any of the set's.
func (r *Renderer) example() generator.Preview {
	p := example()
	p.Parameters = r.given
	return p
}

// pairTemplate is a label or an annotation.
type pairTemplate struct {
	key   string
	value *naming.Template
}

type imageTemplate struct {
	name, newName, newTag, digest *naming.Template
}

// New checks spec and parses its templates. It returns all errors at once.
func New(spec Spec) (*Renderer, error) {
	var errs []error
	r := &Renderer{
		repoURL: spec.RepoURL, admin: spec.AdminNamespace, allow: slices.Clone(spec.Allow),
		given: maps.Clone(spec.Parameters),
	}
	r.base, errs = directory("base", spec.Base, errs)
	errs = append(errs, r.addComponents(spec))
	for i, img := range spec.Images {
		t, err := r.parseImage(fmt.Sprintf("images[%d]", i), img)
		errs = append(errs, err)
		r.images = append(r.images, t)
	}
	r.labels, errs = r.parsePairs("labels", spec.Labels, errs)
	r.annotations, errs = r.parsePairs("annotations", spec.Annotations, errs)
	if r.admin != "" && !isNamespaceName(r.admin) {
		errs = append(errs, fmt.Errorf("adminNamespace: %q is not a valid namespace", r.admin))
	}
	for i, word := range r.allow {
		if !slices.Contains(Allowable(), word) {
			errs = append(errs, fmt.Errorf("allow[%d]: there is no %q: want some of %s", i, word, strings.Join(Allowable(), ", ")))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return r, nil
}

// addComponents takes those of the database, which come first, and the others.
func (r *Renderer) addComponents(spec Spec) error {
	var err error
	if r.database, r.components, err = r.newDatabase(spec.Database); err != nil {
		return err
	}
	if r.database.needsAdmin() && spec.AdminNamespace == "" {
		err = errors.New("database: needs adminNamespace: where the administrator's credentials are, and its Jobs run")
	}
	errs := []error{err}
	for i, text := range spec.Components {
		field := fmt.Sprintf("components[%d]", i)
		c, err := newComponent(field, text)
		if err == nil && (c.dir != "" && c.dir == r.base || slices.Contains(r.components, c)) {
			err = fmt.Errorf("%s: %s is there twice", field, c)
		}
		errs = append(errs, err)
		r.components = append(r.components, c)
	}
	return errors.Join(errs...)
}

// directory checks that dir is a directory of the repository below its root,
// and returns it in its shortest form.
func directory(field, dir string, errs []error) (string, []error) {
	clean := path.Clean(dir)
	switch {
	case dir == "":
		return "", append(errs, fmt.Errorf("%s: is missing", field))
	case clean == ".":
		return "", append(errs, fmt.Errorf("%s: must be a directory below the repository's root, because the overlays are below the root, too", field))
	case remote(dir) || !fs.ValidPath(clean) || !printable(dir):
		return "", append(errs, fmt.Errorf("%s: %q is not a directory of the repository", field, dir))
	}
	return clean, errs
}

func (r *Renderer) parseImage(field string, img Image) (imageTemplate, error) {
	var t imageTemplate
	var errs []error
	if img.Name == "" {
		errs = append(errs, fmt.Errorf("%s: name is missing", field))
	}
	if img.NewName == "" && img.NewTag == "" && img.Digest == "" {
		errs = append(errs, fmt.Errorf("%s: needs newName, newTag or digest", field))
	}
	if img.NewTag != "" && img.Digest != "" {
		errs = append(errs, fmt.Errorf("%s: has newTag and digest; only one of them can be used", field))
	}
	for _, part := range []struct {
		key, text string
		into      **naming.Template
	}{
		{"name", img.Name, &t.name}, {"newName", img.NewName, &t.newName},
		{"newTag", img.NewTag, &t.newTag}, {"digest", img.Digest, &t.digest},
	} {
		parsed, err := r.parseTemplate(field+"."+part.key, part.text)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s.%s: %w", field, part.key, err))
		}
		*part.into = parsed
	}
	return t, errors.Join(errs...)
}

func (r *Renderer) parsePairs(field string, pairs map[string]string, errs []error) ([]pairTemplate, []error) {
	var out []pairTemplate
	for _, key := range sortedKeys(pairs) {
		name := fmt.Sprintf("%s[%s]", field, key)
		if err := checkKey(key); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
		value, err := r.parseTemplate(name, pairs[key])
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
		out = append(out, pairTemplate{key, value})
	}
	return out, errs
}

// parseTemplate parses text, and tries whether all its parameters are known.
// What else goes wrong with an example may go well with a preview.
func (r *Renderer) parseTemplate(name, text string) (*naming.Template, error) {
	t, err := naming.ParseTemplate(name, text)
	if err != nil {
		return nil, err
	}
	_, err = t.Execute(r.example().Params())
	if err != nil && strings.Contains(err.Error(), "map has no entry for key") {
		return nil, err
	}
	return t, nil
}
