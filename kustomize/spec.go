package kustomize

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

// Spec is the `overlay` section of the configuration. The values of Images, Labels and
// Annotations are Go templates over a preview's parameters.
type Spec struct {
	// RepoURL is the repository's URL without credentials. It is the parameter
	// repo_url.
	RepoURL string
	// Base is a directory of the repository.
	Base string
	// Components are directories of the repository, or "builtin:NAME" for a
	// component of the library.
	Components []string
	// Parameters has the parameters that the set defines, with values for testing
	// templates and components.
	Parameters map[string]string
	// Database is nil for no database.
	Database *Database
	Images   []Image
	// Labels are added to every object and pod template, never to selectors.
	Labels map[string]string
	// Annotations are added to every object and pod template.
	Annotations map[string]string
	// AdminNamespace is the administration namespace, in which the base can have
	// Jobs that are hooks of Argo CD; "" for none.
	AdminNamespace string
	// Allow has words of policy.Allowable. Each word waives a rule of the policy.
	Allow []string
	// Kinds is what the set says about kinds.
	Kinds Kinds
	// Fields are fields of the base that the overlays set or keep, in addition to those that
	// previewset knows.
	Fields []Field
	// Strict refuses overlays with warnings.
	Strict bool
}

// Kinds is what a set says about kinds. It names them in the form Kind.group, and those of the
// core group in the form Kind.
type Kinds struct {
	// Scopes has "Namespaced" or "Cluster" for kinds that previewset does not know.
	Scopes map[string]string
	// Only is an allow list for the base, in which "default" stands for the default list; nil for
	// none.
	Only []string
}

// Tree is the GitOps repository at one commit. Its directories list symbolic links with
// fs.ModeSymlink. Symbolic links are refused and never followed.
type Tree interface {
	fs.FS
	// Hash returns the Git hash of the tree or blob at path.
	Hash(path string) (string, error)
}

// Renderer renders the overlays of one set. It is safe for concurrent use.
type Renderer struct {
	repoURL       string
	base          string
	components    []component
	setParameters map[string]string
	database      *database
	images        []imageTemplate
	labels        []pairTemplate
	annotations   []pairTemplate
	admin         string
	allow         []string
	kinds         policy.Kinds
	table         *fields.Table
	fields        []Field
	strict        bool
}

// scope returns the policy scope of a preview's overlay. own is the preview's namespace.
func (r *Renderer) scope(own string) policy.Scope {
	scope := policy.Scope{Own: own, Admin: r.admin, Allow: r.allow, Kinds: r.kinds, Table: r.table}
	if r.database != nil {
		scope.Account = DatabaseAccount
	}
	return scope
}

// environment returns the environment of containers in namespace. The administration
// namespace does not have the Secret of the preview's database.
func (r *Renderer) environment(namespace, schema, repositoryID string) environment {
	if namespace != "" && namespace == r.admin {
		return environment{schema: schema, repositoryID: repositoryID}
	}
	return environment{schema: schema, database: r.database.secret()}
}

// hasDatabase reports whether the containers in namespace have the preview's database.
func (r *Renderer) hasDatabase(namespace string) bool {
	return r.environment(namespace, "", "").database != nil
}

// Paths returns the directories of the base and the components in the repository.
func (r *Renderer) Paths() []string {
	paths := []string{r.base}
	for _, c := range r.components {
		if c.dir != "" {
			paths = append(paths, c.dir)
		}
	}
	return paths
}

// New checks spec and parses its templates. The error joins all problems.
func New(spec Spec) (*Renderer, error) {
	var errs []error
	var err error
	r := &Renderer{
		repoURL: spec.RepoURL, admin: spec.AdminNamespace, allow: slices.Clone(spec.Allow), fields: slices.Clone(spec.Fields), strict: spec.Strict,
		setParameters: maps.Clone(spec.Parameters),
	}
	r.base, err = directory("base", spec.Base)
	errs = append(errs, err, r.addComponents(spec))
	r.table, err = tableWith(spec.Fields)
	errs = append(errs, err)
	for i, img := range spec.Images {
		t, err := parseImage(fmt.Sprintf("images[%d]", i), img, r.setParameters)
		errs = append(errs, err)
		r.images = append(r.images, t)
	}
	r.labels, err = parsePairs("labels", spec.Labels, r.setParameters)
	errs = append(errs, err)
	r.annotations, err = parsePairs("annotations", spec.Annotations, r.setParameters)
	errs = append(errs, err)
	if r.admin != "" && !object.IsNamespaceName(r.admin) {
		errs = append(errs, fmt.Errorf("adminNamespace: %q is not a valid namespace", r.admin))
	}
	r.kinds, err = policy.NewKinds(spec.Kinds.Scopes, spec.Kinds.Only)
	errs = append(errs, err)
	for i, word := range r.allow {
		if !slices.Contains(policy.Allowable(), word) {
			errs = append(errs, fmt.Errorf("allow[%d]: %q can't be allowed: use one of %s", i, word, strings.Join(policy.Allowable(), ", ")))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return r, nil
}

// addComponents adds the components of the database first, and then spec.Components.
func (r *Renderer) addComponents(spec Spec) error {
	var err error
	if r.database, r.components, err = newDatabase(spec.Database, r.setParameters); err != nil {
		return err
	}
	if r.database.needsAdmin() && spec.AdminNamespace == "" {
		err = errors.New("database: needs adminNamespace, the namespace with the administrator's credentials and the Jobs")
	}
	errs := []error{err}
	for i, text := range spec.Components {
		field := fmt.Sprintf("components[%d]", i)
		c, err := newComponent(field, text)
		if err == nil && (c.dir != "" && c.dir == r.base || slices.Contains(r.components, c)) {
			err = fmt.Errorf("%s: %s is listed twice", field, c)
		}
		errs = append(errs, err)
		r.components = append(r.components, c)
	}
	return errors.Join(errs...)
}
