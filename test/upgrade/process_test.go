package upgrade_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	giteatest "github.com/previewset/previewset/test/fake/gitea"
)

// patience bounds every wait.
const patience = 2 * time.Minute

// argoToken is the token of Argo CD.
const argoToken = "upgrade-canary-argo"

var buildDir string

func TestMain(m *testing.M) {
	var err error
	if buildDir, err = os.MkdirTemp("", "previewset-upgrade-"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(buildDir)
	os.Exit(code)
}

// binary builds previewset once. The build has no version: a database set without
// an image names the version of previewset in its entries.
var binary = sync.OnceValues(func() (string, error) {
	if err := watchSources(); err != nil {
		return "", err
	}
	file := filepath.Join(buildDir, "previewset")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", file, "./cmd/previewset")
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build previewset: %w\n%s", err, out)
	}
	return file, nil
})

// watchSources looks at every source file, so that `go test` does not reuse a result
// of other sources: it does not see what a child process reads.
func watchSources() error {
	for _, dir := range []string{"cmd", "generator", "internal", "kustomize", "plugin", "go.mod"} {
		err := filepath.WalkDir(filepath.Join("..", "..", dir), func(path string, _ fs.DirEntry, err error) error {
			if err == nil {
				_, err = os.Stat(path)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// command returns a previewset whose requests go through the proxy.
func (w *world) command(env []string, args ...string) *exec.Cmd {
	w.t.Helper()
	file, err := binary()
	if err != nil {
		w.t.Fatal(err)
	}
	cmd := exec.CommandContext(w.t.Context(), file, args...)
	cmd.Env = append([]string{
		"HTTP_PROXY=" + w.proxy, "ARGO_TOKEN=" + argoToken, "GITHUB_TOKEN=" + githubToken, "GITEA_TOKEN=" + giteatest.ReaderToken,
	}, env...)
	return cmd
}

// run runs a command that must succeed and returns what it prints.
func (w *world) run(args ...string) string {
	w.t.Helper()
	cmd := w.command(nil, append(args, "--config", w.config)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		w.t.Fatalf("previewset %s: %v\n%s%s", strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out)
}

// service is a running `previewset serve --prune`.
type service struct {
	w    *world
	url  string
	stop func()

	mu  sync.Mutex
	log bytes.Buffer
}

// serve starts a service, which ends with the test.
func (w *world) serve() *service {
	w.t.Helper()
	cmd := w.command(nil, "serve", "--prune", "--listen", "127.0.0.1:0", "--log-format", "json", "--config", w.config)
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	s := &service{w: w}
	address, read := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(read)
		s.readLog(stderr, address)
	}()
	s.stop = sync.OnceFunc(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		<-read
		if err := cmd.Wait(); err != nil && w.t.Context().Err() == nil {
			w.t.Errorf("serve: %v\n%s", err, s.said())
		}
	})
	w.t.Cleanup(s.stop)
	select {
	case at := <-address:
		s.url = "http://" + at
	case <-read:
		w.t.Fatalf("serve ended: %s", s.said())
	case <-time.After(patience):
		w.t.Fatalf("serve does not listen: %s", s.said())
	}
	return s
}

func (s *service) readLog(r io.Reader, address chan<- string) {
	for lines := bufio.NewScanner(r); lines.Scan(); {
		s.mu.Lock()
		s.log.Write(append(lines.Bytes(), '\n'))
		s.mu.Unlock()
		var entry struct{ Msg, Address string }
		if json.Unmarshal(lines.Bytes(), &entry) == nil && entry.Msg == "listening" {
			address <- entry.Address
		}
	}
}

func (s *service) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

var (
	synced = regexp.MustCompile(`(?m)^previewset_sync_duration_seconds_count\{set="([^"]+)"\} ([0-9]+)$`)
	failed = regexp.MustCompile(`(?m)^previewset_sync_failures_total\{.*\} [1-9]`)
)

// settle waits until the service is ready and each set has completed n syncs.
func (s *service) settle(n int) {
	s.w.t.Helper()
	for deadline := time.Now().Add(patience); !s.settled(n); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.w.t.Fatalf("the sets did not complete %d syncs: %s", n, s.said())
		}
	}
}

func (s *service) settled(n int) bool {
	if status, _ := s.send(http.MethodGet, "/readyz", ""); status != http.StatusOK {
		return false
	}
	_, metrics := s.send(http.MethodGet, "/metrics", "")
	if failed.MatchString(metrics) {
		s.w.t.Fatalf("a sync failed: %s", s.said())
	}
	counts := counted(metrics)
	for _, set := range s.w.sets() {
		if counts[set] < n {
			return false
		}
	}
	return true
}

// counted returns the completed syncs by set.
func counted(metrics string) map[string]int {
	counts := map[string]int{}
	for _, found := range synced.FindAllStringSubmatch(metrics, -1) {
		counts[found[1]], _ = strconv.Atoi(found[2]) // digits
	}
	return counts
}

// ask returns the answer to Argo CD for a set.
func (s *service) ask(set string) string {
	s.w.t.Helper()
	status, body := s.send(http.MethodPost, "/api/v1/getparams.execute",
		fmt.Sprintf(`{"applicationSetName":"previews","input":{"parameters":{"set":%q}}}`, set))
	if status != http.StatusOK {
		s.w.t.Fatalf("%s: status %d: %s", set, status, body)
	}
	return body
}

func (s *service) send(method, path, body string) (int, string) {
	s.w.t.Helper()
	request, err := http.NewRequestWithContext(s.w.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.w.t.Fatal(err)
	}
	request.Header = http.Header{"Authorization": {"Bearer " + argoToken}, "Content-Type": {"application/json"}}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.w.t.Fatalf("%v\n%s", err, s.said())
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.w.t.Fatal(err)
	}
	return response.StatusCode, string(text)
}
