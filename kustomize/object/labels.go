package object

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	valid "k8s.io/apimachinery/pkg/util/validation"
)

// Prefix is the prefix of the labels and annotations that previewset sets.
const Prefix = "previewset.dev/"

// Annotations of Argo CD.
const (
	SyncWave = "argocd.argoproj.io/sync-wave"
	Hook     = "argocd.argoproj.io/hook"
)

// MaxLabel is the maximum length of a label value in Kubernetes, in bytes.
const MaxLabel = valid.LabelValueMaxLength

// reservedKeys are annotation keys that would break an overlay on every object.
var reservedKeys = []string{SyncWave, Hook, "argocd.argoproj.io/tracking-id", "config.kubernetes.io/local-config", "config.kubernetes.io/origin", "alpha.config.kubernetes.io/transformations"}

// IsNamespaceName reports whether Kubernetes accepts s as the name of a namespace.
func IsNamespaceName(s string) bool { return len(valid.IsDNS1123Label(s)) == 0 }

// IsHost reports whether Kubernetes accepts s as a host without a wildcard.
func IsHost(s string) bool { return len(valid.IsDNS1123Subdomain(s)) == 0 }

// CheckKey returns an error unless key can be the key of a label or annotation on
// every object. Unlike Kubernetes, it refuses upper-case letters in the prefix of an
// annotation.
func CheckKey(key string) error {
	switch {
	case len(valid.IsQualifiedName(key)) > 0:
		return errors.New("the key is not valid: use an optional DNS name and a slash, and then at most 63 letters, digits, -, _ and ., with a letter or digit at both ends")
	case strings.HasPrefix(key, Prefix):
		return errors.New("the prefix " + Prefix + " is previewset's own")
	case strings.HasPrefix(key, "internal.config.kubernetes.io/"), slices.Contains(reservedKeys, key):
		return errors.New("the key changes how the overlay is built or synced, so it can't be put on every object")
	}
	return nil
}

// CheckLabelValue returns an error unless Kubernetes accepts value as a label value.
func CheckLabelValue(value string) error {
	if len(valid.IsValidLabelValue(value)) > 0 {
		return fmt.Errorf("%q is not a valid label value: use at most 63 letters, digits, -, _ and ., with a letter or digit at both ends", Shortened(value, 100))
	}
	return nil
}
