package exposed_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	gittest "github.com/previewset/previewset/test/fake/git"
	"github.com/previewset/previewset/test/fake/previewset"
)

const token, secret = "a-token-for-argo-cd", "a-secret-of-webhooks"

var program = previewset.New(previewset.Released)

func TestMain(m *testing.M) { os.Exit(program.Main(m)) }

// previews is the memory that 10,000 previews use, in MiB (manifests/base/deployment.yaml). The
// tests have fewer, and leave this part of the limits unused.
const previews = 150

// limits returns the environment and the memory limit, in MiB, of the shipped Deployment.
func limits(t *testing.T) (env []string, memory int) {
	t.Helper()
	manifest, err := os.ReadFile("../../manifests/base/deployment.yaml")
	if err != nil {
		t.Fatal(err)
	}
	number := func(pattern string) int {
		found := regexp.MustCompile(pattern).FindSubmatch(manifest)
		if found == nil {
			t.Fatalf("the manifest has no %s", pattern)
		}
		n, _ := strconv.Atoi(string(found[1])) // digits
		return n
	}
	env = []string{
		fmt.Sprintf("GOGC=%d", number(`name: GOGC, value: "(\d+)"`)),
		fmt.Sprintf("GOMEMLIMIT=%dMiB", number(`name: GOMEMLIMIT, value: (\d+)MiB`)-previews),
	}
	return env, number(`limits: \{memory: (\d+)Mi\}`) - previews
}

// serve starts the service with a set of one branch.
func serve(t *testing.T, env []string) *previewset.Service {
	t.Helper()
	app, dir := gittest.NewRepo(t, "shop"), t.TempDir()
	app.Commit(t, "main", "Begin", map[string]string{"README": "shop\n"})
	app.Branch(t, "cart", "main")
	for name, content := range map[string]string{
		"token": token, "secret": secret,
		"config.yaml": fmt.Sprintf(`apiVersion: previewset.dev/v1alpha1
kind: Config
auth: {tokenFile: %[1]s/token}
poll: 1h
sets:
- name: shop
  source: {git: {url: %[2]q}}
  select: {branches: {exclude: [main]}}
- name: hooks
  source: {github: {apiURL: "http://127.0.0.1:1", owner: acme, repo: shop, webhookSecretFile: %[1]s/secret}}
  select: {pullRequests: {}}
`, dir, app.URL()),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := program.Serve(t, previewset.Options{Config: filepath.Join(dir, "config.yaml"), Token: token, Env: env})
	s.Await(t, 10*time.Millisecond, func() error {
		if status, body := s.GetParams(t, "shop"); status != http.StatusOK {
			return fmt.Errorf("status %d: %s", status, body)
		}
		return nil
	})
	return s
}

// peak returns the largest memory that a process has had, in MiB.
func peak(t *testing.T, s *previewset.Service) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.ID()))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		t.Fatalf("got %s, want VmHWM", status)
	}
	kilobytes, _ := strconv.Atoi(string(found[1])) // digits
	return kilobytes >> 10
}

// flood opens so many connections, sends text on each, and keeps them open.
func flood(t *testing.T, address string, connections int, text string) (end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var ended sync.WaitGroup
	opened := make(chan struct{}, 16) // bounds how many connections send at the same time
	for range connections {
		opened <- struct{}{}
		ended.Go(func() {
			conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
			if err == nil {
				_ = conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
				_, _ = io.WriteString(conn, text) // the server may close the connection
			}
			<-opened
			<-ctx.Done()
			if err == nil {
				_ = conn.Close()
			}
		})
	}
	return func() { cancel(); ended.Wait() }
}

// webhook is a webhook of a stranger with so many bytes, and without its end.
func webhook(sent int) string {
	return fmt.Sprintf("POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-GitHub-Event: push\r\n"+
		"X-Hub-Signature-256: sha256=%064d\r\nContent-Length: %d\r\n\r\n%s", 0, 25<<20, strings.Repeat("x", sent))
}

// manyHeaders returns headers of so many bytes with the shortest names, which take most memory.
func manyHeaders(size int) string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~"
	var text strings.Builder
	for i := 0; text.Len() < size; i++ {
		for n := i; ; n = n/len(letters) - 1 {
			text.WriteByte(letters[n%len(letters)])
			if n < len(letters) {
				break
			}
		}
		text.WriteString(":\n")
	}
	return text.String()
}

// signedWebhook sends a webhook of so many bytes, and returns the status.
func signedWebhook(t *testing.T, url string, size int) int {
	t.Helper()
	const head, tail = `{"repository":{"full_name":"acme/shop","html_url":"http://127.0.0.1:1/acme/shop"},"x":"`, `"}`
	body := []byte(head + strings.Repeat("x", size-len(head)-len(tail)) + tail)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/webhooks/github", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Close = true
	request.Header = http.Header{
		"Content-Type": {"application/json"}, "X-Github-Event": {"push"},
		"X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(mac.Sum(nil))},
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer response.Body.Close()
	return response.StatusCode
}

// Strangers keep many connections and requests open. The service stays below its memory limit,
// and answers Argo CD, health checks and the largest webhooks.
func TestStrangersDoNotUseUpMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the peak of the memory of a process is read from /proc")
	}
	env, limit := limits(t)
	s := serve(t, env)
	address := strings.TrimPrefix(s.URL, "http://")
	t.Logf("%d MiB after the start", peak(t, s))
	attacks := []struct {
		name        string
		connections int
		text        string
	}{
		{"connections without a request", 4500, ""},
		{"unfinished headers", 4500, "GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 15<<10)},
		{"many unfinished headers", 4500, "GET /healthz HTTP/1.1\n" + manyHeaders(19<<10)},
		{"webhooks without a body", 4500, webhook(0)},
		{"webhooks with a begun body", 2000, webhook(100 << 10)},
		{"webhooks with most of a body", 100, webhook(24 << 20)},
		{"requests for metrics without a reader", 1000, strings.Repeat("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 100)},
	}
	var ends []func()
	for _, attack := range attacks {
		ends = append(ends, flood(t, address, attack.connections, attack.text))
		if status, body := s.GetParams(t, "shop"); status != http.StatusOK {
			t.Errorf("%s: got %d %s for Argo CD, want %d", attack.name, status, body, http.StatusOK)
		}
		for _, path := range []string{"/healthz", "/metrics"} {
			if status, body := s.Get(t, path); status != http.StatusOK {
				t.Errorf("%s: got %d %s from %s, want %d", attack.name, status, body, path, http.StatusOK)
			}
		}
		if status := signedWebhook(t, s.URL, 25<<20); status != http.StatusAccepted {
			t.Errorf("%s: got %d for a webhook, want %d", attack.name, status, http.StatusAccepted)
		}
		t.Logf("%s: %d MiB", attack.name, peak(t, s))
		if len(ends) > 2 { // two attacks at the same time
			ends[0]()
			ends = ends[1:]
		}
	}
	for _, end := range ends {
		end()
	}
	if got := peak(t, s); got >= limit {
		t.Errorf("the process has used %d MiB, want less than %d MiB", got, limit)
	}
}
