package kustomize

import (
	"iter"
	"maps"
	"slices"

	"github.com/previewset/previewset/generator"
)

// content is what an overlay says of its preview. All else in it is the same for
// all previews of a base.
type content struct {
	dir                     string
	namespace, host, schema string
	// jobs are the names of those in the administration namespace.
	jobs   []string
	images []image
	// templates and objects are labels, see labelsOf.
	templates, objects, annotations map[string]quoted
	// parameters and marks are the data and the labels of the ConfigMap, links
	// the annotations of the Namespace.
	parameters, marks, links map[string]quoted
}

// content returns what the overlay of p in the directory dir says.
func (b *Base) content(p generator.Preview, dir string) (content, error) {
	params := p.Params()
	c := content{
		dir: dir, namespace: p.Namespace, host: p.Host, schema: p.DBSchema,
		marks: marksOf(p), links: b.facts.namespaceAnnotations(p),
	}
	for _, job := range b.facts.jobs {
		c.jobs = append(c.jobs, job.nameFor(p))
	}
	var err error
	if c.parameters, err = b.parameters(p, params, dir); err != nil {
		return c, err
	}
	if c.images, err = b.renderer.imagesOf(params); err != nil {
		return c, err
	}
	if c.templates, c.objects, err = b.renderer.labelsOf(p, params); err != nil {
		return c, err
	}
	c.annotations, err = b.renderer.annotationsOf(p, params, b.vars)
	return c, err
}

// write returns the files that say c.
func (b *Base) write(c content) (map[string][]byte, error) {
	objects := map[string]any{parametersFile: b.parametersObject(c)}
	if b.facts.namespace == "" {
		objects[namespaceFile] = namespaceObject(c)
	}
	k := b.kustomization(c)
	k.Resources = append(sortedKeys(objects), relative(c.dir, b.renderer.base))
	objects[kustomizationFile] = k
	return writeAll(objects)
}

func (b *Base) kustomization(c content) kustomization {
	k := newKustomization()
	k.Namespace = c.namespace
	for _, part := range b.renderer.components {
		k.Components = append(k.Components, part.from(c.dir))
	}
	k.Images = c.images
	k.Labels = []labels{{true, c.templates}}
	if len(c.objects) > 0 {
		k.Labels = append(k.Labels, labels{false, c.objects})
	}
	k.CommonAnnotations = c.annotations
	if b.facts.namespace != "" {
		k.Patches = append(k.Patches, b.facts.namespacePatch(c))
	}
	for _, r := range b.facts.routes {
		k.Patches = append(k.Patches, r.patch(c.host))
	}
	for _, w := range b.facts.workloads {
		k.Patches = append(k.Patches, w.patch(c.schema, b.renderer.secretFor(w)))
	}
	k.Patches = append(k.Patches, b.renderer.database.taskPatches(c.schema, c.parameters)...)
	for i, job := range b.facts.jobs {
		k.Transformers = append(k.Transformers, multiline(job.moveBack(c.jobs[i])))
	}
	return k
}

// each calls visit with every value of c, always in the same order, and puts what
// it returns in the value's place. What of an image is no tag stays as it is.
func (c *content) each(visit func(field, key, value string) string) {
	c.namespace = visit("namespace", "", c.namespace)
	c.host = visit("host", "", c.host)
	c.schema = visit("schema", "", c.schema)
	for i, name := range c.jobs {
		c.jobs[i] = visit("job", "", name)
	}
	for i, img := range c.images {
		c.images[i].NewTag = quoted(visit("tag", string(img.Name), string(img.NewTag)))
	}
	for field, values := range c.maps() {
		for _, key := range sortedKeys(values) {
			values[key] = quoted(visit(field, key, string(values[key])))
		}
	}
}

// maps are in the order in which each visits them.
func (c *content) maps() iter.Seq2[string, map[string]quoted] {
	return func(yield func(string, map[string]quoted) bool) {
		_ = yield("template", c.templates) && yield("object", c.objects) && yield("annotation", c.annotations) &&
			yield("parameter", c.parameters) && yield("mark", c.marks) && yield("link", c.links)
	}
}

// clone returns a copy of c whose values can be replaced.
func (c *content) clone() content {
	out := *c
	out.jobs, out.images = slices.Clone(c.jobs), slices.Clone(c.images)
	out.templates, out.objects, out.annotations = maps.Clone(c.templates), maps.Clone(c.objects), maps.Clone(c.annotations)
	out.parameters, out.marks, out.links = maps.Clone(c.parameters), maps.Clone(c.marks), maps.Clone(c.links)
	return out
}
