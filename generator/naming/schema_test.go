package naming_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator/naming"
)

func TestIsSchemaAndIsDatabase(t *testing.T) {
	schema := regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)
	for name, database := range map[string]bool{
		"": false, "a": true, "_": true, "__": true, "a__1": true, "A": true, "shop-1": true, "Shop_Template": true,
		"1a": false, "-a": false, "a.b": false, "a b": false, "a\n": false, "é": false, "\u212a": false, "a\x00": false, "\xff": false,
		strings.Repeat("a", 63): true, strings.Repeat("a", 64): false,
	} {
		if got := naming.IsDatabase(name); got != database {
			t.Errorf("IsDatabase(%q): got %v, want %v", name, got, database)
		}
		if got, want := naming.IsSchema(name), schema.MatchString(name); got != want {
			t.Errorf("IsSchema(%q): got %v, want %v", name, got, want)
		}
	}
	for c := range 256 {
		for _, name := range []string{string([]byte{byte(c)}), "a" + string([]byte{byte(c)})} {
			if got, want := naming.IsSchema(name), schema.MatchString(name); got != want {
				t.Errorf("IsSchema(%q): got %v, want %v", name, got, want)
			}
		}
	}
}
