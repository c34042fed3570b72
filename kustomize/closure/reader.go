package closure

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// maxDepth bounds the number of references from a root to another kustomization.
const maxDepth = 20

// reader reads kustomizations and the files that they refer to.
type reader struct {
	files
	// kustomizations has the path of each kustomization, by its directory.
	kustomizations map[string]string
	// vars and configured become Closure.Vars and Closure.Configured.
	vars, configured bool
	// shared becomes Closure.Shared.
	shared map[string]string
	// deprecated becomes Closure.Deprecated.
	deprecated map[string][]string
	// estimates has the size of what Kustomize makes of them.
	estimates *estimator
}

func newReader(s source) *reader {
	return &reader{
		files: files{s, map[string][]byte{}}, kustomizations: map[string]string{}, shared: map[string]string{}, deprecated: map[string][]string{},
		estimates: newEstimator(),
	}
}

// add reads the kustomization in dir and all files that it refers to. depth is the
// number of references from a root to dir.
func (r *reader) add(dir string, depth int) error {
	if _, known := r.kustomizations[dir]; known {
		return nil
	}
	if depth > maxDepth {
		return &object.RefusedError{Path: dir, Reason: fmt.Sprintf("kustomizations refer to each other in %d levels", depth), Fix: "use fewer levels of kustomizations"}
	}
	file, err := r.kustomizationIn(dir)
	r.kustomizations[dir] = file // also if none was found: one error for each directory is enough
	if err != nil {
		return err
	}
	if err := cmp.Or(r.readYAML(file, true), r.encrypted(file), r.unforged(file, true)); err != nil {
		return err
	}
	if err := r.isFlux(file); err != nil {
		return err
	}
	var k types.Kustomization
	if err := k.Unmarshal(r.content[file]); err != nil {
		return unreadable(file, err)
	}
	// Kustomize panics for such an entry.
	if slices.ContainsFunc(k.PatchesJson6902, func(p types.Patch) bool { return p.Target == nil }) {
		return unreadable(file, errors.New("patchesJson6902 has an entry without a target"))
	}
	r.vars = r.vars || len(k.Vars) > 0
	if warnings := *k.CheckDeprecatedFields(); len(warnings) > 0 {
		r.deprecated[file] = warnings
	}
	r.configured = r.configured || len(k.Configurations) > 0 || len(k.Crds) > 0
	shared := sharedField(&k)
	//promise:bases-change-no-components
	if shared != "" {
		r.shared[file] = shared
	}
	if err := checkForbidden(&k, file); err != nil {
		return err
	}
	if err := r.estimates.addKustomization(dir, file, r.content[file], &k); err != nil {
		return err
	}
	return r.follow(place{dir, file, depth}, referencesOf(&k))
}

// sharedField returns the first field of k that Kustomize merges into the kustomizations that
// refer to k (MergeVars and MergeConfig in api/internal/accumulator), or "".
func sharedField(k *types.Kustomization) string {
	switch {
	case len(k.Vars) > 0:
		return "vars"
	case len(k.Configurations) > 0:
		return "configurations"
	case len(k.Crds) > 0:
		return "crds"
	}
	return ""
}

// isFlux returns an error if the file is an object of Flux that has the same kind.
func (r *reader) isFlux(file string) error {
	var meta types.TypeMeta
	if err := yaml.Unmarshal(r.content[file], &meta); err == nil && strings.HasPrefix(meta.APIVersion, "kustomize.toolkit.fluxcd.io/") {
		return unreadable(file, errors.New("is a Kustomization of Flux"))
	}
	return nil
}

// place is the position of a reference: the kustomization file of dir, which is depth
// references away from a root.
type place struct {
	dir, file string
	depth     int
}

// follow adds the targets of the references in a place.
func (r *reader) follow(in place, refs []reference) error {
	var errs []error
	for _, ref := range refs {
		errs = append(errs, r.followOne(in, ref))
	}
	return errors.Join(errs...)
}

func (r *reader) followOne(in place, ref reference) error {
	if ref.to == pluginFile {
		if plugins, err := objects([]byte(ref.ref)); err == nil {
			return r.followPlugins(in, ref.field, plugins)
		}
	}
	p, err := in.resolve(ref)
	if err != nil {
		return err
	}
	if root, err := r.submoduleOf(p); err != nil {
		return err
	} else if root != "" {
		return refused(in.file, ref.field, fmt.Sprintf("%q is in the Git submodule %s, and previewset reads only the repository itself", object.OneLine(ref.ref), root), submoduleFix)
	}
	if err := r.readTarget(in, ref, p); err != nil {
		return err
	}
	content, isFile := r.content[p]
	if !isFile {
		r.estimates.addDirectory(in.dir, ref, p)
		return nil
	}
	return r.estimates.addFile(in.dir, ref, p, content)
}

