// Package size compares the size of binaries, images and dependencies: goal 9 of
// docs/performance.md. The peers are programs with a similar purpose that run beside
// Argo CD or Flux. They are built with the same options, from the module proxy.
package size
