package closure

import (
	"cmp"
	"maps"
	"path"
	"regexp"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"

	"github.com/previewset/previewset/kustomize/object"
)

// Build builds the kustomization in dir, with files added to dir. It uses the legacy
// order of `kustomize build`, so that the output is the same byte for byte. The error
// is a *object.BuildError.
func (c *Closure) Build(dir string, files map[string][]byte) (m resmap.ResMap, err error) {
	defer func() {
		if recover() != nil { // the value is about Kustomize's code, and not about the files
			err = &object.BuildError{Path: dir, Reason: "Kustomize crashes on it: look for a field of the wrong type in its objects and patches"}
		}
	}()
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionLegacy
	m, err = krusty.MakeKustomizer(options).Run(c.snapshot.with(dir, files), "/"+dir)
	if err != nil {
		return nil, c.including(dir, files).explain(dir, err)
	}
	return m, nil
}

// Print returns m as YAML. It fails for characters that Kustomize can read but not
// print (see object.Portable). The error is a *object.BuildError of dir.
func Print(m resmap.ResMap, dir string) ([]byte, error) {
	out, err := m.AsYaml()
	if err == nil {
		return out, nil
	}
	for _, r := range m.Resources() {
		// The error of m.AsYaml begins with the complete object, so find the object
		// that fails.
		if _, err := r.AsYAML(); err != nil {
			p := unprintable(err)
			return nil, &object.BuildError{Path: dir, Resource: object.Describe(r), Reason: p.Reason + ": " + p.Fix}
		}
	}
	return nil, &object.BuildError{Path: dir, Reason: "the built objects can't be printed"}
}

// Patterns for Kustomize's errors (api/internal/target/kusttarget.go).
var (
	// visited matches the directories that Kustomize was in when it failed.
	visited = regexp.MustCompile(`(?:recursed accumulation of|recursed merging from|couldn't make target for) path '/([^']*)': `)
	// badFile matches a file that Kustomize could not read and then tried as a
	// directory.
	badFile = regexp.MustCompile(`accumulation err='(?:accumulating|merging) resources from '([^']*)': (.*)': must build at directory: `)
	// tried matches Kustomize's message before it tries a directory.
	tried = regexp.MustCompile(`^(?:accumulating (?:resources|components): )*(?:accumulation err='accumulating resources from '[^']*': '[^']*' must resolve to a file': )?`)
	// unannotated matches a file whose objects have metadata of the wrong type.
	unannotated = regexp.MustCompile(`(?s)accumulation err='cannot add path annotation for '([^']*)': (.*)': must build at directory: `)
	// badKind matches a kustomization that is used as a component, or a component
	// that is used as a kustomization.
	badKind = regexp.MustCompile(`expected kind .* for path '/([^']*)'`)
	// dump matches an object in the format of Go.
	dump = regexp.MustCompile(` in object \{.*`)
	// literals and envs match messages that quote the values of a generator, which can be
	// secrets (api/kv/kv.go).
	literals = regexp.MustCompile(`(?s)literal sources \[.*`)
	envs     = regexp.MustCompile(`(?s)(env source files: \[[^\]]*\]): .*`)
)

// explain converts an error of Kustomize, which lists all visited directories and
// failed attempts, to an error with the deepest file or directory and the cause.
func (c *Closure) explain(dir string, err error) error {
	path, reason := dir, unquoted(err.Error())
	reason = literals.ReplaceAllString(envs.ReplaceAllString(reason, "$1: a line is not key=value"), "a literal is not key=value")
	if at := visited.FindAllStringSubmatchIndex(reason, -1); at != nil {
		last := at[len(at)-1]
		match := reason[last[0]:last[1]]
		path, reason = reason[last[2]:last[3]], reason[last[1]:]
		if strings.HasPrefix(match, "couldn't make target") { // Kustomize could not load it
			path = c.kustomizationOf(path)
		}
	}
	m := badFile.FindStringSubmatch(reason)
	if m == nil {
		m = unannotated.FindStringSubmatch(reason)
	}
	if m != nil {
		reason = m[2]
		if p, err := local(path, m[1]); err == nil {
			path = p
		}
		if text := unfinished(c.snapshot.files[path]); text != "" {
			return &object.BuildError{Path: path, Reason: text}
		}
	} else if m := badKind.FindStringSubmatch(reason); m != nil {
		path = m[1]
	}
	path = c.kustomizationOf(path)
	if what, fix := object.Foreign(c.snapshot.files[path]); what != "" {
		return &object.RefusedError{Path: path, Reason: what, Fix: fix}
	}
	reason = tried.ReplaceAllString(dump.ReplaceAllString(reason, ""), "")
	// Kustomize's root directory is the root of the repository.
	reason = strings.NewReplacer("'/", "'", "under /", "under ").Replace(reason)
	text, resource := worded(reason)
	text = strings.Replace(text, "a JSON patch", c.jsonPatch(path, text), 1)
	text = strings.Replace(text, "the target of a replacement", c.replacementTarget(path, text), 1)
	return &object.BuildError{Path: path, Resource: resource, Reason: text}
}

// kustomizationOf returns the path of the kustomization in dir, or dir if the closure has none.
func (c *Closure) kustomizationOf(dir string) string { return cmp.Or(c.kustomizations[dir], dir) }

// including returns c with files added to dir, and with the kustomizations below dir.
func (c *Closure) including(dir string, files map[string][]byte) *Closure {
	content, kustomizations := maps.Clone(c.snapshot.files), maps.Clone(c.kustomizations)
	for name, text := range files {
		p := path.Join(dir, name)
		content[p] = text
		if path.Base(p) == konfig.DefaultKustomizationFileName() && path.Dir(p) != dir {
			kustomizations[path.Dir(p)] = p
		}
	}
	return &Closure{kustomizations: kustomizations, snapshot: newSnapshot(content)}
}

// unquoted removes the quotes of errors that come from a component.
func unquoted(message string) string {
	for _, mark := range []string{`accumulateDirectory: "`, `loader.New "`} {
		for {
			before, quoted, found := strings.Cut(message, mark)
			if !found {
				break
			}
			text, err := strconv.Unquote(`"` + quoted)
			if err != nil {
				break
			}
			message = before + text
		}
	}
	return message
}
