// Package committer measures the throughput of concurrent writers to one branch: eight
// sets of one previewset, compared with eight independent writers that use the git
// command. It is goal 5 of docs/performance.md.
package committer
