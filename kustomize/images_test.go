package kustomize_test

import (
	"errors"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/filters/imagetag"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/test/fuzzing"
)

// podOf returns a base with a Pod with these images.
func podOf(images ...string) map[string]string {
	var containers strings.Builder
	for i, image := range images {
		containers.WriteString("  - {name: c" + string(rune('0'+i)) + ", image: \"" + image + "\"}\n")
	}
	return map[string]string{
		"base/kustomization.yaml": "resources: [x.yaml]\n",
		"base/x.yaml":             "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n" + containers.String(),
	}
}

func with(contents map[string]string, more ...string) map[string]string {
	for i := 0; i < len(more); i += 2 {
		contents[more[i]] = more[i+1]
	}
	return contents
}

// imagesOf returns the images of the containers of the object x in manifests.
func imagesOf(t *testing.T, manifests string) string {
	t.Helper()
	var images []string
	for _, line := range strings.Split(objectOf(t, manifests, "Pod", "x"), "\n") {
		if image, ok := strings.CutPrefix(strings.TrimLeft(line, " -"), "image: "); ok {
			images = append(images, image)
		}
	}
	return strings.Join(images, " ")
}

func TestImagesOfBases(t *testing.T) {
	t.Parallel()
	sha := pullRequest().HeadSHA
	tag := func(names ...string) []kustomize.Image {
		var images []kustomize.Image
		for _, name := range names {
			images = append(images, kustomize.Image{Name: name, NewTag: "{{.head_sha}}"})
		}
		return images
	}
	const rename = "images: [{name: my-image, newName: ghcr.io/acme/web, newTag: main}]\n"
	for _, tt := range []struct {
		name     string
		contents map[string]string
		images   []kustomize.Image
		want     string
	}{
		{"plain", podOf("web:1", "other:1"), tag("web"), "web:" + sha + " other:1"},
		{"renamed, old name", with(podOf("my-image"), "base/kustomization.yaml", "resources: [x.yaml]\n"+rename), tag("my-image"), "ghcr.io/acme/web:" + sha},
		{"renamed, new name", with(podOf("my-image"), "base/kustomization.yaml", "resources: [x.yaml]\n"+rename), tag("ghcr.io/acme/web"), "ghcr.io/acme/web:" + sha},
		{"renamed twice, first name", with(podOf("my-image"), "base/kustomization.yaml", "resources: [../app]\nimages: [{name: ghcr.io/acme/web, newName: web}]\n",
			"app/kustomization.yaml", "resources: [x.yaml]\n"+rename, "app/x.yaml", podOf("my-image")["base/x.yaml"]), tag("my-image"), "web:" + sha},
		{"renamed twice, second name", with(podOf("my-image"), "base/kustomization.yaml", "resources: [../app]\nimages: [{name: ghcr.io/acme/web, newName: web}]\n",
			"app/kustomization.yaml", "resources: [x.yaml]\n"+rename, "app/x.yaml", podOf("my-image")["base/x.yaml"]), tag("ghcr.io/acme/web"), "web:" + sha},
		{"renamed in a component", with(podOf("my-image"), "base/kustomization.yaml", "resources: [x.yaml]\ncomponents: [../c]\n", "c/kustomization.yaml", component+rename), tag("my-image"), "ghcr.io/acme/web:" + sha},
		{"renamed for one of two", with(podOf("my-image"), "base/kustomization.yaml", "resources: [x.yaml, ../app]\n",
			"app/kustomization.yaml", "resources: [y.yaml]\nnameSuffix: -y\n"+rename, "app/y.yaml", podOf("my-image")["base/x.yaml"]), tag("my-image"), "my-image:" + sha},
		{"name of the set", podOf("acme/shop:1"), tag("{{.organization}}/{{.repository}}"), "acme/shop:" + sha},
		{"digest", podOf("web:1@sha256:0123456789abcdef0123456789abcdef"), []kustomize.Image{{Name: "web", NewName: "w"}}, "w:1@sha256:0123456789abcdef0123456789abcdef"},
		{"port", podOf("registry:5000/web:1"), tag("registry:5000/web"), "registry:5000/web:" + sha},
		{"chain of entries", podOf("a:1"), []kustomize.Image{{Name: "a", NewName: "b"}, {Name: "b", NewTag: "2"}}, "b:2"},
		{"one name twice", podOf("a:1"), []kustomize.Image{{Name: "a", NewTag: "2"}, {Name: "a", NewTag: "3"}}, "a:3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			base := load(t, kustomize.Spec{Base: "base", Images: tt.images}, files(tt.contents))
			for range 3 { // written, and filled into a template
				if got := imagesOf(t, build(t, base, render(t, base, pullRequest()))); got != tt.want {
					t.Errorf("got the images %s, want %s", got, tt.want)
				}
			}
			sameAsBuilt(t, base, numbered(7))
		})
	}
}

