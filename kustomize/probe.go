package kustomize

import (
	"cmp"
	"slices"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
)

// probed is the base with its components, as it was built in probeDir from the
// kustomization and other objects.
type probed struct {
	built         resmap.ResMap
	kustomization kustomization
	files         map[string]any
	// alone are the objects of the base without its components, nil if it does not build.
	alone []*resource.Resource
	// hosts are the hosts of the base before its components.
	hosts []string
}

// probe builds the base, and then an overlay of the base with the components, and
// returns the result. Nothing but the result is checked, because a component can remove
// or correct what is wrong in the base.
func (b *Base) probe() (probed, error) {
	k := newKustomization()
	k.BuildMetadata = []string{"originAnnotations"}
	k.Resources = []string{closure.Relative(probeDir, b.renderer.base)}
	built, alone := b.probeBuild(k, nil)
	if len(b.renderer.components) == 0 {
		return probed{built: built, kustomization: k, alone: objectsOf(built)}, alone
	}
	b.inspectAlone(built, alone)
	hosts, objects := b.facts.editor.Hosts, objectsOf(built)
	c, err := b.probeContent()
	if err != nil {
		return probed{}, err
	}
	metadata := k.BuildMetadata
	k, files := b.plain(c)
	k.BuildMetadata = metadata
	if built, err = b.probeBuild(k, files); err != nil {
		return probed{}, cmp.Or(alone, err)
	}
	return probed{built, k, files, objects, hosts}, nil
}

// objectsOf returns all objects of built, or nil if there is no build.
func objectsOf(built resmap.ResMap) []*resource.Resource {
	if built == nil {
		return nil
	}
	return built.Resources()
}

// inspectAlone finds what the components can copy of the base, which was built without them.
// If this build failed, the base has nothing to copy.
func (b *Base) inspectAlone(built resmap.ResMap, failed error) {
	var objects []*resource.Resource
	if failed == nil {
		objects = objectsOfBase(built)
	}
	b.facts, _ = inspect(objects, b.renderer, nil) // the components can correct what is wrong
	b.sharesName = slices.ContainsFunc(objects, func(r *resource.Resource) bool {
		return hasParametersName(r) && r.CurId().IsInDefaultNs()
	})
}

// probeContent returns the content of an overlay of the sample preview without patches.
func (b *Base) probeContent() (content, error) {
	p := b.sample()
	c := content{dir: probeDir, namespace: p.Namespace, configMapLabels: identityLabels(p), namespaceAnnotations: namespaceAnnotations(p, waveBefore(b.facts.lowest))}
	var err error
	if c.parameters, err = b.parameters(p, p.Params(), probeDir); err != nil {
		return c, &object.BuildError{Path: b.renderer.base, Reason: object.OneLine(err.Error())}
	}
	return c, nil
}

// sample returns a sample preview with a host for each host of the base.
func (b *Base) sample() generator.Preview {
	p := example(b.renderer.setParameters)
	p.Hosts = exampleHosts(b.facts.editor.Hosts)
	return p
}

// probeBuild builds k in probeDir, with objects.
func (b *Base) probeBuild(k kustomization, objects map[string]any) (resmap.ResMap, error) {
	built, err := b.buildWith(probeDir, k, objects)
	if err != nil {
		return nil, b.located(err, probeDir)
	}
	return built, nil
}
