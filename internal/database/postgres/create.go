package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/previewset/previewset/internal/database"
)

// maxName is the length of the longest name, in bytes (NAMEDATALEN-1). The server
// truncates longer names with only a notice.
const maxName = 63

// Create implements database.Server.
func (s *Server) Create(ctx context.Context, r database.Request) (database.Access, error) {
	if err := validate(r); err != nil {
		return database.Access{}, err
	}
	r.Progress = inSteps(r.Progress)
	var access database.Access
	err := database.Retry(ctx, r.Wait, r.Progress, func() error {
		err := classify(s.attend(ctx, r, func() (err error) {
			access, err = s.create(ctx, r)
			return err
		}))
		if database.Passing(err) {
			// An error has no effect: the next attempt reports what is wrong.
			_, _ = s.relieveAndReport(ctx, r)
		}
		return err
	})
	return access, err
}

// create makes one attempt of Create.
func (s *Server) create(ctx context.Context, r database.Request) (_ database.Access, err error) {
	c, err := s.connect(ctx, s.config.Database)
	if err != nil {
		return database.Access{}, err
	}
	defer c.close(ctx)
	defer func() { err = c.ifLost(err) }()
	if err := c.checkAdmin(); err != nil {
		return database.Access{}, err
	}
	if err := c.lockName(ctx, r.Name); err != nil {
		return database.Access{}, err
	}
	if err := s.completeDrop(ctx, c, r); err != nil {
		return database.Access{}, err
	}
	found, err := c.findRole(ctx, r.Name, r.Mark)
	if err != nil {
		return database.Access{}, err
	}
	if err := c.checkStrategy(ctx, r, found); err != nil {
		return database.Access{}, err
	}
	if r.Strategy == database.StrategySchema {
		return s.createSchema(ctx, c, r, found)
	}
	return s.createDatabase(ctx, c, r, found)
}

// wait returns after d, or with the error of ctx.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func validate(r database.Request) error {
	for _, name := range []string{r.Name, r.Database, r.Template} {
		if len(name) > maxName {
			return fmt.Errorf("the name %s is too long: PostgreSQL allows %d bytes", name, maxName)
		}
	}
	invalidMark := r.Mark.CheckNew()
	switch {
	case r.Name == "" || r.Password == "":
		return errors.New("a preview's role needs a name and a password")
	case invalidMark != nil:
		return fmt.Errorf("%s: %w", r.Name, invalidMark)
	case r.ConnectionLimit < 1 || r.StatementTimeout < time.Millisecond:
		return errors.New("the connection limit must be at least 1, and the statement timeout at least 1ms")
	case r.Strategy == database.StrategySchema && r.Database == "":
		return errors.New("the database for schemas has no name")
	case r.Strategy == database.StrategySnapshot && r.Template == "":
		return errors.New("the template has no name")
	}
	switch r.Strategy {
	case database.StrategySchema, database.StrategyDatabase, database.StrategySnapshot:
		return nil
	}
	return fmt.Errorf("PostgreSQL has no strategy %q", r.Strategy)
}

// prepareRole creates the role of r if it does not exist. If its objects are incomplete,
// prepareRole removes them.
func (s *Server) prepareRole(ctx context.Context, c *session, r database.Request, found *role) error {
	if found == nil {
		return c.makeRole(ctx, r)
	}
	if found.complete {
		return nil
	}
	return s.clean(ctx, c, found)
}
