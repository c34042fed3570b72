package wiring

import (
	"regexp"
	"runtime/debug"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/kustomize"
)

func spec(s config.Set, repoURL string) kustomize.Spec {
	o := s.Overlay
	spec := kustomize.Spec{
		RepoURL: repoURL, Base: o.Base, Components: o.Components,
		Parameters: s.ExampleParameters(), Database: databaseSpec(o.Database),
		Labels: o.Labels, Annotations: o.Annotations, AdminNamespace: o.AdminNamespace, Allow: o.Allow,
	}
	for _, image := range o.Images {
		spec.Images = append(spec.Images, kustomize.Image(image))
	}
	return spec
}

func databaseSpec(d *config.Database) *kustomize.Database {
	if d == nil {
		return nil
	}
	made := &kustomize.Database{
		Engine: d.Engine, Strategy: d.Strategy, AdminSecret: d.AdminSecret, Image: d.Image,
		Name: d.Name, Template: d.Template, Open: d.Open,
		ConnectionLimit: d.ConnectionLimit, Storage: d.Storage,
		Migrate: (*kustomize.Task)(d.Migrate), Seed: (*kustomize.Task)(d.Seed),
	}
	if d.StatementTimeout > 0 {
		made.StatementTimeout = d.StatementTimeout.String()
	}
	if made.Image == "" && d.AdminSide() {
		made.Image = ownImage()
	}
	return made
}

// ownImage is the image of this version: what the Jobs of an overlay run is what
// has rendered it.
func ownImage() string {
	const name = "ghcr.io/previewset/previewset:"
	if info, ok := debug.ReadBuildInfo(); ok && released.MatchString(info.Main.Version) {
		return name + info.Main.Version
	}
	return name + "dev"
}

// released is the version of a build from a tag.
var released = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+$`)
