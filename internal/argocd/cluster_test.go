package argocd_test

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/previewset/previewset/internal/argocd"
)

const path = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applicationsets"

// cluster is a fake Kubernetes API, for responses that a real one can't be made to
// give.
type cluster struct {
	server *httptest.Server
	pages  [][]object
	hook   http.HandlerFunc // runs first; the cluster handles a request that hook writes nothing for
	mu     sync.Mutex
	calls  []string          // method and path, and the query of a list
	marks  map[string]string // patches by name
}

type object = map[string]any

func newCluster(t *testing.T, pages ...[]object) *cluster {
	t.Helper()
	c := &cluster{pages: pages, marks: map[string]string{}}
	c.server = httptest.NewTLSServer(c)
	t.Cleanup(c.server.Close)
	return c
}

// ca is the server's certificate in PEM.
func (c *cluster) ca() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.server.Certificate().Raw})
}

func (c *cluster) config() *rest.Config {
	return &rest.Config{Host: c.server.URL, BearerToken: "canary", TLSClientConfig: rest.TLSClientConfig{CAData: c.ca()}}
}

// responseRecorder records whether a handler has written a response.
type responseRecorder struct {
	http.ResponseWriter
	written bool
}

func (w *responseRecorder) WriteHeader(code int) {
	w.written = true
	w.ResponseWriter.WriteHeader(code)
}

func (w *responseRecorder) Write(data []byte) (int, error) {
	w.written = true
	return w.ResponseWriter.Write(data)
}

func (c *cluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, strings.TrimSuffix(r.Method+" "+r.URL.Path+"?"+r.URL.RawQuery, "?"))
	if c.hook != nil {
		recorder := &responseRecorder{ResponseWriter: w}
		if c.hook(recorder, r); recorder.written {
			return
		}
	}
	name, named := strings.CutPrefix(r.URL.Path, path+"/")
	switch {
	case r.Method == http.MethodGet && r.URL.Path == path:
		c.list(w, r.URL.Query().Get("continue"))
	case r.Method == http.MethodPatch && named && r.Header.Get("Content-Type") == "application/merge-patch+json":
		c.marks[name] = string(body)
		reply(w, http.StatusOK, object{"kind": "ApplicationSet"})
	default:
		refuse(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "unsupported request")
	}
}

func (c *cluster) list(w http.ResponseWriter, token string) {
	n := 0
	if token != "" {
		_, _ = fmt.Sscanf(token, "page %d", &n)
	}
	list := object{"kind": "ApplicationSetList", "metadata": object{}, "items": c.pages[n]}
	if n+1 < len(c.pages) {
		list["metadata"] = object{"continue": fmt.Sprintf("page %d", n+1)}
	}
	reply(w, http.StatusOK, list)
}

func reply(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body)
}

func refuse(w http.ResponseWriter, code int, reason, message string) {
	reply(w, code, object{
		"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason, "message": message,
	})
}

// onRequest calls handler for requests with this method and path suffix.
func onRequest(method, suffix string, handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == method && strings.HasSuffix(r.URL.Path, suffix) {
			handler(w, r)
		}
	}
}

// markTime is the time in the annotations.
func markTime() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 89, time.FixedZone("", 3600)) }

func newRefresher(t *testing.T, c *cluster, change ...func(*argocd.Options)) *argocd.Refresher {
	t.Helper()
	o := argocd.Options{Namespace: "argocd", ConfigMap: "previewset", Now: markTime}
	for _, set := range change {
		set(&o)
	}
	r, err := argocd.New(c.config(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// appSet returns an ApplicationSet with generators, which are JSON.
func appSet(t *testing.T, name, generators string) object {
	t.Helper()
	var list any
	if err := json.Unmarshal([]byte(generators), &list); err != nil {
		t.Fatalf("%s: %v", generators, err)
	}
	return object{"metadata": object{"name": name}, "spec": object{"generators": list}}
}

// shopAppSet returns an ApplicationSet that uses the set "shop".
func shopAppSet(t *testing.T, name string) object {
	t.Helper()
	return appSet(t, name, `[{"plugin": {"configMapRef": {"name": "previewset"}, "input": {"parameters": {"set": "shop"}}}}]`)
}
