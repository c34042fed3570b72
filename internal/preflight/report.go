package preflight

import (
	"fmt"

	"github.com/previewset/previewset/generator"
)

// Status is the result of one check.
type Status string

// The results.
const (
	OK      Status = "ok"
	Warning Status = "warning"
	Failed  Status = "failed"
)

// Finding is the result of one check.
type Finding struct {
	Status Status `json:"status"`
	// Subject is the thing that was checked, such as a key of the configuration.
	Subject string `json:"subject"`
	// Message is a sentence without a full stop. Unless Status is OK, it names the remedy.
	Message string `json:"message"`
}

// Group has the findings about one part, such as "source shop".
type Group struct {
	Name   string    `json:"name"`
	Checks []Finding `json:"checks"`
}

// Report is the result of all checks.
type Report struct {
	Groups []Group `json:"groups"`
	// NotChecked are the things that could not be checked, with the reason.
	NotChecked []string `json:"not_checked"`
}

// Count returns the number of findings with a status.
func (r Report) Count(s Status) (n int) {
	for _, g := range r.Groups {
		for _, f := range g.Checks {
			if f.Status == s {
				n++
			}
		}
	}
	return n
}

// Status returns the worst status of all findings.
func (r Report) Status() Status {
	switch {
	case r.Count(Failed) > 0:
		return Failed
	case r.Count(Warning) > 0:
		return Warning
	}
	return OK
}

func (g *Group) add(s Status, subject, format string, args ...any) {
	g.Checks = append(g.Checks, Finding{s, subject, fmt.Sprintf(format, args...)})
}

func (g *Group) ok(subject, format string, args ...any)   { g.add(OK, subject, format, args...) }
func (g *Group) warn(subject, format string, args ...any) { g.add(Warning, subject, format, args...) }

func (g *Group) fail(subject, format string, args ...any) { g.add(Failed, subject, format, args...) }

// warnings adds warnings of the domain.
func (g *Group) warnings(warnings []generator.Warning) {
	for _, w := range generator.SortWarnings(warnings) {
		g.warn(w.Subject, "%s", w.Message)
	}
}
