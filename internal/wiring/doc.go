// Package wiring makes the parts of a configuration: sources, the GitOps repository and
// the sets of the pipeline. The service and the subcommands share it, so that all of
// them use a configuration in the same way.
//
// It only connects packages, and opens no connection. The meaning of the values of a
// configuration belongs to internal/config, and the use of the parts to the callers of
// Wire.
package wiring
