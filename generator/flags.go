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

// Limits of feature flags: the length of a name and of a value in bytes, and the number
// of flags of a preview.
const (
	maxFlagName  = 64
	maxFlagValue = 64
	maxFlags     = 50
)

// flagLabel is the prefix of labels that set a flag, as in "flag:new-dashboard=on".
const flagLabel = "flag:"

var flagName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)

// Flags maps names of feature flags to their values. A name is [a-z0-9] followed by
// [a-z0-9._-]*, at most 64 bytes. A value is 1 to 64 bytes of printable characters
// except "," and "=", without white space at its ends.
type Flags map[string]string

// ParseFlags parses the format of Flags.String, in any order: at most 50 pairs such as
// "checkout=off,new-dashboard=on" without duplicate names, or "" for no flags. The
// error joins all problems.
func ParseFlags(text string) (Flags, error) {
	flags := Flags{}
	if text == "" {
		return flags, nil
	}
	var errs []error
	for pair := range strings.SplitSeq(text, ",") {
		name, value, err := parseFlag(pair)
		if _, duplicate := flags[name]; err == nil && duplicate {
			err = fmt.Errorf("flag %q is set twice", name)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		flags[name] = value
	}
	if len(flags) > maxFlags {
		errs = append(errs, fmt.Errorf("there are %d flags: use at most %d", len(flags), maxFlags))
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
		return "", "", fmt.Errorf("flag %q: want a name of a-z, 0-9, \".\", \"_\" and \"-\" that starts with a letter or digit, at most %d bytes", name, maxFlagName)
	case value == "" || len(value) > maxFlagValue || value != strings.TrimSpace(value) || !isFlagValue(value):
		return "", "", fmt.Errorf("flag %s: %q is not a valid value: want 1 to %d bytes of printable characters except \",\" and \"=\", without white space at the ends", name, value, maxFlagValue)
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

// MergeFlags returns the flags of a preview. Labels of the change override the flags of
// the set, and the variant overrides both. Labels that are not valid flags are ignored.
// If several labels set the same flag, the last one in sort order wins.
//
// If there are more than 50 flags, the excess is dropped: flags of the variant take
// precedence, then flags of the set, then flags that only labels set, each in the order
// of their names.
func MergeFlags(set Flags, labels []string, variant Flags) Flags {
	labelled := Flags{}
	for _, label := range slices.Sorted(slices.Values(labels)) {
		if pair, ok := strings.CutPrefix(label, flagLabel); ok {
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
