package preflight

import (
	"context"
	"errors"
	"fmt"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/network"
	"github.com/previewset/previewset/internal/secret"
)

// gitops checks the GitOps repository, and the overlay of one preview of each set.
func (k *checker) gitops(ctx context.Context, sources []source) Group {
	defer k.Working("gitops")()
	g := Group{Name: "gitops"}
	repository, c := k.parts.Repository, k.config.GitOps
	leftovers, err := repository.Leftovers(ctx, k.parts.Overlays())
	if err != nil {
		g.fail("gitops.url", "%v%s", err, networkRemedy(err))
		return g
	}
	g.ok("gitops.url", "branch %s of %s is readable", c.Branch, c.URL)
	if err := repository.CheckPush(ctx); err != nil {
		g.fail("push", "%v%s", err, networkRemedy(err))
	} else {
		g.ok("push", "the credentials may push; hooks and the protection of %s show only with the first push", c.Branch)
	}
	if repository.Partial() {
		g.ok("object filters", "the server sends single objects")
	} else {
		g.warn("object filters", "the server does not send single objects, so that each sync after a push reads all files of the branch: "+
			"enable uploadpack.allowFilter and uploadpack.allowAnySHA1InWant on the server")
	}
	for i, set := range k.parts.Sets {
		if set.Overlay != nil {
			k.overlay(ctx, &g, i, sources[i])
		}
	}
	var warnings []generator.Warning
	for _, l := range leftovers {
		warnings = append(warnings, l.Warning())
	}
	g.warnings(warnings)
	return g
}

// networkRemedy returns the remedy for an error without an answer of the server, with a
// leading colon. Errors of other kinds have their own.
func networkRemedy(err error) string {
	for _, answered := range []error{
		gitrepo.ErrEmpty, gitrepo.ErrNoBranch, gitrepo.ErrNotFound, gitrepo.ErrAuth, gitrepo.ErrStorage,
		gitrepo.ErrLocked, gitrepo.ErrRejected, gitrepo.ErrTooLarge, gitrepo.ErrNotGit, gitrepo.ErrHostKey, gitrepo.ErrRedirect, network.ErrStatus, secret.ErrUnusable,
	} {
		if errors.Is(err, answered) {
			return ""
		}
	}
	return ": check gitops.url, and that this machine reaches the server"
}

// overlay builds the overlay of one preview of a set.
func (k *checker) overlay(ctx context.Context, g *Group, i int, s source) {
	set, subject := k.parts.Sets[i], fmt.Sprintf("overlay of %s", k.config.Sets[i].Name)
	id, warnings, err := set.Rehearse(ctx, s.repository, s.change)
	switch {
	case err != nil && s.real:
		g.fail(subject, "%s can't be written: %v", id, err)
	case err != nil:
		g.fail(subject, "a sample preview can't be written: %v", err)
	case s.real:
		g.ok(subject, "%s builds", id)
	default:
		g.ok(subject, "a sample preview builds")
	}
	g.warnings(warnings)
}
