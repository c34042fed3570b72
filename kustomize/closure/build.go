package closure

import (
	"regexp"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"

	"github.com/previewset/previewset/kustomize/object"
)

// Build builds the kustomization in dir, with files there, as `kustomize build`
// would: only that order makes the output the same byte for byte. The error is a
// *object.BuildError.
func (c *Closure) Build(dir string, files map[string][]byte) (m resmap.ResMap, err error) {
	defer object.Recovered(dir, &err)
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionLegacy
	m, err = krusty.MakeKustomizer(options).Run(c.snapshot.with(dir, files), "/"+dir)
	if err != nil {
		return nil, explain(dir, err)
	}
	return m, nil
}

// Print returns m as YAML. That fails for characters that Kustomize can read, but
// not print (see object.Portable); the error is a *object.BuildError of dir.
func Print(m resmap.ResMap, dir string) ([]byte, error) {
	out, err := m.AsYaml()
	if err == nil {
		return out, nil
	}
	for _, r := range m.Resources() {
		// The error of all of them begins with the complete object.
		if _, err := r.AsYAML(); err != nil {
			return nil, &object.BuildError{Path: dir, Reason: object.Describe(r) + " can't be printed: " + object.OneLine(err.Error())}
		}
	}
	return nil, &object.BuildError{Path: dir, Reason: "what it builds can't be printed"}
}

// What Kustomize's errors look like (api/internal/target/kusttarget.go).
var (
	// visited finds the directories that Kustomize was in when it failed.
	visited = regexp.MustCompile(`(?:recursed accumulation of|recursed merging from|couldn't make target for) path '/([^']*)': `)
	// badFile is a file that Kustomize, having failed, tried as a directory.
	badFile = regexp.MustCompile(`accumulation err='(?:accumulating|merging) resources from '([^']*)': (.*)': must build at directory: `)
	// tried is what Kustomize says before it tries a directory.
	tried = regexp.MustCompile(`^(?:accumulating (?:resources|components): )*(?:accumulation err='accumulating resources from '[^']*': '[^']*' must resolve to a file': )?`)
	// badKind is a component that is none, or the other way round.
	badKind = regexp.MustCompile(`expected kind .* for path '/([^']*)'`)
	// dump is an object as Go prints it.
	dump = regexp.MustCompile(` in object \{.*`)
)

// explain turns an error of Kustomize, which names each directory on the way
// and what it tried before, into the deepest file or directory and the cause.
func explain(dir string, err error) error {
	path, reason := dir, unquoted(err.Error())
	if at := visited.FindAllStringSubmatchIndex(reason, -1); at != nil {
		last := at[len(at)-1]
		path, reason = reason[last[2]:last[3]], reason[last[1]:]
	}
	if m := badFile.FindStringSubmatch(reason); m != nil {
		reason = m[2]
		if p, err := local(path, m[1]); err == nil {
			path = p
		}
	} else if m := badKind.FindStringSubmatch(reason); m != nil {
		path = m[1]
	}
	reason = tried.ReplaceAllString(dump.ReplaceAllString(reason, ""), "")
	// The root that Kustomize sees is the repository's.
	reason = strings.NewReplacer("'/", "'", "under /", "under ").Replace(reason)
	return &object.BuildError{Path: path, Reason: object.OneLine(reason)}
}

// unquoted undoes the quoting of errors that come through a component.
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
