package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/previewset/previewset/internal/database"
)

// maxName is the longest name, in bytes (NAMEDATALEN-1). The server cuts longer
// ones and says so in a notice.
const maxName = 63

// Create implements database.Server.
func (s *Server) Create(ctx context.Context, r database.Request) (database.Access, error) {
	if err := validate(r); err != nil {
		return database.Access{}, err
	}
	c, err := s.connect(ctx, s.config.Database)
	if err != nil {
		return database.Access{}, err
	}
	defer c.close(ctx)
	if err := c.checkAdmin(); err != nil {
		return database.Access{}, err
	}
	if err := c.lockName(ctx, r.Name); err != nil {
		return database.Access{}, err
	}
	if r.Strategy == database.StrategySchema {
		return s.createSchema(ctx, c, r)
	}
	return s.createDatabase(ctx, c, r)
}

func validate(r database.Request) error {
	for _, name := range []string{r.Name, r.Database, r.Template} {
		if len(name) > maxName {
			return fmt.Errorf("%s is longer than the %d bytes of PostgreSQL's names", name, maxName)
		}
	}
	r.Mark.OrphanedAt = time.Time{}
	_, marks := database.ParseMark(r.Mark.String())
	switch {
	case r.Name == "" || r.Password == "":
		return errors.New("a preview's role needs a name and a password")
	case !marks:
		return fmt.Errorf("the mark of %s can't be read back", r.Name)
	case r.ConnectionLimit < 1 || r.StatementTimeout < time.Millisecond:
		return errors.New("the connection limit is at least 1, and the statement time-out 1ms")
	case r.Strategy == database.StrategySchema && r.Database == "":
		return errors.New("the database of the schemas has no name")
	case r.Strategy == database.StrategySnapshot && r.Template == "":
		return errors.New("the template has no name")
	}
	switch r.Strategy {
	case database.StrategySchema, database.StrategyDatabase, database.StrategySnapshot:
		return nil
	}
	return fmt.Errorf("PostgreSQL has no strategy %q", r.Strategy)
}

// prepare makes sure that r's role is there, and that nothing is which was made
// or removed by half.
func (s *Server) prepareRole(ctx context.Context, c *session, r database.Request, found *role) error {
	if found == nil {
		return c.makeRole(ctx, r)
	}
	if found.complete {
		return nil
	}
	return s.clean(ctx, c, found)
}
