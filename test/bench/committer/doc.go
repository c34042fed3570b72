// Package committer measures how many changes reach one branch when
// several want to write to it at the same time: eight sets of one previewset
// beside eight independent writers with the git command.
package committer
