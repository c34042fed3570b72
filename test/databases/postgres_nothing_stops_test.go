package databases_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/previewset/previewset/internal/database"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
	"github.com/previewset/previewset/test/fake/suite"
)

// dropAttack is an attempt of the preview v, with the help of the previews h and w, to
// prevent its removal.
type dropAttack struct {
	name string
	// strategy is the strategy of v, h and w.
	strategy database.Strategy
	do       func(t *testing.T, s *scene)
}

// scene has the previews of one attack. In SQL, {v}, {h} and {w} are their names.
type scene struct {
	*postgresFixture
	prefix  string
	attack  dropAttack
	v, h, w database.Access
	names   *strings.Replacer
	ended   context.Context
	end     context.CancelFunc
	loops   sync.WaitGroup
	// pace is the pause of a client between two sessions. Tests with many scenes have one, so
	// that the clients leave processor time for the server.
	pace time.Duration
}

// slow is the pace of the clients in tests with many scenes.
const slow = 250 * time.Millisecond

// newScene creates the previews of an attack. Each has a table kept.
func newScene(t *testing.T, f *postgresFixture, prefix string, strategy database.Strategy) *scene {
	t.Helper()
	s := &scene{postgresFixture: f, prefix: prefix}
	s.ended, s.end = context.WithCancel(t.Context())
	t.Cleanup(s.stop)
	s.names = strings.NewReplacer("{v}", prefix+"_v", "{h}", prefix+"_h", "{w}", prefix+"_w")
	for role, access := range map[string]*database.Access{"{v}": &s.v, "{h}": &s.h, "{w}": &s.w} {
		*access = f.create(t, s.names.Replace(role), strategy)
		s.run(t, *access, "CREATE TABLE kept (i int PRIMARY KEY); INSERT INTO kept VALUES (1)")
	}
	return s
}

// stop ends the loops of the attack.
func (s *scene) stop() {
	s.end()
	s.loops.Wait()
}

// run runs statements of a preview. The test fails if one of them fails.
func (s *scene) run(t *testing.T, a database.Access, sql string) {
	t.Helper()
	s.runIn(t, a, a.Database, sql)
}

func (s *scene) runIn(t *testing.T, a database.Access, databaseName, sql string) {
	t.Helper()
	conn := s.Connect(t, a.User, a.Password, databaseName)
	defer conn.Close(t.Context())
	mustRun(t, conn, s.names.Replace(sql))
}

// hold runs statements of a preview, and keeps the session open.
func (s *scene) hold(t *testing.T, a database.Access, sql string) *pgx.Conn {
	t.Helper()
	return s.holdIn(t, a, a.Database, sql)
}

func (s *scene) holdIn(t *testing.T, a database.Access, databaseName, sql string) *pgx.Conn {
	t.Helper()
	conn := s.Connect(t, a.User, a.Password, databaseName)
	mustRun(t, conn, s.names.Replace(sql))
	return conn
}

// loop logs in with a number of clients again and again and runs statements, until the
// attack ends. Without a pace, the clients are as fast as they can be.
func (s *scene) loop(t *testing.T, a database.Access, databaseName string, clients int, sql string) {
	t.Helper()
	sql = s.names.Replace(sql)
	url := s.URL(a.User, a.Password, databaseName)
	began := make(chan struct{}, clients)
	for range clients {
		s.loops.Go(func() {
			for s.ended.Err() == nil {
				conn, err := pgx.Connect(s.ended, url)
				select {
				case began <- struct{}{}:
				default:
				}
				if err == nil {
					_, _ = conn.PgConn().Exec(s.ended, sql).ReadAll()
					_ = conn.Close(s.ended)
				}
				select {
				case <-s.ended.Done():
				case <-time.After(s.pace):
				}
			}
		})
	}
	<-began
}

// tolerant returns a statement that ignores missing rights: PostgreSQL 16 and newer
// refuse what older versions allow.
func tolerant(sql string) string {
	return "DO $t$ BEGIN " + sql + "; EXCEPTION WHEN insufficient_privilege THEN NULL; END $t$;"
}

