package kustomize

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
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
	// Allow has words of policy.Allowable: what the policy would refuse.
	Allow []string
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
func (r *Renderer) scope(own string) policy.Scope {
	scope := policy.Scope{Own: own, Admin: r.admin, Allow: r.allow}
	if r.database != nil {
		scope.Account = DatabaseAccount
	}
	return scope
}

// secretFor returns where containers in namespace find the URL of the preview's
// database: Jobs in the administration namespace have no such Secret beside them.
func (r *Renderer) secretFor(namespace string) *secretKey {
	if namespace != "" && namespace == r.admin {
		return nil
	}
	return r.database.secret()
}

// Paths returns the directories of the repository that overlays are built on.
func (r *Renderer) Paths() []string {
	paths := []string{r.base}
	for _, c := range r.components {
		if c.dir != "" {
			paths = append(paths, c.dir)
		}
	}
	return paths
}

// New checks spec and parses its templates. It returns all errors at once.
func New(spec Spec) (*Renderer, error) {
	var errs []error
	var err error
	r := &Renderer{
		repoURL: spec.RepoURL, admin: spec.AdminNamespace, allow: slices.Clone(spec.Allow),
		given: maps.Clone(spec.Parameters),
	}
	r.base, err = directory("base", spec.Base)
	errs = append(errs, err, r.addComponents(spec))
	for i, img := range spec.Images {
		t, err := parseImage(fmt.Sprintf("images[%d]", i), img, r.given)
		errs = append(errs, err)
		r.images = append(r.images, t)
	}
	r.labels, err = parsePairs("labels", spec.Labels, r.given)
	errs = append(errs, err)
	r.annotations, err = parsePairs("annotations", spec.Annotations, r.given)
	errs = append(errs, err)
	if r.admin != "" && !object.IsNamespaceName(r.admin) {
		errs = append(errs, fmt.Errorf("adminNamespace: %q is not a valid namespace", r.admin))
	}
	for i, word := range r.allow {
		if !slices.Contains(policy.Allowable(), word) {
			errs = append(errs, fmt.Errorf("allow[%d]: there is no %q: want some of %s", i, word, strings.Join(policy.Allowable(), ", ")))
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
	if r.database, r.components, err = newDatabase(spec.Database, r.given); err != nil {
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
