package generator_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/test/vary"
)

// identifying are the fields that identify a preview of a pull request and one of a
// branch. Every other field can change during the life of the preview.
func identifying(kind generator.Kind) map[string]bool {
	fields := map[string]bool{
		"Change.Kind": true, "Repository.ID": true, "Repository.ForgeHost": true, "Repository.Organization": true, "Repository.Name": true, "Variant": true,
	}
	fields[map[generator.Kind]string{generator.PullRequest: "Change.Number", generator.Branch: "Change.Branch"}[kind]] = true
	return fields
}

// eachKind returns a preview of each kind of change.
func eachKind() []generator.Preview {
	var all []generator.Preview
	for _, kind := range []generator.Kind{generator.PullRequest, generator.Branch} {
		all = append(all, generator.Preview{
			Change:     generator.Change{Kind: kind, Number: 42, Branch: "topic", TargetBranch: "main", HeadSHA: "a", Labels: []string{"l"}},
			Set:        "shop",
			Repository: generator.Repository{ForgeHost: "github.com", Organization: "acme", Name: "shop", CloneURL: "u", DefaultBranch: "main"},
			Variant:    "on",
			Names:      generator.Names{ID: "pr-42-on"},
			Objection:  &generator.Objection{Guard: &generator.Guard{}},
		})
	}
	return all
}

func TestOriginOfPreviewHasIdentifyingFieldsOnly(t *testing.T) {
	t.Parallel()
	for _, p := range eachKind() {
		fields, found := identifying(p.Kind), 0
		for path, other := range vary.Fields(p) {
			if fields[path] {
				found++
			}
			// A kind that does not exist counts as a branch.
			same := p.Origin() == other.Origin()
			if path == "Change.Kind" && p.Kind == generator.Branch {
				other.Kind = generator.PullRequest
				same = p.Origin() == other.Origin()
			}
			if same == fields[path] {
				t.Errorf("%s, %s: got the same origin: %t, want %t", p.Kind, path, same, !fields[path])
			}
		}
		if found != len(fields) {
			t.Errorf("%s: %d of the identifying fields %v exist", p.Kind, found, fields)
		}
	}
}

func TestWithoutVariantDropsVariantOnly(t *testing.T) {
	t.Parallel()
	base := generator.Origin{RepositoryID: "r", Key: generator.Key{Kind: generator.PullRequest, Number: 1, Branch: "b"}, Variant: "on"}
	for path, other := range vary.Fields(base) {
		if same := base.WithoutVariant() == other.WithoutVariant(); same != (path == "Variant") {
			t.Errorf("%s: got the same origin without a variant: %t", path, same)
		}
	}
}

// The identity and the source of a repository have the same fields, except the ID.
func TestIdentityOfRepository(t *testing.T) {
	t.Parallel()
	base := eachKind()[0].Repository
	if got := base.Source(); got != "github.com/acme/shop" {
		t.Errorf("got source %q, want github.com/acme/shop", got)
	}
	for path, other := range vary.Fields(base) {
		want := path == "ForgeHost" || path == "Organization" || path == "Name"
		if (base.Identity() != other.Identity()) != (want || path == "ID") || (base.Source() != other.Source()) != want {
			t.Errorf("%s: got identity %q and source %q of %+v", path, other.Identity(), other.Source(), other)
		}
		if (base.FullName() != other.FullName()) != (want && path != "ForgeHost") {
			t.Errorf("%s: got full name %q", path, other.FullName())
		}
	}
}

// HeldBy is true only if each number of the guard is the same.
func TestHeldByComparesEachFieldOfGuard(t *testing.T) {
	t.Parallel()
	guard := generator.Guard{Removals: 2, Percent: 50}
	held := &generator.Objection{Reason: generator.ReasonLabel, Guard: &guard}
	if !held.HeldBy(guard) {
		t.Error("got false for the same guard, want true")
	}
	fields := 0
	for path, other := range vary.Fields(guard) {
		fields++
		if held.HeldBy(other) {
			t.Errorf("%s: got true for another guard, want false", path)
		}
	}
	if fields != 4 {
		t.Errorf("got %d fields, want 4", fields)
	}
	for atLeast := range 5 { // a record of a version without atLeast
		guard.AtLeast = generator.AnyAtLeast
		if other := (generator.Guard{Removals: 2, Percent: 50, AtLeast: atLeast}); !held.HeldBy(other) {
			t.Errorf("a record without atLeast: got false for %+v, want true", other)
		}
	}
	var none *generator.Objection
	if none.HeldBy(guard) || (&generator.Objection{}).HeldBy(generator.Guard{}) {
		t.Error("got true without a guard, want false")
	}
}

