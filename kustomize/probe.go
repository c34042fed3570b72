package kustomize

import (
	"cmp"

	"sigs.k8s.io/kustomize/api/resmap"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
)

// probed is the base with its components, as it was built in probeDir from the
// kustomization and other objects.
type probed struct {
	built         resmap.ResMap
	kustomization kustomization
	files         map[string]any
	// hosts are the hosts of the base before its components.
	hosts []string
}

// probe builds the base, and then an overlay of the base with the components, and
// returns the result. Nothing but the result is checked, because a component can remove
// what is wrong in the base.
func (b *Base) probe() (probed, error) {
	k := newKustomization()
	k.BuildMetadata = []string{"originAnnotations"}
	k.Resources = []string{closure.Relative(probeDir, b.renderer.base)}
	built, err := b.probeBuild(k, nil)
	if err != nil || len(b.renderer.components) == 0 {
		return probed{built: built, kustomization: k}, err
	}
	f, problems := inspect(objectsOfBase(built), b.renderer, nil)
	b.facts = f // components can copy the hosts of the base from the ConfigMap
	p := example(b.renderer.setParameters)
	p.Hosts = exampleHosts(f.editor.Hosts)
	c := content{dir: probeDir, namespace: p.Namespace, configMapLabels: identityLabels(p), namespaceAnnotations: namespaceAnnotations(p, waveBefore(f.lowest))}
	if c.parameters, err = b.parameters(p, p.Params(), probeDir); err != nil {
		return probed{}, &object.BuildError{Path: b.renderer.base, Reason: object.OneLine(err.Error())}
	}
	if err := b.variables.check(c.parameters); err != nil {
		return probed{}, err
	}
	metadata := k.BuildMetadata
	k, files := b.plain(c)
	k.BuildMetadata = metadata
	if built, err = b.probeBuild(k, files); err != nil {
		return probed{}, cmp.Or(problems, err) // a problem of the base can be the cause
	}
	return probed{built, k, files, f.editor.Hosts}, nil
}

// probeBuild builds k in probeDir, with objects.
func (b *Base) probeBuild(k kustomization, objects map[string]any) (resmap.ResMap, error) {
	built, err := b.buildWith(probeDir, k, objects)
	if err != nil {
		return nil, b.located(err, probeDir)
	}
	return built, nil
}
