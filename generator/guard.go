package generator

import "fmt"

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
}

// Holds returns the reason to hold so many removals from a set with so many previews,
// or "" if the guard allows them.
func (g Guard) Holds(removals, previews int) string {
	switch {
	//promise:guard-limits-removals
	case removals == 0:
		return ""
	case removals >= previews && !g.AllowAll:
		return fmt.Sprintf("it would remove all %d previews of the set; set guard.allowAll to allow this", previews)
	case removals > g.Removals:
		return fmt.Sprintf("it would remove %d of %d previews, guard.removals allows %d", removals, previews, g.Removals)
	case removals*100 > previews*g.Percent:
		return fmt.Sprintf("it would remove %d of %d previews, guard.percent allows %d %%", removals, previews, g.Percent)
	}
	return ""
}

// Objection is the reason to remove a preview that still exists. The preview's entry
// stores it, so that later syncs know it, also after a restart.
type Objection struct {
	Reason Reason
	// Guard is the guard that holds the preview. It holds until the configuration has
	// a different guard. It is nil if the entry only waits for the pruner.
	Guard *Guard
}

// HeldBy reports whether g is the guard that holds the preview. It returns false for a
// nil objection.
func (o *Objection) HeldBy(g Guard) bool {
	//promise:held-previews-stay-held
	return o != nil && o.Guard != nil && *o.Guard == g
}
