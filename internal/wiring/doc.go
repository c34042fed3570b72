// Package wiring makes the parts that run out of a configuration: sources, the
// GitOps repository and the sets of the pipeline. The service and the subcommands
// share it, so that all of them read a configuration in the same way.
//
// It only connects packages. What the values of a configuration mean belongs to
// internal/config, and what happens with the parts to those who call Wire. It opens
// no connection.
package wiring