// readTarget adds the file or directory p, the target of ref.
func (r *reader) readTarget(in place, ref reference, p string) error {
	switch dir, err := r.isDir(p); {
	case err != nil:
		return err
	case dir && ref.to == pluginFile:
		// The plugins of a directory are known only after a build.
		return refused(in.file, ref.field, fmt.Sprintf("%q is a directory", object.OneLine(ref.ref)), "list its files one by one")
	case dir && (ref.to == plainFile || ref.to == envFile):
		return &object.BuildError{Path: in.file, Reason: fmt.Sprintf("%s: %s is a directory: list its files one by one", ref.field, object.OneLine(ref.ref))}
	case dir && (ref.to == directory || ref.to == fileOrDirectory):
		return r.add(p, in.depth+1)
	case ref.to == fileOrDirectory && slices.Contains(konfig.RecognizedKustomizationFileNames(), path.Base(p)):
		return &object.BuildError{Path: in.file, Reason: fmt.Sprintf("%s: %s is a kustomization: refer to its directory", ref.field, object.OneLine(ref.ref))}
	case ref.to == directory:
		if mode, err := r.source.mode(p); err == nil && mode.IsRegular() {
			return &object.BuildError{Path: in.file, Reason: fmt.Sprintf("%s: %s is a file: refer to a directory with a Component", ref.field, object.OneLine(ref.ref))}
		}
		return in.absent(ref, "directory", p)
	case ref.to == pluginFile:
		return r.followPluginFile(in, ref, p)
	case ref.to == plainFile:
		return in.missing(ref, r.read(p))
	case ref.to == envFile:
		return in.missing(ref, cmp.Or(r.read(p), r.unparsable(p), r.unforgedLines(p)))
	case ref.to == settingsFile:
		return in.missing(ref, cmp.Or(r.readYAML(p, false), r.encrypted(p), r.unforged(p, true)))
	}
	return in.missing(ref, cmp.Or(r.readYAML(p, false), r.unforged(p, false)))
}

// followPluginFile adds the files that the plugins in the file p refer to.
func (r *reader) followPluginFile(in place, ref reference, p string) error {
	if err := cmp.Or(r.readYAML(p, true), r.encrypted(p), r.unforged(p, true)); err != nil {
		return in.missing(ref, err)
	}
	plugins, err := objects(r.content[p])
	if err != nil {
		return unreadable(p, err)
	}
	return r.followPlugins(in, ref.field, plugins)
}

// followPlugins adds the files that plugins refer to. field is the field with the
// plugins, or with a reference to them.
func (r *reader) followPlugins(in place, field string, plugins []*resource.Resource) error {
	r.estimates.add(in.dir, estimate{objects: len(plugins)})
	var errs []error
	for _, plugin := range plugins {
		refs, err := pluginReferences(in.file, field, plugin)
		errs = append(errs, err, r.follow(in, refs))
	}
	return errors.Join(errs...)
}

// resolve returns the path of ref in the repository.
func (in place) resolve(ref reference) (string, error) {
	p, err := local(in.dir, ref.ref)
	if err == nil {
		return p, nil
	}
	fix := "refer to a file or directory of this repository"
	if errors.Is(err, errRemote) {
		fix = "copy the files into the repository and refer to the copy"
	}
	return "", refused(in.file, ref.field, fmt.Sprintf("%q %v", object.OneLine(ref.ref), err), fix)
}

// missing returns err, except for a missing file: then it returns an error with the
// field of ref.
func (in place) missing(ref reference, err error) error {
	var build *object.BuildError
	if errors.As(err, &build) && build.Reason == noFile {
		return in.absent(ref, "file", build.Path)
	}
	return err
}

// absent returns the error for ref to the file or directory (what) p, which does not exist.
func (in place) absent(ref reference, what, p string) error {
	name, problem := object.OneLine(ref.ref), "does not exist: add it, or correct the path"
	switch {
	case strings.Contains(ref.ref, "*"):
		problem = "does not exist, because Kustomize has no wildcards: list the files or directories one by one"
	case strings.TrimSpace(ref.ref) != ref.ref:
		name, problem = fmt.Sprintf("%q", name), "does not exist: remove the space from the path"
	}
	return &object.BuildError{Path: in.file, Reason: fmt.Sprintf("%s: the %s %s %s", ref.field, what, name, problem), Missing: p}
}
