// Package runner acts as the kubelet for the pods of Jobs. It runs their containers as
// local processes and sets the status of the pods. A process gets the command, the
// environment, the files and the ServiceAccount of its container.
//
// The runner has programs for a few images. A pod with any other image completes
// immediately without running anything. A pod with an unsupported field fails.
package runner
