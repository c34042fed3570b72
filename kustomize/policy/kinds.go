package policy

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/resid"

	"github.com/previewset/previewset/kustomize/kinds"
)

// Kinds is what a set says about kinds (overlay.kinds). The zero value says nothing.
type Kinds struct {
	// scopes has the scopes of kinds that package kinds does not know.
	scopes map[resid.Gvk]kinds.Scope
}

// NewKinds returns what a set says about kinds. The keys of scopes are kinds in the form
// Kind.group, and those of the core group in the form Kind. The values are "Namespaced" or
// "Cluster". The error joins all problems. Each begins with its place in
// overlay, such as "kinds.scopes[Thing.example.com]: ".
func NewKinds(scopes map[string]string) (Kinds, error) {
	k := Kinds{scopes: map[resid.Gvk]kinds.Scope{}}
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(scopes)) {
		if err := k.addScope(key, kinds.Scope(scopes[key])); err != nil {
			errs = append(errs, fmt.Errorf("kinds.scopes[%s]: %w", key, err))
		}
	}
	return k, errors.Join(errs...)
}

func (k Kinds) addScope(key string, scope kinds.Scope) error {
	gvk, err := parseKind(key)
	if err != nil {
		return err
	}
	if scope != kinds.Namespaced && scope != kinds.Cluster {
		return fmt.Errorf("%q is not a scope: use %s or %s", scope, kinds.Namespaced, kinds.Cluster)
	}
	if known := kinds.ScopeOf(gvk.Group, gvk.Kind); known != kinds.Unknown && known != scope {
		return fmt.Errorf("%s is not the scope of this kind: write %s, or remove the key, because previewset knows the kind", scope, known)
	}
	k.scopes[gvk] = scope
	return nil
}

// scopeOf returns the scope of a kind, or kinds.Unknown.
func (k Kinds) scopeOf(gvk resid.Gvk) kinds.Scope {
	if scope := kinds.ScopeOf(gvk.Group, gvk.Kind); scope != kinds.Unknown {
		return scope
	}
	return k.scopes[groupKind(gvk)]
}

// groupKind returns gvk without its version.
func groupKind(gvk resid.Gvk) resid.Gvk { return resid.Gvk{Group: gvk.Group, Kind: gvk.Kind} }

// The syntax of kinds in a configuration.
var (
	kindKey   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
	isVersion = regexp.MustCompile(`^v[0-9]+((alpha|beta)[0-9]+)?$`)
)

// parseKind parses a kind in the form Kind.group.
func parseKind(key string) (resid.Gvk, error) {
	kind, group, _ := strings.Cut(key, ".")
	first, _, _ := strings.Cut(group, ".")
	switch {
	case !kindKey.MatchString(key):
		return resid.Gvk{}, fmt.Errorf("%q is not a kind: write the kind, a dot and the API group, such as Deployment.apps, or only the kind if it is in the core group", key)
	case isVersion.MatchString(first):
		return resid.Gvk{}, fmt.Errorf("%q has a version: write only the kind and the API group, such as Deployment.apps", key)
	}
	return resid.Gvk{Group: group, Kind: kind}, nil
}

// keyOf returns a kind in the form Kind.group.
func keyOf(gvk resid.Gvk) string { return strings.TrimSuffix(gvk.Kind+"."+gvk.Group, ".") }
