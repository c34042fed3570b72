package closure

import (
	"regexp"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"
	kubernetes "sigs.k8s.io/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// An Object is a built object as a cluster reads it. Only View makes Objects, and Filled
// of an Object that View made. So whoever takes Objects judges what Kustomize prints.
type Object struct {
	r       *resource.Resource
	problem object.Problem
}

// View returns the objects that a cluster gets if it is given the output of `kustomize
// build`, in the order of built.
//
// Kustomize's nodes and its output can differ. For example, Kustomize resolves tags and merge
// keys only when it prints. So View prints each object as Kustomize does, and parses the text
// as Argo CD does (SplitYAMLToString in gitops-engine/pkg/utils/kube). The result has no
// aliases, comments or styles, and only the tags of YAML's core schema.
func View(built []*resource.Resource) []Object {
	objects := make([]Object, len(built))
	for i, r := range built {
		objects[i] = viewed(r)
	}
	return objects
}

// Resource returns o as a Resource, which the caller must not change. If o has a Problem,
// this is the object that Kustomize built.
func (o Object) Resource() *resource.Resource { return o.r }

// Problem returns why o can't be read reliably, with an empty Reason if it can.
func (o Object) Problem() object.Problem { return o.problem }

// Filled returns o with the tree root. The caller guarantees that root is the tree of o with
// other texts in place of some of its texts. View returns the same for a build with these
// texts, because Kustomize prints a text so that it is read as the same text.
func (o Object) Filled(root *yaml.Node) Object {
	return Object{r: &resource.Resource{RNode: *yaml.NewRNode(root)}, problem: o.problem}
}

// Equal reports whether o and other are the same, and can be read.
func (o Object) Equal(other Object) bool {
	return o.problem.Reason == "" && other.problem.Reason == "" && sameTree(o.r.YNode(), other.r.YNode())
}

// Resources returns the Resources of objects.
func Resources(objects []Object) []*resource.Resource {
	resources := make([]*resource.Resource, len(objects))
	for i, o := range objects {
		resources[i] = o.r
	}
	return resources
}

func viewed(r *resource.Resource) Object {
	refused := func(reason, fix string) Object { return Object{r, object.Problem{Reason: reason, Fix: fix}} }
	// Package kustomize reads the built nodes to find the fields that overlays set.
	if n := findCustomTag(r.YNode()); n != nil {
		return refused("it has the YAML tag "+object.OneLine(n.ShortTag())+", which can change the value of a text", "write the value without a tag")
	}
	text, err := r.AsYAML()
	if err != nil {
		return Object{r, unprintable(err)}
	}
	root, err := parsed(text)
	if err != nil {
		return refused("its YAML can't be read again ("+object.OneLine(err.Error())+")", "write its keys and texts without unusual characters")
	}
	read := &resource.Resource{RNode: *yaml.NewRNode(root)}
	if reason := changedIdentity(r, read); reason != "" {
		return refused(reason, "write it in quotes")
	}
	return Object{r: read}
}

// unprintable returns the problem of an object for which AsYAML fails with err.
func unprintable(err error) object.Problem {
	text, _ := worded(err.Error())
	p := object.Problem{Reason: "it can't be printed, because " + text, Fix: "correct or remove the value"}
	if i := strings.LastIndex(p.Reason, ": "); i >= 0 {
		p.Reason, p.Fix = p.Reason[:i], p.Reason[i+len(": "):] // most messages end with a remedy
	}
	return p
}

// boundary matches the beginning of a line that ends a YAML document. It knows the line
// breaks of YAML 1.1.
var boundary = regexp.MustCompile(`(?:^|[\n\r\x{85}\x{2028}\x{2029}])(?:---|\.\.\.)`)

// changedIdentity returns the reason if a field that identifies an object differs between
// built and read, or is not a text in read, or "".
func changedIdentity(built, read *resource.Resource) string {
	for _, field := range []struct {
		path          []string
		before, after string
	}{
		{[]string{"apiVersion"}, built.GetApiVersion(), read.GetApiVersion()},
		{[]string{"kind"}, built.GetKind(), read.GetKind()},
		{[]string{"metadata", "name"}, built.GetName(), read.GetName()},
		{[]string{"metadata", "namespace"}, built.GetNamespace(), read.GetNamespace()},
	} {
		name := strings.Join(field.path, ".")
		switch {
		case !object.IsText(object.At(read.YNode(), field.path...)):
			return "its " + name + " is not a text"
		case field.before != field.after:
			return object.OneLine("its " + name + " is " + field.before + ", which Kustomize prints as " + field.after)
		}
	}
	return ""
}

// parsed returns the tree of text, which has one document.
func parsed(text []byte) (*yaml.Node, error) {
	if boundary.Match(text) {
		return nil, errBoundary
	}
	content, err := kubernetes.YAMLToJSON(text)
	if err != nil {
		return nil, err
	}
	return treeOf(content)
}