// TestRoutineReasons tries every reason.
func TestRoutineReasons(t *testing.T) {
	t.Parallel()
	routine := map[generator.Reason]bool{
		"label": true, "draft": true, "target-branch": true, "idle": true, "expired": true, "limit": true,
	}
	for reason := range reasons {
		if got := reason.Routine(); got != routine[reason] {
			t.Errorf("%s: got Routine %t, want %t", reason, got, routine[reason])
		}
	}
}

func TestGuardExemptsFewerThanAtLeast(t *testing.T) {
	t.Parallel()
	for atLeast := range 5 {
		for removals := range 6 {
			if got, want := (generator.Guard{AtLeast: atLeast}).Exempts(removals), removals < atLeast; got != want {
				t.Errorf("%d of at least %d: got %t, want %t", removals, atLeast, got, want)
			}
		}
	}
}

// The test has each combination of small numbers, and computes the result in another way.
func TestGuardHoldsBeyondEachBound(t *testing.T) {
	t.Parallel()
	for previews := range 12 {
		for removals := range previews + 2 {
			for _, guard := range []generator.Guard{
				{},
				{Removals: 1, Percent: 100},
				{Removals: 3, Percent: 25},
				{Removals: 10, Percent: 50},
				{Removals: 10, Percent: 100, AllowAll: true},
				{Removals: 4, Percent: 100, AllowAll: true},
				{Removals: 10, Percent: 33, AllowAll: true},
			} {
				tooMany := removals > guard.Removals
				tooLarge := float64(removals) > float64(previews)*float64(guard.Percent)/100
				everything := removals >= previews && !guard.AllowAll
				want := removals > 0 && (tooMany || tooLarge || everything)
				if got := guard.Holds(removals, previews); (got != "") != want {
					t.Errorf("%+v, %d of %d: got %q, want held: %t", guard, removals, previews, got, want)
				}
			}
		}
	}
}

// Each bound that a message names is the one that was exceeded.
func TestGuardNamesExceededBound(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		guard              generator.Guard
		removals, previews int
		want               string
	}{
		{generator.Guard{Removals: 10, Percent: 100}, 3, 3, "guard.allowAll"},
		{generator.Guard{Removals: 2, Percent: 100}, 3, 10, "guard.removals"},
		{generator.Guard{Removals: 10, Percent: 20}, 3, 10, "guard.percent"},
	} {
		if got := test.guard.Holds(test.removals, test.previews); !strings.Contains(got, test.want) {
			t.Errorf("%+v: got %q, want it to name %s", test.guard, got, test.want)
		}
	}
}

// Each parameter with a value of a change or a name depends on this field alone.
func TestParametersDependOnTheirFields(t *testing.T) {
	t.Parallel()
	// The fields whose value is in no parameter.
	hidden := map[string]bool{
		"Change.Draft": true, "Change.Fork": true, "Repository.ID": true, "Repository.ForgeHost": true, "Repository.PageURL": true,
		"Repository.DefaultBranch": true, "Held.Reason": true, "Held.Detail": true, "Held.Since": true, "NamedAfter.ForgeHost": true, "NamedAfter.Organization": true, "NamedAfter.Name": true, "NamedURLs.Clone": true, "NamedURLs.Change": true,
	}
	for _, p := range eachKind() {
		base := fmt.Sprint(p.Params())
		for path, other := range vary.Fields(p) {
			want := !hidden[path] && !strings.HasPrefix(path, "Objection") && (path != "Change.Number" || p.Kind == generator.PullRequest)
			if different := fmt.Sprint(other.Params()) != base; different != want {
				t.Errorf("%s, %s: got other parameters: %t, want %t", p.Kind, path, different, want)
			}
		}
	}
}
