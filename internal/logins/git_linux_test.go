package logins_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/logins"
)

// session returns field 6 of proc_pid_stat(5), the session of a process.
func session(t *testing.T) string {
	t.Helper()
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(stat))[5]
}

// A process can open the terminal of its session. A helper that does so would ask the user.
func TestCredentialHelpersHaveNoTerminal(t *testing.T) {
	home := isolate(t)
	useHelper(t, home, "read -r pid comm state parent group session rest < /proc/$$/stat; echo username=$session; echo password=secret")
	got, _ := find(t, "https://git.acme.dev/acme/shop")
	if own := fmt.Sprintf("Git's credential helper %s:secret", session(t)); got == "" || got == own {
		t.Errorf("got %q, want the helper in a session of its own", got)
	}
}

func TestCredentialHelpersEndWithTheSearch(t *testing.T) {
	home := isolate(t)
	started := filepath.Join(home, "started")
	useHelper(t, home, "sleep 600 & echo $! > "+started+".new; mv "+started+".new "+started+"; wait")
	ctx, stop := context.WithCancel(t.Context())
	var pid string
	go func() {
		defer stop()
		await(func() bool {
			content, err := os.ReadFile(started)
			pid = strings.TrimSpace(string(content))
			return err == nil
		})
	}()
	if login, _ := logins.Find(ctx, &url.URL{Scheme: "https", Host: "git.acme.dev", Path: "/acme/shop"}); login != nil {
		t.Errorf("got the login %v, want none", login)
	}
	<-ctx.Done()
	if pid == "" || !await(func() bool { return hasEnded(pid) }) {
		t.Errorf("process %q of the helper is running, want none", pid)
	}
}

// await waits up to 10 s for a condition.
func await(condition func() bool) bool {
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if condition() {
			return true
		}
	}
	return false
}

// hasEnded reports whether a process has ended. Its parent may not have noticed that yet.
func hasEnded(pid string) bool {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	return err != nil || strings.Contains(string(stat), ") Z ")
}
