// Package gitea replays recorded responses of a real Gitea. A request that was not
// recorded fails the test. A hook can inject faults.
package gitea
