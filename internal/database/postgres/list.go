package postgres

import (
	"context"
	"fmt"

	"github.com/previewset/previewset/internal/database"
)

// maxObjects bounds the number of roles on a server with a comment like a mark.
const maxObjects = 100_000

// List implements database.Server.
func (s *Server) List(ctx context.Context) ([]database.Object, error) {
	c, err := s.connect(ctx, s.config.Database)
	if err != nil {
		return nil, err
	}
	defer c.close(ctx)
	rows, err := c.conn.Query(ctx, `SELECT r.rolname, d.description FROM pg_shdescription d JOIN pg_roles r ON r.oid = d.objoid
		WHERE d.classoid = 'pg_authid'::regclass AND d.description LIKE 'previewset {%' ORDER BY r.rolname COLLATE "C" LIMIT $1`, maxObjects+1)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var objects []database.Object
	for n := 0; rows.Next(); n++ {
		if n == maxObjects {
			return nil, fmt.Errorf("more than %d roles have a mark", maxObjects)
		}
		var name, comment string
		if err := rows.Scan(&name, &comment); err != nil {
			return nil, err
		}
		if mark, ok := database.ParseMark(comment); ok {
			objects = append(objects, database.Object{Name: name, Mark: mark})
		}
	}
	return objects, rows.Err()
}

// Note implements database.Server. It ignores a role that does not exist.
func (s *Server) Note(ctx context.Context, o database.Object) error {
	c, err := s.connect(ctx, s.config.Database)
	if err != nil {
		return err
	}
	defer c.close(ctx)
	if err := c.lockName(ctx, o.Name); err != nil {
		return err
	}
	found, err := c.findRole(ctx, o.Name, o.Mark)
	if err != nil || found == nil || !found.mark.DroppingAt.IsZero() {
		return err
	}
	return c.run(ctx, "COMMENT ON ROLE %I IS %L", o.Name, o.Mark.String())
}
