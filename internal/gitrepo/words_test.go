package gitrepo_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/network"
	"github.com/previewset/previewset/internal/secret"
	"github.com/previewset/previewset/test/literals"
)

// TestMessagesOfServers has what git (upload-pack.c, list-objects-filter-options.c,
// refs.c, receive-pack.c) and JGit print, and tries every text of the source code.
func TestMessagesOfServers(t *testing.T) {
	t.Parallel()
	const hash = "0123456789012345678901234567890123456789"
	for _, tt := range []struct {
		name  string
		means func(string) bool
		// sentences are what servers print, with the part by which they are recognised.
		sentences map[string]string
	}{
		{"refused", gitrepo.Refuses, map[string]string{
			"upload-pack: not our ref " + hash:                                        "not our ref",
			"Server does not allow request for unadvertised object " + hash:           "unadvertised object",
			"upload-pack: filter 'tree' not supported":                                "filter '",
			"upload-pack: tree filter allows max depth 0, but got 2":                  "filter allows max",
			"filtering not recognized, ignoring":                                      "filtering not",
			"git upload-pack: invalid filter-spec":                                    "filter-spec",
			"invalid filter argument":                                                 "invalid filter",
			"want " + hash + " not valid":                                             "",
			"remote error: want " + hash + " not valid":                               "",
			"git upload-pack: not our ref " + hash + " while fetching " + hash + "\n": "not our ref",
		}},
		{"moved", gitrepo.LostRace, map[string]string{
			"failed to update ref": "failed to update ref",
			"cannot lock ref 'refs/heads/main': is at " + hash + " but expected " + hash: "cannot lock ref",
			"incorrect old value provided": "incorrect old value",
			"fetch first":                  "fetch first",
			"non-fast-forward":             "non-fast-forward",
			"stale info":                   "stale info",
		}},
	} {
		var parts []string
		for sentence, part := range tt.sentences {
			if !tt.means(sentence) {
				t.Errorf("%s: %q is not recognised", tt.name, sentence)
			}
			if part != "" {
				parts = append(parts, part)
				if !tt.means("x " + part + " y") {
					t.Errorf("%s: %q is not recognised", tt.name, part)
				}
			}
		}
		others := []string{"pre-receive hook declined", "protected branch", "want " + hash, "not valid", "access denied", "", "filter", "deny updating a hidden ref"}
		for _, text := range slices.Concat(literals.Of(t, "."), others) {
			known := slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
			if tt.means(text) && !known {
				t.Errorf("%s: %q is recognised, and this test does not know why", tt.name, text)
			}
		}
	}
}

// TestFaultsKeepTheirKind checks that a fault has the kind of its error, and no other.
func TestFaultsKeepTheirKind(t *testing.T) {
	t.Parallel()
	kinds := []error{
		gitrepo.ErrAuth, gitrepo.ErrNotFound, gitrepo.ErrNoBranch, gitrepo.ErrEmpty, gitrepo.ErrMoved, gitrepo.ErrRejected,
		gitrepo.ErrTooLarge, gitrepo.ErrNoFilter, gitrepo.ErrSymlink, gitrepo.ErrNotGit, gitrepo.ErrHostKey, gitrepo.ErrRedirect, network.ErrStatus, secret.ErrUnusable, context.Canceled, context.DeadlineExceeded,
	}
	for i, kind := range kinds {
		fault := gitrepo.NewFault(fmt.Errorf("canary: %w", kind))
		for j, other := range kinds {
			if got := errors.Is(fault, other); got != (i == j) {
				t.Errorf("%v: errors.Is is %v for %v", kind, got, other)
			}
		}
		again := gitrepo.NewFault(fmt.Errorf("later: %w", fault))
		if !errors.Is(again, kind) || again.Error() != fault.Error() {
			t.Errorf("%v: a fault of a fault is %v", kind, again)
		}
	}
}
