package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// runInBackground runs a command until stop is called, at the latest at the end of the
// test.
func runInBackground(t *testing.T, output io.Writer, args ...string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		Run(ctx, args, output, output)
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		<-ended
	})
	t.Cleanup(stop)
	return stop
}

func awaitCondition(t *testing.T, what string, output *lockedBuffer, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within a minute; output:\n%s", what, output)
		}
	}
}

// A pruner whose configuration can't be used reports it, and deletes nothing until the
// configuration has its earlier content again.
func TestPrunerWithUnusableConfigurationDeletesNothing(t *testing.T) {
	t.Parallel()
	for name, breakIt := range map[string]func(valid, dir string) string{
		"not YAML":       func(string, string) string { return "sets: {" },
		"empty":          func(string, string) string { return "" },
		"another kind":   func(valid, _ string) string { return strings.Replace(valid, "kind: Config", "kind: Other", 1) },
		"unknown key":    func(valid, _ string) string { return valid + "tomorrow: true\n" },
		"no set":         func(valid, _ string) string { head, _, _ := strings.Cut(valid, "sets:"); return head + "sets: []\n" },
		"wrong template": func(valid, _ string) string { return valid + "  names: {host: \"{{.nope}}\"}\n" },
		"absent key to sign": func(valid, dir string) string {
			return strings.Replace(valid, "gitops: {", "gitops: {signingKeyFile: "+filepath.Join(dir, "absent")+", ", 1)
		},
		"no base":   func(valid, _ string) string { return strings.Replace(valid, "{base: base}", "{base: \"\"}", 1) },
		"too large": func(valid, _ string) string { return valid + "#" + strings.Repeat("x", 1<<20) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gitops, app := gittest.NewRepo(t, "gitops"), gittest.NewRepo(t, "shop")
			gitops.Commit(t, "main", "Add the base", map[string]string{
				"base/kustomization.yaml": "resources: [x.yaml]\n", "base/x.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n",
			})
			first := app.Commit(t, "main", "Begin", map[string]string{"a": "1"})
			for _, branch := range []string{"cart", "search"} {
				app.Branch(t, branch, first)
			}
			dir := t.TempDir()
			file := filepath.Join(dir, "config.yaml")
			write := func(name, text string) {
				t.Helper()
				if err := os.WriteFile(name+".new", []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.Rename(name+".new", name); err != nil {
					t.Fatal(err)
				}
			}
			write(filepath.Join(dir, "token"), "token\n")
			valid := fmt.Sprintf("apiVersion: previewset.dev/v1alpha1\nkind: Config\nauth: {tokenFile: %s}\npoll: 1s\ngitops: {url: %q}\nsets:\n"+
				"- name: shop\n  source: {git: {url: %q}}\n  select: {branches: {exclude: [main]}}\n  overlay: {base: base}\n",
				filepath.Join(dir, "token"), gitops.URL(), app.URL())
			write(file, valid)
			entries := func() string {
				found, _ := gittest.TryGit(t, gitops.Dir, "ls-tree", "--name-only", "main:previews/shop")
				return strings.Join(strings.Fields(found), " ")
			}
			service, pruner := &lockedBuffer{}, &lockedBuffer{}
			stop := runInBackground(t, service, "serve", "--listen", "127.0.0.1:0", "--config", file)
			awaitCondition(t, "the entries", service, func() bool { return entries() == "br-cart br-search" })
			stop()

			runInBackground(t, pruner, "prune", "--interval", "1s", "--config", file)
			passes := func() int { return strings.Count(pruner.String(), "nothing to prune") }
			awaitCondition(t, "a pass", pruner, func() bool { return passes() > 0 })
			write(file, breakIt(valid, dir))
			awaitCondition(t, "a report", pruner, func() bool { return strings.Contains(pruner.String(), "level=ERROR") })
			before, tip := passes(), gitops.Tip(t, "main")
			app.DeleteBranch(t, "cart")
			time.Sleep(2500 * time.Millisecond) // two intervals, in which nothing happens
			if gitops.Tip(t, "main") != tip || passes() != before {
				t.Errorf("it pruned: entries %s, output\n%s", entries(), pruner)
			}
			if n := strings.Count(pruner.String(), "level=ERROR"); n != 1 {
				t.Errorf("got %d reports, want 1:\n%s", n, pruner)
			}
			write(file, valid)
			awaitCondition(t, "the prune", pruner, func() bool { return entries() == "br-search" })
		})
	}
}

func TestIntervalOfPrunerIsBounded(t *testing.T) {
	t.Parallel()
	for interval, want := range map[string]bool{"1s": true, "999ms": false, "0.5s": false, "-1s": false, "1ms": false} {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		var out bytes.Buffer
		status := Run(ctx, []string{"prune", "--config", filepath.Join(t.TempDir(), "absent"), "--interval", interval}, &out, &out)
		if refused := status == statusUsage && strings.Contains(out.String(), "--interval"); refused == want {
			t.Errorf("%s: got status %d, %s, want it to be valid: %t", interval, status, &out, want)
		}
	}
}
