package main

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// Kustomize prints warnings on the standard error at each build. Everything there is a line
// of the log, and a warning about a file is in the output once, with the file.
func TestLibrariesPrintOnlyToLog(t *testing.T) {
	t.Parallel()
	f, shop := newFixture(t), gittest.NewRepo(t, "shop")
	shop.Commit(t, "main", "Add the application", map[string]string{"main.go": "package main\n"})
	f.gitops.Commit(t, "main", "Use deprecated fields", map[string]string{
		"apps/shop/base/kustomization.yaml": f.gitops.Files(t, "main", "apps/shop/base")["apps/shop/base/kustomization.yaml"] +
			"\ncommonLabels: {team: shop}\nvars:\n- name: UNUSED\n  objref: {apiVersion: v1, kind: Service, name: shop}\n",
	})
	shop.Branch(t, "cart", "main")
	shop.Branch(t, "search", "main")
	f.configure(gitSet(shop.URL()))
	command := previewsetCommand([]string{"plan", "--config", f.config, "--log-format", "json"})
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	lines := 0
	for line := range strings.Lines(stderr.String()) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Errorf("got %q in the log, want JSON", line)
		}
		if strings.Contains(line, "UNUSED") {
			lines++
		}
	}
	if lines != 1 {
		t.Errorf("got the warning about the variable %d times, want once:\n%s", lines, stderr.String())
	}
	if got := strings.Count(stdout.String(), "apps/shop/base/kustomization.yaml: 'commonLabels' is deprecated"); got != 1 {
		t.Errorf("got the warning about commonLabels %d times, want once:\n%s", got, stdout.String())
	}
}

// client-go begins each line with the time, and a line can be longer than any buffer.
func TestRepeatedMessagesOfLibrariesAreLoggedOnce(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	newTerminal(io.Discard, &stderr).logForeign(strings.NewReader("E1129 08:42:03.123456       1 exec.go:380] refreshing credentials: exit status 1\n" +
		"E1129 08:42:13.654321   12345 exec.go:380] refreshing credentials: exit status 1\n" + strings.Repeat("x", 1<<20) + "\nlast\n"))
	if got := strings.Count(stderr.String(), "refreshing credentials"); got != 1 || !strings.Contains(stderr.String(), "text=last") {
		t.Errorf("got %d lines about credentials, want 1, and the last line: %.2000s", got, stderr.String())
	}
}
