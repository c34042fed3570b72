package generator

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of feature flags: the bytes of a name and of a value, and how many a
// preview may have.
const (
	maxFlagName  = 64
	maxFlagValue = 64
	maxFlags     = 50
)

// flagLabel is what the label of a change begins with that sets a flag, as in
// "flag:new-dashboard=on".
const flagLabel = "flag:"

var flagName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)

// Flags are the values of feature flags by their names. A name is [a-z0-9] and
// then [a-z0-9._-], at most 64 bytes; a value is 1 to 64 bytes of printable
// characters without "," and "=", and without white space at its ends.
type Flags map[string]string

// ParseFlags reads what Flags.String writes, in any order: at most 50 pairs
// such as "checkout=off,new-dashboard=on", each name once, or "" for none. The
// error joins all that is wrong.
func ParseFlags(text string) (Flags, error) {
	flags := Flags{}
	if text == "" {
		return flags, nil
	}
	var errs []error
	for pair := range strings.SplitSeq(text, ",") {
		name, value, err := parseFlag(pair)
		if _, twice := flags[name]; err == nil && twice {
			err = fmt.Errorf("flag %q is there twice", name)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		flags[name] = value
	}
	if len(flags) > maxFlags {
		errs = append(errs, fmt.Errorf("%d flags, at most %d", len(flags), maxFlags))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return flags, nil
}

func parseFlag(pair string) (name, value string, err error) {
	name, value, ok := strings.Cut(pair, "=")
	switch {
	case !ok:
		return "", "", fmt.Errorf("flag %q has no value: want NAME=VALUE", pair)
	case len(name) > maxFlagName || !flagName.MatchString(name):
		return "", "", fmt.Errorf("flag %q: a name is a-z, 0-9, \".\", \"_\" and \"-\", a letter or digit first, at most %d bytes", name, maxFlagName)
	case value == "" || len(value) > maxFlagValue || value != strings.TrimSpace(value) || !isFlagValue(value):
		return "", "", fmt.Errorf("flag %s: %q is no value: want 1 to %d bytes of printable characters, without \",\" and \"=\", and without white space at the ends", name, value, maxFlagValue)
	}
	return name, value, nil
}

func isFlagValue(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return r == ',' || r == '=' || !unicode.IsPrint(r) }) < 0
}

// String returns "checkout=off,new-dashboard=on", sorted by name.
func (f Flags) String() string {
	pairs := make([]string, 0, len(f))
	for _, name := range slices.Sorted(maps.Keys(f)) {
		pairs = append(pairs, name+"="+f[name])
	}
	return strings.Join(pairs, ",")
}

// MergeFlags returns the flags of a preview: those of its set, changed by the
// labels of its change, changed by its variant. A label that is no valid flag
// is ignored, as any other label is; of two for the same flag, the one that
// sorts last counts.
//
// Of more than 50 flags, those of the variant stay first, then those of the
// set, then those that labels add, each in the order of their names.
func MergeFlags(set Flags, labels []string, variant Flags) Flags {
	labelled := Flags{}
	for _, label := range slices.Sorted(slices.Values(labels)) {
		if pair, is := strings.CutPrefix(label, flagLabel); is {
			if name, value, err := parseFlag(pair); err == nil {
				labelled[name] = value
			}
		}
	}
	values := Flags{}
	for _, from := range []Flags{set, labelled, variant} {
		maps.Copy(values, from)
	}
	merged := Flags{}
	for _, from := range []Flags{variant, set, labelled} {
		for _, name := range slices.Sorted(maps.Keys(from)) {
			if len(merged) < maxFlags {
				merged[name] = values[name]
			}
		}
	}
	return merged
}
