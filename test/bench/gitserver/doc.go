// Package gitserver makes GitOps repositories of any size for benchmarks. It serves them
// with a configurable latency and counts the traffic.
//
// A repository of each shape is made once, with git fast-import, and packed as on a
// forge. Each use gets its own copy, whose packs are hard links, so that every round of
// a benchmark starts from the same state although rounds push.
//
// The package is for tests only.
package gitserver
