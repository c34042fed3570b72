package kustomize

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	valid "k8s.io/apimachinery/pkg/util/validation"
)

// Prefix is that of every label and annotation that previewset sets itself.
const Prefix = "previewset.dev/"

// Annotations that Argo CD and Kustomize act on.
const (
	syncWave     = "argocd.argoproj.io/sync-wave"
	hook         = "argocd.argoproj.io/hook"
	trackingID   = "argocd.argoproj.io/tracking-id"
	localConfig  = "config.kubernetes.io/local-config"
	linkPrefix   = "link.argocd.argoproj.io/"
	externalLink = linkPrefix + "external-link"
	changeLink   = linkPrefix + "change"
)

// maxLabel is the longest that Kubernetes allows a label value to be, in bytes.
const maxLabel = valid.LabelValueMaxLength

const labelChars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

// reservedKeys are keys that would break an overlay if every object had them.
var reservedKeys = []string{syncWave, hook, trackingID, localConfig}

// isNamespaceName reports whether Kubernetes takes s as the name of a namespace.
func isNamespaceName(s string) bool { return len(valid.IsDNS1123Label(s)) == 0 }

// isHost reports whether Kubernetes takes s as a host without a wildcard.
func isHost(s string) bool { return len(valid.IsDNS1123Subdomain(s)) == 0 }

// checkKey checks the key of a label or annotation. Kubernetes takes upper-case
// letters in the prefix of an annotation, and this does not.
func checkKey(key string) error {
	switch {
	case len(valid.IsQualifiedName(key)) > 0:
		return errors.New("the key is not valid: letters, digits, -, _ and ., at most 63, beginning and ending with a letter or digit, after an optional DNS name and a slash")
	case strings.HasPrefix(key, Prefix):
		return errors.New("the prefix " + Prefix + " is previewset's own")
	case strings.HasPrefix(key, "internal.config.kubernetes.io/"), slices.Contains(reservedKeys, key):
		return errors.New("the key changes how the overlay is built or synced, so it can't be put on every object")
	}
	return nil
}

// checkLabelValue checks a label value.
func checkLabelValue(value string) error {
	if len(valid.IsValidLabelValue(value)) > 0 {
		return fmt.Errorf("%q is not a valid label value: letters, digits, -, _ and ., at most 63, beginning and ending with a letter or digit", shortened(value, 100))
	}
	return nil
}

// sanitised returns s as a valid label value: every run of characters that a
// label value can't hold becomes a dash, and what is longer than a label value
// can be is cut. It is "" where nothing is left.
func sanitised(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range s {
		if !strings.ContainsRune(labelChars, r) {
			gap = true
			continue
		}
		if gap {
			b.WriteByte('-')
		}
		b.WriteRune(r)
		gap = false
	}
	out := strings.TrimLeft(b.String(), "-_.")
	return strings.TrimRight(out[:min(len(out), maxLabel)], "-_.")
}

// portable returns s with U+FFFD for what Kustomize can't print: what is not
// UTF-8, U+007F to U+009F and the noncharacters U+FFFE and U+FFFF. It prints
// through JSON that it reads as YAML 1.1 (JSONToYAML in sigs.k8s.io/yaml), where
// those are errors, or a line break.
func portable(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '\u007F' && r <= '\u009F' || r == '\uFFFE' || r == '\uFFFF' {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// withoutControl returns s without what could mislead a terminal or a reader:
// control characters but those of keep, line separators and marks that change
// the direction of writing. The rest is portable.
func withoutControl(s, keep string) string {
	return portable(strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) && !strings.ContainsRune(keep, r) {
			return -1
		}
		return r
	}, s))
}

// printable reports whether s has nothing that withoutControl takes out.
func printable(s string) bool { return withoutControl(s, "") == s }

// shortened returns s cut to n characters, with an ellipsis where it was cut.
func shortened(s string, n int) string {
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return s
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := slices.AppendSeq(make([]K, 0, len(m)), maps.Keys(m))
	slices.Sort(keys)
	return keys
}
