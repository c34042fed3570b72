package feedback

import (
	"slices"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/object"
)

// ownReasons are those whose messages previewset itself writes, from the configuration and
// from facts that the pull request shows. Other messages can quote Kustomize, Argo CD or the
// cluster.
func ownReasons() []generator.Reason {
	return []generator.Reason{
		generator.ReasonKind, generator.ReasonGitOpsBranch, generator.ReasonBranch, generator.ReasonMergeQueue,
		generator.ReasonFork, generator.ReasonForkDenied, generator.ReasonForkUnproven, generator.ReasonTargetBranch,
		generator.ReasonDraft, generator.ReasonLabel, generator.ReasonIdle, generator.ReasonExpired, generator.ReasonLimit,
		generator.ReasonVariant, generator.ReasonUnreadable, generator.ReasonPending, generator.ReasonUnlisted,
		generator.ReasonUnproven, generator.ReasonClosed, generator.ReasonMerged, generator.ReasonDeleted,
	}
}

// message returns the reason of the state with the remedy, and whether people who see the
// pull request may read it.
func (s section) message() (text string, public bool) {
	if s.ended != nil {
		return s.ended.Detail, slices.Contains(ownReasons(), s.ended.Reason)
	}
	public = s.status.Fault == nil && slices.Contains(ownReasons(), s.status.Reason)
	for _, app := range s.status.Applications {
		if app.Message != "" && strings.Contains(s.status.Message, app.Message) {
			public = false
		}
	}
	if f := s.status.Fault; f != nil && s.status.State == generator.StateBehind && s.status.Committed != "" && s.status.Committed != s.status.HeadSHA {
		return f.Message, public // without the commits, which the headline has
	}
	return s.status.Message, public
}

// open reports whether the section may have messages that were not written for the public.
func (s section) open() bool { return s.private || s.Messages }

// problem returns one line of plain text that says what is wrong and the remedy, or "".
func (s section) problem() string {
	if s.unknown() {
		return "the set is not read yet; the log of previewset says why"
	}
	if s.unseen() {
		return s.unseenBecause()
	}
	text, public := s.message()
	//promise:messages-stay-in-private-repositories
	if !public && !s.open() {
		return s.reason()
	}
	if s.ended == nil && s.status.Reason == "" {
		return ""
	}
	if !isLine(text) {
		return s.reason()
	}
	return s.named(text)
}

// named returns a message of previewset with the change as its subject. In the message, "it" is
// the change: after the title, "it" would be the preview.
func (s section) named(text string) string {
	reason := s.why()
	if !slices.Contains(ownReasons(), reason) {
		return text
	}
	subject := "the branch"
	if s.change().Kind == generator.PullRequest {
		subject = "the pull request"
	}
	if rest, ok := strings.CutPrefix(text, "it is "); ok && generator.Ending(reason).Ended() {
		return subject + " was " + rest
	}
	if rest, ok := strings.CutPrefix(text, "it "); ok {
		return subject + " " + rest
	}
	if rest, ok := strings.CutPrefix(text, "its target branch "); ok {
		return "the target branch " + rest
	}
	return text
}

// why returns the reason of the state, "" for none.
func (s section) why() generator.Reason {
	switch {
	case s.ended != nil:
		return s.ended.Reason
	case s.status != nil:
		return s.status.Reason
	}
	return ""
}

// unseen reports whether the entry is as it should be, and nothing says more about the preview.
func (s section) unseen() bool {
	return s.ended == nil && s.status != nil && s.status.State == generator.StateCommitted && s.status.Reason == "" && !s.Watched
}

// unseenBecause returns why it is not known whether the preview is ready.
func (s section) unseenBecause() string {
	if p := s.status.Preview; p != nil && p.Path == "" {
		return "previewset does not know whether it is ready, because the set has no overlay"
	}
	return "previewset does not know whether it is ready, because argocd is not configured"
}

// isLine reports whether a message fits into a line.
func isLine(text string) bool {
	text = strings.TrimSpace(text)
	return text != "" && !strings.ContainsAny(text, "\r\n") && len([]rune(text)) <= maxInline
}

// details returns the message folded if it does not fit into a line, or "".
func (s section) details() string {
	if s.unknown() {
		return ""
	}
	text, public := s.message()
	if isLine(text) || text == "" || !public && !s.open() {
		return ""
	}
	return folded("Message", text)
}

// reason returns the reason of the state in words that show no message; "" for none.
func (s section) reason() string {
	switch reason := s.why(); {
	case reason == "", s.status != nil && s.status.State == generator.StateSyncing, s.status != nil && s.status.State == generator.StateCommitted:
		return ""
	case reason == generator.ReasonOverlay:
		return s.overlay()
	case reason == generator.ReasonName:
		return "its names can't be used"
	case s.status != nil && s.status.State == generator.StateFailing:
		return "Argo CD reports a failure (" + string(reason) + ")"
	}
	return "the reason is " + string(s.why())
}

// overlay returns why the overlay is not in Git, in words that show no message. The author of a
// commit that is in the entry has nothing to correct.
func (s section) overlay() string {
	if s.hasNewest() {
		return s.fault() + "; the cause is in the GitOps repository, not in this commit"
	}
	return s.fault()
}

func (s section) fault() string {
	if s.status != nil && s.status.Fault != nil {
		switch s.status.Fault.Kind {
		case generator.FaultBuild:
			return "Kustomize can't build its overlay"
		case generator.FaultRefused:
			return "its overlay is refused"
		case generator.FaultOther:
		}
	}
	return "its overlay can't be written"
}

// unknown reports whether the state of the set is not known.
func (s section) unknown() bool { return s.status == nil && s.ended == nil }

// explain returns the command that prints all that is known about the change.
func (s section) explain() string {
	return "previewset explain --set " + s.Name + " " + object.OneLine(s.id())
}
