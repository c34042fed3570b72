package kustomize

import (
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/previewset/previewset/generator"
)

// usualWave is the sync wave of a preview's Namespace, unless the base has
// objects in that wave or before.
const usualWave = -100

// wave returns the sync wave of the Namespace: before everything else.
func (f facts) wave() int {
	if f.lowest == math.MinInt {
		return f.lowest
	}
	return min(usualWave, f.lowest-1)
}

// namespaceAnnotations are those of the Namespace object. The links are there
// alone: Argo CD shows an icon at every object that has one.
func (f facts) namespaceAnnotations(p generator.Preview) map[string]quoted {
	annotations := map[string]quoted{
		syncWave:     quoted(strconv.Itoa(f.wave())),
		externalLink: quoted("Preview|https://" + p.Host),
	}
	if link, ok := changeURL(p.URL); ok {
		annotations[changeLink] = quoted(changeTitle(p.Change) + "|" + link)
	}
	if p.Kind == generator.Branch && p.Author != "" {
		annotations[Prefix+"owner"] = quoted(withoutControl(p.Author, "")) // see labelsOf
	}
	return annotations
}

// namespaceObject is the Namespace of a preview whose base brings none.
func namespaceObject(c content) object {
	return object{
		APIVersion: "v1", Kind: "Namespace",
		Metadata: metadata{Name: c.namespace, Annotations: c.links},
	}
}

// namespacePatch annotates the Namespace that the base brings. Its name is
// changed by the overlay's `namespace:`.
func (f facts) namespacePatch(c content) patch {
	return patch{Patch: multiline(object{
		APIVersion: "v1", Kind: "Namespace",
		Metadata: metadata{Name: f.namespace, Annotations: c.links},
	})}
}

// changeTitle names a change for the title of a link, which ends at a bar.
func changeTitle(c generator.Change) string {
	if c.Kind == generator.PullRequest {
		return fmt.Sprintf("Pull request #%d", c.Number)
	}
	const longest = 80
	return "Branch " + shortened(strings.ReplaceAll(withoutControl(c.Branch, ""), "|", "/"), longest)
}

// changeURL returns raw as a link, if it is one that a browser may follow.
func changeURL(raw string) (string, bool) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", false
	}
	return strings.ReplaceAll(withoutControl(u.String(), ""), "|", "%7C"), true
}
