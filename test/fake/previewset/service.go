package previewset

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/previewset/previewset/test/fake/process"
)

// Options configures a service.
type Options struct {
	// Config is the path of the configuration.
	Config string
	// Args are additional arguments of `serve`.
	Args []string
	// Env extends the environment.
	Env []string
	// End is the signal that stops the service; 0 is SIGTERM, which Kubernetes sends.
	End syscall.Signal
	// Token is the bearer token of Argo CD.
	Token string
	// Timeout bounds each wait; 0 is two minutes.
	Timeout time.Duration
}

// Service is a running `previewset serve`. Its log is JSON.
type Service struct {
	*process.Process
	// URL is the base URL, without a trailing slash.
	URL string

	options Options
	client  http.Client
	stop    sync.Once
}

// listening matches the log line with the address.
var listening = regexp.MustCompile(`"msg":"listening",.*"address":"([^"]+)"`)

// Serve starts a service and waits until it listens. The end of the test stops the
// service, as Stop does, and prints its log if the test failed.
func (p *Program) Serve(tb testing.TB, o Options) *Service {
	tb.Helper()
	o.Timeout, o.End = cmp.Or(o.Timeout, 2*time.Minute), cmp.Or(o.End, syscall.SIGTERM)
	args := append([]string{"serve", "--config", o.Config, "--listen", "127.0.0.1:0", "--log-format", "json"}, o.Args...)
	s := &Service{Process: p.start(tb, o.End, o.Env, args), options: o, client: http.Client{Transport: &http.Transport{}}}
	tb.Cleanup(func() {
		s.Stop(tb)
		if tb.Failed() {
			tb.Logf("the log of previewset:\n%s", s.Log())
		}
	})
	found, err := s.AwaitLog(o.Timeout, listening)
	if err != nil {
		tb.Fatalf("previewset does not listen: %v", err)
	}
	s.URL = "http://" + found[1]
	return s
}

// Stop stops the service. The test fails if the exit status is not 0.
func (s *Service) Stop(tb testing.TB) {
	tb.Helper()
	s.stop.Do(func() {
		s.client.CloseIdleConnections()
		if err := s.Process.Stop(tb); err != nil {
			tb.Errorf("previewset did not stop cleanly: %v", err)
		}
	})
}

// Await calls ready, with a pause after each call, until ready returns nil. The test
// fails with the last error of ready when the timeout expires.
func (s *Service) Await(tb testing.TB, pause time.Duration, ready func() error) {
	tb.Helper()
	if err := s.Process.Await(s.options.Timeout, pause, ready); err != nil {
		tb.Fatal(err)
	}
}

// Send sends a request and returns the status and body of the response.
func (s *Service) Send(tb testing.TB, method, path, body string, header http.Header) (int, string) {
	tb.Helper()
	request, err := http.NewRequestWithContext(tb.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	request.Header = header
	response, err := s.client.Do(request)
	if err != nil {
		tb.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// Get sends a GET request with the token.
func (s *Service) Get(tb testing.TB, path string) (int, string) {
	tb.Helper()
	return s.Send(tb, http.MethodGet, path, "", s.authorization())
}

// GetParams requests the parameters of a set as Argo CD does.
func (s *Service) GetParams(tb testing.TB, set string) (int, string) {
	tb.Helper()
	return s.Send(tb, http.MethodPost, "/api/v1/getparams.execute",
		fmt.Sprintf(`{"applicationSetName":"previews","input":{"parameters":{"set":%q}}}`, set), s.authorization())
}

func (s *Service) authorization() http.Header {
	return http.Header{"Authorization": {"Bearer " + s.options.Token}, "Content-Type": {"application/json"}}
}

// syncs matches the metric that counts completed syncs.
var syncs = regexp.MustCompile(`(?m)^previewset_sync_duration_seconds_count\{set="([^"]+)"\} ([0-9]+)$`)

// Syncs parses the text of /metrics and returns the number of completed syncs of each
// set.
func Syncs(metrics string) map[string]int {
	counts := map[string]int{}
	for _, found := range syncs.FindAllStringSubmatch(metrics, -1) {
		counts[found[1]], _ = strconv.Atoi(found[2]) // digits
	}
	return counts
}
