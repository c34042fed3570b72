package kustomize

import (
	"errors"
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
)

// fields checks the fields of one kustomization that refer to something.
type fields struct {
	closure   *closure
	dir, file string
	depth     int
}

// check adds to the closure what k refers to. Every field of
// types.Kustomization that can hold a path or run something is either followed
// or refused.
func (f fields) check(k *types.Kustomization) error {
	if err := f.checkForbidden(k); err != nil {
		return err
	}
	return errors.Join(
		each("resources", k.Resources, f.fileOrDir),
		each("bases", k.Bases, f.fileOrDir),
		each("components", k.Components, f.directory),
		each("crds", k.Crds, f.yamlFile),
		each("configurations", k.Configurations, f.yamlFile),
		each("generators", k.Generators, f.plugin),
		each("transformers", k.Transformers, f.plugin),
		each("validators", k.Validators, f.plugin),
		f.patches(k),
		f.generated(k),
	)
}

// checkForbidden refuses the fields that fetch or run something, and the one
// that changes the process: a schema from `openapi` stays for all later builds.
func (f fields) checkForbidden(k *types.Kustomization) error {
	switch {
	case len(k.OpenAPI) > 0:
		return f.refused("openapi", "is not supported, because it would change every later build", "take it out")
	case len(k.HelmCharts) > 0, len(k.HelmChartInflationGenerator) > 0, k.HelmGlobals != nil:
		return f.refused("helmCharts", "would download and run a Helm chart", "commit the manifests that the chart renders to, and refer to those")
	}
	return nil
}

func (f fields) patches(k *types.Kustomization) error {
	var errs []error
	for _, list := range []struct {
		field   string
		patches []types.Patch
	}{{"patches", k.Patches}, {"patchesJson6902", k.PatchesJson6902}} {
		for _, p := range list.patches {
			if p.Path != "" {
				errs = append(errs, f.yamlFile(list.field, p.Path))
			}
		}
	}
	for _, p := range k.PatchesStrategicMerge {
		// Kustomize takes an entry for a path if it is not an object.
		if _, err := objects([]byte(p)); err != nil {
			errs = append(errs, f.yamlFile("patchesStrategicMerge", string(p)))
		}
	}
	for _, r := range k.Replacements {
		if r.Path != "" {
			errs = append(errs, f.yamlFile("replacements", r.Path))
		}
	}
	return errors.Join(errs...)
}

func (f fields) generated(k *types.Kustomization) error {
	var errs []error
	for _, g := range k.ConfigMapGenerator {
		errs = append(errs, f.pairs("configMapGenerator", g.KvPairSources))
	}
	for _, g := range k.SecretGenerator {
		errs = append(errs, f.pairs("secretGenerator", g.KvPairSources))
	}
	return errors.Join(errs...)
}

// pairs adds the files that a generator reads its data from.
func (f fields) pairs(field string, s types.KvPairSources) error {
	var errs []error
	for _, file := range s.FileSources {
		if _, after, found := strings.Cut(file, "="); found {
			file = after
		}
		errs = append(errs, f.plainFile(field+".files", file))
	}
	for _, file := range s.EnvSources {
		errs = append(errs, f.plainFile(field+".envs", file))
	}
	if s.EnvSource != "" {
		errs = append(errs, f.plainFile(field+".env", s.EnvSource))
	}
	return errors.Join(errs...)
}

// locate returns the path that ref names, and whether a directory is there.
func (f fields) locate(field, ref string) (p string, dir bool, err error) {
	if p, err = f.resolve(field, ref); err != nil {
		return "", false, err
	}
	dir, err = f.closure.isDir(p)
	return p, dir, err
}

func (f fields) fileOrDir(field, ref string) error {
	p, dir, err := f.locate(field, ref)
	if err != nil {
		return err
	}
	if dir {
		return f.closure.kustomization(p, f.depth+1)
	}
	return f.missing(field, ref, f.closure.yamlFile(p, false))
}

func (f fields) directory(field, ref string) error {
	p, dir, err := f.locate(field, ref)
	if err != nil {
		return err
	}
	if !dir {
		return &BuildError{f.file, fmt.Sprintf("%s: there is no directory %s", field, oneLine(ref))}
	}
	return f.closure.kustomization(p, f.depth+1)
}

func (f fields) yamlFile(field, ref string) error {
	p, err := f.resolve(field, ref)
	if err != nil {
		return err
	}
	return f.missing(field, ref, f.closure.yamlFile(p, false))
}

func (f fields) plainFile(field, ref string) error {
	p, err := f.resolve(field, ref)
	if err != nil {
		return err
	}
	return f.missing(field, ref, f.closure.file(p))
}

// resolve returns the path that ref means here.
func (f fields) resolve(field, ref string) (string, error) {
	p, err := local(f.dir, ref)
	switch {
	case errors.Is(err, errRemote):
		return "", f.refused(field, fmt.Sprintf("%q %v", oneLine(ref), err), "copy what it refers to into the repository and refer to that")
	case err != nil:
		return "", f.refused(field, fmt.Sprintf("%q %v", oneLine(ref), err), "refer to a file or directory of this repository")
	}
	return p, nil
}

// missing makes an error about a file that ref refers to tell where it is
// referred to, if the file is not there.
func (f fields) missing(field, ref string, err error) error {
	var build *BuildError
	if errors.As(err, &build) && build.Reason == noFile {
		return &BuildError{f.file, fmt.Sprintf("%s: there is no file %s", field, oneLine(ref))}
	}
	return err
}

func (f fields) refused(field, reason, fix string) error {
	return &RefusedError{Path: f.file, Reason: field + ": " + reason, Fix: fix}
}

func each(field string, refs []string, check func(field, ref string) error) error {
	var errs []error
	for _, ref := range refs {
		errs = append(errs, check(field, ref))
	}
	return errors.Join(errs...)
}
