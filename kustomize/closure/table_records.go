package closure

// recordAnnotations has the annotations in which Kustomize records what it did to an object
// (api/internal/utils/annotations.go in sigs.k8s.io/kustomize/api). It reads them again in
// later steps, and crashes on some values: of the previous names, namespaces and kinds if
// their numbers differ, and of origin and transformations if they are not YAML of the right
// type. previewset reads the origin.
//
// Not here are the annotations that Kustomize only removes or ignores (index, path, id and
// seqindent, kyaml/kio/kioutil/kioutil.go), and two whose effect is judged in the built
// objects: needsHashSuffix adds a hash to a name, and helm-generated keeps a namespace.
var recordAnnotations = []string{
	"config.kubernetes.io/origin",
	"alpha.config.kubernetes.io/transformations",
	"internal.config.kubernetes.io/previousKinds",
	"internal.config.kubernetes.io/previousNames",
	"internal.config.kubernetes.io/previousNamespaces",
	"internal.config.kubernetes.io/prefixes",
	"internal.config.kubernetes.io/suffixes",
	"internal.config.kubernetes.io/refBy",
	"internal.config.kubernetes.io/generatorBehavior",
	"internal.config.kubernetes.io/allowNameChange",
	"internal.config.kubernetes.io/allowKindChange",
}
