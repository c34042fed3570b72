// Package committer commits to one branch for many callers. It collects the
// edits that arrive while it works, and pushes them together, a commit each. A caller
// whose edit no longer fits the branch gets gitrepo.ErrMoved and plans again: that is
// the part of package gitops.
//
// One goroutine owns all state, as in hashicorp/raft's leader loop. Callers send
// requests to it, and it runs one operation at a time at the server: a look (fetch) or
// a push. The goroutine starts with the first caller and ends with the last one, so
// there is nothing to close.
package committer
