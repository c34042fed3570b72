package kustomize

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/internal/spelling"
	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/edits"
	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// imageEntries are the entries of overlay.images for one preview.
type imageEntries struct {
	// images are the entries for the overlay: those with a name that the base replaces
	// have the new name.
	images   []image
	matchers []imageMatcher
	// unmatched are the entries that match no image of the base.
	unmatched []unmatchedImage
}

// unmatchedImage is an entry of overlay.images with its index.
type unmatchedImage struct {
	index int
	image
}

// entriesFor returns the entries for a base with these images. If the base renames an image,
// the entry also applies to the new names. The entries apply one after the other, as in
// Kustomize.
func (r renames) entriesFor(entries []image, images []string) imageEntries {
	var e imageEntries
	images = slices.Clone(images)
	for i, entry := range entries {
		matched := false
		for _, name := range r.namesOf(string(entry.Name)) {
			entry.Name = object.Quoted(name)
			if matcher := newImageMatcher(name); slices.ContainsFunc(images, matcher.matches) {
				matched = true
				e.add(entry, matcher)
				for k := range images {
					images[k] = e.replacedBy(len(e.images)-1, images[k])
				}
			}
		}
		if !matched {
			e.add(entries[i], newImageMatcher(string(entries[i].Name)))
			e.unmatched = append(e.unmatched, unmatchedImage{i, entries[i]})
		}
	}
	return e
}

func (e *imageEntries) add(img image, m imageMatcher) {
	e.images, e.matchers = append(e.images, img), append(e.matchers, m)
}

// replacedBy returns the image reference after the entry i.
func (e *imageEntries) replacedBy(i int, reference string) string {
	if e.matchers[i].matches(reference) {
		return e.images[i].replaced(reference)
	}
	return reference
}

// replaced returns the image reference after all entries, or "" if they do not change it.
func (e *imageEntries) replaced(reference string) string {
	out := reference
	for i := range e.images {
		out = e.replacedBy(i, out)
	}
	if out == reference {
		return ""
	}
	return out
}

// imagesInAll returns the images in objects, sorted and without duplicates.
func imagesInAll(objects []*resource.Resource, table *fields.Table) []string {
	var images []string
	for _, r := range objects {
		for _, place := range edits.Images(r, table) {
			images = append(images, object.String(place.Node))
		}
	}
	slices.Sort(images)
	return slices.Compact(images)
}

// isIn reports whether one of the images has the parts that u sets. Components can make
// images from the parameters of a preview. They are only known in a built overlay.
func (u unmatchedImage) isIn(images []string) bool {
	name := u.NewName
	if name == "" {
		name = u.Name
	}
	matcher := newImageMatcher(string(name))
	return slices.ContainsFunc(images, func(image string) bool {
		return matcher.matches(image) && u.replaced(image) == image
	})
}

// problem describes u, which matches none of the images of the base, and the remedy.
func (u unmatchedImage) problem(images []string) (reason, fix string) {
	const most = 5
	var names []string
	for _, image := range images {
		name, _ := splitImage(image)
		names = append(names, object.Shortened(object.OneLine(name), maxImage))
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if slices.ContainsFunc(images, newImageMatcher(string(u.Name)).matches) {
		return fmt.Sprintf("overlay.images[%d] changes nothing, because an entry before it replaces the name %s", u.index, object.Shortened(string(u.Name), maxImage)),
			"write all changes of an image into one entry, or the new name into this one"
	}
	reason = fmt.Sprintf("overlay.images[%d] changes nothing, because no object of the base has the image %s", u.index, object.Shortened(string(u.Name), maxImage))
	if len(names) == 0 {
		return reason, "remove the entry"
	}
	closest := closestName(string(u.Name), names)
	list := strings.Join(names[:min(len(names), most)], ", ")
	if more := len(names) - most; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return reason + " (it has " + list + ")", "write name: " + closest + ", or remove the entry"
}

// maxImage bounds the name of an image in a message, in characters.
const maxImage = 100

// closestName returns the name with the fewest differences to name. A name with the same
// last part is closer than all others. names is not empty.
func closestName(name string, names []string) string {
	distance := func(other string) int {
		if lastPart(name) == lastPart(other) {
			return 0
		}
		return 1 + spelling.Distance(name, other)
	}
	return slices.MinFunc(names, func(a, b string) int { return distance(a) - distance(b) })
}

func lastPart(image string) string { return image[strings.LastIndexByte(image, '/')+1:] }

// renamesIn returns the new names that the kustomizations of a closure give to images.
func renamesIn(files *closure.Closure) renames {
	found := renames{}
	for _, dir := range files.Dirs() {
		_, content := files.Kustomization(dir)
		k, err := kustomizationOf(content)
		if err != nil {
			continue // Kustomize reports it
		}
		for _, img := range k.Images {
			if img.NewName != "" && imageName.MatchString(img.NewName) && !slices.Contains(found[img.Name], img.NewName) {
				found[img.Name] = append(found[img.Name], img.NewName)
			}
		}
	}
	return found
}
