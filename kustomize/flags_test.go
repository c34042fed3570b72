package kustomize_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
)

func TestFlagsForFlagd(t *testing.T) {
	base := plainBase(t, kustomize.Spec{})
	p := pullRequest()
	p.Features = generator.Flags{"dashboard": "on", "checkout": "off", "legacy": "false", "theme": "dark", "limit": "2.5", "size": "1e999", "odd": `"}`}
	var got struct {
		Flags map[string]struct {
			State, DefaultVariant string
			Variants              map[string]any
		}
	}
	document := find(t, build(t, base, render(t, base, p)), "ConfigMap", "preview").Data["flags.json"]
	if err := json.Unmarshal([]byte(document), &got); err != nil {
		t.Fatalf("%v: %s", err, document)
	}
	values := map[string]any{}
	for name, flag := range got.Flags {
		if flag.State != "ENABLED" {
			t.Errorf("flag %s: got state %s, want ENABLED", name, flag.State)
		}
		values[name] = flag.Variants[flag.DefaultVariant]
	}
	want := map[string]any{"dashboard": true, "checkout": false, "legacy": false, "theme": "dark", "limit": 2.5, "size": "1e999", "odd": `"}`}
	if !reflect.DeepEqual(values, want) {
		t.Errorf("got flags %v, want %v", values, want)
	}
}
