// Package feedback writes the states of previews where people look at their changes: one
// comment on the pull request, a status on the head commit, and a deployment.
//
// The package gets reports and never asks for them. It compares each report with what the
// forge shows, and writes the difference. What it has written is found again on the forge, so
// a process that stops at any moment loses nothing.
package feedback
