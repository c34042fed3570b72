package upgrade_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	giteatest "github.com/previewset/previewset/test/fake/gitea"
	"github.com/previewset/previewset/test/fake/previewset"
)

// argoToken is the token of Argo CD.
const argoToken = "upgrade-canary-argo"

var program = previewset.New(previewset.Released)

func TestMain(m *testing.M) { os.Exit(program.Main(m)) }

// environment is that of a previewset whose requests go through the proxy.
func (w *world) environment(more ...string) []string {
	return append([]string{
		"HTTP_PROXY=" + w.proxy, "ARGO_TOKEN=" + argoToken, "GITHUB_TOKEN=" + githubToken, "GITEA_TOKEN=" + giteatest.ReaderToken,
	}, more...)
}

// run runs a command that must succeed and returns what it prints.
func (w *world) run(args ...string) string {
	w.t.Helper()
	stdout, stderr, err := program.Run(w.t, w.environment(), append(args, "--config", w.config)...)
	if err != nil {
		w.t.Fatalf("previewset %s: %v\n%s%s", strings.Join(args, " "), err, stdout, stderr)
	}
	return stdout
}

// service is a running `previewset serve --prune`.
type service struct {
	*previewset.Service
	w *world
}

// serve starts a service, which ends with the test.
func (w *world) serve() *service {
	w.t.Helper()
	return &service{w: w, Service: program.Serve(w.t, previewset.Options{
		Config: w.config, Args: []string{"--prune"}, Env: w.environment(), Token: argoToken,
	})}
}

var failed = regexp.MustCompile(`(?m)^previewset_sync_failures_total\{.*\} [1-9]`)

// settle waits until the service is ready and each set has completed n syncs.
func (s *service) settle(n int) {
	s.w.t.Helper()
	s.Await(s.w.t, 50*time.Millisecond, func() error { return s.settled(n) })
}

func (s *service) settled(n int) error {
	if status, _ := s.Get(s.w.t, "/readyz"); status != http.StatusOK {
		return errors.New("the service is not ready")
	}
	_, metrics := s.Get(s.w.t, "/metrics")
	if failed.MatchString(metrics) {
		s.w.t.Fatal("a sync failed")
	}
	counts := previewset.Syncs(metrics)
	for _, set := range s.w.sets() {
		if counts[set] < n {
			return fmt.Errorf("the set %s has completed %d syncs, want %d", set, counts[set], n)
		}
	}
	return nil
}

// ask returns the answer to Argo CD for a set.
func (s *service) ask(set string) string {
	s.w.t.Helper()
	status, body := s.GetParams(s.w.t, set)
	if status != http.StatusOK {
		s.w.t.Fatalf("%s: status %d: %s", set, status, body)
	}
	return body
}
