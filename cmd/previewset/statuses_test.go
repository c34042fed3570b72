package main

import "testing"

// TestStatuses has the exit statuses that scripts compare with.
func TestStatuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ got, want int }{
		"done": {statusDone, 0}, "failed": {statusFailed, 1}, "usage": {statusUsage, 2}, "changes": {statusChanges, 3},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %d, want %d", name, tt.got, tt.want)
		}
	}
}
