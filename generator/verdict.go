package generator

// Reason is a stable word for why a change has no preview: the label of a
// metric, the key of a program. The empty Reason means that it is kept.
type Reason string

// The reasons, in the order in which they are looked for.
const (
	ReasonKind         Reason = "kind"
	ReasonBranch       Reason = "branch"
	ReasonTargetBranch Reason = "target-branch"
	ReasonDraft        Reason = "draft"
	// ReasonFork means that a fork has not got the label that lets it in, and
	// ReasonForkDenied that none does.
	ReasonFork       Reason = "fork"
	ReasonForkDenied Reason = "fork-denied"
	ReasonLabel      Reason = "label"
	ReasonIdle       Reason = "idle"
	ReasonExpired    Reason = "expired"
	ReasonLimit      Reason = "limit"
	// ReasonVariant means that the set no longer has its variant.
	ReasonVariant Reason = "variant"
	// ReasonSource means that the set had another source when it was kept.
	ReasonSource Reason = "source"
	// ReasonName means that another preview has one of its names.
	ReasonName Reason = "name"
	// ReasonOverlay means that its overlay does not build and no earlier one
	// is there to keep.
	ReasonOverlay Reason = "overlay"

	ReasonClosed  Reason = Reason(EndingClosed)
	ReasonMerged  Reason = Reason(EndingMerged)
	ReasonDeleted Reason = Reason(EndingDeleted)
)

// Verdict says whether a change is kept, and if not, why: Detail is a sentence
// for people, without a full stop.
type Verdict struct {
	Reason Reason `json:"reason"`
	Detail string `json:"detail"`
}

// Kept reports whether nothing spoke against the change.
func (v Verdict) Kept() bool { return v.Reason == "" }

// Dropped is a change that has no preview in a variant.
type Dropped struct {
	Change
	// Variant is "" where the set has none.
	Variant string
	// ID is what its preview is, or would be, called.
	ID string
	Verdict
}
