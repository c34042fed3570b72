package generator

import "strings"

// maxLabelValue is the maximum length of a label value in Kubernetes, in bytes.
const maxLabelValue = 63

const labelChars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

// LabelValue converts s to a valid label value of Kubernetes. It replaces each run of
// invalid characters by a dash, cuts the result to 63 bytes, and trims dashes, underscores
// and dots. The result is "" if s has no valid characters. Different values of s can have
// the same result: a label is for filters, and the ID identifies a preview.
func LabelValue(s string) string {
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
	return strings.TrimRight(out[:min(len(out), maxLabelValue)], "-_.")
}
