package mysql

import (
	"context"
	"crypto/sha1" //nolint:gosec // it is what the server compares passwords by
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/previewset/previewset/internal/database"
)

// attempts bounds how often Create begins again because somebody dropped what it
// had begun with.
const maxAttempts = 10

// Create makes the preview's database and user, or completes them. The database
// has the character set utf8mb4, and the user all privileges on it but that of
// granting them.
//
// StatementTimeout is what a statement of the user's is given up after by default,
// on MariaDB; the user can change that for a session. MySQL has no such limit of a
// user, and ignores it.
func (s *Server) Create(ctx context.Context, r database.Request) (database.Access, error) {
	if r.Strategy != database.StrategyDatabase {
		return database.Access{}, fmt.Errorf("MySQL has no strategy %q: a schema is a database there, and none can be copied; use %q", r.Strategy, database.StrategyDatabase)
	}
	if r.Name == "" {
		return database.Access{}, errors.New("a preview's database has a name: a user without one is everybody")
	}
	if r.ConnectionLimit < 1 || r.StatementTimeout < time.Millisecond {
		// To the servers 0 means no limit.
		return database.Access{}, errors.New("a preview has a connection limit of at least 1 and a statement time-out of at least 1 ms")
	}
	r.Mark.OrphanedAt = time.Time{}
	access, err := s.create(ctx, r)
	for attempt := 1; errors.Is(err, errNoRow) && attempt < maxAttempts; attempt++ {
		access, err = s.create(ctx, r)
	}
	if err != nil {
		return database.Access{}, fmt.Errorf("create the database %s: %w", r.Name, err)
	}
	return access, nil
}

// create is Create without another attempt: the error is errNoRow if somebody
// drops what it makes.
func (s *Server) create(ctx context.Context, r database.Request) (access database.Access, err error) {
	if err := s.checkPublicRights(ctx, r.Open); err != nil {
		return database.Access{}, err
	}
	if err := s.ensureRegistry(ctx); err != nil {
		return database.Access{}, err
	}
	if err := s.claim(ctx, r.Name, r.Mark); err != nil {
		return database.Access{}, err
	}
	err = s.withLockedRow(ctx, r.Name, r.Mark, func(tx *sql.Tx, user string) error {
		access = database.Access{
			Scheme: "mysql", Host: s.endpoint.host, Port: s.endpoint.port, Database: r.Name,
			User: user, Password: r.Password, Options: s.endpoint.options,
		}
		if err := s.createObjects(ctx, user, r); err != nil {
			return err
		}
		return setMark(ctx, tx, r.Name, r.Mark)
	})
	return access, err
}

// build makes what the row of r stands for, or completes it.
func (s *Server) createObjects(ctx context.Context, user string, r database.Request) error {
	account, args := s.accountClause(user, r)
	for _, verb := range []string{"CREATE USER IF NOT EXISTS ", "ALTER USER "} {
		if _, err := s.db.ExecContext(ctx, verb+account, args...); err != nil {
			return fmt.Errorf("make the user %s: %w", user, withoutStatement(err))
		}
	}
	if _, err := s.db.ExecContext(ctx, "CREATE DATABASE IF NOT EXISTS "+identifier(r.Name)+" CHARACTER SET utf8mb4"); err != nil {
		return err
	}
	if _, err := s.db.ExecContext(ctx, "GRANT ALL PRIVILEGES ON "+pattern(r.Name)+".* TO ?@'%'", user); err != nil {
		return fmt.Errorf("give the database to %s: %w", user, err)
	}
	return s.checkVisible(ctx, user, r)
}

// account returns what CREATE USER and ALTER USER say of the user, and its
// arguments.
func (s *Server) accountClause(user string, r database.Request) (string, []any) {
	limit := " WITH MAX_USER_CONNECTIONS " + strconv.Itoa(r.ConnectionLimit)
	if !s.mariaDB {
		// MySQL takes passwords out of its logs, and has more than one hash.
		return "?@'%' IDENTIFIED BY ?" + limit + " ACCOUNT UNLOCK", []any{user, r.Password}
	}
	limit += " MAX_STATEMENT_TIME " + strconv.FormatFloat(r.StatementTimeout.Seconds(), 'f', -1, 64)
	return "?@'%' IDENTIFIED BY PASSWORD ?" + limit + " ACCOUNT UNLOCK", []any{user, nativeHash(r.Password)}
}

// nativeHash returns the hash of mysql_native_password, MariaDB's default: what
// its PASSWORD() returns. MariaDB writes statements to its general log as they
// are, so the password itself is never in one.
func nativeHash(password string) string {
	first := sha1.Sum([]byte(password)) //nolint:gosec // see the import
	second := sha1.Sum(first[:])        //nolint:gosec // see the import
	return "*" + strings.ToUpper(hex.EncodeToString(second[:]))
}
