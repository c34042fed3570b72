// Package git is the source adapter for plain Git: the branches of any
// repository that speaks Git's protocol, without a forge's interface. It has no
// pull requests, and knows of a branch what its head commit says.
//
// It reads: one reference advertisement for a list, one for the ending of a
// branch, and head commits without their files.
package git
