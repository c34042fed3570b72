package kustomize

import "regexp"

// Overlay is the Kustomize overlay of one preview.
type Overlay struct {
	// Dir is the entry's directory in the repository.
	Dir string
	// Files by their name in Dir. The record is not among them.
	Files map[string][]byte
}

// The files of an overlay.
const (
	kustomizationFile = "kustomization.yaml"
	namespaceFile     = "namespace.yaml"
	parametersFile    = "parameters.yaml"
)

// kustomization is what an overlay's kustomization.yaml holds, in the order in
// which people read it.
type kustomization struct {
	APIVersion        string            `yaml:"apiVersion"`
	Kind              string            `yaml:"kind"`
	BuildMetadata     []string          `yaml:"buildMetadata,omitempty"`
	Namespace         string            `yaml:"namespace,omitempty"`
	Resources         []string          `yaml:"resources"`
	Components        []string          `yaml:"components,omitempty"`
	Images            []image           `yaml:"images,omitempty"`
	Labels            []labels          `yaml:"labels,omitempty"`
	CommonAnnotations map[string]quoted `yaml:"commonAnnotations,omitempty"`
	Patches           []patch           `yaml:"patches,omitempty"`
	Transformers      []block           `yaml:"transformers,omitempty"`
}

type image struct {
	Name    quoted `yaml:"name"`
	NewName quoted `yaml:"newName,omitempty"`
	NewTag  quoted `yaml:"newTag,omitempty"`
	Digest  quoted `yaml:"digest,omitempty"`
}

type labels struct {
	IncludeTemplates bool              `yaml:"includeTemplates,omitempty"`
	Pairs            map[string]quoted `yaml:"pairs"`
}

type patch struct {
	Target *target `yaml:"target,omitempty"`
	Patch  block   `yaml:"patch"`
}

// transformer is a PatchTransformer. Kustomize tells them apart by their names.
type transformer struct {
	APIVersion string   `yaml:"apiVersion"`
	Kind       string   `yaml:"kind"`
	Metadata   metadata `yaml:"metadata"`
	Target     *target  `yaml:"target"`
	Patch      block    `yaml:"patch"`
}

// target selects the object of a patch.
type target struct {
	Group   string `yaml:"group,omitempty"`
	Version string `yaml:"version"`
	Kind    string `yaml:"kind"`
	Name    string `yaml:"name"`
}

// operation is one of RFC 6902.
type operation struct {
	Op    string `yaml:"op"`
	Path  string `yaml:"path"`
	Value any    `yaml:"value"`
}

// targetOf selects the object i. Kustomize takes every part for a regular
// expression. The group is one of three, and more readable as it is.
func targetOf(i id) *target {
	return &target{i.group, regexp.QuoteMeta(i.version), i.kind, regexp.QuoteMeta(i.name)}
}

func newKustomization() kustomization {
	return kustomization{APIVersion: "kustomize.config.k8s.io/v1beta1", Kind: "Kustomization"}
}
