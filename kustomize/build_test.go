package kustomize_test

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/object"
)

const component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"

func TestInvalidBasesAreBuildErrors(t *testing.T) {
	tests := []struct {
		name       string
		contents   map[string]string
		components []string
		path, want string
	}{
		{"no base", nil, []string{}, "base", "the directory has no kustomization.yaml"},
		{"two kustomizations", map[string]string{"base/kustomization.yaml": "", "base/Kustomization": ""}, nil, "base", "more than one kustomization"},
		{"empty", map[string]string{"base/kustomization.yaml": "kind: Kustomization"}, nil, "base/kustomization.yaml", "empty"},
		{"empty, below another", map[string]string{"base/kustomization.yaml": "resources: [../common]", "common/kustomization.yml": "# nothing\n"}, nil, "common/kustomization.yml", "the kustomization is empty"},
		{"invalid YAML", map[string]string{"base/kustomization.yaml": "resources: [a"}, nil, "base/kustomization.yaml", "not valid YAML in line 1"},
		{"unknown field", map[string]string{"base/kustomization.yaml": "resorces: []"}, nil, "base/kustomization.yaml", `unknown field "resorces"`},
		{"no such file", map[string]string{"base/kustomization.yaml": "resources: [x.yaml]"}, nil, "base/kustomization.yaml", "resources: the file x.yaml does not exist"},
		{"no such component", map[string]string{"base/kustomization.yaml": "components: [../x]"}, nil, "base/kustomization.yaml", "components: the directory ../x does not exist"},
		{"broken resource", map[string]string{"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": oneConfigMap + "---\na: [\n"}, nil, "base/x.yaml", "document that begins at line 6"},
		{"no name", map[string]string{"base/kustomization.yaml": "resources: [../common]", "common/kustomization.yaml": "resources: [x.yaml]", "common/x.yaml": "apiVersion: v1\nkind: ConfigMap\n"}, nil, "common/x.yaml", "missing metadata.name"},
		{"wrong kind", map[string]string{"base/kustomization.yaml": "resources: [../c]", "c/kustomization.yaml": component + "resources: [x.yaml]", "c/x.yaml": oneConfigMap}, nil, "c/kustomization.yaml", "it is a Component: refer to it in components"},
		{"wrong patch", map[string]string{"base/kustomization.yaml": "resources: [plain.yaml]\npatches: [{path: p.yaml, target: {kind: ConfigMap}}]", "base/p.yaml": "- {op: remove, path: /data/x}"}, nil, "base/kustomization.yaml", "the JSON patch in patches[0] (p.yaml) of ConfigMap can't remove /data/x"},
		{"patch of nothing", map[string]string{"base/kustomization.yaml": "resources: [../common]", "common/kustomization.yaml": "resources: [x.yaml]\npatches: [{path: p.yaml}]", "common/x.yaml": oneConfigMap, "common/p.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n"}, nil, "common/kustomization.yaml", "the patch of ConfigMap other matches no object"},
		{"twice", map[string]string{"base/kustomization.yaml": "resources: [plain.yaml, x.yaml]", "base/x.yaml": oneConfigMap}, nil, "base/x.yaml", "it is defined twice"},
		{"file outside of its kustomization", map[string]string{"base/kustomization.yaml": "resources: [../x.yaml]", "x.yaml": oneConfigMap}, nil, "x.yaml", "is outside the directory of the kustomization, base"},
		{"circle", map[string]string{"base/kustomization.yaml": "resources: [../a]", "a/kustomization.yaml": "resources: [../base]"}, nil, "a/kustomization.yaml", "refers to base, which refers to it"},
		{"unprintable", map[string]string{"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": oneConfigMap + "data: {a: \"\\x7f\"}"}, nil, "base/x.yaml", "it can't be printed, because a text has a control character"},
		{"kustomization used as component", map[string]string{"base/kustomization.yaml": "resources: [plain.yaml]", "c/kustomization.yaml": "resources: [x.yaml]", "c/x.yaml": oneConfigMap}, []string{"c"}, "c/kustomization.yaml", "it is no Component"},
		{"no component", map[string]string{"base/kustomization.yaml": "resources: [plain.yaml]"}, []string{"c"}, "c", "the directory does not exist"},
		{"component fails", map[string]string{"base/kustomization.yaml": "resources: [plain.yaml]", "c/kustomization.yaml": component + "replacements:\n- source: {kind: ConfigMap, name: preview, fieldPath: data.nothing}\n  targets: [{select: {kind: ConfigMap}}]\n"}, []string{"c"}, "c/kustomization.yaml", "it has no field data.nothing"},
		{"component uses name of the parameters", map[string]string{"base/kustomization.yaml": "resources: [plain.yaml]", "c/kustomization.yaml": component + "resources: [x.yaml]", "c/x.yaml": strings.Replace(oneConfigMap, "plain", "preview", 1)}, []string{"c"}, "c/x.yaml", "it is defined twice"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := loadError(t, tt.contents, tt.components...)
			var build *object.BuildError
			if !errors.As(err, &build) {
				t.Fatalf("got %T (%v), want a *object.BuildError", err, err)
			}
			if build.Path != tt.path || !strings.Contains(build.Reason, tt.want) {
				t.Errorf("got path %q, reason %q; want %q, %q", build.Path, build.Reason, tt.path, tt.want)
			}
		})
	}
}

