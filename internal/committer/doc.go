// Package committer commits to one branch for many callers. It collects the
// edits that arrive while it is busy, and pushes them together, with one commit for
// each. A caller gets gitrepo.ErrMoved if somebody else has moved the branch since
// the caller planned its edit. Package gitops then plans again.
//
// One goroutine owns all state, as in hashicorp/raft's leader loop. Callers send
// requests to it, and it runs one operation at a time at the server: a fetch or a
// push. The goroutine starts with the first caller and ends with the last one, so
// that a Committer needs no Close.
package committer
