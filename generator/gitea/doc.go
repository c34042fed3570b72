// Package gitea is Gitea and Forgejo: the API of one repository for forge.Source,
// on their REST API, version 1. What comments say about Gitea was read in the
// sources of 1.26.0.
//
// It exists to say what Gitea's answers mean. Gitea has no conditional requests, so
// a poll costs one call for the repository and one for each page. A page has 50
// entries, or MAX_RESPONSE_ITEMS where the server is set to fewer. A list of several
// pages is read twice after entries came or went.
//
// It reads only.
package gitea