func TestMissingBase(t *testing.T) {
	r, err := newRenderer(kustomize.Spec{Base: "nothing/here"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Load(files(map[string]string{"base/kustomization.yaml": ""}))
	var build *object.BuildError
	if !errors.As(err, &build) || build.Path != "nothing/here" {
		t.Errorf("%v", err)
	}
}

// failing is a tree whose reads fail.
type failing struct{ tree }

var errDisk = errors.New("disk on fire")

func (f failing) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, "plain.yaml") {
		return nil, errDisk
	}
	return f.tree.Open(name)
}

// A read error of the tree is not a BuildError.
func TestTreeErrorIsReturned(t *testing.T) {
	r, err := newRenderer(kustomize.Spec{Base: "base"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Load(failing{files(map[string]string{"base/kustomization.yaml": "resources: [plain.yaml]", "base/plain.yaml": oneConfigMap})})
	var build *object.BuildError
	if !errors.Is(err, errDisk) || errors.As(err, &build) {
		t.Errorf("%v", err)
	}
}

func TestRenderErrors(t *testing.T) {
	base := load(t, kustomize.Spec{
		Base:   "base",
		Labels: map[string]string{"team": "{{.author}}"},
		Images: []kustomize.Image{{Name: "shop", NewTag: "{{.branch}}"}},
	}, files(map[string]string{"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: x, image: shop}]}\n"}))
	good := pullRequest()
	good.Branch = "login"
	if _, err := base.Render(t.Context(), good, entry); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, dir, author, branch, namespace, host, schema, want string
		ofBase                                                   bool
	}{
		{ofBase: true, name: "label", author: "not a label", want: `label team: "not a label" is not a valid label value`},
		{ofBase: true, name: "tag", branch: "feature/login", want: `images[0]: newTag: "feature/login" is not valid`},
		{name: "namespace", namespace: "Shop", want: `"Shop" is not a valid namespace`},
		{name: "host", host: "a b", want: `"a b" is not a valid host`},
		{name: "schema", schema: "$(HOME)", want: `"$(HOME)" is not a valid schema`},
		{name: "root", dir: ".", want: "not a directory below"},
		{name: "outside", dir: "../x", want: "not a directory below"},
		{name: "remote", dir: "https:/x", want: "not a directory below"},
		{name: "in the base", dir: "base/x", want: "neither the entry nor the base can contain the other"},
		{name: "around the base", dir: "base", want: "neither the entry nor the base can contain the other"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := good
			for _, set := range []struct {
				field *string
				value string
			}{{&p.Author, tt.author}, {&p.Branch, tt.branch}, {&p.Namespace, tt.namespace}, {&p.Host, tt.host}, {&p.DBSchema, tt.schema}} {
				if set.value != "" {
					*set.field = set.value
				}
			}
			dir := entry
			if tt.dir != "" {
				dir = tt.dir
			}
			_, err := base.Render(t.Context(), p, dir)
			var build *object.BuildError
			path := dir
			if tt.ofBase {
				path = "base"
			}
			if !errors.As(err, &build) || build.Path != path || !strings.Contains(build.Reason, tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestCancelled(t *testing.T) {
	base := plainBase(t, kustomize.Spec{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := base.Render(ctx, pullRequest(), entry); !errors.Is(err, context.Canceled) {
		t.Errorf("Render: got %v, want context.Canceled", err)
	}
	if _, err := base.Build(ctx, kustomize.Overlay{Dir: entry}); !errors.Is(err, context.Canceled) {
		t.Errorf("Build: got %v, want context.Canceled", err)
	}
}

// The overlays were edited after rendering.
func TestBuildChecksReferencesOfOverlay(t *testing.T) {
	base := plainBase(t, kustomize.Spec{})
	for _, ref := range []string{"https://example.com/x.yaml", "github.com/acme/shop", "../../../../etc"} {
		o := render(t, base, pullRequest())
		o.Files = maps.Clone(o.Files)
		o.Files["kustomization.yaml"] = []byte("resources: ['" + ref + "']")
		_, err := base.Build(t.Context(), o)
		var refused *object.RefusedError
		if !errors.As(err, &refused) || refused.Path != entry+"/kustomization.yaml" {
			t.Errorf("%s: %v", ref, err)
		}
	}
}

// TestLegacyOrder checks the order of the kustomize command: Namespaces first, then by
// kind, not in the order of the files.
func TestLegacyOrder(t *testing.T) {
	base := load(t, kustomize.Spec{Base: "base"}, files(map[string]string{
		"base/kustomization.yaml": "resources: [x.yaml]",
		"base/x.yaml": "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\n---\n" +
			"apiVersion: v1\nkind: Service\nmetadata: {name: s}\n---\n" +
			"apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n---\n" +
			"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n---\n" +
			"apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\n",
	}))
	manifests := build(t, base, render(t, base, pullRequest()))
	var kinds []string
	for _, m := range regexp.MustCompile(`(?m)^kind: (\w+)$`).FindAllStringSubmatch(manifests, -1) {
		kinds = append(kinds, m[1])
	}
	if want := []string{"Namespace", "ResourceQuota", "ServiceAccount", "ConfigMap", "Service", "Deployment", "Job"}; !slices.Equal(kinds, want) {
		t.Errorf("got order %v, want %v", kinds, want)
	}
}
