// Package sync measures a whole sync of a set, from the forge's list to the
// pushed commit, beside the sum of its parts, and how long a webhook takes to
// become a commit (goal 7).
package sync
