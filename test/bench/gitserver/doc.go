// Package gitserver makes GitOps repositories of any size for benchmarks, and
// serves them with latency and counted traffic.
//
// A repository is made once for each shape, with git fast-import, and packed as
// a forge packs it. Each use gets a copy of its own, whose packs are hard links,
// so that a benchmark may push and still find every round the same.
//
// It is for tests only.
package gitserver
