package generator

// State is the state of a change of a set. Every change has exactly one state in each
// variant.
type State string

// The states. If several apply, the state is the first of these: Removing, Held, Failing,
// Behind, Syncing, Live. Syncing, Live and Failing need Applications; without them,
// Committed stands for Syncing and Live.
const (
	// StateDropped means that no rule selects the change.
	StateDropped State = "dropped"
	// StateWaiting means that the change is selected and has no entry yet.
	StateWaiting State = "waiting"
	// StateCommitted means that the entry is in Git. In a set without an overlay, it
	// means that Argo CD gets the parameters. If Applications are known, it means that Argo
	// CD has not created the Application yet.
	StateCommitted State = "committed"
	// StateSyncing means that the Application is not yet Synced and Healthy at the
	// revision of the entry.
	StateSyncing State = "syncing"
	// StateLive means that the Application is Synced and Healthy at the revision of the
	// entry, which has the newest head.
	StateLive State = "live"
	// StateBehind means that the entry does not have the newest head or the newest base.
	StateBehind State = "behind"
	// StateFailing means that the Application is Degraded or that its sync failed.
	StateFailing State = "failing"
	// StateHeld means that the preview stays although a rule would remove it, or although
	// its change is not listed.
	StateHeld State = "held"
	// StateRemoving means that the entry or the Application waits for its deletion.
	StateRemoving State = "removing"
)

// States returns all states, in the order of the table in docs/operation.md.
func States() []State {
	return []State{
		StateDropped, StateWaiting, StateCommitted, StateSyncing, StateLive, StateBehind, StateFailing, StateHeld, StateRemoving,
	}
}
