package database_test

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/database"
)

// server is a database server in memory. These tests check the calls of a server; the
// tests of real servers check their effects.
type server struct {
	mu        sync.Mutex
	objects   map[string]database.Mark
	passwords map[string]string // by user
	creates   int
	dropped   []string
	fail      map[string]error // by method, or by method and name
	onCreate  func()
	onList    func()
}

func newServer(objects ...database.Object) *server {
	s := &server{objects: map[string]database.Mark{}, passwords: map[string]string{}, fail: map[string]error{}}
	for _, o := range objects {
		s.objects[o.Name] = o.Mark
	}
	return s
}

func (s *server) failure(method, name string) error {
	return cmp.Or(s.fail[method], s.fail[method+" "+name])
}

// Create names the user after the database with an additional "x": on some servers the
// two names differ.
func (s *server) Create(_ context.Context, r database.Request) (database.Access, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.creates++
	if err := s.failure("Create", r.Name); err != nil {
		return database.Access{}, err
	}
	if s.onCreate != nil {
		s.onCreate()
	}
	user := r.Name + "x"
	s.objects[r.Name], s.passwords[user] = r.Mark, r.Password
	return database.Access{
		Scheme: "postgres", Host: "db.acme.dev", Port: 5432, Database: "previewset", Schema: r.Name, User: user, Password: r.Password,
	}, nil
}

func (s *server) Drop(_ context.Context, name string, owner database.Mark, _ time.Duration) (bool, error) {
	if err := s.failure("Drop", name); err != nil {
		return false, err
	}
	if found, ok := s.objects[name]; !ok || !found.SameOwner(owner) {
		return false, database.Foreign(name, found, ok)
	}
	if err := owner.CheckUnchanged(s.objects[name]); err != nil {
		return false, err
	}
	delete(s.objects, name)
	s.dropped = append(s.dropped, name)
	return true, nil
}

func (s *server) List(context.Context) ([]database.Object, error) {
	if err := s.failure("List", ""); err != nil {
		return nil, err
	}
	var all []database.Object
	for _, name := range slices.Sorted(maps.Keys(s.objects)) {
		all = append(all, database.Object{Name: name, Mark: s.objects[name]})
	}
	if s.onList != nil {
		s.onList()
	}
	return all, nil
}

func (s *server) Note(_ context.Context, o database.Object) error {
	if err := s.failure("Note", o.Name); err != nil {
		return err
	}
	s.objects[o.Name] = o.Mark
	return nil
}

func (s *server) Close() {}

var _ database.Server = (*server)(nil)

// mark returns the mark of a preview of the set shop.
func mark(id string) database.Mark {
	return database.Mark{Set: "shop", ID: id, Source: "github.com/acme/shop"}
}

func checkEqual[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
