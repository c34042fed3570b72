package gitops_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// withHosts returns the preview of a pull request with a host and further hosts, by the
// hosts of the base a.x, b.x and so on.
func withHosts(number int64, host string, further ...string) generator.Preview {
	p := previews("shop", number)[0]
	p.Host = host
	for i, name := range further {
		p.Hosts = append(p.Hosts, generator.Host{Base: string(rune('a'+i)) + ".x", Name: name})
	}
	return p
}

// A preview that has the host of another entry is not written, and the other one stays.
func TestEntriesShareNoHost(t *testing.T) {
	t.Parallel()
	existing := withHosts(1, "pr-1.dev", "api-pr-1.dev", "*.pr-1.dev")
	tests := []struct {
		name    string
		preview generator.Preview
		gone    generator.Reason
		want    string // the shared host
	}{
		{"no shared host", withHosts(2, "pr-2.dev", "api-pr-2.dev"), "", ""},
		{"further host of both", withHosts(2, "pr-2.dev", "api-pr-1.dev"), "", "api-pr-1.dev"},
		{"wildcard of both", withHosts(2, "pr-2.dev", "x.dev", "*.pr-1.dev"), "", "*.pr-1.dev"},
		{"host of the entry", withHosts(2, "pr-2.dev", "pr-1.dev"), "", "pr-1.dev"},
		{"host of the preview", withHosts(2, "api-pr-1.dev"), "", "api-pr-1.dev"},
		{"entry of an ended change", withHosts(2, "pr-2.dev", "api-pr-1.dev"), generator.ReasonClosed, ""},
		{"entry that a rule removes", withHosts(2, "pr-2.dev", "api-pr-1.dev"), generator.ReasonLabel, "api-pr-1.dev"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := open(t, newRepo(t), func() {})
			w := fixedWork{desired: gitops.Desired{Previews: []generator.Preview{existing}}, renderer: fakeRenderer{}}
			if _, err := r.Apply(t.Context(), "shop", allPermissions, w); err != nil {
				t.Fatal(err)
			}
			w.desired.Previews = []generator.Preview{existing, tt.preview}
			if tt.gone != "" {
				w.desired = gitops.Desired{Previews: []generator.Preview{tt.preview}, Gone: map[string]generator.Verdict{"pr-1": {Reason: tt.gone}}}
			}
			result, err := r.Apply(t.Context(), "shop", gitops.Permissions{Write: true}, w)
			if err != nil {
				t.Fatal(err)
			}
			if entry := result.State.Entries["pr-1"].Record.Preview(); len(entry.Hosts) != 2 {
				t.Errorf("the record has the hosts %q", entry.Hosts)
			}
			_, written := result.State.Entries["pr-2"]
			failures := result.Plan.Failures
			if tt.want == "" {
				if !written || len(failures) > 0 {
					t.Errorf("got %v, want the entry pr-2", failures)
				}
				return
			}
			if written || len(failures) != 1 || failures[0].ID != "pr-2" || !strings.Contains(failures[0].Err.Error(), "the entry pr-1 already has the host "+tt.want+" ") {
				t.Errorf("got %v, written: %v; want a failure about %s", failures, written, tt.want)
			}
		})
	}
}

// A preview whose hosts can't be named is not written, and others are.
func TestHostsThatCannotBeNamed(t *testing.T) {
	t.Parallel()
	r := open(t, newRepo(t), func() {})
	broken := errors.New("broken")
	w := fixedWork{desired: gitops.Desired{Previews: previews("shop", 1, 2)}, renderer: fakeRenderer{hostless: map[string]error{"pr-1": broken}}}
	result, err := r.Apply(t.Context(), "shop", allPermissions, w)
	if err != nil || len(result.State.Entries) != 1 || len(result.Plan.Failures) != 1 || !errors.Is(result.Plan.Failures[0].Err, broken) {
		t.Errorf("got %v, %v", result.Plan.Failures, err)
	}
}
