// Package exposed tests a running previewset with callers that have no token. The process has the
// environment of the manifests, and its memory stays below their limit.
package exposed
