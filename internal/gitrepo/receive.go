package gitrepo

import (
	"bytes"
	"context"
	"io"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/transport"
)

// receives returns what the server's git-receive-pack can, as far as that is
// known without asking it; nil where it is not.
//
// Who said to be git when it was read from has all that Push wants: git's
// receive-pack.c has had report-status (since 2005) and side-band-64k (2010) for
// longer than its upload-pack.c has told the agent (2012).
func (r *Remote) receives() *capability.List {
	r.mu.Lock()
	caps, wary := r.caps, r.wary
	r.mu.Unlock()
	if caps == nil || wary || !r.connector.direct() {
		return nil
	}
	agent := caps.Get(capability.Agent)
	if len(agent) != 1 || !strings.HasPrefix(agent[0], "git/") {
		return nil
	}
	known := capability.NewList()
	// Neither of the errors is possible: these take what they are given.
	_ = known.Set(capability.Agent, agent[0])
	_ = known.Set(capability.ReportStatus)
	_ = known.Set(capability.Sideband64k)
	return known
}

func (r *Remote) beWary() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wary = true
}

// receive sends one update of the branch. The report is nil where the server
// gave none.
func receive(ctx context.Context, s transport.ReceivePackSession, caps *capability.List, branch string, c *Commit, pack []byte) (report *packp.ReportStatus, words string, err error) {
	said := &tail{}
	req := packp.NewReferenceUpdateRequestFromCapabilities(caps)
	if caps.Supports(capability.Sideband64k) {
		_ = req.Capabilities.Set(capability.Sideband64k) // takes no argument
		req.Progress = said
	}
	req.Commands = []*packp.Command{{
		Name: plumbing.NewBranchReferenceName(branch), Old: c.from(), New: c.hash,
	}}
	req.Packfile = io.NopCloser(bytes.NewReader(pack))
	report, err = s.ReceivePack(ctx, req)
	return report, said.String(), err
}
