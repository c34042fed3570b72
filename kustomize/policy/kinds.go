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
	// scopes has the scopes of kinds that package kinds does not know, by keyOf.
	scopes map[string]kinds.Scope
	// only has the kinds of the allow list, by keyOf; nil for no list.
	only map[string]bool
}

// defaultKinds is the entry of an allow list that stands for listedByDefault.
const defaultKinds = "default"

// NewKinds returns what a set says about kinds. The keys of scopes and the entries of only are
// kinds in the form Kind.group, and those of the core group in the form Kind. The values of
// scopes are "Namespaced" or "Cluster". The entry "default" of only stands for the kinds in
// table_default.go. If only is nil, the set has no allow list. The error joins all problems. Each
// begins with its place in overlay, such as "kinds.scopes[Thing.example.com]: ".
func NewKinds(scopes map[string]string, only []string) (Kinds, error) {
	k := Kinds{scopes: map[string]kinds.Scope{}}
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(scopes)) {
		if err := k.addScope(key, kinds.Scope(scopes[key])); err != nil {
			errs = append(errs, fmt.Errorf("kinds.scopes[%s]: %w", key, err))
		}
	}
	if only != nil {
		k.only = map[string]bool{}
		if len(only) == 0 {
			errs = append(errs, errors.New("kinds.only: the list is empty, so each object would be refused: write [default], or remove the key"))
		}
	}
	for i, key := range only {
		if err := k.addOnly(key); err != nil {
			errs = append(errs, fmt.Errorf("kinds.only[%d]: %w", i, err))
		}
	}
	return k, errors.Join(errs...)
}

// HasList reports whether the set has an allow list of kinds.
func (k Kinds) HasList() bool { return k.only != nil }

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
	k.scopes[key] = scope
	return nil
}

// unknownInList returns the error for a kind of an allow list whose scope is not known. Kubernetes
// has all kinds of the core group. The kinds of extensions begin with a capital letter, except for
// few that previewset knows.
func unknownInList(gvk resid.Gvk) error {
	key := keyOf(gvk)
	switch {
	case gvk.Group == "":
		return fmt.Errorf("%q is not a kind of the core group: write the kind, a dot and the API group, such as Deployment.apps, or write default", key)
	case gvk.Kind[0] >= 'a':
		return fmt.Errorf("%q does not begin with a capital letter: write the kind as in manifests, such as Deployment.apps", key)
	}
	return fmt.Errorf("previewset does not know %s: write the kind as in manifests, such as Deployment.apps, or, if it is namespaced, add this to the overlay of the set: kinds: {scopes: {%s: Namespaced}}", key, key)
}

func (k Kinds) addOnly(key string) error {
	if key == defaultKinds {
		for _, listed := range listedByDefault {
			k.only[keyOf(listed)] = true
		}
		return nil
	}
	gvk, err := parseKind(key)
	if err != nil {
		return err
	}
	switch k.scopeOf(gvk) {
	case kinds.Cluster:
		return fmt.Errorf("%s is a cluster-wide kind, which no preview can have: remove it", key)
	case kinds.Unknown:
		return unknownInList(gvk)
	case kinds.Namespaced:
	}
	if isSecret(gvk) {
		return errors.New("previewset never commits a Secret: use another kind, such as ExternalSecret.external-secrets.io")
	}
	k.only[key] = true
	return nil
}

// scopeOf returns the scope of a kind, or kinds.Unknown.
func (k Kinds) scopeOf(gvk resid.Gvk) kinds.Scope {
	if scope := kinds.ScopeOf(gvk.Group, gvk.Kind); scope != kinds.Unknown {
		return scope
	}
	return k.scopes[keyOf(gvk)]
}

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

func isSecret(gvk resid.Gvk) bool { return gvk.Group == "" && gvk.Kind == "Secret" }
