// Package feedback writes the states of previews where people look at their changes: one
// comment on the pull request, a status on the head commit, and a deployment.
//
// The package gets reports and never asks for them. It compares each report with what the
// forge shows, and writes the difference. What it has written is found again on the forge, so
// a process that stops at any moment loses nothing.
//
// Options.Sets share a site if they share a Forge. A site plans, from its reports, a wish for each
// target: a comment, a status, or the deployments of an environment. Writer decides when the
// forge is made to show a wish.
package feedback
