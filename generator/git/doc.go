// Package git is the source adapter for plain Git: it lists the branches of a repository
// over Git's protocol, without the API of a forge. Plain Git has no pull requests, and
// the only facts about a branch are those in its head commit.
//
// The package only reads: one reference advertisement for a list, one for the ending of
// a branch, and head commits without their files.
package git
