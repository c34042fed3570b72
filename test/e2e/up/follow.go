package main

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/previewset/previewset/test/e2e/environment"
)

// follow prints the state of each Application when it changes, until ctx ends.
func follow(ctx context.Context, e *environment.Environment) error {
	states := map[string]string{}
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		list, err := e.Applications(ctx)
		if err != nil && ctx.Err() == nil {
			return err
		}
		exists := map[string]bool{}
		for _, a := range list {
			exists[a.GetName()] = true
			if now := state(a); now != states[a.GetName()] {
				states[a.GetName()] = now
				report(a.GetName(), now)
			}
		}
		for name := range states {
			if !exists[name] && err == nil {
				delete(states, name)
				report(name, "deleted")
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

func report(name, now string) {
	fmt.Printf("%s  %-14s %s\n", time.Now().Format(time.TimeOnly), name, now)
}

// state describes the state of an Application in one line.
func state(a unstructured.Unstructured) string {
	text := func(path ...string) string {
		value, _, _ := unstructured.NestedString(a.Object, path...)
		return value
	}
	if a.GetDeletionTimestamp() != nil {
		return "deleting"
	}
	revision := text("spec", "source", "targetRevision")
	return fmt.Sprintf("%-9s %-11s at %.8s", text("status", "sync", "status"), text("status", "health", "status"), revision)
}
