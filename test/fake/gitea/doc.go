// Package gitea replays recorded responses of a real Gitea. A request that was not
// recorded fails the test. A hook can inject faults.
//
// FeedbackServer is a fake with a state, for comments and statuses. It validates each exchange
// against Gitea's description of its API (see testdata).
package gitea
