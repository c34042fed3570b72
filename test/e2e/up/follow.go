package main

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/previewset/previewset/test/e2e/world"
)

// follow prints each Application when it changes.
func follow(ctx context.Context, w *world.World) error {
	seen := map[string]string{}
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		list, err := w.Applications(ctx)
		if err != nil && ctx.Err() == nil {
			return err
		}
		there := map[string]bool{}
		for _, a := range list {
			there[a.GetName()] = true
			if now := state(a); now != seen[a.GetName()] {
				seen[a.GetName()] = now
				report(a.GetName(), now)
			}
		}
		for name := range seen {
			if !there[name] && err == nil {
				delete(seen, name)
				report(name, "gone")
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

// state says in a line how an Application is.
func state(a unstructured.Unstructured) string {
	text := func(path ...string) string {
		value, _, _ := unstructured.NestedString(a.Object, path...)
		return value
	}
	if a.GetDeletionTimestamp() != nil {
		return "is being deleted"
	}
	revision := text("spec", "source", "targetRevision")
	return fmt.Sprintf("%-9s %-11s at %.8s", text("status", "sync", "status"), text("status", "health", "status"), revision)
}
