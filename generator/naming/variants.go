package naming

import (
	"errors"
	"fmt"
	"strings"
)

const (
	// maxVariant leaves room for an id and a set's name beside a variant's in a
	// label, in bytes.
	maxVariant = 20
	// maxVariants bounds the variants of a set: each is as many environments.
	maxVariants = 20
)

// CheckVariants checks the names of a set's variants: RFC 1123 labels of at
// most 20 bytes, at most 20 of them, each once. None may end in "-" and another:
// "br-x-b-a" would be the variant "b-a" of branch x, and "a" of branch x-b. The
// error joins all that is wrong.
func CheckVariants(names []string) error {
	var errs []error
	if len(names) > maxVariants {
		errs = append(errs, fmt.Errorf("variants: there are %d, at most %d", len(names), maxVariants))
	}
	seen := map[string]bool{}
	for _, name := range names {
		if name == "" || len(name) > maxVariant || cleanLabel(name) != name {
			errs = append(errs, fmt.Errorf("variant %q: it must be an RFC 1123 label, a-z, 0-9 and \"-\" within, of at most %d bytes", name, maxVariant))
		}
		if seen[name] {
			errs = append(errs, fmt.Errorf("variant %q: it is there twice", name))
		}
		seen[name] = true
		for _, other := range names {
			if other != "" && strings.HasSuffix(name, "-"+other) {
				errs = append(errs, fmt.Errorf("variant %q: it ends in \"-%s\", and so does the variant %q: branches could not be told apart", name, other, other))
			}
		}
	}
	return errors.Join(errs...)
}

// orNone returns the variants by which a set's names are told apart: the one
// without a name where the set has none.
func orNone(variants []string) []string {
	if len(variants) == 0 {
		return []string{""}
	}
	return variants
}
