package kustomize

import (
	"maps"
	"slices"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
)

// Base is the base directory and the components of one set at one commit. Overlays are
// built on it. It is safe for concurrent use.
type Base struct {
	renderer *Renderer
	files    *closure.Closure
	// dirs are the directories that have a kustomization.
	dirs   []string
	inputs map[string]string
	// library has the files of the built-in components, by their path in an entry.
	// declared has the parameters that the components declare.
	library  map[string][]byte
	declared declarations
	facts    facts
	// sharesName is true if the base has a ConfigMap with the name of the parameters and
	// without a namespace, before its components.
	sharesName bool
	// variables are the variables that the components declare.
	variables componentVariables
	// renames has the images that the base renames.
	renames renames
	// templates are always used for files, and for objects if fillable is true.
	templates templates
	fillable  bool
}

// Warnings returns what overlays on b leave as it is although it could lead out of the
// preview, with the object as the subject, and Kustomize's warnings about the base and the
// components of the repository, with the file as the subject. In a strict set, Load
// refuses the former.
func (b *Base) Warnings() (warnings []generator.Warning) {
	for file, messages := range b.files.Deprecated {
		for _, message := range messages {
			warnings = append(warnings, generator.Warning{Subject: file, Message: strings.Trim(strings.TrimPrefix(message, "# Warning: "), ". ")})
		}
	}
	warnings = append(warnings, warningsAbout(b.facts.left, b.renderer.base)...)
	return generator.SortWarnings(warnings)
}

// ListenerWarnings returns the routes of b that get requests from a listener of b, and not in a
// preview with the hosts of p.
func (b *Base) ListenerWarnings(p generator.Preview) (warnings []generator.Warning) {
	b.facts.editor.Unattached(namesOf(p), func(name string, problem object.Problem) {
		warnings = append(warnings, generator.Warning{Subject: name, Message: problem.Reason + ": " + problem.Fix})
	})
	return generator.SortWarnings(warnings)
}

// refusals returns why a strict set refuses all overlays on b, nil for no reason.
func (b *Base) refusals() error {
	if !b.renderer.strict {
		return nil
	}
	var errs []error
	for _, l := range b.facts.left {
		errs = append(errs, l.refusal())
	}
	return object.Joined(errs)
}

// Hosts returns the hosts of the base that previews replace, without duplicates, in the
// order of the built objects. The first one is replaced by a preview's Names.Host, and the
// others by its Hosts.
func (b *Base) Hosts() []string { return slices.Clone(b.facts.editor.Hosts) }

// ServesOwnHost reports whether an object serves the preview's Names.Host although it has
// no host of the base: a rule for every host, or an object of a component.
func (b *Base) ServesOwnHost() bool { return b.facts.editor.ServesOwn }

// Inputs returns the inputs of the overlays: the Git hashes, by path, of the base
// directory, of each component's directory, and of all files and directories outside
// them that they refer to.
func (b *Base) Inputs() map[string]string { return maps.Clone(b.inputs) }
