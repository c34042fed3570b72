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

// assumedReceiveCaps returns the capabilities that the server's git-receive-pack
// certainly has, without a request; nil if there are none.
//
// A server whose git-upload-pack has reported the agent git has all capabilities
// that Push needs: git's receive-pack.c has report-status since 2005 and
// side-band-64k since 2010, and its upload-pack.c reports the agent since 2012.
func (r *Remote) assumedReceiveCaps() *capability.List {
	r.mu.Lock()
	caps, advertiseFirst := r.caps, r.advertiseFirst
	r.mu.Unlock()
	if caps == nil || advertiseFirst || !r.connector.direct() {
		return nil
	}
	agent := caps.Get(capability.Agent)
	if len(agent) != 1 || !strings.HasPrefix(agent[0], "git/") {
		return nil
	}
	known := capability.NewList()
	// The errors can't occur: these capabilities accept these arguments.
	_ = known.Set(capability.Agent, agent[0])
	_ = known.Set(capability.ReportStatus)
	_ = known.Set(capability.Sideband64k)
	return known
}

func (r *Remote) requireAdvertisement() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.advertiseFirst = true
}

// receive sends one update of the branch. The report is nil if the server sent
// none. output is the start of the server's progress output.
func receive(ctx context.Context, s transport.ReceivePackSession, caps *capability.List, branch string, c *Commit, pack []byte) (report *packp.ReportStatus, output string, err error) {
	progress := &textHead{}
	req := packp.NewReferenceUpdateRequestFromCapabilities(caps)
	if caps.Supports(capability.Sideband64k) {
		_ = req.Capabilities.Set(capability.Sideband64k) // takes no argument
		req.Progress = progress
	}
	req.Commands = []*packp.Command{{
		Name: plumbing.NewBranchReferenceName(branch), Old: c.from(), New: c.hash,
	}}
	req.Packfile = io.NopCloser(bytes.NewReader(pack))
	report, err = s.ReceivePack(ctx, req)
	return report, progress.String(), err
}
