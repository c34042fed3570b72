// Command previewset gives every open pull request or branch a preview
// environment in Argo CD, through commits to a GitOps repository.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	_ "golang.org/x/crypto/x509roots/fallback" // root certificates for the container image, which has none
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), endSignals()...)
	status := runProcess(ctx)
	stop()
	os.Exit(status)
}

// runProcess runs the command line of the process, and returns its exit status.
func runProcess(ctx context.Context) int {
	t := newTerminal(os.Stdout, os.Stderr)
	release, err := captureStderr(t)
	if err != nil {
		t.printError(err)
		return statusFailed
	}
	defer release()
	return run(ctx, t, os.Args[1:])
}

// endSignals returns the signals that end the program. SIGHUP is not one of them under
// nohup, which ignores it.
func endSignals() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}
