package generator

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Guard bounds how many previews one sync may remove. Removals of previews whose change
// ended do not count.
type Guard struct {
	// Removals is the largest number of removals that the guard allows.
	Removals int
	// Percent is the largest part of the set's previews that may be removed, 0 to 100.
	Percent int
	// AllowAll allows a sync to remove every preview of a set if Removals and Percent
	// allow it, too. Without AllowAll, the guard always holds such a sync.
	AllowAll bool
	// AtLeast is the number of routine removals within GuardWindow that the guard
	// bounds. Fewer of them pass, and count toward no other bound. 0 exempts none.
	// AnyAtLeast is in records of versions that did not have this field.
	AtLeast int
}

// AnyAtLeast is the AtLeast of a recorded guard that equals guards with any AtLeast.
const AnyAtLeast = -1

// GuardWindow is the time within which routine removals count toward Guard.AtLeast.
const GuardWindow = 10 * time.Minute

// Routine reports whether r is a reason for which single previews are removed every day,
// because somebody changed a pull request or because time passed.
func (r Reason) Routine() bool {
	return slices.Contains([]Reason{ReasonLabel, ReasonDraft, ReasonTargetBranch, ReasonIdle, ReasonExpired, ReasonLimit}, r)
}

// Exempts reports whether so many routine removals within GuardWindow pass without a
// check of the other bounds.
func (g Guard) Exempts(removals int) bool {
	return removals < g.AtLeast
}

// Holds returns the reason to hold so many removals from a set with so many previews,
// or "" if the guard allows them. The reason names all keys that have to be set to allow
// them.
func (g Guard) Holds(removals, previews int) string {
	//promise:guard-limits-removals
	if removals == 0 {
		return ""
	}
	var keys []string
	if removals >= previews && !g.AllowAll {
		keys = append(keys, "guard.allowAll: true")
	}
	if removals > g.Removals {
		keys = append(keys, fmt.Sprintf("guard.removals: %d", removals))
	}
	if removals*100 > previews*g.Percent {
		keys = append(keys, fmt.Sprintf("guard.percent: %d", min((removals*100+previews-1)/max(previews, 1), 100)))
	}
	if len(keys) == 0 {
		return ""
	}
	return fmt.Sprintf("one sync would remove %d of %d previews: to allow this, set %s", removals, previews, strings.Join(keys, ", "))
}

// Objection is the reason to remove a preview that still exists. The preview's entry
// stores it, so that later syncs know it, also after a restart.
type Objection struct {
	Reason Reason
	// Guard is the guard that holds the preview. It holds until the configuration has
	// a different guard. It is nil if the entry only waits for the pruner.
	Guard *Guard
	// Since is the time at which the guard first held the preview, in whole seconds. It is
	// zero if it is not recorded.
	Since time.Time
}

// HeldBy reports whether g is the guard that holds the preview. It returns false for a
// nil objection.
func (o *Objection) HeldBy(g Guard) bool {
	if o == nil || o.Guard == nil {
		return false
	}
	recorded := *o.Guard
	if recorded.AtLeast == AnyAtLeast {
		recorded.AtLeast = g.AtLeast
	}
	//promise:held-previews-stay-held
	return recorded == g
}
