// Package size holds the benchmark of what is installed: goal 9 of
// docs/performance.md. The peers are programs that run beside Argo CD or Flux
// for a like purpose, built the same way from what the module proxy has of them.
package size
