// Package licenses_test checks the licences of what is linked into previewset, and that
// images contain them.
//
// No test is parallel, so that .ci/packages leaves out the race detector: with it,
// licensecheck takes several times as long.
package licenses_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write THIRD_PARTY_LICENSES")

// TestLinkedModules checks that the licences of all linked modules are permitted, and that
// THIRD_PARTY_LICENSES has their licences and notices. With -update, it writes the file.
func TestLinkedModules(t *testing.T) {
	modules := linked(t)
	for _, m := range modules {
		if err := m.judge(); err != nil {
			t.Error(err)
		}
	}
	const name = root + "THIRD_PARTY_LICENSES"
	want := document(modules)
	if *update {
		if err := os.WriteFile(name, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, want) {
		t.Errorf("THIRD_PARTY_LICENSES differs from the linked modules (%v): run go test ./test/licenses -update", err)
	}
}

func TestOtherLicensesAreRefused(t *testing.T) {
	apache := string(content(t, root+"LICENSE"))
	const (
		gpl = "This program is free software: you can redistribute it and/or modify it under the terms of the GNU General " +
			"Public License as published by the Free Software Foundation, either version 3 of the License, or (at " +
			"your option) any later version.\n"
		unknown = "You may use this program on Sundays.\n"
	)
	for _, test := range []struct {
		name  string
		texts []text
		want  string // part of the error, "" for none
	}{
		{"permitted", []text{{"LICENSE", apache}}, ""},
		{"two files", []text{{"LICENSE", apache}, {"NOTICE", unknown}}, ""},
		{"no file", nil, "no licence"},
		{"notice only", []text{{"NOTICE", unknown}}, "no licence"},
		{"not permitted", []text{{"LICENSE", gpl}}, "GPL-3.0-or-later in LICENSE"},
		{"one of two", []text{{"LICENSE", apache}, {"third_party/x/COPYING", gpl}}, "GPL-3.0-or-later in third_party/x/COPYING"},
		{"in a notice", []text{{"LICENSE", apache}, {"NOTICE", gpl}}, "GPL-3.0-or-later in NOTICE"},
		{"appended", []text{{"LICENSE", apache + gpl}}, "GPL-3.0-or-later in LICENSE"},
		{"unknown", []text{{"LICENSE", unknown}}, "LICENSE is not a known licence"},
		{"mostly unknown", []text{{"LICENSE", apache + strings.Repeat(unknown, 200)}}, "LICENSE is not a known licence"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := module{path: "example.com/m", version: "v1.2.3", texts: test.texts}
			err := m.judge()
			switch {
			case test.want == "" && err != nil:
				t.Errorf("got %v, want no error", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "example.com/m v1.2.3")):
				t.Errorf("got %v, want an error about example.com/m v1.2.3 with %q", err, test.want)
			}
		})
	}
}
