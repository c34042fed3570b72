package kustomize

import (
	"regexp"

	"sigs.k8s.io/kustomize/kyaml/resid"

	"github.com/previewset/previewset/kustomize/object"
)

// Overlay is the Kustomize overlay of one preview.
type Overlay struct {
	// Dir is the entry's directory in the repository.
	Dir string
	// Files has the files, by their name in Dir. The record is not included.
	Files map[string][]byte
}

// The files of an overlay.
const (
	kustomizationFile = "kustomization.yaml"
	namespaceFile     = "namespace.yaml"
	parametersFile    = "parameters.yaml"
)

// kustomization is the content of an overlay's kustomization.yaml, in the order for
// readers.
type kustomization struct {
	APIVersion        string                   `yaml:"apiVersion"`
	Kind              string                   `yaml:"kind"`
	BuildMetadata     []string                 `yaml:"buildMetadata,omitempty"`
	Namespace         string                   `yaml:"namespace,omitempty"`
	Resources         []string                 `yaml:"resources"`
	Components        []string                 `yaml:"components,omitempty"`
	Images            []image                  `yaml:"images,omitempty"`
	Labels            []labels                 `yaml:"labels,omitempty"`
	CommonAnnotations map[string]object.Quoted `yaml:"commonAnnotations,omitempty"`
	Patches           []patch                  `yaml:"patches,omitempty"`
	Transformers      []object.Block           `yaml:"transformers,omitempty"`
}

type image struct {
	Name    object.Quoted `yaml:"name"`
	NewName object.Quoted `yaml:"newName,omitempty"`
	NewTag  object.Quoted `yaml:"newTag,omitempty"`
	Digest  object.Quoted `yaml:"digest,omitempty"`
}

type labels struct {
	IncludeTemplates bool                     `yaml:"includeTemplates,omitempty"`
	Pairs            map[string]object.Quoted `yaml:"pairs"`
}

type patch struct {
	Target *target      `yaml:"target,omitempty"`
	Patch  object.Block `yaml:"patch"`
}

// transformer is a PatchTransformer. Transformers of one kustomization need different
// names.
type transformer struct {
	APIVersion string          `yaml:"apiVersion"`
	Kind       string          `yaml:"kind"`
	Metadata   object.Metadata `yaml:"metadata"`
	Target     *target         `yaml:"target"`
	Patch      object.Block    `yaml:"patch"`
}

// target selects the objects of a patch. Kustomize reads the values as regular expressions.
type target struct {
	Group     string `yaml:"group,omitempty"`
	Version   string `yaml:"version,omitempty"`
	Kind      string `yaml:"kind,omitempty"`
	Name      string `yaml:"name,omitempty"`
	Namespace string `yaml:"namespace,omitempty"`
	// AnnotationSelector selects objects by an annotation.
	AnnotationSelector string `yaml:"annotationSelector,omitempty"`
}

// operation is an operation of a JSON patch (RFC 6902).
type operation struct {
	Op    string `yaml:"op"`
	Path  string `yaml:"path"`
	Value any    `yaml:"value,omitempty"`
}

// targetOf selects the object with this id. Kustomize uses every part as a regular
// expression. The group is more readable without escapes.
func targetOf(id resid.ResId) *target {
	return &target{Group: id.Group, Version: regexp.QuoteMeta(id.Version), Kind: id.Kind, Name: regexp.QuoteMeta(id.Name)}
}

func newKustomization() kustomization {
	return kustomization{APIVersion: "kustomize.config.k8s.io/v1beta1", Kind: "Kustomization"}
}
