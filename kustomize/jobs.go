package kustomize

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/resid"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

// adminJob is a Job in the administration namespace.
type adminJob struct {
	resid.ResId
	images []jobImage
	// deletes is true for a hook of a preview's end.
	deletes bool
}

// jobImage is what a container of a Job runs.
type jobImage struct{ path, image string }

func newAdminJob(r *resource.Resource) adminJob {
	return adminJob{r.CurId(), imagesIn(r), policy.AtDeletion(r)}
}

func imagesIn(r *resource.Resource) []jobImage {
	var images []jobImage
	for c := range object.Containers(r, r.CurId()) {
		if image := object.Child(c.Node, "image"); image != nil {
			images = append(images, jobImage{fmt.Sprintf("/spec/template/spec/%s/%d/image", c.List, c.Index), image.Value})
		}
	}
	return images
}

// nameFor returns the name of the Job in the administration namespace: that which
// the base gives it, and the preview's namespace, because all previews share that
// one. 48 bits of hash distinguish the Job a of b-c from the Job a-b of c. It has at most
// 63 bytes, since a Job's pods carry its name as a label.
//
// A hook of the preview's end has another name in each life of the preview: Argo
// CD takes one that is still there from the last for done (executeHooks in
// controller/hook.go).
func (job adminJob) nameFor(p generator.Preview) string {
	parts := []string{job.Name, p.Namespace}
	if job.deletes {
		parts = append(parts, p.HeadSHA, p.UpdatedAt.UTC().Format(time.RFC3339))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "/")))
	full, suffix := job.Name+"-"+p.Namespace, "-"+hex.EncodeToString(sum[:6])
	return strings.TrimRight(full[:min(len(full), object.MaxLabel-len(suffix))], "-.") + suffix
}

// moveBack takes the Job back to the administration namespace that it was in,
// under the name that it has there, and to the images that it had: what a pull request was
// built into has no business beside the administrator's credentials. It is a
// transformer, because those run after the overlay's `namespace:` and `images:`,
// which have changed the Job, and patches run before them.
func (job adminJob) moveBack(name string) transformer {
	ops := []operation{
		{"add", "/metadata/name", name},
		{"add", "/metadata/namespace", job.Namespace},
	}
	for _, i := range job.images {
		ops = append(ops, operation{"add", i.path, i.image})
	}
	return transformer{
		APIVersion: "builtin", Kind: "PatchTransformer",
		Metadata: object.Metadata{Name: name},
		Target:   targetOf(job.ResId),
		Patch:    object.Multiline(ops),
	}
}

// verifyAdmin checks that the Jobs that belong into the administration
// namespace are there, under their own names and with their own images, and that
// nothing else is.
func verifyAdmin(jobs []adminJob, objects []*resource.Resource, scope policy.Scope, p generator.Preview) error {
	missing := map[string]adminJob{}
	for _, job := range jobs {
		missing[job.nameFor(p)] = job
	}
	var errs []error
	for _, r := range objects {
		if !scope.IsAdmin(r) {
			continue
		}
		job, ok := missing[r.GetName()]
		switch {
		case !ok:
			errs = append(errs, fmt.Errorf("%s: it is in the namespace %s in what is built, and not one of the Jobs that the base has there", object.Describe(r), scope.Admin))
		case !slices.Equal(job.images, imagesIn(r)):
			errs = append(errs, fmt.Errorf("%s: it has other images in what is built than the base gives it", object.Describe(r)))
		}
		delete(missing, r.GetName())
	}
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		errs = append(errs, fmt.Errorf("the Job %s is not in the namespace %s in what is built", object.OneLine(name), scope.Admin))
	}
	return object.Joined(errs)
}
