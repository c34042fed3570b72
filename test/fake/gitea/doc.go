// Package gitea replays, for tests, what a real Gitea answered. It invents
// nothing: a request that was not recorded fails the test. Faults are put in
// front of it.
package gitea
