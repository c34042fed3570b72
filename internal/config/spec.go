package config

import (
	"fmt"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/previewset/previewset/kustomize"
)

// OverlaySpec returns the settings of the set's overlays on bases of the repository at
// repoURL. The set must have an overlay.
func (s Set) OverlaySpec(repoURL string) kustomize.Spec {
	o := s.Overlay
	spec := kustomize.Spec{
		RepoURL: repoURL, Base: o.Base, Components: o.Components,
		Parameters: s.ExampleParameters(), Database: databaseSpec(o.Database),
		Labels: o.Labels, Annotations: o.Annotations, AdminNamespace: o.AdminNamespace, Allow: o.Allow,
		Kinds: kustomize.Kinds(o.Kinds), Strict: o.Strict,
	}
	for _, image := range o.Images {
		spec.Images = append(spec.Images, kustomize.Image(image))
	}
	for _, field := range o.Fields {
		spec.Fields = append(spec.Fields, kustomize.Field(field))
	}
	return spec
}

func databaseSpec(d *Database) *kustomize.Database {
	if d == nil {
		return nil
	}
	database := &kustomize.Database{
		Engine: d.Engine, Strategy: d.Strategy, AdminSecret: d.AdminSecret, Image: d.Image,
		Name: d.Name, Template: d.Template, Open: d.Open,
		ConnectionLimit: d.ConnectionLimit, Storage: d.Storage,
		Migrate: (*kustomize.Task)(d.Migrate), Seed: (*kustomize.Task)(d.Seed),
	}
	if d.StatementTimeout > 0 {
		database.StatementTimeout = time.Duration(d.StatementTimeout).String() // entries have the form of Go
	}
	if database.Image == "" && d.AdminSide() {
		database.Image = ownImage()
	}
	return database
}

// ownImage returns the image of this version, so that the Jobs of an overlay run the
// version that has rendered it.
func ownImage() string {
	const name = "ghcr.io/previewset/previewset:"
	if info, ok := debug.ReadBuildInfo(); ok && released.MatchString(info.Main.Version) {
		return name + info.Main.Version
	}
	return name + "dev"
}

// released matches the version of a build from a release tag.
var released = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+$`)

// Patterns of the errors of kustomize.New and of text/template.
var (
	specProblem   = regexp.MustCompile(`^(?:template: )?([A-Za-z]+(?:\[[^\]]*\]|\.[A-Za-z]+)*)(?::[0-9]+)*: (?:template: [^ ]+: )?(.*)$`)
	templatePlace = regexp.MustCompile(`^template: [^ ]+: `)
	specKey       = regexp.MustCompile(`\[([^\]]*[^0-9\]][^\]]*)\]`)
	missingField  = regexp.MustCompile(`^executing .* map has no entry for key ("[^"]*")$`)
)

// checkSpec reports the problems of the templates of an overlay, and those that only kustomize
// finds.
func (d *document) checkSpec(path string, s *Set) {
	_, err := kustomize.New(s.OverlaySpec("/"))
	if err == nil {
		return
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		at, message := path, line
		if m := specProblem.FindStringSubmatch(line); m != nil {
			at, message = below(path, specKey.ReplaceAllString(m[1], ".$1")), m[2]
		}
		if m := missingField.FindStringSubmatch(message); m != nil {
			message = fmt.Sprintf("the template uses %s, which is no parameter: correct it, or add it to parameters of the set", m[1])
		}
		if !d.hasProblem(at) {
			d.addProblem(at, "%s", message)
		}
	}
}
