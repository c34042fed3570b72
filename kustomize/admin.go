package kustomize

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
)

// adminName returns the name of a Job in the administration namespace: name,
// which the base gives it, and the preview's namespace, because all previews
// share that one. It has at most 63 bytes, since a Job's pods carry its name as
// a label; one that was cut ends in 48 bits of hash.
func adminName(name, namespace string) string {
	full := name + "-" + namespace
	if len(full) <= maxLabel {
		return full
	}
	sum := sha256.Sum256([]byte(name + "/" + namespace))
	suffix := "-" + hex.EncodeToString(sum[:6])
	return strings.TrimRight(full[:maxLabel-len(suffix)], "-.") + suffix
}

// moveBack takes the Job back to the administration namespace that it was in,
// under its own name. It is a transformer, because those run after the
// overlay's `namespace:`, which has moved the Job, and patches run before it.
func moveBack(job id, namespace string) transformer {
	name := adminName(job.name, namespace)
	return transformer{
		APIVersion: "builtin", Kind: "PatchTransformer",
		Metadata: metadata{Name: name},
		Target:   targetOf(job),
		Patch: multiline([]operation{
			{"add", "/metadata/name", name},
			{"add", "/metadata/namespace", job.namespace},
		}),
	}
}

// verifyAdmin checks that the Jobs that belong into the administration
// namespace are there, under their own names, and that nothing else is.
func (f facts) verifyAdmin(objects []*resource.Resource, in scope) error {
	missing := map[string]bool{}
	for _, job := range f.jobs {
		missing[adminName(job.name, in.own)] = true
	}
	var errs []error
	for _, r := range objects {
		switch {
		case !in.isAdmin(r):
		case missing[r.GetName()]:
			delete(missing, r.GetName())
		default:
			errs = append(errs, fmt.Errorf("%s: it is in the namespace %s in what is built, and not one of the Jobs that the base has there", label(r), in.admin))
		}
	}
	for _, name := range sortedKeys(missing) {
		errs = append(errs, fmt.Errorf("the Job %s is not in the namespace %s in what is built", oneLine(name), in.admin))
	}
	return joined(errs)
}
