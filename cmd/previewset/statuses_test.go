package main

import "testing"

// TestExitStatuses checks the exit statuses that scripts compare with.
func TestExitStatuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ got, want int }{
		"done": {statusDone, 0}, "failed": {statusFailed, 1}, "usage": {statusUsage, 2}, "changes": {statusChanges, 3},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %d, want %d", name, tt.got, tt.want)
		}
	}
}
