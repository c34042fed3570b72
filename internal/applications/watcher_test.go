package applications_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/client-go/rest"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/applications"
	kubetest "github.com/previewset/previewset/test/fake/kube"
)

type object = kubetest.Object

// pipe connects a client to a handler without a network, so that time in the bubble of a test
// passes while both wait.
type pipe struct{ handler http.Handler }

// pipeWriter is the response of a pipe.
type pipeWriter struct {
	header http.Header
	status chan int
	once   sync.Once
	body   *io.PipeWriter
}

func (w *pipeWriter) Header() http.Header { return w.header }
func (w *pipeWriter) Flush()              {}
func (w *pipeWriter) WriteHeader(code int) {
	w.once.Do(func() { w.status <- code })
}

func (w *pipeWriter) Write(text []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(text)
}

// closing ends the handler of a response when its body is closed.
type closing struct {
	*io.PipeReader
	cancel context.CancelFunc
}

func (c closing) Close() error {
	c.cancel()
	return c.PipeReader.Close()
}

func (p pipe) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	reader, body := io.Pipe()
	w := &pipeWriter{header: http.Header{}, status: make(chan int, 1), body: body}
	context.AfterFunc(ctx, func() { _ = body.CloseWithError(ctx.Err()) })
	go func() {
		p.handler.ServeHTTP(w, r.WithContext(ctx))
		w.WriteHeader(http.StatusOK)
		_ = body.Close()
	}()
	select {
	case code := <-w.status:
		return &http.Response{StatusCode: code, Header: w.header, Body: closing{reader, cancel}, Request: r}, nil
	case <-ctx.Done():
		cancel()
		return nil, ctx.Err()
	}
}

// fixture is a watcher that runs, in the bubble of a test.
type fixture struct {
	*applications.Watcher
	api *kubetest.Applications
	log *strings.Builder

	mu    sync.Mutex
	calls []string // the arguments of Changed
}

// start starts a watcher of the entries below previews/ of the repository of acme.
func start(t *testing.T, api *kubetest.Applications) *fixture {
	t.Helper()
	return startAt(t, api, "https://git.acme.dev/ops/gitops.git", "previews")
}

func startAt(t *testing.T, api *kubetest.Applications, repository, path string) *fixture {
	t.Helper()
	f := &fixture{api: api, log: &strings.Builder{}}
	w, err := applications.New(&rest.Config{Host: "https://kube.test", Transport: pipe{api}}, applications.Options{
		Namespace: "argocd", RepoURL: repository, Path: path,
		Changed: func(sets []string) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.calls = append(f.calls, strings.Join(sets, " "))
		},
		Log: slog.New(slog.NewTextHandler(f.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	f.Watcher = w
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx)
	}()
	t.Cleanup(func() {
		begin := time.Now()
		stop()
		<-done
		if d := time.Since(begin); d != 0 {
			t.Errorf("Run ended after %v", d)
		}
	})
	synctest.Wait()
	return f
}

// changed returns the calls of Changed since the last call, after d.
func (f *fixture) changed(d time.Duration) []string {
	time.Sleep(d)
	synctest.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	calls := f.calls
	f.calls = nil
	return calls
}

// only returns the Application of the only entry of a set.
func (f *fixture) only(t *testing.T, set string) generator.Application {
	t.Helper()
	all := f.Of(set)
	if !all.Watched || !all.Known || len(all.ByPath) != 1 {
		t.Fatalf("got %+v, want one path", all)
	}
	for path, list := range all.ByPath {
		if len(list) != 1 || list[0].Path != path {
			t.Fatalf("got %+v at %s, want one Application", list, path)
		}
		return list[0]
	}
	return generator.Application{}
}

const (
	sha1 = "1111111111111111111111111111111111111111"
	sha2 = "2222222222222222222222222222222222222222"
)

// app returns a live Application of the entry pr-1 of the set shop. Each change sets a value at
// a path such as "status.sync.status"; nil deletes it.
func app(name string, changes ...any) object {
	o := object{
		"metadata": object{"name": name, "namespace": "argocd", "uid": name, "creationTimestamp": at(-time.Hour)},
		"spec": object{
			"source":      object{"repoURL": "https://git.acme.dev/ops/gitops.git", "path": "previews/shop/pr-1", "targetRevision": sha1},
			"destination": object{"namespace": "shop-pr-1"},
			"syncPolicy":  object{"automated": object{"prune": true}},
		},
		"status": object{
			"sync":   object{"status": "Synced", "revision": sha1},
			"health": object{"status": "Healthy", "lastTransitionTime": at(-time.Minute)},
			"operationState": object{
				"phase": "Succeeded", "message": "successfully synced (all tasks run)", "startedAt": at(-3 * time.Minute), "finishedAt": at(-2 * time.Minute),
				"operation": object{"sync": object{"revision": sha1}}, "syncResult": object{"revision": sha1},
			},
		},
	}
	for i := 0; i < len(changes); i += 2 {
		set(o, changes[i].(string), changes[i+1])
	}
	return o
}

func set(o object, path string, value any) {
	key, rest, deeper := strings.Cut(path, ".")
	switch {
	case deeper:
		if _, ok := o[key].(object); !ok {
			o[key] = object{}
		}
		set(o[key].(object), rest, value)
	case value == nil:
		delete(o, key)
	default:
		o[key] = value
	}
}

// at returns a time relative to now, as the API has it.
func at(d time.Duration) string { return time.Now().Add(d).UTC().Format(time.RFC3339) }
