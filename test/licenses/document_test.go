package licenses_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// permitted are the licences under which previewset may be distributed together with code
// under the Apache License 2.0, as the identifiers of licensecheck, which are mostly those of
// SPDX.
var permitted = map[string]bool{
	"Apache-2.0": true, "BSD-2-Clause": true, "BSD-3-Clause": true, "ISC": true, "MIT": true,
	"MPL-2.0":           true, // NOTICE and THIRD_PARTY_LICENSES say where the source is
	"GooglePatentsFile": true, // it only adds rights
}

// license matches the names of files that contain a licence.
var license = regexp.MustCompile(`(?i)licen[cs]e|copying`)

// coverage is the percentage of the words of a file that must belong to known licences, as
// on pkg.go.dev. The rest is copyright lines and introductions.
const coverage = 75

// judge returns an error unless the module has licences, and all of them are permitted.
func (m module) judge() error {
	found := false
	for _, t := range m.texts {
		scan := licensecheck.Scan([]byte(t.content))
		for _, match := range scan.Match {
			if !permitted[match.ID] {
				return fmt.Errorf("%s %s has the licence %s in %s, which is not permitted: use another module, or add the licence to permitted if its terms allow a binary under the Apache License 2.0", m.path, m.version, match.ID, t.file)
			}
		}
		if license.MatchString(t.file) {
			if scan.Percent < coverage {
				return fmt.Errorf("%s %s: %s is not a known licence: use another module", m.path, m.version, t.file)
			}
			found = true
		}
	}
	if !found {
		return fmt.Errorf("%s %s has no licence in %s: use another module", m.path, m.version, m.dir)
	}
	return nil
}

// licenses returns the identifiers of the licences in all texts of the module.
func (m module) licenses() []string {
	var ids []string
	for _, t := range m.texts {
		for _, match := range licensecheck.Scan([]byte(t.content)).Match {
			ids = append(ids, match.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

const introduction = `Licences and notices of the software in previewset

<!-- Written by go test ./test/licenses -update -->

previewset contains the standard library of Go, and the Go modules below. Some of them are
part of only some platforms. A module under several licences has parts under each of them.

previewset does not modify this software. The source code of a module is at
https://pkg.go.dev/MODULE@VERSION, and "go mod download MODULE@VERSION" downloads it. The
source code of the standard library is at https://go.dev/dl/.

`

// document returns the content of THIRD_PARTY_LICENSES. It has each text once: texts that
// differ only in white space are the same.
func document(modules []module) []byte {
	var b strings.Builder
	b.WriteString(introduction)
	owners := map[string][]string{}
	var texts []string
	for _, m := range modules {
		name := strings.TrimSpace(m.path + " " + m.version)
		fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(m.licenses(), ", "))
		for _, t := range m.texts {
			key := strings.Join(strings.Fields(t.content), " ")
			if owners[key] == nil {
				texts = append(texts, t.content)
			}
			owners[key] = append(owners[key], name+", "+t.file)
		}
	}
	for _, content := range texts {
		fmt.Fprintf(&b, "\n%s\n", strings.Repeat("=", 80))
		for _, owner := range owners[strings.Join(strings.Fields(content), " ")] {
			fmt.Fprintln(&b, owner)
		}
		fmt.Fprintf(&b, "%s\n\n", strings.Repeat("-", 80))
		for line := range strings.Lines(strings.TrimRight(content, " \t\r\n") + "\n") {
			fmt.Fprintln(&b, strings.TrimRight(line, " \t\r\n"))
		}
	}
	return []byte(b.String())
}
