package databases_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/database"
)

// TestMySQLNothingStopsADrop makes each attack alone. Meanwhile, another preview is created
// and dropped.
func TestMySQLNothingStopsADrop(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	execAll(t, f.root, "SET GLOBAL max_prepared_stmt_count = 100")
	for i, attack := range append(mysqlAttacks(), lastMySQLAttacks()...) {
		t.Run(attack.name, func(t *testing.T) {
			name := fmt.Sprintf("shop_pr_%d", i)
			a := f.attacker(t, name)
			attack.do(t, a)
			if err := f.bystander(t, "shop_pr_bystander"); err != nil {
				t.Errorf("another preview: %v", err)
			}
			// The Job repeats Create at each sync.
			if _, err := f.server.Create(t.Context(), mysqlRequest(name)); err != nil {
				t.Errorf("Create: %v", err)
			}
			start := time.Now()
			f.drop(t, name)
			t.Logf("dropped in %s", time.Since(start).Round(time.Millisecond))
			f.assertNoLeftovers(t)
		})
	}
}

// TestMySQLNothingStopsASweep makes all attacks at the same time. Ten previews share them,
// while ninety others are created and dropped. A sweep drops the ten.
func TestMySQLNothingStopsASweep(t *testing.T) {
	t.Parallel()
	f := newMySQLFixture(t)
	const attackers = 10
	var list []mysqlAttacker
	for i := range attackers {
		list = append(list, f.attacker(t, fmt.Sprintf("shop_attacker_%d", i)))
	}
	others := make(chan error)
	go func() {
		group := errgroup.Group{}
		group.SetLimit(4)
		for i := range 90 {
			group.Go(func() error { return f.bystander(t, fmt.Sprintf("shop_pr_%d", i)) })
		}
		others <- group.Wait()
	}()
	for i, attack := range mysqlAttacks() {
		attack.do(t, list[i%attackers])
	}
	later := time.Now()
	for attempt := 0; ; attempt++ {
		later = later.Add(2 * time.Hour)
		findings, err := f.sweepAttackers(t, later)
		if err != nil && !errors.Is(err, database.ErrDropping) || attempt == 5 {
			t.Fatalf("sweep %d: %v", attempt, err)
		}
		if findings == 0 {
			break
		}
	}
	if err := <-others; err != nil {
		t.Errorf("the other previews: %v", err)
	}
	f.assertNoLeftovers(t)
}

// bystander creates and drops a preview.
func (f *mysqlFixture) bystander(t *testing.T, name string) error {
	request := mysqlRequest(name)
	access, err := f.server.Create(t.Context(), request)
	if err != nil {
		return err
	}
	db := f.Connect(t, access.User, access.Password, access.Database)
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, statement := range mysqlSeed() {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	dropped, err := f.server.Drop(t.Context(), name, request.Mark, time.Minute)
	if err == nil && !dropped {
		err = fmt.Errorf("%s does not exist", name)
	}
	return err
}

// attackersEnded is the state in Git in which only the attackers' previews have ended.
type attackersEnded struct{}

func (attackersEnded) Status(_ context.Context, m database.Mark) (database.EntryStatus, error) {
	if strings.HasPrefix(m.ID, "shop_attacker") {
		return database.EntryStatus{State: database.EntryPruned, Detail: "pruned"}, nil
	}
	return database.EntryStatus{State: database.EntryPresent, Detail: "present"}, nil
}

// sweepAttackers runs a sweep and returns the number of attackers that it found.
func (f *mysqlFixture) sweepAttackers(t *testing.T, now time.Time) (found int, err error) {
	t.Helper()
	findings, err := database.Sweep{
		Server: f.server, Grace: time.Hour, Now: func() time.Time { return now }, Progress: t.Logf,
		Sets: map[string]database.SweepSet{"shop": {
			Guard: generator.Guard{Removals: 100, Percent: 100},
			Read:  func(context.Context) (database.Entries, error) { return attackersEnded{}, nil },
		}},
	}.Run(t.Context())
	for _, x := range findings {
		if x.Action != database.Keep {
			found++
		}
	}
	return found, err
}
