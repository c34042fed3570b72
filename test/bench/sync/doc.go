// Package sync measures a complete sync of a set, from the forge's list to the pushed
// commit, and compares it with the sum of its parts. It is part of goal 7 of
// docs/performance.md; test/bench/serve measures the time from a webhook to a commit.
package sync
