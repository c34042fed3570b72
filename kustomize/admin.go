package kustomize

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/generator"
)

// adminJob is a Job in the administration namespace.
type adminJob struct {
	id
	images []jobImage
	// deletes is true for a hook of a preview's end.
	deletes bool
}

// jobImage is what a container of a Job runs.
type jobImage struct{ path, image string }

func newAdminJob(r *resource.Resource) adminJob {
	return adminJob{idOf(r), imagesIn(r), atDeletion(phasesOf(r))}
}

func imagesIn(r *resource.Resource) []jobImage {
	var images []jobImage
	for _, field := range containerLists() {
		containers := node(r.YNode(), append(podPath(idOf(r)), field)...)
		if containers == nil {
			continue
		}
		for i, c := range containers.Content {
			if image := child(resolved(c), "image"); image != nil {
				images = append(images, jobImage{pointer("spec", "template", "spec", field, i, "image"), image.Value})
			}
		}
	}
	return images
}

// nameFor returns the name of the Job in the administration namespace: that which
// the base gives it, and the preview's namespace, because all previews share that
// one. 48 bits of hash tell the Job a of b-c from the Job a-b of c. It has at most
// 63 bytes, since a Job's pods carry its name as a label.
//
// A hook of the preview's end has another name in each life of the preview: Argo
// CD takes one that is still there from the last for done (executeHooks in
// controller/hook.go).
func (job adminJob) nameFor(p generator.Preview) string {
	parts := []string{job.name, p.Namespace}
	if job.deletes {
		parts = append(parts, p.HeadSHA, p.UpdatedAt.UTC().Format(time.RFC3339))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "/")))
	full, suffix := job.name+"-"+p.Namespace, "-"+hex.EncodeToString(sum[:6])
	return strings.TrimRight(full[:min(len(full), maxLabel-len(suffix))], "-.") + suffix
}

// moveBack takes the Job back to the administration namespace that it was in,
// under the name that it has there, and to the images that it had: what a pull request was
// built into has no business beside the administrator's credentials. It is a
// transformer, because those run after the overlay's `namespace:` and `images:`,
// which have changed the Job, and patches run before them.
func (job adminJob) moveBack(name string) transformer {
	ops := []operation{
		{"add", "/metadata/name", name},
		{"add", "/metadata/namespace", job.namespace},
	}
	for _, i := range job.images {
		ops = append(ops, operation{"add", i.path, i.image})
	}
	return transformer{
		APIVersion: "builtin", Kind: "PatchTransformer",
		Metadata: metadata{Name: name},
		Target:   targetOf(job.id),
		Patch:    multiline(ops),
	}
}

// verifyAdmin checks that the Jobs that belong into the administration
// namespace are there, under their own names and with their own images, and that
// nothing else is.
func (f facts) verifyAdmin(objects []*resource.Resource, in scope, p generator.Preview) error {
	missing := map[string]adminJob{}
	for _, job := range f.jobs {
		missing[job.nameFor(p)] = job
	}
	var errs []error
	for _, r := range objects {
		if !in.isAdmin(r) {
			continue
		}
		job, ok := missing[r.GetName()]
		switch {
		case !ok:
			errs = append(errs, fmt.Errorf("%s: it is in the namespace %s in what is built, and not one of the Jobs that the base has there", label(r), in.admin))
		case !slices.Equal(job.images, imagesIn(r)):
			errs = append(errs, fmt.Errorf("%s: it has other images in what is built than the base gives it", label(r)))
		}
		delete(missing, r.GetName())
	}
	for _, name := range sortedKeys(missing) {
		errs = append(errs, fmt.Errorf("the Job %s is not in the namespace %s in what is built", oneLine(name), in.admin))
	}
	return joined(errs)
}
