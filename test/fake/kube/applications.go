package kube

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
)

// Applications is the part of a fake API that lists and watches the Applications of Argo CD in
// one namespace. It ignores the token.
type Applications struct {
	mu      sync.Mutex
	objects map[string]json.RawMessage // by name
	names   []string                   // of objects, sorted
	version int
	// history are the events since the start, and oldest is the version before the first that a
	// watch still gets.
	history []change
	oldest  int
	// open counts the watches that wait for events; changed is closed when history or ended
	// change.
	open, ended int
	changed     chan struct{}
	hook        http.HandlerFunc
	queries     []string
}

// change is a line of a watch.
type change struct {
	version int
	line    string
}

// NewApplications returns an API without Applications.
func NewApplications() *Applications {
	return &Applications{objects: map[string]json.RawMessage{}, changed: make(chan struct{})}
}

// Hook installs a handler that gets each request first. If it writes nothing, the API answers.
func (a *Applications) Hook(h http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.hook = h
}

// Put creates or replaces an Application. It sets the version in its metadata.
func (a *Applications) Put(o Object) {
	a.mu.Lock()
	defer a.mu.Unlock()
	name := o["metadata"].(Object)["name"].(string)
	kind := "MODIFIED"
	if i, found := slices.BinarySearch(a.names, name); !found {
		a.names = slices.Insert(a.names, i, name)
		kind = "ADDED"
	}
	a.version++
	o["apiVersion"], o["kind"] = "argoproj.io/v1alpha1", "Application"
	o["metadata"].(Object)["resourceVersion"] = strconv.Itoa(a.version)
	text, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	a.objects[name] = text
	a.add(fmt.Sprintf(`{"type":%q,"object":%s}`+"\n", kind, text))
}

// Delete deletes an Application.
func (a *Applications) Delete(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.version++
	delete(a.objects, name)
	a.names = slices.DeleteFunc(a.names, func(n string) bool { return n == name })
	a.add(fmt.Sprintf(`{"type":"DELETED","object":{"metadata":{"name":%q,"resourceVersion":"%d"}}}`+"\n", name, a.version))
}

// Bookmark sends a bookmark to all watches.
func (a *Applications) Bookmark() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.version++
	a.add(fmt.Sprintf(`{"type":"BOOKMARK","object":{"kind":"Application","metadata":{"resourceVersion":"%d"}}}`+"\n", a.version))
}

// Send sends text to the open watches. Later watches do not get it.
func (a *Applications) Send(text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.add(text)
}

// End ends the open watches.
func (a *Applications) End() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ended++
	a.wake()
}

// Expire forgets all events so far, as etcd does after a time.
func (a *Applications) Expire() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.oldest = a.version
}

// Watches returns the number of open watches.
func (a *Applications) Watches() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.open
}

// Queries returns the queries of the requests so far.
func (a *Applications) Queries() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.queries)
}

func (a *Applications) add(line string) {
	a.history = append(a.history, change{a.version, line})
	a.wake()
}

func (a *Applications) wake() {
	close(a.changed)
	a.changed = make(chan struct{})
}

// ServeHTTP implements http.Handler.
func (a *Applications) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	a.queries = append(a.queries, r.URL.RawQuery)
	hook := a.hook
	a.mu.Unlock()
	if hook != nil {
		tracking := &trackingWriter{ResponseWriter: w}
		if hook(tracking, r); tracking.written {
			return
		}
	}
	switch {
	case r.Method != http.MethodGet:
		Refuse(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "the fake API does not have this request")
	case r.URL.Query().Get("watch") == "true":
		a.watch(w, r)
	default:
		a.list(w, r)
	}
}

// list writes a page. A token to continue is the number of Applications so far.
func (a *Applications) list(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	version := strconv.Itoa(a.version)
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	start, _ := strconv.Atoi(r.URL.Query().Get("continue"))
	end := min(start+cmp.Or(limit, len(a.names)), len(a.names))
	items := []json.RawMessage{}
	for _, name := range a.names[min(start, end):end] {
		items = append(items, a.objects[name])
	}
	position := Object{"resourceVersion": version}
	if end < len(a.names) {
		position["continue"] = strconv.Itoa(end)
	}
	a.mu.Unlock()
	reply(w, http.StatusOK, Object{"kind": "ApplicationList", "metadata": position, "items": items})
}

// watch writes events until the request or the watch ends.
func (a *Applications) watch(w http.ResponseWriter, r *http.Request) {
	version, _ := strconv.Atoi(r.URL.Query().Get("resourceVersion"))
	a.mu.Lock()
	if version < a.oldest {
		a.mu.Unlock()
		Refuse(w, http.StatusGone, "Expired", "too old resource version")
		return
	}
	ended := a.ended
	next := slices.IndexFunc(a.history, func(c change) bool { return c.version > version })
	if next < 0 {
		next = len(a.history)
	}
	a.open++
	a.mu.Unlock()
	w.WriteHeader(http.StatusOK)
	_ = http.NewResponseController(w).Flush()
	for {
		a.mu.Lock()
		lines, changed := a.history[next:], a.changed
		next += len(lines)
		over := a.ended != ended
		if over || r.Context().Err() != nil {
			a.open--
			a.mu.Unlock()
			return
		}
		a.mu.Unlock()
		for _, c := range lines {
			_, _ = io.WriteString(w, c.line)
		}
		_ = http.NewResponseController(w).Flush()
		select {
		case <-changed:
		case <-r.Context().Done():
		}
	}
}
