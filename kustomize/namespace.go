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

// usualWave is the sync wave of a preview's Namespace, unless the base has
// objects in that wave or before.
const usualWave = -100

// Annotations by which Argo CD shows links.
const (
	externalLink = "link.argocd.argoproj.io/external-link"
	changeLink   = "link.argocd.argoproj.io/change"
)

// waveBefore returns the sync wave of the Namespace: before everything else, of which
// lowest is the lowest.
func waveBefore(lowest int) int {
	if lowest == math.MinInt {
		return lowest
	}
	return min(usualWave, lowest-1)
}

// linksOf returns the annotations of the Namespace object, which is in wave. The
// links are there alone: Argo CD shows an icon at every object that has one.
func linksOf(p generator.Preview, wave int) map[string]object.Quoted {
	annotations := map[string]object.Quoted{
		object.SyncWave: object.Quoted(strconv.Itoa(wave)),
		externalLink:    object.Quoted("Preview|https://" + p.Host),
	}
	if link, ok := changeURL(p.URL); ok {
		annotations[changeLink] = object.Quoted(changeTitle(p.Change) + "|" + link)
	}
	if p.Kind == generator.Branch && p.Author != "" {
		annotations[object.Prefix+"owner"] = object.Quoted(object.WithoutControl(p.Author, "")) // see labelsOf
	}
	return annotations
}

// namespaceObject is the Namespace called name.
func namespaceObject(name string, links map[string]object.Quoted) object.Object {
	return object.Object{
		APIVersion: "v1", Kind: "Namespace",
		Metadata: object.Metadata{Name: name, Annotations: links},
	}
}

// changeTitle names a change for the title of a link, which ends at a bar.
func changeTitle(c generator.Change) string {
	if c.Kind == generator.PullRequest {
		return fmt.Sprintf("Pull request #%d", c.Number)
	}
	const longest = 80
	return "Branch " + object.Shortened(strings.ReplaceAll(object.WithoutControl(c.Branch, ""), "|", "/"), longest)
}

// changeURL returns raw as a link, if it is one that a browser may follow.
func changeURL(raw string) (string, bool) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", false
	}
	return strings.ReplaceAll(object.WithoutControl(u.String(), ""), "|", "%7C"), true
}
