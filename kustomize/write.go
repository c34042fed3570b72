package kustomize

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"sigs.k8s.io/kustomize/api/resmap"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
)

// content returns the content of p's overlay in the directory dir.
func (b *Base) content(p generator.Preview, dir string) (content, error) {
	params := p.Params()
	c := content{
		dir: dir, namespace: p.Namespace, schema: p.DBSchema,
		configMapLabels: identityLabels(p), namespaceAnnotations: namespaceAnnotations(p, b.wave()),
	}
	for _, job := range b.facts.jobs {
		c.jobs = append(c.jobs, job.nameFor(p))
	}
	var err error
	if c.parameters, err = b.parameters(p, params, dir); err != nil {
		return c, err
	}
	images, err := imagesOf(b.renderer.images, params)
	if err != nil {
		return c, err
	}
	entries := b.renames.entriesFor(images, b.facts.images)
	c.images, c.unmatched = entries.images, entries.unmatched
	c.edits = b.edits(p, entries)
	if c.podLabels, c.objectLabels, err = labelsOf(p, b.renderer.labels, params); err != nil {
		return c, err
	}
	c.annotations, err = annotationsOf(p, b.renderer.annotations, params, b.files.Vars)
	return c, err
}

// edits returns the values of the edits of all edited objects for p. The value of an image
// that stays is "".
func (b *Base) edits(p generator.Preview, images imageEntries) []string {
	names := namesOf(p)
	var values []string
	for _, t := range b.facts.edited {
		for _, e := range t.edits {
			if e.Image != "" {
				values = append(values, images.replaced(e.Image))
			} else {
				values = append(values, e.Text(names))
			}
		}
	}
	return values
}

// parameters returns the data of the ConfigMap: the parameters as strings, the path of
// the entry, the configuration of the database, the defaults of components' parameters
// that are not set, and a key for each host of the base. Labels are joined with commas. The
// revision is not included, because it is the commit that contains this file.
func (b *Base) parameters(p generator.Preview, params generator.Params, dir string) (map[string]object.Quoted, error) {
	databaseParameters, err := b.renderer.database.parameters(params)
	if err != nil {
		return nil, err
	}
	defaults, err := b.declared.defaults(params, databaseParameters)
	if err != nil {
		return nil, err
	}
	const others = 6
	out := make(map[string]object.Quoted, len(params)+len(defaults)+len(databaseParameters)+others)
	set := func(key, value string) { out[key] = object.Quoted(object.Portable(value)) }
	for key, value := range defaults {
		set(key, value)
	}
	for key, value := range params {
		set(key, parameter(value))
	}
	for key, value := range databaseParameters {
		set(key, value)
	}
	set("repo_url", b.renderer.repoURL)
	set("path", dir)
	//promise:renamed-repositories-keep-databases
	set(sourceKey, p.Source())
	if id := p.Repository.ID; id != "" {
		set(repositoryIDKey, id)
	}
	set(flagsFile, flagdDocument(parameter(params["flags"])))
	if b.renderer.admin != "" {
		set(adminNamespaceKey, b.renderer.admin)
	}
	hosts, names := b.facts.editor.Named, namesOf(p).Hosts
	for i, key := range hostKeys(hosts) {
		//promise:parameters-of-the-set-stay
		if _, taken := out[key]; !taken && slices.Contains(b.facts.editor.Hosts, hosts[i]) {
			set(key, cmp.Or(names[hosts[i]], p.Host))
		}
	}
	return out, nil
}

// wave returns the sync wave of the Namespace and of the ConfigMap.
func (b *Base) wave() int { return waveBefore(b.facts.lowest) }

// parametersObject returns the ConfigMap with a preview's parameters.
//
// It is in the sync wave of the Namespace. Argo CD applies the Namespace first in this
// wave. A separate wave would make each sync 2 s longer (ARGOCD_SYNC_WAVE_DELAY).
func (b *Base) parametersObject(c content) object.Object {
	namespace := ""
	if b.sharesName {
		namespace = c.namespace // Kustomize refuses two objects with one name before components can remove one
	}
	return object.Object{
		APIVersion: "v1", Kind: "ConfigMap",
		Metadata: object.Metadata{Name: parametersName, Namespace: namespace, Labels: c.configMapLabels, Annotations: map[string]object.Quoted{
			object.SyncWave: object.Quoted(strconv.Itoa(b.wave())),
		}},
		Data: c.parameters,
	}
}

// plain returns the kustomization of the base with its components, and the objects with
// the content c that are written beside it. It changes no object of the base.
func (b *Base) plain(c content) (kustomization, map[string]any) {
	objects := map[string]any{parametersFile: b.parametersObject(c)}
	if b.facts.namespace == "" {
		objects[namespaceFile] = namespaceObject(c.namespace, c.namespaceAnnotations)
	}
	k := newKustomization()
	k.Resources = append(slices.Sorted(maps.Keys(objects)), closure.Relative(c.dir, b.renderer.base))
	for _, part := range b.renderer.components {
		k.Components = append(k.Components, part.pathFrom(c.dir))
	}
	return k, objects
}

// write returns the files of an overlay with the content c.
func (b *Base) write(c content) (map[string][]byte, error) {
	k, objects := b.plain(c)
	b.change(&k, c)
	objects[kustomizationFile] = k
	return object.WriteAll(objects)
}

// buildWith builds k in dir, with other objects and the files of the library.
func (b *Base) buildWith(dir string, k kustomization, objects map[string]any) (resmap.ResMap, error) {
	all := map[string]any{kustomizationFile: k}
	maps.Copy(all, objects)
	files, err := object.WriteAll(all)
	if err != nil {
		return nil, err
	}
	maps.Copy(files, b.library)
	return b.files.Build(dir, files)
}

// environmentOf returns the environment of the containers of an edited object. The Jobs in
// the administration namespace have no variables of components.
func (b *Base) environmentOf(t editedObject, c content) environment {
	e := b.renderer.environment(t.id.Namespace, c.schema, string(c.parameters[repositoryIDKey]))
	if t.id.Namespace == "" || t.id.Namespace != b.renderer.admin {
		e.more = b.variables.entries(t.origin, c.parameters)
	}
	return e
}

// change adds everything to k that changes the objects of the base for the content c.
func (b *Base) change(k *kustomization, c content) {
	k.Namespace = c.namespace
	k.Images = c.images
	k.Labels = []labels{{true, c.podLabels}}
	if len(c.objectLabels) > 0 {
		k.Labels = append(k.Labels, labels{false, c.objectLabels})
	}
	k.CommonAnnotations = c.annotations
	if b.facts.namespace != "" {
		// The overlay's `namespace:` changes the name of the object.
		k.Patches = append(k.Patches, patch{Patch: object.Multiline(namespaceObject(b.facts.namespace, c.namespaceAnnotations))})
	}
	k.Patches = append(k.Patches, patches(b.facts.edited, c.edits, func(t editedObject) environment {
		return b.environmentOf(t, c)
	})...)
	k.Patches = append(k.Patches, b.renderer.database.taskPatches(c.schema, c.parameters)...)
	for i, job := range b.facts.jobs {
		k.Transformers = append(k.Transformers, object.Multiline(job.moveToAdmin(c.jobs[i])))
	}
}
