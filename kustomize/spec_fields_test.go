package kustomize_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/test/fields"
)

// fullSpec returns a spec with a value in every field.
func fullSpec() *kustomize.Spec {
	return &kustomize.Spec{
		RepoURL: "https://git.acme.dev/gitops.git", Base: "base", Components: []string{"c"},
		Parameters: map[string]string{"service": "web"},
		Database: &kustomize.Database{
			Engine: "postgres", Strategy: "schema", AdminSecret: "pg", Image: "previewset:1", Name: "shop", Template: "golden", Open: []string{"postgres"},
			ConnectionLimit: 5, StatementTimeout: "30s", Storage: "1Gi",
			Migrate: &kustomize.Task{Image: "m:1", Command: []string{"up"}, Args: []string{"a"}, Back: []string{"down"}},
			Seed:    &kustomize.Task{Image: "s:1", Command: []string{"seed"}, Args: []string{"b"}, Back: []string{"none"}},
		},
		Images: []kustomize.Image{
			{Name: "shop", NewName: "new", NewTag: "tag"},
			{Name: "db", NewName: "new", Digest: "sha256:11111111111111111111111111111111"},
		},
		Labels: map[string]string{"team": "{{.service}}"}, Annotations: map[string]string{"note": "a"},
		AdminNamespace: "admin", Allow: []string{"host-network"},
	}
}

// emptyFields are the parts of images that exclude each other.
var emptyFields = []string{"Images[0].Digest", "Images[1].NewTag"}

// otherValues are values for fields where a changed text is not valid.
var otherValues = map[string]string{
	"Base": "other", "Components[0]": "c2", "Database.Strategy": "database", "Database.StatementTimeout": "45s",
	"Images[1].Digest": "sha256:22222222222222222222222222222222", "Labels[team]": "{{.service}}x",
}

// specTree has what fullSpec names, and what it names after a change.
func specTree() tree {
	const kustomization = "resources: [pod.yaml]"
	return files(map[string]string{
		"base/kustomization.yaml":  kustomization,
		"base/pod.yaml":            podWith("hostNetwork: true"),
		"other/kustomization.yaml": kustomization,
		"other/pod.yaml":           podWith("hostNetwork: true"),
		"c/kustomization.yaml":     component + "commonLabels: {c: c}",
		"c2/kustomization.yaml":    component + "commonLabels: {c: c}",
	})
}

// overlayOf returns the files of an overlay, or the reason why the spec has no overlay.
func overlayOf(t *testing.T, spec kustomize.Spec, p generator.Preview) string {
	t.Helper()
	r, err := kustomize.New(spec)
	if err != nil {
		return "error: " + err.Error()
	}
	base, err := r.Load(specTree())
	if err != nil {
		return "error: " + err.Error()
	}
	o, err := base.Render(t.Context(), p, entry)
	if err != nil {
		return "error: " + err.Error()
	}
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(o.Files)) {
		out.WriteString(name + "\n" + string(o.Files[name]))
	}
	return out.String()
}

func previewOfWeb() generator.Preview {
	p := pullRequest()
	p.Parameters = map[string]string{"service": "web"}
	return p
}

// TestEveryFieldOfASpecHasAnEffect changes each field of a spec. The overlay must change
// too, or the renderer must refuse the spec where the field makes another one valid.
func TestEveryFieldOfASpecHasAnEffect(t *testing.T) {
	t.Parallel()
	plain := overlayOf(t, *fullSpec(), previewOfWeb())
	if strings.HasPrefix(plain, "error: ") {
		t.Fatal(plain)
	}
	permits := map[string]string{
		"Database.Engine": `the engine "postgresx" has no strategy "schema"`, "Allow[0]": `"host-networkx" can't be allowed`,
		// No template of the spec is known to use a parameter with another name.
		"Parameters[service]": "",
	}
	for _, f := range fields.Of(t, fullSpec()) {
		t.Run(f.Path, func(t *testing.T) {
			t.Parallel()
			if slices.Contains(emptyFields, f.Path) {
				return
			}
			spec := fullSpec()
			changed := fields.Find(t, spec, f.Path)
			if value, ok := otherValues[f.Path]; ok {
				changed.Set(value)
			} else {
				changed.Change()
			}
			got := overlayOf(t, *spec, previewOfWeb())
			if problem, ok := permits[f.Path]; ok {
				if problem != "" && !strings.Contains(got, problem) {
					t.Errorf("got %.300s, want %s", got, problem)
				}
				return
			}
			if strings.HasPrefix(got, "error: ") || got == plain {
				t.Errorf("the field has no effect: %.300s", got)
			}
		})
	}
}

// TestFieldsThatAnotherFieldRequires removes the fields without which another field is
// refused.
func TestFieldsThatAnotherFieldRequires(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		remove  func(*kustomize.Spec)
		problem string
	}{
		"Allow":          {func(s *kustomize.Spec) { s.Allow = nil }, "hostNetwork"},
		"Parameters":     {func(s *kustomize.Spec) { s.Parameters = nil }, `no entry for key "service"`},
		"AdminNamespace": {func(s *kustomize.Spec) { s.AdminNamespace = "" }, "needs adminNamespace"},
	} {
		spec := fullSpec()
		tt.remove(spec)
		if got := overlayOf(t, *spec, previewOfWeb()); !strings.HasPrefix(got, "error: ") || !strings.Contains(got, tt.problem) {
			t.Errorf("%s: got %.300s, want %s", name, got, tt.problem)
		}
	}
}

// TestEveryFieldOfAPreviewHasAnEffect changes each field of a preview. The overlay must
// change too, apart from the fields that only previewset itself uses.
func TestEveryFieldOfAPreviewHasAnEffect(t *testing.T) {
	t.Parallel()
	full := func() *generator.Preview {
		p := previewOfWeb()
		p.Features, p.Variant = generator.Flags{"new": "on"}, "blue"
		p.ExpiresAt = p.UpdatedAt.AddDate(0, 0, 1)
		p.Objection = &generator.Objection{Reason: "fork", Guard: &generator.Guard{}}
		return &p
	}
	plain := overlayOf(t, *fullSpec(), *full())
	internal := []string{"Change.Draft", "Change.Fork", "Held", "Objection.Reason", "Objection.Guard.Removals", "Objection.Guard.Percent", "Objection.Guard.AllowAll", "Repository.DefaultBranch"}
	for _, f := range fields.Of(t, full()) {
		p := full()
		fields.Find(t, p, f.Path).Change()
		got := overlayOf(t, *fullSpec(), *p)
		if strings.HasPrefix(got, "error: ") {
			t.Errorf("%s: %s", f.Path, got)
		}
		if effect := got != plain; effect == slices.Contains(internal, f.Path) {
			t.Errorf("%s: got an effect %v", f.Path, effect)
		}
	}
}
