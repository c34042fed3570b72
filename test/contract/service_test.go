package contract_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/previewset/previewset/test/fake/previewset"
)

const (
	token = "a-token-for-argo-cd"
	// timeout bounds every wait of these tests.
	timeout = 30 * time.Second
	// pause is the time between two checks of a condition.
	pause = 20 * time.Millisecond
)

var program = previewset.New(previewset.Race)

func TestMain(m *testing.M) {
	flag.Parse()
	if !testing.Verbose() {
		logrus.SetOutput(io.Discard) // Argo CD's log
	}
	os.Exit(program.Main(m))
}

// service is a running previewset.
type service struct{ *previewset.Service }

// serve runs the service until the test ends, and stops it with SIGINT. config is the
// configuration without apiVersion, kind and auth.
func serve(t *testing.T, config string) *service {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "config.yaml")
	write(t, filepath.Join(dir, "token"), token+"\n")
	write(t, file, fmt.Sprintf(
		"apiVersion: previewset.dev/v1alpha1\nkind: Config\nauth: {tokenFile: %q}\n%s", filepath.Join(dir, "token"), config))
	return &service{program.Serve(t, previewset.Options{Config: file, Token: token, End: syscall.SIGINT, Timeout: timeout})}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// awaitSync waits until the service has synced set.
func (s *service) awaitSync(t *testing.T, set string) {
	t.Helper()
	s.Await(t, pause, func() error {
		_, err := s.previews(t, set)
		return err
	})
}

// awaitPreviews waits until the previews of set have exactly the given ids.
func (s *service) awaitPreviews(t *testing.T, set string, ids ...string) {
	t.Helper()
	s.Await(t, pause, func() error {
		got, err := s.previews(t, set)
		if err == nil && !slices.Equal(got, ids) {
			err = fmt.Errorf("previews %q, want %q", got, ids)
		}
		return err
	})
}

// previews returns the ids of the previews of set. It returns an error until the service
// has synced set.
func (s *service) previews(t *testing.T, set string) (ids []string, err error) {
	t.Helper()
	status, body := s.Get(t, "/api/v1/sets/"+set+"/previews")
	if status != http.StatusOK {
		return nil, fmt.Errorf("previews of %s: status %d", set, status)
	}
	var view struct {
		Previews []struct{ Parameters struct{ ID string } }
	}
	if err := json.Unmarshal([]byte(body), &view); err != nil {
		t.Fatalf("previews: %v", err)
	}
	for _, p := range view.Previews {
		ids = append(ids, p.Parameters.ID)
	}
	return ids, nil
}

// awaitLog waits until the log of the service contains text.
func (s *service) awaitLog(t *testing.T, text string) {
	t.Helper()
	if _, err := s.AwaitLog(timeout, regexp.MustCompile(regexp.QuoteMeta(text))); err != nil {
		t.Fatal(err)
	}
}

// post sends a request to the plugin endpoint with the given body and header.
func (s *service) post(t *testing.T, body string, header http.Header) (status int, answer string) {
	t.Helper()
	return s.Send(t, http.MethodPost, "/api/v1/getparams.execute", body, header)
}
