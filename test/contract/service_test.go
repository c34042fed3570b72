package contract_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
)

const (
	token = "a-token-for-argo-cd"
	// patience bounds every wait of these tests.
	patience = 30 * time.Second
)

// binary is the service's, which TestMain builds.
var binary string

func TestMain(m *testing.M) { os.Exit(runAll(m)) }

func runAll(m *testing.M) int {
	flag.Parse()
	if !testing.Verbose() {
		logrus.SetOutput(io.Discard) // Argo CD's log
	}
	dir, err := os.MkdirTemp("", "previewset-contract-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary = filepath.Join(dir, "previewset")
	build := exec.Command("go", "build", "-race", "-o", binary, "./cmd/previewset")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the service: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// service is a running previewset.
type service struct {
	url string

	mu  sync.Mutex
	log bytes.Buffer
}

// serve runs the service until the test ends. config is its configuration but
// for what identifies it and the token.
func serve(t *testing.T, config string) *service {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "token"), token+"\n")
	write(t, filepath.Join(dir, "config.yaml"), fmt.Sprintf(
		"apiVersion: previewset.dev/v1alpha1\nkind: Config\nauth: {tokenFile: %q}\n%s", filepath.Join(dir, "token"), config))
	cmd := exec.Command(binary, "serve", "--config", filepath.Join(dir, "config.yaml"), "--listen", "127.0.0.1:0", "--log-format", "json")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &service{}
	address, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		s.read(stderr, address)
		ended <- cmd.Wait()
	}()
	t.Cleanup(func() { s.stop(t, cmd, ended) })
	select {
	case a := <-address:
		s.url = "http://" + a
	case err := <-ended:
		ended <- err
		t.Fatal("the service ended before it listened")
	case <-time.After(patience):
		t.Fatal("the service does not listen")
	}
	return s
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// read keeps the service's log and finds the address in it.
func (s *service) read(stderr io.Reader, address chan<- string) {
	lines := bufio.NewReader(stderr)
	for {
		line, err := lines.ReadBytes('\n')
		var record struct{ Msg, Address, Path string }
		if json.Unmarshal(line, &record) == nil && record.Msg == "listening" {
			address <- record.Address
		}
		if record.Path != "/api/v1/sets/:set/previews" { // await asks there, many times
			s.mu.Lock()
			s.log.Write(line)
			s.mu.Unlock()
		}
		if err != nil {
			return
		}
	}
}

// stop ends the service as an operator does. A data race that its detector
// found makes its exit status 66.
func (s *service) stop(t *testing.T, cmd *exec.Cmd, ended <-chan error) {
	if err := cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("interrupt the service: %v", err)
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("the service ended with %v", err)
		}
	case <-time.After(patience):
		t.Error("the service does not stop")
		_ = cmd.Process.Kill()
		<-ended
	}
	if s.mu.Lock(); t.Failed() {
		t.Logf("the service's log:\n%s", &s.log)
	}
	s.mu.Unlock()
}

// awaitPreviews returns when the previews of set are those with these ids.
func (s *service) awaitPreviews(t *testing.T, set string, ids ...string) {
	t.Helper()
	var have []string
	await(t, func() bool {
		status, body := s.get(t, "/api/v1/sets/"+set+"/previews")
		var view struct {
			Previews []struct{ Parameters struct{ ID string } }
		}
		if status != http.StatusOK {
			have = []string{fmt.Sprintf("status %d", status)}
			return false
		}
		if err := json.Unmarshal(body, &view); err != nil {
			t.Fatalf("previews: %v", err)
		}
		have = nil
		for _, p := range view.Previews {
			have = append(have, p.Parameters.ID)
		}
		return slices.Equal(have, ids)
	}, func() string { return fmt.Sprintf("the previews are %q, want %q", have, ids) })
}

// awaitSync returns when the service has read set once.
func (s *service) awaitSync(t *testing.T, set string) {
	t.Helper()
	status := 0
	await(t, func() bool {
		status, _ = s.get(t, "/api/v1/sets/"+set+"/previews")
		return status == http.StatusOK
	}, func() string { return fmt.Sprintf("the previews of %s answer %d", set, status) })
}

// awaitLog returns when the service has logged text.
func (s *service) awaitLog(t *testing.T, text string) {
	t.Helper()
	await(t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return strings.Contains(s.log.String(), text)
	}, func() string { return fmt.Sprintf("the service did not log %q", text) })
}

func (s *service) get(t *testing.T, path string) (status int, body []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if body, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, body
}

// await returns when ok does with true; else the test fails with what why
// says.
func await(t *testing.T, ok func() bool, why func() string) {
	t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for end := time.Now().Add(patience); !ok(); <-ticker.C {
		if time.Now().After(end) {
			t.Fatal(why())
		}
	}
}