// drop removes one preview of the scene. role is {v}, {h} or {w}.
func (s *scene) drop(t *testing.T, role string) {
	t.Helper()
	name := s.names.Replace(role)
	began := time.Now()
	existed, err := s.admin.Drop(t.Context(), name, postgresRequest(name, "").Mark, patient)
	if err != nil || !existed {
		t.Errorf("drop %s: got %v, %v, want true", name, existed, err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Logf("drop of %s took %s", name, took.Round(time.Millisecond))
	}
}

// checkKept fails the test if a preview has lost its table kept.
func (s *scene) checkKept(t *testing.T, a database.Access) {
	t.Helper()
	place, table := a.Database, "kept"
	if a.Schema != "" {
		table = pgx.Identifier{a.Schema, "kept"}.Sanitize()
	}
	s.Exec(t, "postgres", "ALTER DATABASE "+pgx.Identifier{place}.Sanitize()+" RESET ALL")
	if got := s.Strings(t, place, "SELECT string_agg(i::text, ',') FROM "+table); !slices.Equal(got, []string{"1"}) {
		t.Errorf("%s has rows %q in kept, want 1", a.User, got)
	}
}

// nothingStops are settings of a server with few locks: 40 * 10 and those of prepared
// transactions. Tests need only few objects to exhaust them.
var nothingStops = []string{"max_connections=40", "max_locks_per_transaction=10", "max_prepared_transactions=5", "wal_level=logical", "log_min_messages=log"}

// many is more than the number of locks of such a server.
const many = "500"

// ready creates the shared database, so that it is in the catalog before the attacks.
func (f *postgresFixture) ready(t *testing.T) []string {
	t.Helper()
	f.create(t, "first", database.StrategySchema)
	if _, err := f.admin.Drop(t.Context(), "first", postgresRequest("first", "").Mark, patient); err != nil {
		t.Fatal(err)
	}
	return f.catalog(t)
}

func (f *postgresFixture) checkCatalog(t *testing.T, before []string) {
	t.Helper()
	if after := f.catalog(t); !slices.Equal(after, before) {
		missing := slices.DeleteFunc(slices.Clone(before), func(s string) bool { return slices.Contains(after, s) })
		left := slices.DeleteFunc(after, func(s string) bool { return slices.Contains(before, s) })
		t.Errorf("left in the catalog: %q; missing: %q", left[:min(len(left), 20)], missing)
	}
}

// Whatever a preview does, Drop removes it completely, and nothing of other previews
// that does not depend on it.
func TestPostgresNothingStopsADrop(t *testing.T) {
	t.Parallel()
	chosen := suite.OneOf(t, pgtest.Installations())
	eachPostgres(t, func(t *testing.T, f *postgresFixture) {
		f.ready(t)
		attacks := dropAttacks
		// A superuser may do more, and one version shows what the code does: a part of the
		// attacks is enough for the others.
		isChosen := slices.ContainsFunc(chosen, func(i pgtest.Installation) bool { return i.Version == f.version(t) })
		if f.user == pgtest.Superuser || !isChosen {
			attacks = suite.PartOf(t, attacks)
		}
		for n, attack := range attacks {
			t.Run(attack.name, func(t *testing.T) {
				before := f.catalog(t)
				s := newScene(t, f, fmt.Sprintf("a%d", n), attack.strategy)
				attack.do(t, s)
				s.drop(t, "{v}")
				s.stop()
				s.checkKept(t, s.h)
				s.checkKept(t, s.w)
				s.drop(t, "{h}")
				s.drop(t, "{w}")
				f.checkCatalog(t, before)
			})
		}
	}, nothingStops...)
}

// All attacks on drops at the same time, while other previews come and go.
func TestPostgresNothingStopsDropsTogether(t *testing.T) {
	t.Parallel()
	pgtest.Each(t, func(t *testing.T, i pgtest.Installation) {
		t.Parallel()
		f := newPostgresFixture(t, i, "administrator", "administrator-canary", "max_connections=200", "max_prepared_transactions=20", "wal_level=logical", "log_min_messages=log")
		before := f.ready(t)
		var scenes []*scene
		for n, attack := range dropAttacks {
			if n%7 == 0 && !attack.alone() {
				s := newScene(t, f, fmt.Sprintf("a%d", n), attack.strategy)
				s.attack, s.pace = attack, slow
				scenes = append(scenes, s)
			}
		}
		for _, s := range scenes {
			s.attack.do(t, s)
		}
		var group sync.WaitGroup
		for _, s := range scenes {
			group.Go(func() { s.drop(t, "{v}") })
		}
		eightAtATime(t, postgresNames()[10:], func(_ int, name string) error {
			r := postgresRequest(name, database.StrategySchema)
			r.Password = "canary-of-a-preview"
			if _, err := f.admin.Create(t.Context(), r); err != nil {
				return err
			}
			_, err := f.admin.Drop(t.Context(), name, r.Mark, patient)
			return err
		})
		group.Wait()
		for _, s := range scenes {
			s.stop()
			s.drop(t, "{h}")
			s.drop(t, "{w}")
		}
		f.checkCatalog(t, before)
	})
}
