package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/previewset/previewset/examples"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// waitTimeout bounds each wait for an expected result.
const waitTimeout = 3 * time.Minute

// fixture has what a test runs previewset on: a GitOps repository with the base of the
// sample application, and a configuration. It captures all output of previewset and
// searches it for secrets at the end of the test.
type fixture struct {
	t        *testing.T
	gitops   *gittest.Repo
	config   string // file
	token    string
	poll     string
	captured *captured
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{
		t: t, gitops: gittest.NewRepo(t, "gitops"), config: filepath.Join(t.TempDir(), "config.yaml"),
		token: pluginToken, poll: "1s", captured: newCaptured(),
	}
	f.gitops.Commit(t, "main", "Add the base", shopBase(t))
	f.writeSecret("token", f.token)
	t.Cleanup(func() {
		for _, leak := range f.leaks() {
			t.Error(leak)
		}
	})
	return f
}

// shopBase returns the files of the base of the sample application.
func shopBase(t *testing.T) map[string]string {
	t.Helper()
	files, err := examples.ShopBase("apps/shop/base")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// file returns the path of a file beside the configuration.
func (f *fixture) file(name string) string { return filepath.Join(filepath.Dir(f.config), name) }

func (f *fixture) write(name, content string) {
	f.t.Helper()
	if err := os.WriteFile(f.file(name), []byte(content), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// configure writes a configuration with these sets, in YAML.
func (f *fixture) configure(sets string) {
	f.t.Helper()
	f.write("config.yaml", fmt.Sprintf(`apiVersion: previewset.dev/v1alpha1
kind: Config
auth: {tokenFile: %s}
poll: %s
gitops: {url: "%s"}
sets:
%s`, f.file("token"), f.poll, f.gitops.URL(), sets))
}

// setGitOps replaces the gitops stanza of the configuration.
func (f *fixture) setGitOps(stanza string) {
	f.t.Helper()
	text, err := os.ReadFile(f.config)
	if err != nil {
		f.t.Fatal(err)
	}
	f.write("config.yaml", strings.Replace(string(text), fmt.Sprintf("{url: %q}", f.gitops.URL()), stanza, 1))
}

// gitSet returns a set that previews the branches of a repository.
func gitSet(url string) string {
	return fmt.Sprintf(`- name: shop
  source: {git: {url: "%s"}}
  select: {branches: {exclude: [main]}}
  overlay:
    base: apps/shop/base
    images: [{name: ghcr.io/acme/shop, newTag: "{{.head_sha}}"}]
`, url)
}

// run runs one command to its end and returns its status, output and log.
func (f *fixture) run(args ...string) (status int, stdout, stderr string) {
	f.t.Helper()
	command := args[0]
	args = append(args, "--config", f.config)
	if command != "validate" {
		args = append(args, "--log-level", "debug")
	}
	var out, err bytes.Buffer
	capture := f.captured.writer(command)
	status = Run(f.t.Context(), args, io.MultiWriter(&out, capture), io.MultiWriter(&err, capture))
	return status, out.String(), err.String()
}

// mustRun runs one command that must succeed and returns what it printed.
func (f *fixture) mustRun(args ...string) string {
	f.t.Helper()
	status, stdout, stderr := f.run(args...)
	if status != statusDone {
		f.t.Fatalf("previewset %s: status %d\n%s%s", strings.Join(args, " "), status, stdout, stderr)
	}
	return stdout
}

// runningService is a service that a test started.
type runningService struct {
	fixture *fixture
	url     string
	stop    func() int // stops the service and returns its status

	mu  sync.Mutex
	log bytes.Buffer
}

// serve starts the service and stops it at the end of the test.
func (f *fixture) serve(args ...string) *runningService {
	f.t.Helper()
	return f.serveWith(append([]string{"--config", f.config}, args...), io.Discard)
}

func (f *fixture) serveWith(args []string, stdout io.Writer) *runningService {
	f.t.Helper()
	s := &runningService{fixture: f}
	ctx, cancel := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	listening := make(chan string, 1)
	read := make(chan struct{})
	go func() {
		defer close(read)
		s.readLog(reader, listening)
	}()
	args = append([]string{"serve", "--listen", "127.0.0.1:0", "--log-format", "json", "--log-level", "debug"}, args...)
	ended := make(chan int, 1)
	go func() {
		ended <- Run(ctx, args, stdout, writer)
		_ = writer.Close()
	}()
	s.stop = sync.OnceValue(func() int {
		s.captureMetrics()
		cancel()
		status := <-ended
		<-read
		return status
	})
	f.t.Cleanup(func() { s.stop() })
	select {
	case address := <-listening:
		s.url = "http://" + address
	case <-read:
		f.t.Fatalf("serve ended: %s", s.logText())
	case <-time.After(waitTimeout):
		f.t.Fatalf("serve does not listen: %s", s.logText())
	}
	return s
}

func (s *runningService) readLog(r io.Reader, listening chan<- string) {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		s.mu.Lock()
		s.log.Write(line)
		s.mu.Unlock()
		_, _ = s.fixture.captured.writer("the log of serve").Write(line) // can't fail
		var entry struct{ Msg, Address string }
		if json.Unmarshal(line, &entry) == nil && entry.Msg == "listening" {
			listening <- entry.Address
		}
		if err != nil {
			return
		}
	}
}

// captureMetrics captures the metrics before the service stops. The service may never
// have listened.
func (s *runningService) captureMetrics() {
	response, err := http.Get(s.url + "/metrics")
	if err != nil {
		return
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(s.fixture.captured.writer("the metrics"), response.Body)
}

func (s *runningService) logText() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// awaitLog waits until the log holds text.
func (s *runningService) awaitLog(text string) {
	s.fixture.t.Helper()
	s.fixture.await("log of "+text, func() bool { return strings.Contains(s.logText(), text) })
}

func (f *fixture) await(what string, condition func() bool) {
	f.t.Helper()
	deadline := time.Now().Add(waitTimeout)
	for !condition() {
		if time.Now().After(deadline) {
			f.t.Fatalf("not within %s: %s", waitTimeout, what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// get requests an endpoint and returns status and body.
func (s *runningService) get(path string) (int, string) {
	s.fixture.t.Helper()
	return s.send(http.MethodGet, path, "", http.Header{"Authorization": {"Bearer " + s.fixture.token}})
}

func (s *runningService) send(method, path, body string, header http.Header) (int, string) {
	s.fixture.t.Helper()
	request, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.fixture.t.Fatal(err)
	}
	request.Header = header
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.fixture.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.fixture.t.Fatal(err)
	}
	_, _ = fmt.Fprintf(s.fixture.captured.writer("a response of "+path), "%v\n%s\n", response.Header, text)
	return response.StatusCode, string(text)
}

// params has the parameters of each preview, by id.
type params map[string]map[string]any

func (p params) text(id, name string) string {
	value, _ := p[id][name].(string)
	return value
}

// getParams requests the parameters of a set as Argo CD does.
func (s *runningService) getParams(set string) (int, params) {
	s.fixture.t.Helper()
	status, body := s.send(http.MethodPost, "/api/v1/getparams.execute",
		fmt.Sprintf(`{"applicationSetName":"previews","input":{"parameters":{"set":%q}}}`, set),
		http.Header{"Authorization": {"Bearer " + s.fixture.token}, "Content-Type": {"application/json"}})
	if status != http.StatusOK {
		return status, nil
	}
	var answer struct {
		Output struct {
			Parameters []map[string]any `json:"parameters"`
		} `json:"output"`
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		s.fixture.t.Fatalf("%v in %s", err, body)
	}
	found := params{}
	for _, p := range answer.Output.Parameters {
		found[p["id"].(string)] = p
	}
	return status, found
}

// awaitSet requests the parameters of a set until accept returns true for them.
func (s *runningService) awaitSet(set string, accept func(params) bool) (found params) {
	s.fixture.t.Helper()
	deadline := time.Now().Add(waitTimeout)
	for {
		status, p := s.getParams(set)
		if status == http.StatusOK && accept(p) {
			return p
		}
		if time.Now().After(deadline) {
			s.fixture.t.Fatalf("the parameters were not accepted after %s: got %d %v\n%s", waitTimeout, status, p, s.logText())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// awaitIDs waits until a set has exactly these previews.
func (s *runningService) awaitIDs(set string, ids ...string) params {
	s.fixture.t.Helper()
	return s.awaitSet(set, func(p params) bool {
		for _, id := range ids {
			if p[id] == nil {
				return false
			}
		}
		return len(p) == len(ids)
	})
}

// lastChanged returns the newest commit that changed a path, according to git log.
func (f *fixture) lastChanged(path string) string {
	f.t.Helper()
	return f.gitops.Git(f.t, "log", "-1", "--format=%H", "main", "--", path)
}

// subjects returns the subjects of the newest n commits of the GitOps
// repository.
func (f *fixture) subjects(n int) []string {
	f.t.Helper()
	return strings.Split(f.gitops.Git(f.t, "log", fmt.Sprintf("-%d", n), "--format=%s", "main"), "\n")
}
