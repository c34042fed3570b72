package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

// productionHost matches the hosts of all bases.
var productionHost = regexp.MustCompile(`(?i)((?:[a-z0-9-]+\.)*example\.com)`)

// TestBasesLeaveNothingBehind checks that no golden build of a base names a host or the
// namespace of production, unless a warning names the object and the value.
func TestBasesLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	for _, name := range baseNames(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(basesDir, name)
			warnings := readFile(t, filepath.Join(dir, "warnings.golden.txt"))
			left := leftBehind(manifestsIn(t, readFile(t, filepath.Join(dir, "build.golden.yaml"))), productionNames(t, dir))
			if len(left) == 0 && strings.Contains(warnings, "example.com") {
				t.Errorf("the warnings name hosts of production, and the build has none:\n%s", warnings)
			}
			for _, l := range left {
				if !l.reported(warnings) {
					t.Errorf("%s %s has %q at %s, and no warning names it; the warnings:\n%s", l.kind, l.name, l.value, l.path, warnings)
				}
			}
		})
	}
}

// TestBasesHaveTheImagesOfTheChange checks that each golden build of a base has the images that
// the configuration sets, and that it has them at the commit of the pull request everywhere.
func TestBasesHaveTheImagesOfTheChange(t *testing.T) {
	t.Parallel()
	for _, name := range baseNames(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			overlay := readYAML(t, filepath.Join(basesDir, name, "config.yaml"))["sets"].([]any)[0].(map[string]any)["overlay"].(map[string]any)
			objects := manifestsIn(t, readFile(t, filepath.Join(basesDir, name, "build.golden.yaml")))
			for _, image := range overlay["images"].([]any) {
				checkImage(t, objects, image.(map[string]any)["name"].(string))
			}
		})
	}
}

// checkImage checks the tags of an image. The base may put a registry in front of its name.
func checkImage(t *testing.T, objects []map[string]any, image string) {
	t.Helper()
	tagged, count := regexp.MustCompile(`(?:^|/)`+regexp.QuoteMeta(image)+`:(\S+)$`), 0
	commit := regexp.MustCompile(`^[0-9a-f]{40}$`)
	for _, o := range objects {
		eachText(o, "", func(path, text string) {
			match := tagged.FindStringSubmatch(text)
			if match == nil {
				return
			}
			count++
			if !commit.MatchString(match[1]) {
				t.Errorf("%v at %s: got the image %s, want the commit of the pull request as its tag", o["kind"], path, text)
			}
		})
	}
	if count == 0 {
		t.Errorf("no object has the image %s", image)
	}
}

// TestLeftBehind checks that leftBehind finds the values in each form.
func TestLeftBehind(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, value string
		want        []string
	}{
		{"a host", "shop.example.com", []string{"shop.example.com"}},
		{"hosts in a URL and a rule", "https://shop.example.com/ || Host(`api.shop.example.com`)", []string{"shop.example.com", "api.shop.example.com"}},
		{"another domain", "shop.example.org shop.preview.acme.dev", nil},
		{"the namespace", "shop", []string{"shop"}},
		{"the namespace in a name of a Service", "http://api.shop.svc.cluster.local", []string{"shop"}},
		{"the namespace of an account", "cluster.local/ns/shop/sa/web", []string{"shop"}},
		{"the namespace of a middleware", "auth-sso@kubernetescrd,shop-strip@kubernetescrd", []string{"shop-strip@kubernetescrd"}},
		{"the namespace in a query", `up{namespace="shop"}`, []string{"shop"}},
		{"other names", "shop-pr-1 my-shop shop_pr_1 shopping", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for form, data := range map[string]any{"value": []any{tt.value}, "key": map[string]any{tt.value: ""}} {
				var got []string
				for _, l := range leftBehind([]map[string]any{{"kind": "A", "metadata": map[string]any{"name": "a"}, "data": data}}, []string{"shop"}) {
					got = append(got, l.value)
				}
				if !slices.Equal(got, tt.want) {
					t.Errorf("%s: got %q, want %q", form, got, tt.want)
				}
			}
		})
	}
}

// leftover is a value of production in an object of a build.
type leftover struct{ kind, name, path, value string }

// hashSuffix matches the hash in the name of an object of a generator. A warning may name
// the object without it.
var hashSuffix = regexp.MustCompile(`-[a-z0-9]{10}$`)

// reported reports whether a line of the warnings names the object and the value.
func (l leftover) reported(warnings string) bool {
	object := l.kind + " " + hashSuffix.ReplaceAllString(l.name, "")
	for line := range strings.Lines(warnings) {
		if strings.Contains(line, object) && strings.Contains(line, l.value) {
			return true
		}
	}
	return false
}

// leftBehind returns the hosts of production and the given namespaces in all keys and values
// of objects.
func leftBehind(objects []map[string]any, namespaces []string) (all []leftover) {
	patterns := []*regexp.Regexp{productionHost}
	for _, namespace := range namespaces {
		patterns = append(patterns, namespacePattern(namespace))
	}
	for _, o := range objects {
		metadata, _ := o["metadata"].(map[string]any)
		kind, name := fmt.Sprint(o["kind"]), fmt.Sprint(metadata["name"])
		eachText(o, "", func(path, text string) {
			for _, pattern := range patterns {
				for _, match := range pattern.FindAllStringSubmatch(text, -1) {
					all = append(all, leftover{kind, name, path, match[1]})
				}
			}
		})
	}
	return all
}

// namespacePattern matches a namespace as a word, before the suffix of the names of Services,
// and in the names that Traefik gives to objects of other namespaces. Dashes and dots belong
// to words.
func namespacePattern(namespace string) *regexp.Regexp {
	n := regexp.QuoteMeta(namespace)
	return regexp.MustCompile(`(?:^|[^a-z0-9_-])(` + n + `(?:-[a-z0-9-]+@kubernetescrd)?)(?:\.svc|$|[^a-z0-9_.-])`)
}

// eachText calls visit for each key and each scalar of a value, with the path to it.
func eachText(value any, path string, visit func(path, text string)) {
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			visit(path, key)
			eachText(value[key], path+"."+key, visit)
		}
	case []any:
		for i, item := range value {
			eachText(item, fmt.Sprintf("%s[%d]", path, i), visit)
		}
	default:
		visit(path, fmt.Sprint(value))
	}
}

// productionNames returns the namespaces of the objects that the base itself builds to, as
// production builds it.
func productionNames(t *testing.T, dir string) (namespaces []string) {
	t.Helper()
	set := readYAML(t, filepath.Join(dir, "config.yaml"))["sets"].([]any)[0].(map[string]any)
	base := filepath.Join(dir, "gitops", set["overlay"].(map[string]any)["base"].(string))
	openapi.Schema() // other tests load bases at the same time (see closure.Read)
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), base)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range built.Resources() {
		if n := o.GetNamespace(); !slices.Contains(namespaces, n) {
			namespaces = append(namespaces, n)
		}
	}
	if len(namespaces) == 0 || slices.Contains(namespaces, "") {
		t.Fatalf("got the namespaces %q of production, want all objects in one", namespaces)
	}
	return namespaces
}

// manifestsIn returns the objects of manifests.
func manifestsIn(t *testing.T, manifests string) (objects []map[string]any) {
	t.Helper()
	decoder := yaml.NewDecoder(strings.NewReader(manifests))
	for {
		var o map[string]any
		if err := decoder.Decode(&o); errors.Is(err, io.EOF) {
			return objects
		} else if err != nil {
			t.Fatal(err)
		}
		objects = append(objects, o)
	}
}
