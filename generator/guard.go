package generator

import "fmt"

// Guard bounds how many previews one sync may remove for any other reason than
// that their change ended.
type Guard struct {
	// Removals is the largest number of removals that pass.
	Removals int
	// Percent of the set's previews that may be removed, 0 to 100.
	Percent int
	// AllowAll lets every preview of a set go at once, if the other two allow
	// it. Without it, that is always held.
	AllowAll bool
}

// Holds returns why removals of a set's previews must be held, or "" where
// they may pass.
func (g Guard) Holds(removals, previews int) string {
	switch {
	case removals == 0:
		return ""
	case removals >= previews && !g.AllowAll:
		return fmt.Sprintf("it would remove all %d previews of the set; guard.allowAll lets that pass", previews)
	case removals > g.Removals:
		return fmt.Sprintf("it would remove %d of %d previews, guard.removals allows %d", removals, previews, g.Removals)
	case removals*100 > previews*g.Percent:
		return fmt.Sprintf("it would remove %d of %d previews, guard.percent allows %d %%", removals, previews, g.Percent)
	}
	return ""
}

// Objection is what speaks against a preview that is still there. Its entry
// remembers it, so that no later sync forgets it, of any process.
type Objection struct {
	Reason Reason
	// Guard is the one that holds the preview, until the configuration has
	// another; nil where its entry merely waits for the pruner.
	Guard *Guard
}

// HeldBy reports whether g is the guard that holds the preview. A nil
// objection is held by none.
func (o *Objection) HeldBy(g Guard) bool {
	return o != nil && o.Guard != nil && *o.Guard == g
}
