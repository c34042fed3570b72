// Package service is what `previewset serve` runs: it answers Argo CD, keeps each
// set in sync at every poll and webhook, and takes a changed configuration or token
// while it runs.
//
// What a configuration is made into belongs to internal/wiring, what one sync does
// to internal/pipeline, and the answers to package plugin. Flags and what is printed
// for people belong to cmd/previewset.
package service
