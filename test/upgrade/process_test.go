package upgrade_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
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

// environment returns the environment of previewset: the proxy and the tokens.
func (in *installation) environment(more ...string) []string {
	return append([]string{
		"HTTP_PROXY=" + in.proxy, "ARGO_TOKEN=" + argoToken, "GITHUB_TOKEN=" + githubToken, "GITEA_TOKEN=" + giteatest.ReaderToken,
	}, more...)
}

// run runs a command and returns its standard output. The test fails if the command fails.
func (in *installation) run(args ...string) string {
	in.t.Helper()
	stdout, stderr, err := program.Run(in.t, in.environment(), append(args, "--config", in.config)...)
	if err != nil {
		in.t.Fatalf("previewset %s: %v\n%s%s", strings.Join(args, " "), err, stdout, stderr)
	}
	return stdout
}

// service is a running `previewset serve --prune`.
type service struct {
	*previewset.Service
	in *installation
}

// serve starts a service and stops it when the test ends.
func (in *installation) serve() *service {
	in.t.Helper()
	return &service{in: in, Service: program.Serve(in.t, previewset.Options{
		Config: in.config, Args: []string{"--prune"}, Env: in.environment(), Token: argoToken,
	})}
}

var syncFailure = regexp.MustCompile(`(?m)^previewset_sync_failures_total\{.*\} [1-9]`)

// awaitSyncs waits until the service is ready and each set has completed n syncs.
func (s *service) awaitSyncs(n int) {
	s.in.t.Helper()
	s.Await(s.in.t, 50*time.Millisecond, func() error { return s.checkSyncs(n) })
}

// awaitMoreSyncs waits until each set has completed at least n more syncs.
func (s *service) awaitMoreSyncs(n int) {
	s.in.t.Helper()
	_, metrics := s.Get(s.in.t, "/metrics")
	s.awaitSyncs(slices.Max(slices.Collect(maps.Values(previewset.Syncs(metrics)))) + n)
}

func (s *service) checkSyncs(n int) error {
	if status, _ := s.Get(s.in.t, "/readyz"); status != http.StatusOK {
		return errors.New("the service is not ready")
	}
	_, metrics := s.Get(s.in.t, "/metrics")
	if syncFailure.MatchString(metrics) {
		s.in.t.Fatal("a sync failed")
	}
	counts := previewset.Syncs(metrics)
	for _, set := range s.in.sets() {
		if counts[set] < n {
			return fmt.Errorf("the set %s has completed %d syncs, want %d", set, counts[set], n)
		}
	}
	return nil
}

// answer returns the answer to Argo CD for a set.
func (s *service) answer(set string) string {
	s.in.t.Helper()
	status, body := s.GetParams(s.in.t, set)
	if status != http.StatusOK {
		s.in.t.Fatalf("%s: status %d: %s", set, status, body)
	}
	return body
}
