// Package gitea implements forge.API and forge.Stanza for Gitea and Forgejo, with their
// REST API, version 1. Comments about Gitea's behaviour refer to the source code of
// version 1.26.0.
//
// The package interprets Gitea's answers. Gitea has no conditional requests, so a poll
// costs one request for the repository and one for each page. A page has 50 entries, or
// fewer if MAX_RESPONSE_ITEMS of the server is lower. A list of several pages is read
// twice if its entries have changed.
//
// A source only reads. NewFeedback writes comments and statuses.
package gitea
