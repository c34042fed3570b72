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
	// patience bounds every wait of these tests.
	patience = 30 * time.Second
	// pause is how long to wait before looking again.
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

// serve runs the service until the test ends, and interrupts it as an operator does.
// config is its configuration but for what identifies it and the token.
func serve(t *testing.T, config string) *service {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "config.yaml")
	write(t, filepath.Join(dir, "token"), token+"\n")
	write(t, file, fmt.Sprintf(
		"apiVersion: previewset.dev/v1alpha1\nkind: Config\nauth: {tokenFile: %q}\n%s", filepath.Join(dir, "token"), config))
	return &service{program.Serve(t, previewset.Options{Config: file, Token: token, End: syscall.SIGINT, Timeout: patience})}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// awaitSync returns when the service has read set once.
func (s *service) awaitSync(t *testing.T, set string) {
	t.Helper()
	s.Await(t, pause, func() error {
		_, err := s.previews(t, set)
		return err
	})
}

// awaitPreviews returns when the previews of set are those with these ids.
func (s *service) awaitPreviews(t *testing.T, set string, ids ...string) {
	t.Helper()
	s.Await(t, pause, func() error {
		have, err := s.previews(t, set)
		if err == nil && !slices.Equal(have, ids) {
			err = fmt.Errorf("the previews are %q, want %q", have, ids)
		}
		return err
	})
}

// previews returns the ids of the previews of set. It fails before the service has
// read set.
func (s *service) previews(t *testing.T, set string) (ids []string, err error) {
	t.Helper()
	status, body := s.Get(t, "/api/v1/sets/"+set+"/previews")
	if status != http.StatusOK {
		return nil, fmt.Errorf("the previews of %s answer %d", set, status)
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

// awaitLog returns when the service has logged text.
func (s *service) awaitLog(t *testing.T, text string) {
	t.Helper()
	if _, err := s.AwaitLog(patience, regexp.MustCompile(regexp.QuoteMeta(text))); err != nil {
		t.Fatal(err)
	}
}

// post sends what Argo CD sends, with another header.
func (s *service) post(t *testing.T, body string, header http.Header) (status int, answer string) {
	t.Helper()
	return s.Send(t, http.MethodPost, "/api/v1/getparams.execute", body, header)
}
