package preflight

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/secret"
)

// reference is a key of the configuration that names a file or an environment variable.
type reference struct {
	path string // such as sets[0].source.github.tokenFile
	secret.Ref
}

// isSecret reports whether r names a secret. Other files hold settings.
func (r reference) isSecret() bool {
	return !strings.HasSuffix(r.path, ".kubeconfigFile") && !strings.HasSuffix(r.path, ".sshKnownHostsFile")
}

// isToken reports whether r names a bearer token of this service.
func (r reference) isToken() bool { return strings.HasPrefix(r.path, "auth.") }

// references returns all keys of c that name a file or an environment variable, by their
// names, which end in File or Env. New keys are therefore included.
func references(c *config.Config) (all []reference) {
	var walk func(v reflect.Value, path string)
	walk = func(v reflect.Value, path string) {
		switch v.Kind() {
		case reflect.Pointer, reflect.Interface:
			if !v.IsNil() {
				walk(v.Elem(), path)
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
			}
		case reflect.Struct:
			if source, ok := v.Interface().(config.Source); ok {
				walk(reflect.ValueOf(source.Stanza), below(path, source.Forge.Key))
				return
			}
			for field, value := range v.Fields() {
				if key, ok := keyOf(field); ok && key != "defaults" { // the sets have the defaults already
					walk(value, below(path, key))
				}
			}
		case reflect.String:
			if ref, ok := refOf(path, v.String()); ok {
				all = append(all, ref)
			}
		default:
		}
	}
	walk(reflect.ValueOf(c), "")
	return all
}

// keyOf returns the key of a field in YAML, "" for an inline field. It returns false for a
// field that is no key.
func keyOf(field reflect.StructField) (key string, ok bool) {
	tag, ok := field.Tag.Lookup("yaml")
	key, _, _ = strings.Cut(tag, ",")
	return key, ok && field.IsExported()
}

func below(path, key string) string { return strings.Trim(path+"."+key, ".") }

func refOf(path, value string) (reference, bool) {
	switch {
	case value == "":
		return reference{}, false
	case strings.HasSuffix(path, "File"):
		return reference{path, secret.Ref{File: value}}, true
	case strings.HasSuffix(path, "Env"):
		return reference{path, secret.Ref{Env: value}}, true
	}
	return reference{}, false
}
