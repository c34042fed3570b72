package database_test

import (
	"cmp"
	"context"
	"fmt"
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
	tried     []string         // the names that Drop was called with
	stuck     map[string]stuck // by name
	hang      map[string]bool  // by method and name: these calls last until their context ends
	fail      map[string]error // by method, or by method and name
	onCreate  func()
	onList    func()
}

// stuck is the reason why Drop can't remove an object.
type stuck int

const (
	marked   stuck = iota + 1 // Drop waits for its patience, and sets DroppingAt
	unmarked                  // Drop waits for its patience, and can't write the mark
	hanging                   // Drop waits for the end of its context
)

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

func (s *server) Drop(ctx context.Context, name string, owner database.Mark, patience time.Duration) (bool, error) {
	s.tried = append(s.tried, name)
	if err := s.failure("Drop", name); err != nil {
		return false, err
	}
	if found, ok := s.objects[name]; !ok || !found.SameOwner(owner) {
		return false, database.Foreign(name, found, ok)
	}
	if err := owner.CheckUnchanged(s.objects[name]); err != nil {
		return false, err
	}
	if err := s.wait(ctx, name, patience); err != nil {
		return true, err
	}
	delete(s.objects, name)
	s.dropped = append(s.dropped, name)
	return true, nil
}

// wait returns an error if name is stuck.
func (s *server) wait(ctx context.Context, name string, patience time.Duration) error {
	kind := s.stuck[name]
	switch kind {
	case marked, unmarked:
		time.Sleep(patience)
	case hanging:
		<-ctx.Done()
		return ctx.Err()
	default:
		return nil
	}
	if kind == marked {
		m := s.objects[name]
		m.DroppingAt = time.Now()
		s.objects[name] = m
	}
	return fmt.Errorf("%w: session 4711 of %s does not end", database.ErrDropping, name)
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

func (s *server) Note(ctx context.Context, o database.Object) error {
	if s.hang["Note "+o.Name] {
		<-ctx.Done()
		return ctx.Err()
	}
	if err := s.failure("Note", o.Name); err != nil {
		return err
	}
	if s.objects[o.Name].DroppingAt.IsZero() {
		s.objects[o.Name] = o.Mark
	}
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
