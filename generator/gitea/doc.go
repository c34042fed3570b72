// Package gitea is Gitea and Forgejo: the API of one repository for forge.Source,
// on their REST API, version 1. What comments say about Gitea was read in the
// sources of 1.26.0.
//
// It exists to say what Gitea's answers mean. Gitea has no conditional requests, so
// a poll costs one call for the repository and one for each 50 pull requests or
// branches, or for each MAX_RESPONSE_ITEMS where the server gives fewer. A list of
// several pages costs twice that when it has other entries than the last time.
//
// It reads only.
package gitea
