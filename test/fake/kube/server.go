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

// Token is what the kubeconfig says its user is known by.
const Token = `canary~kube?token>>21/&"%zz+`

// Object is an object as JSON has it.
type Object = map[string]any

// Server is the API.
type Server struct {
	server *httptest.Server

	mu         sync.Mutex
	namespaces map[string]bool
	secrets    map[string]Object // by namespace and name
	version    int
	calls      []string
	hook       http.HandlerFunc
}

// Start starts an API that has these namespaces, and ends it with the test.
func Start(t testing.TB, namespaces ...string) *Server {
	t.Helper()
	s := &Server{namespaces: map[string]bool{}, secrets: map[string]Object{}}
	for _, n := range namespaces {
		s.namespaces[n] = true
	}
	s.server = httptest.NewTLSServer(s)
	t.Cleanup(s.server.Close)
	return s
}

// Kubeconfig returns a file that leads to the API.
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

// URL of the API.
func (s *Server) URL() string { return s.server.URL }

// Calls returns the requests so far: method and path.
func (s *Server) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.calls...)
}

// Hook has h answer first; it leaves a request by writing nothing. It is called
// while the API waits, so that Put and Secret are not for it.
func (s *Server) Hook(h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = h
}

// Put makes or replaces a Secret, as somebody else does. data is as it is
// before base64.
func (s *Server) Put(namespace, name string, labels, data map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	encoded := Object{}
	for k, v := range data {
		encoded[k] = base64.StdEncoding.EncodeToString([]byte(v))
	}
	s.keep(Object{"metadata": Object{"namespace": namespace, "name": name, "labels": labels}, "type": "Opaque", "data": encoded})
}

// keep stores an object under its next version.
func (s *Server) keep(o Object) {
	s.version++
	o["apiVersion"], o["kind"] = "v1", "Secret"
	m := o["metadata"].(Object)
	m["resourceVersion"] = strconv.Itoa(s.version)
	s.secrets[fmt.Sprint(m["namespace"], "/", m["name"])] = o
}

// Secret returns a Secret, with its data as it is before base64; nil where there
// is none.
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

// wrote knows whether anything was answered.
type wrote struct {
	http.ResponseWriter
	any bool
}

func (w *wrote) WriteHeader(code int)           { w.any = true; w.ResponseWriter.WriteHeader(code) }
func (w *wrote) Write(data []byte) (int, error) { w.any = true; return w.ResponseWriter.Write(data) }

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, r.Method+" "+r.URL.Path)
	if s.hook != nil {
		answer := &wrote{ResponseWriter: w}
		if s.hook(answer, r); answer.any {
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
		Refuse(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "not what this API has")
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
		s.keep(o)
		reply(w, http.StatusCreated, o)
	}
}

func (s *Server) update(w http.ResponseWriter, r *http.Request, namespace, name string) {
	o, named, err := read(r, namespace)
	before := s.secrets[namespace+"/"+name]
	switch {
	case err != nil || name != named:
		Refuse(w, http.StatusBadRequest, "BadRequest", fmt.Sprint("it is ", named, " ", err))
	case before == nil:
		Refuse(w, http.StatusNotFound, "NotFound", fmt.Sprintf("secrets %q not found", name))
	case o["metadata"].(Object)["resourceVersion"] != before["metadata"].(Object)["resourceVersion"]:
		Refuse(w, http.StatusConflict, "Conflict", "the object has been modified; please apply your changes to the latest version and try again")
	default:
		s.keep(o)
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
		return nil, "", fmt.Errorf("no Secret of %s: %.100s", namespace, body)
	}
	name, _ = m["name"].(string)
	return o, name, nil
}

func reply(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body)
}

// Refuse answers with an error as the API does.
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