func TestImagesThatMatchNothing(t *testing.T) {
	t.Parallel()
	hook := strings.Replace(hookJob("drop", "shop-admin", "argocd.argoproj.io/hook: PreSync"), "image: x", "image: psql", 1)
	for _, tt := range []struct {
		name     string
		contents map[string]string
		image    kustomize.Image
		want     []string
	}{
		{"typing error", podOf("ghcr.io/acme/web:1", "redis:7"), kustomize.Image{Name: "ghcr.io/acme/wep", NewTag: "1"}, []string{"overlay.images[0]", "ghcr.io/acme/wep", "(it has ghcr.io/acme/web, redis)", "write name: ghcr.io/acme/web,"}},
		{"other registry", podOf("docker.io/acme/shop:1", "ghcr.io/acme/w"), kustomize.Image{Name: "ghcr.io/acme/shop", NewTag: "1"}, []string{"write name: docker.io/acme/shop,"}},
		{"no images", map[string]string{"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": oneConfigMap}, kustomize.Image{Name: "web", NewTag: "1"}, []string{"remove the entry"}},
		{"name of the preview", podOf("web:1"), kustomize.Image{Name: "{{.branch_slug}}", NewTag: "1"}, []string{"has the image feature-login"}},
		{"part of a name", podOf("web-api:1", "acme/web:1"), kustomize.Image{Name: "web", NewTag: "1"}, []string{"has the image web "}},
		{"renamed away", podOf("a"), kustomize.Image{Name: "b", NewTag: "1"}, []string{"has the image b "}},
		{"many", podOf("a", "b", "c", "d", "e", "f", "g"), kustomize.Image{Name: "x", NewTag: "1"}, []string{"a, b, c, d, e and 2 more"}},
		{"only a hook", with(podOf("a"), "base/kustomization.yaml", "resources: [x.yaml, hook.yaml]", "base/hook.yaml", hook), kustomize.Image{Name: "psql", NewTag: "1"}, []string{"has the image psql", "(it has a)"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			base := load(t, kustomize.Spec{Base: "base", AdminNamespace: "shop-admin", Images: []kustomize.Image{tt.image}}, files(tt.contents))
			_, err := base.Render(t.Context(), pullRequest(), entry)
			var refused *object.RefusedError
			if !errors.As(err, &refused) || refused.Path != "base" || strings.Contains(err.Error(), "\n") {
				t.Fatalf("got %v, want one refusal", err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q", err, want)
				}
			}
		})
	}
}

// TestImagesOfComponents has a component that makes an image from the parameters of the
// preview. It is known only in the built overlay.
func TestImagesOfComponents(t *testing.T) {
	t.Parallel()
	contents := with(podOf("web:1"), "c/kustomization.yaml", component+
		"replacements:\n- source: {kind: ConfigMap, name: preview, fieldPath: data.branch_slug}\n  targets: [{select: {kind: Pod}, fieldPaths: [spec.containers.0.image]}]\n")
	for name, want := range map[string]string{"{{.branch_slug}}": "feature-login:9", "web": "", "{{.id}}": ""} {
		base := load(t, kustomize.Spec{Base: "base", Components: []string{"c"}, Images: []kustomize.Image{{Name: name, NewTag: "9"}}}, files(contents))
		o, err := base.Render(t.Context(), pullRequest(), entry)
		var refused *object.RefusedError
		switch {
		case want == "" && !errors.As(err, &refused):
			t.Errorf("%s: got %v, want a refusal", name, err)
		case want != "" && err != nil:
			t.Errorf("%s: got %v", name, err)
		case want != "" && imagesOf(t, build(t, base, o)) != want:
			t.Errorf("%s: got %s, want %s", name, imagesOf(t, build(t, base, o)), want)
		}
	}
}

