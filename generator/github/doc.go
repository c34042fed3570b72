// Package github implements forge.API and forge.Stanza for GitHub and GitHub Enterprise,
// with GitHub's REST API, version 2022-11-28.
//
// The package interprets GitHub's answers: which page is the last, which answer is a
// rate limit, and which redirect is evidence. Reading an unchanged list again does not
// count against the rate limit (status 304).
//
// A source only reads. NewFeedback writes comments, statuses, check runs and deployments.
package github
