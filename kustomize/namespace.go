package kustomize

import (
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/object"
)

// defaultWave is the sync wave of a preview's Namespace, unless the base has objects in
// this wave or before it.
const defaultWave = -100

// Annotations that Argo CD shows as links.
const (
	externalLink = "link.argocd.argoproj.io/external-link"
	changeLink   = "link.argocd.argoproj.io/change"
)

// waveBefore returns the sync wave of the Namespace. lowest is the lowest wave of all
// other objects. The result is below lowest, unless lowest is math.MinInt.
func waveBefore(lowest int) int {
	if lowest == math.MinInt {
		return lowest
	}
	return min(defaultWave, lowest-1)
}

// namespaceAnnotations returns the annotations of the Namespace object, which is in
// wave. No other object has the links, because Argo CD shows an icon at every object
// with a link.
func namespaceAnnotations(p generator.Preview, wave int) map[string]object.Quoted {
	annotations := map[string]object.Quoted{
		object.SyncWave: object.Quoted(strconv.Itoa(wave)),
		externalLink:    object.Quoted("Preview|" + p.PreviewURL()),
	}
	if link, ok := changeURL(p.URL); ok {
		annotations[changeLink] = object.Quoted(changeTitle(p.Change) + "|" + link)
	}
	if p.Kind == generator.Branch && p.Author != "" {
		annotations[object.Prefix+"owner"] = object.Quoted(object.WithoutControl(p.Author, "")) // see labelsOf
	}
	return annotations
}

// namespaceObject returns the Namespace called name.
func namespaceObject(name string, annotations map[string]object.Quoted) object.Object {
	return object.Object{
		APIVersion: "v1", Kind: "Namespace",
		Metadata: object.Metadata{Name: name, Annotations: annotations},
	}
}

// changeTitle returns the title of a change for a link. A bar would end the title.
func changeTitle(c generator.Change) string {
	if c.Kind == generator.PullRequest {
		return fmt.Sprintf("Pull request #%d", c.Number)
	}
	const longest = 80
	return "Branch " + object.Shortened(strings.ReplaceAll(object.WithoutControl(c.Branch, ""), "|", "/"), longest)
}

// changeURL returns raw as a link. It returns false unless raw is an HTTP or HTTPS URL.
func changeURL(raw string) (string, bool) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", false
	}
	return strings.ReplaceAll(object.WithoutControl(u.String(), ""), "|", "%7C"), true
}
