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
	"github.com/previewset/previewset/kustomize/edits"
	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

// adminJob is a Job in the administration namespace.
type adminJob struct {
	resid.ResId
	images []jobImage
	// target selects the Job, and mark is the value of patchedMark that it has then, or "".
	target *target
	mark   string
	// deletes is true for a hook that runs when a preview is deleted.
	deletes bool
}

// jobImage is an image of a Job, of a container or a volume.
type jobImage struct{ path, image string }

// isJob reports whether r is a Job, the only kind for the administration namespace.
func isJob(r *resource.Resource) bool { return r.GetKind() == "Job" && r.GetApiVersion() == "batch/v1" }

func newAdminJob(r *resource.Resource, table *fields.Table) adminJob {
	return adminJob{ResId: r.CurId(), images: imagesIn(r, table), target: targetOf(r.CurId()), deletes: policy.AtDeletion(r)}
}

func imagesIn(r *resource.Resource, table *fields.Table) []jobImage {
	var images []jobImage
	for _, place := range edits.Images(r, table) {
		images = append(images, jobImage{place.Pointer, object.String(place.Node)})
	}
	return images
}

// nameFor returns the name of the Job in the administration namespace. All previews
// share this namespace, so the name consists of the name in the base, the preview's
// namespace and 48 bits of a hash, which distinguish the Job a of b-c from the Job a-b
// of c. It has at most 63 bytes, because a Job's pods have the name as a label.
//
// A hook that runs at the deletion has a different name each time the preview is
// created: Argo CD does not run a hook again if the Job of the last deletion still
// exists (executeHooks in controller/hook.go).
func (job adminJob) nameFor(p generator.Preview) string {
	parts := []string{job.Name, p.Namespace}
	if job.deletes {
		parts = append(parts, p.HeadSHA, p.UpdatedAt.UTC().Format(time.RFC3339))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "/")))
	full, suffix := job.Name+"-"+p.Namespace, "-"+hex.EncodeToString(sum[:6])
	return strings.TrimRight(full[:min(len(full), object.MaxLabel-len(suffix))], "-.") + suffix
}

// moveToAdmin sets the Job's namespace to the administration namespace and its name to
// name, and restores the images of the base: an image that was built from a pull request
// must not run with the administrator's credentials. It is a transformer and not a
// patch, because transformers run after the overlay's `namespace:` and `images:`, which
// change the Job, and patches run before them.
func (job adminJob) moveToAdmin(name string) transformer {
	ops := []operation{
		{Op: "add", Path: "/metadata/name", Value: name},
		{Op: "add", Path: "/metadata/namespace", Value: job.Namespace},
	}
	for _, i := range job.images {
		ops = append(ops, operation{Op: "add", Path: i.path, Value: i.image})
	}
	selected := *job.target
	if job.mark != "" {
		selected.AnnotationSelector = patchedMark + "=" + job.mark
		ops = append(ops, operation{Op: "remove", Path: patchedPointer})
	}
	return transformer{
		APIVersion: "builtin", Kind: "PatchTransformer",
		Metadata: object.Metadata{Name: name},
		Target:   &selected,
		Patch:    object.Multiline(ops),
	}
}

// verifyAdmin checks that the administration namespace has exactly the Jobs of the base,
// with the names of nameFor and the images of the base.
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
			errs = append(errs, fmt.Errorf("%s: it is in the namespace %s in the built objects, but is not one of the Jobs that the base has there", object.Describe(r), scope.Admin))
		case !slices.Equal(job.images, imagesIn(r, scope.Table)):
			errs = append(errs, fmt.Errorf("%s: the built Job has other images than in the base", object.Describe(r)))
		}
		delete(missing, r.GetName())
	}
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		errs = append(errs, fmt.Errorf("the Job %s is not in the namespace %s in the built objects", object.OneLine(name), scope.Admin))
	}
	return object.Joined(errs)
}
