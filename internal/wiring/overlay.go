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
	database := &kustomize.Database{
		Engine: d.Engine, Strategy: d.Strategy, AdminSecret: d.AdminSecret, Image: d.Image,
		Name: d.Name, Template: d.Template, Open: d.Open,
		ConnectionLimit: d.ConnectionLimit, Storage: d.Storage,
		Migrate: (*kustomize.Task)(d.Migrate), Seed: (*kustomize.Task)(d.Seed),
	}
	if d.StatementTimeout > 0 {
		database.StatementTimeout = d.StatementTimeout.String()
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
