package kube

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Token is the bearer token of the user in the kubeconfig.
const Token = `canary~kube?token>>21/&"%zz+`

// Object is a Kubernetes object as decoded JSON.
type Object = map[string]any

// Server is a fake Kubernetes API.
type Server struct {
	// Applications are those of every namespace.
	Applications *Applications

	server *httptest.Server

	mu         sync.Mutex
	namespaces map[string]bool
	secrets    map[string]Object // by namespace/name
	version    int
	calls      []string
	hook       http.HandlerFunc
}

// Start starts an API with the given namespaces, and stops it when the test ends.
func Start(t testing.TB, namespaces ...string) *Server {
	t.Helper()
	s := &Server{Applications: NewApplications(), namespaces: map[string]bool{}, secrets: map[string]Object{}}
	for _, n := range namespaces {
		s.namespaces[n] = true
	}
	s.server = httptest.NewTLSServer(s)
	t.Cleanup(s.server.Close)
	return s
}

// Kubeconfig writes a kubeconfig for the API and returns its path.
func (s *Server) Kubeconfig(t testing.TB) string {
	t.Helper()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.server.Certificate().Raw})
	file := filepath.Join(t.TempDir(), "kubeconfig")
	text := fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: this, user: me}}]
clusters: [{name: this, cluster: {server: %q, certificate-authority-data: %s}}]
users: [{name: me, user: {token: %q}}]
`, s.server.URL, base64.StdEncoding.EncodeToString(ca), Token)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// URL returns the URL of the API.
func (s *Server) URL() string { return s.server.URL }

// Calls returns the requests so far: method and path.
func (s *Server) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.calls...)
}

// Hook installs a handler that gets each request first. If it writes nothing, the API
// answers. The API holds its lock during the call, so h must not call Put or Secret.
func (s *Server) Hook(h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = h
}

// Put creates or replaces a Secret, as another client would. The values of data are
// not base64-encoded.
func (s *Server) Put(namespace, name string, labels, data map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	encoded := Object{}
	for k, v := range data {
		encoded[k] = base64.StdEncoding.EncodeToString([]byte(v))
	}
	s.store(Object{"metadata": Object{"namespace": namespace, "name": name, "labels": labels}, "type": "Opaque", "data": encoded})
}

// store stores an object with a new resourceVersion.
func (s *Server) store(o Object) {
	s.version++
	o["apiVersion"], o["kind"] = "v1", "Secret"
	m := o["metadata"].(Object)
	m["resourceVersion"] = strconv.Itoa(s.version)
	s.secrets[fmt.Sprint(m["namespace"], "/", m["name"])] = o
}

// Secret returns a Secret and its decoded data, or nil if the Secret does not exist.
func (s *Server) Secret(t testing.TB, namespace, name string) (o Object, data map[string]string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.secrets[namespace+"/"+name]
	if !ok {
		return nil, nil
	}
	data = map[string]string{}
	values, _ := o["data"].(Object)
	for k, v := range values {
		value, err := base64.StdEncoding.DecodeString(v.(string))
		if err != nil {
			t.Fatal(err)
		}
		data[k] = string(value)
	}
	return o, data
}

// Unwrap returns the writer below, for http.ResponseController.
func (w *trackingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// trackingWriter records whether a response was written.
type trackingWriter struct {
	http.ResponseWriter
	written bool
}

func (w *trackingWriter) WriteHeader(code int) {
	w.written = true
	w.ResponseWriter.WriteHeader(code)
}

func (w *trackingWriter) Write(data []byte) (int, error) {
	w.written = true
	return w.ResponseWriter.Write(data)
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/applications") && r.Header.Get("Authorization") == "Bearer "+Token {
		s.Applications.ServeHTTP(w, r) // a watch does not end
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, r.Method+" "+r.URL.Path)
	if s.hook != nil {
		tracking := &trackingWriter{ResponseWriter: w}
		if s.hook(tracking, r); tracking.written {
			return
		}
	}
	rest, _ := strings.CutPrefix(r.URL.Path, "/api/v1/namespaces/")
	namespace, name, ok := strings.Cut(rest, "/secrets")
	name = strings.TrimPrefix(name, "/")
	switch {
	case r.Header.Get("Authorization") != "Bearer "+Token:
		Refuse(w, http.StatusUnauthorized, "Unauthorized", "Unauthorized")
	case ok && r.Method == http.MethodGet && name != "":
		s.get(w, namespace, name)
	case ok && r.Method == http.MethodPost && name == "":
		s.create(w, r, namespace)
	case ok && r.Method == http.MethodPut && name != "":
		s.update(w, r, namespace, name)
	default:
		Refuse(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "the fake API does not have this request")
	}
}

func (s *Server) get(w http.ResponseWriter, namespace, name string) {
	if o, ok := s.secrets[namespace+"/"+name]; ok {
		reply(w, http.StatusOK, o)
	} else {
		Refuse(w, http.StatusNotFound, "NotFound", fmt.Sprintf("secrets %q not found", name))
	}
}

func (s *Server) create(w http.ResponseWriter, r *http.Request, namespace string) {
	o, name, err := read(r, namespace)
	switch {
	case err != nil:
		Refuse(w, http.StatusBadRequest, "BadRequest", err.Error())
	case !s.namespaces[namespace]:
		Refuse(w, http.StatusNotFound, "NotFound", fmt.Sprintf("namespaces %q not found", namespace))
	case s.secrets[namespace+"/"+name] != nil:
		Refuse(w, http.StatusConflict, "AlreadyExists", fmt.Sprintf("secrets %q already exists", name))
	default:
		s.store(o)
		reply(w, http.StatusCreated, o)
	}
}

func (s *Server) update(w http.ResponseWriter, r *http.Request, namespace, name string) {
	o, named, err := read(r, namespace)
	before := s.secrets[namespace+"/"+name]
	switch {
	case err != nil || name != named:
		Refuse(w, http.StatusBadRequest, "BadRequest", fmt.Sprintf("the body names %q, the path %q: %v", named, name, err))
	case before == nil:
		Refuse(w, http.StatusNotFound, "NotFound", fmt.Sprintf("secrets %q not found", name))
	case o["metadata"].(Object)["resourceVersion"] != before["metadata"].(Object)["resourceVersion"]:
		Refuse(w, http.StatusConflict, "Conflict", "the object has been modified; please apply your changes to the latest version and try again")
	default:
		s.store(o)
		reply(w, http.StatusOK, o)
	}
}

func read(r *http.Request, namespace string) (o Object, name string, err error) {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &o)
	}
	if err != nil {
		return nil, "", err
	}
	m, _ := o["metadata"].(Object)
	if o["apiVersion"] != "v1" || o["kind"] != "Secret" || m["namespace"] != namespace || r.Header.Get("Content-Type") != "application/json" {
		return nil, "", fmt.Errorf("the body is not a JSON Secret in namespace %s: %.100s", namespace, body)
	}
	name, _ = m["name"].(string)
	return o, name, nil
}

func reply(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body)
}

// Refuse writes an error Status as the Kubernetes API does.
func Refuse(w http.ResponseWriter, code int, reason, message string, causes ...string) {
	list := make([]Object, len(causes))
	for i, c := range causes {
		list[i] = Object{"reason": c}
	}
	reply(w, code, Object{
		"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason, "message": message,
		"details": Object{"causes": list},
	})
}
