package naming

import (
	"errors"
	"fmt"
	"strings"
)

const (
	// maxVariant bounds the name of a variant, in bytes. It leaves room for an id
	// and the name of a set in the same label.
	maxVariant = 20
	// maxVariants bounds the variants of a set. Each change has an environment for
	// each variant.
	maxVariants = 20
)

// CheckVariants checks the names of a set's variants. They must be different RFC
// 1123 labels of at most 20 bytes, at most 20 of them. A name must not end in "-"
// and another name: "br-x-b-a" would be the variant "b-a" of branch x, and the
// variant "a" of branch x-b. The error joins all problems.
func CheckVariants(names []string) error {
	var errs []error
	if len(names) > maxVariants {
		errs = append(errs, fmt.Errorf("there are %d variants: use at most %d", len(names), maxVariants))
	}
	seen := map[string]bool{}
	for _, name := range names {
		if name == "" || len(name) > maxVariant || cleanLabel(name) != name {
			errs = append(errs, fmt.Errorf("variant %q: use 1 to %d lower-case letters, digits and dashes, with a letter or digit at both ends", name, maxVariant))
		}
		if seen[name] {
			errs = append(errs, fmt.Errorf("variant %q: it is listed twice", name))
		}
		seen[name] = true
		for _, other := range names {
			if other != "" && strings.HasSuffix(name, "-"+other) {
				errs = append(errs, fmt.Errorf("variant %q: it ends in \"-%s\", and %q is also a variant: a preview's id would be ambiguous", name, other, other))
			}
		}
	}
	return errors.Join(errs...)
}

// variantsOrEmpty returns variants, or one empty variant if the set has none.
func variantsOrEmpty(variants []string) []string {
	if len(variants) == 0 {
		return []string{""}
	}
	return variants
}
