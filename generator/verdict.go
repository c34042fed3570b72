package generator

import "time"

// Reason is a stable word that explains why a change has no preview. Metrics use it as
// a label value, and programs can compare it. The empty Reason means that the change is
// kept.
type Reason string

// The reasons, in the order in which they are checked.
const (
	ReasonKind Reason = "kind"
	// ReasonGitOpsBranch means that previews are written to the branch of the change: each
	// commit would cause the next one.
	ReasonGitOpsBranch Reason = "gitops-branch"
	ReasonBranch       Reason = "branch"
	// ReasonMergeQueue means that the branch belongs to a merge queue.
	ReasonMergeQueue Reason = "merge-queue"
	// ReasonFork means that a pull request from a fork lacks the label that allows it.
	// ReasonForkDenied means that no label allows pull requests from forks.
	// ReasonForkUnproven means that the label is set, without evidence which commit was
	// the head when it was set.
	ReasonFork         Reason = "fork"
	ReasonForkDenied   Reason = "fork-denied"
	ReasonForkUnproven Reason = "fork-unproven"
	ReasonTargetBranch Reason = "target-branch"
	ReasonDraft        Reason = "draft"
	ReasonLabel        Reason = "label"
	ReasonIdle         Reason = "idle"
	ReasonExpired      Reason = "expired"
	ReasonLimit        Reason = "limit"
	// ReasonVariant means that the set no longer has the preview's variant.
	ReasonVariant Reason = "variant"
	// ReasonUnreadable means that a fact of the change could not be read, and that the
	// change has no preview yet.
	ReasonUnreadable Reason = "unreadable"
	// ReasonSource means that the preview comes from a former source of the set.
	ReasonSource Reason = "source"
	// ReasonName means that another preview has one of the preview's names, or that the
	// templates of the names fail for the change.
	ReasonName Reason = "name"
	// ReasonOverlay means that the overlay does not build and that there is no earlier
	// overlay to keep.
	ReasonOverlay Reason = "overlay"

	// ReasonPending means that the next sync writes or deletes the entry.
	ReasonPending Reason = "pending"
	// ReasonUnlisted means that the source no longer lists the change, without evidence
	// that it ended.
	ReasonUnlisted Reason = "unlisted"
	// ReasonUnproven means that nothing proves that the change is of the set's source.
	ReasonUnproven Reason = "unproven"

	ReasonClosed  Reason = Reason(EndingClosed)
	ReasonMerged  Reason = Reason(EndingMerged)
	ReasonDeleted Reason = Reason(EndingDeleted)
)

// The reasons of Applications.
const (
	// ReasonApplication means that Argo CD has not created the Application yet.
	ReasonApplication Reason = "application"
	// ReasonRevision means that Argo CD still has another revision than the entry.
	ReasonRevision Reason = "revision"
	// ReasonOrphan means that no preview and no entry belongs to an Application.
	ReasonOrphan Reason = "orphan"
	// ReasonSync means that a sync of Argo CD failed, and ReasonHook that one of its hooks did.
	ReasonSync Reason = "sync"
	ReasonHook Reason = "hook"
	// ReasonComparison means that Argo CD can't read the entry, or that the Application or its
	// project do not allow it.
	ReasonComparison Reason = "comparison"
	ReasonDegraded   Reason = "degraded"
	// ReasonProgressing means that Argo CD waits for a sync, or for resources to start.
	ReasonProgressing Reason = "progressing"
	// ReasonSuspended means that a Rollout is paused.
	ReasonSuspended Reason = "suspended"
	ReasonOutOfSync Reason = "out-of-sync"
	// ReasonDeletion means that the Application is being deleted.
	ReasonDeletion Reason = "deletion"
)

// Verdict is the decision whether a change is kept, with the reason if it is not.
// Detail is a sentence for people, without a full stop.
type Verdict struct {
	Reason Reason `json:"reason"`
	Detail string `json:"detail"`
	// Since is the time from which the reason applies, zero if it is not known. It
	// is the same on all replicas.
	Since time.Time `json:"since,omitzero"`
}

// Kept reports whether the change is kept.
func (v Verdict) Kept() bool { return v.Reason == "" }

// Dropped is a change that has no preview in a variant.
type Dropped struct {
	Change
	// Variant is "" if the set has no variants.
	Variant string
	// ID is the ID that the preview has or would have.
	ID string
	// HasEntry is true if the entry with this ID still belongs to the change.
	HasEntry bool
	// Guarded is true if the guard keeps the entry. The verdict states why.
	Guarded bool
	// Lost is true if the entry lost its record, so that the preview may be in use.
	Lost bool
	// Fault is the reason why the entry can't be written; nil for none.
	Fault *Fault
	Verdict
}
