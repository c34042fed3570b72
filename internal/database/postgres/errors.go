package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/previewset/previewset/internal/database"
)

// SQLSTATEs (PostgreSQL manual, appendix A).
const (
	noDatabase        = "3D000" // invalid_catalog_name
	dependents        = "2BP01" // dependent_objects_still_exist
	noRight           = "42501" // insufficient_privilege
	outOfSharedMemory = "53200" // the table of locks is full
	tooMany           = "53300" // too_many_connections
	objectInUse       = "55006" // object_in_use
	lockNotAvailable  = "55P03" // the lock timeout
	adminShutdown     = "57P01" // the server stops, or a superuser has ended the session
	crashShutdown     = "57P02"
	cannotConnectNow  = "57P03" // the server starts or stops
)

// hasState reports whether err is an error of the server with this SQLSTATE.
func hasState(err error, state string) bool {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pgErr.Code == state
}

// endPreviews ends the sessions of all previews (see ownedByPreview).
const endPreviews = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity JOIN pg_shdescription ON objoid = usesysid ` +
	`WHERE classoid = 'pg_authid'::regclass AND description LIKE 'previewset {%'`

// classify wraps database.ErrFull or database.ErrUnavailable around an error that ends by
// itself.
//
// While the table of locks is full, a superuser can't connect either. Connections are
// reserved for superusers.
func classify(err error) error {
	switch {
	case database.Passing(err):
		return err
	case hasState(err, outOfSharedMemory):
		return fmt.Errorf("%w: %w: its table of locks is full, so a superuser can't connect either: wait, or restart the server; "+
			"previewset db watch, started earlier, prevents it", database.ErrFull, err)
	case hasState(err, tooMany):
		return fmt.Errorf("%w: %w: all connections are in use: wait, or end the sessions of previews as a superuser: %s", database.ErrFull, err, endPreviews)
	case hasState(err, adminShutdown), hasState(err, crashShutdown), hasState(err, cannotConnectNow):
		return fmt.Errorf("%w: %w", database.ErrUnavailable, err)
	}
	return database.Unavailable(err)
}

// ifLost wraps database.ErrUnavailable around err if the server has ended the session.
func (c *session) ifLost(err error) error {
	if err == nil || !c.conn.IsClosed() || database.Passing(err) {
		return err
	}
	for _, reason := range []error{database.ErrDropping, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, reason) {
			return err
		}
	}
	return fmt.Errorf("%w: %w", database.ErrUnavailable, err)
}