// TestImagesOfOtherFields has images that Kustomize itself does not replace.
func TestImagesOfOtherFields(t *testing.T) {
	t.Parallel()
	spec := kustomize.Spec{
		Base: "base", Images: []kustomize.Image{{Name: "web", NewName: "ghcr.io/acme/web", NewTag: "{{.head_sha}}"}},
		Fields: []kustomize.Field{{Group: "acme.dev", Kind: "App", Path: "spec.images[]", Is: "image"}, {Group: "acme.dev", Kind: "App", Path: "spec.server.image", Is: "image"}},
	}
	for kind, body := range map[string]string{
		"argoproj.io/v1alpha1 CronWorkflow":        "spec: {workflowSpec: {templates: [{container: {image: web}}, {script: {image: 'web:1'}}, {containerSet: {containers: [{image: web}]}}, {sidecars: [{image: web}]}]}}",
		"tekton.dev/v1 Pipeline":                   "spec: {tasks: [{name: a, taskSpec: {steps: [{image: web}, {ref: {name: x}}]}}]}",
		"postgresql.cnpg.io/v1 Cluster":            "spec: {imageName: 'web:1@sha256:0123456789abcdef0123456789abcdef'}",
		"k8s.keycloak.org/v2alpha1 Keycloak":       "spec: {image: web}",
		"monitoring.coreos.com/v1 Prometheus":      "spec: {image: web, containers: [{name: a, image: web}]}",
		"apps/v1 Deployment":                       "spec: {template: {spec: {containers: [{name: a, image: web}], volumes: [{name: a, image: {reference: web}}]}}}",
		"acme.dev/v1 App":                          "spec: {images: [web, 'web:2', other], server: {image: web}, parts: [{containers: [{image: web}]}]}",
		"jobset.x-k8s.io/v1alpha2 JobSet":          "spec: {replicatedJobs: [{template: {spec: {template: {spec: {containers: [{name: a, image: web}]}}}}}]}",
		"sparkoperator.k8s.io/v1 SparkApplication": "spec: {image: web, driver: {image: web}}",
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			base := load(t, spec, oneObject(kind, body))
			for range 3 {
				got := objectOf(t, build(t, base, render(t, base, pullRequest())), strings.Fields(kind)[1], "x")
				want := strings.Count(body, "web")
				if n := strings.Count(got, "ghcr.io/acme/web:"+pullRequest().HeadSHA+"\n"); n != want {
					t.Errorf("got %d images of the preview, want %d, in\n%s", n, want, got)
				}
			}
			sameAsBuilt(t, base, numbered(7))
		})
	}
}

// TestImageVolumesOfHooks has a volume with an image in the administration namespace, which
// a preview must not choose.
func TestImageVolumesOfHooks(t *testing.T) {
	t.Parallel()
	job := "apiVersion: batch/v1\nkind: Job\nmetadata: {name: drop, namespace: shop-admin, annotations: {argocd.argoproj.io/hook: PreSync}}\n" +
		"spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'web:1'}], volumes: [{name: a, image: {reference: 'web:1'}}]}}}\n"
	spec := kustomize.Spec{Base: "base", AdminNamespace: "shop-admin", Images: []kustomize.Image{{Name: "web", NewTag: "2"}}}
	base := load(t, spec, files(with(podOf("web:1"), "base/kustomization.yaml", "resources: [x.yaml, job.yaml]", "base/job.yaml", job)))
	manifests := build(t, base, render(t, base, pullRequest()))
	if strings.Count(manifests, "web:1\n") != 2 || strings.Count(manifests, "web:2\n") != 1 {
		t.Errorf("a Job in the administration namespace has the image of the preview:\n%s", manifests)
	}
}

// FuzzImages compares the replacement of images with Kustomize's.
func FuzzImages(f *testing.F) {
	const digest = "sha256:0123456789abcdef0123456789abcdef"
	for _, reference := range []string{"web", "web:1", "web@" + digest, "web:1@" + digest, "a.b/web:1", "a:5000/web", "a:5000/web:1@" + digest, "web:", "web@", "web:1:2", "aXb/web", "web:{TAG}", "", "web:1@x:", "/web:1", "web:@" + digest} {
		for _, name := range []string{"web", "a.b/web", "a:5000/web", "web:1"} {
			f.Add(reference, name, "", "2", "")
			f.Add(reference, name, "new", "", digest)
			f.Add(reference, name, "new", "", "")
		}
	}
	judged := fuzzing.Judged(f, 100)
	f.Fuzz(func(t *testing.T, reference, name, newName, tag, digest string) {
		img := kustomize.Image{Name: name, NewName: newName, NewTag: tag, Digest: digest}
		got, ok := kustomize.ReplacedImage(img, reference)
		if !ok || !object.Printable(reference) {
			t.Skip("the image is not valid")
		}
		n := yaml.NewMapRNode(&map[string]string{"kind": "X", "apiVersion": "v1"})
		if err := n.PipeE(yaml.SetField("image", yaml.NewStringRNode(reference))); err != nil {
			t.Fatal(err)
		}
		filter := imagetag.Filter{ImageTag: types.Image{Name: name, NewName: newName, NewTag: tag, Digest: digest}, FsSlice: types.FsSlice{{Path: "image"}}}
		if _, err := filter.Filter([]*yaml.RNode{n}); err != nil {
			t.Fatal(err)
		}
		if want := n.Field("image").Value.YNode().Value; got != want {
			t.Errorf("%+v: %q becomes %q, want %q", img, reference, got, want)
		}
		judged()
	})
}

// An entry of overlay.images renames the image of the next one.
func TestImageThatIsRenamedBefore(t *testing.T) {
	t.Parallel()
	base := load(t, kustomize.Spec{Base: "base", Images: []kustomize.Image{{Name: "web", NewName: "acme/web"}, {Name: "web", NewTag: "2"}}},
		oneObject("apps/v1 Deployment", "spec: {template: {spec: {containers: [{name: a, image: web}]}}}"))
	_, err := base.Render(t.Context(), pullRequest(), entry)
	if want := "overlay.images[1] changes nothing, because an entry before it replaces the name web: write all changes of an image into one entry"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}
