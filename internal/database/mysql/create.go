package mysql

import (
	"context"
	"crypto/sha1" //nolint:gosec // mysql_native_password uses it
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/previewset/previewset/internal/database"
)

// maxAttempts bounds the attempts of Create if others drop the database at the same
// time.
const maxAttempts = 10

// Create creates or completes the preview's database and user. The database has the
// character set utf8mb4. The user has all privileges on it except GRANT OPTION.
//
// On MariaDB, StatementTimeout is the default limit for the user's statements, which the
// user can change for a session. MySQL has no such limit for a user, and ignores it.
func (s *Server) Create(ctx context.Context, r database.Request) (database.Access, error) {
	if r.Strategy != database.StrategyDatabase {
		return database.Access{}, fmt.Errorf("MySQL has no strategy %q: in MySQL a schema is a database, and databases can't be copied: use %q", r.Strategy, database.StrategyDatabase)
	}
	if r.Name == "" {
		return database.Access{}, errors.New("the preview's database has no name: a MySQL user without a name is an anonymous account")
	}
	if r.ConnectionLimit < 1 || r.StatementTimeout < time.Millisecond {
		// The servers interpret 0 as no limit.
		return database.Access{}, errors.New("the connection limit must be at least 1, and the statement timeout at least 1ms")
	}
	r.Mark.OrphanedAt, r.Mark.DroppingAt = time.Time{}, time.Time{}
	if err := r.Mark.CheckNew(); err != nil {
		return database.Access{}, fmt.Errorf("%s: %w", r.Name, err)
	}
	access, err := s.create(ctx, r)
	for attempt := 1; errors.Is(err, errNoRow) && attempt < maxAttempts; attempt++ {
		access, err = s.create(ctx, r)
	}
	if err != nil {
		return database.Access{}, fmt.Errorf("create the database %s: %w", r.Name, classify(err))
	}
	return access, nil
}

// create makes one attempt of Create. The error is errNoRow if the row is dropped at the
// same time, or a drop begins.
func (s *Server) create(ctx context.Context, r database.Request) (access database.Access, err error) {
	if err := s.checkPublicRights(ctx, r.Open); err != nil {
		return database.Access{}, err
	}
	if err := s.ensureRegistry(ctx); err != nil {
		return database.Access{}, err
	}
	if err := s.finishDrop(ctx, r); err != nil {
		return database.Access{}, err
	}
	if err := s.claim(ctx, r.Name, r.Mark); err != nil {
		return database.Access{}, err
	}
	err = s.withLockedRow(ctx, r.Name, r.Mark, func(tx *sql.Tx, user string, found database.Mark) error {
		if !found.DroppingAt.IsZero() {
			return errNoRow
		}
		connections, err := s.setConnectionLimit(ctx, user, &r)
		if err != nil {
			return err
		}
		access = database.Access{
			Scheme: "mysql", Host: s.endpoint.host, Port: s.endpoint.port, Database: r.Name,
			User: user, Password: r.Password, Options: s.endpoint.options,
			ConnectionLimit: r.ConnectionLimit, ServerConnections: connections,
		}
		if err := s.createObjects(ctx, user, r); err != nil {
			return err
		}
		return setMark(ctx, tx, r.Name, r.Mark)
	})
	return access, err
}

// finishDrop completes an earlier drop of the name of r, whoever owns it.
func (s *Server) finishDrop(ctx context.Context, r database.Request) error {
	var comment string
	err := s.db.QueryRowContext(ctx, "SELECT mark FROM previewset.objects WHERE name = ?", r.Name).Scan(&comment)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	mark, _ := database.ParseMark(comment) // the time is zero if it is not a mark
	if mark.DroppingAt.IsZero() {
		return nil
	}
	r.Progress("%s: completing an earlier drop", r.Name)
	if _, err = s.Drop(ctx, r.Name, mark, r.Wait); errors.Is(err, database.ErrChanged) {
		return nil // another Create has completed it
	}
	return err
}

// setConnectionLimit computes the connection limit of r, and returns the number of
// connections that the server accepts. A computed limit applies only to new users: a
// running preview keeps its own.
func (s *Server) setConnectionLimit(ctx context.Context, user string, r *database.Request) (connections int, err error) {
	var current int
	err = s.db.QueryRowContext(ctx, "SELECT @@max_connections, COALESCE((SELECT max_user_connections FROM mysql.user WHERE user = ? AND host = '%'), 0)", user).
		Scan(&connections, &current)
	if err != nil {
		return 0, fmt.Errorf("read the connection limits: %w", err)
	}
	r.ConnectionLimit = r.Share(connections - database.AdministratorConnections)
	if r.Previews != 0 && current > 0 {
		r.ConnectionLimit = current
	}
	return connections, nil
}

// createObjects creates or completes the database and the user of the row of r.
func (s *Server) createObjects(ctx context.Context, user string, r database.Request) error {
	account, args := s.accountClause(user, r)
	for _, verb := range []string{"CREATE USER IF NOT EXISTS ", "ALTER USER "} {
		if _, err := s.db.ExecContext(ctx, verb+account, args...); err != nil {
			return fmt.Errorf("create the user %s: %w", user, withoutStatement(err))
		}
	}
	if err := s.createDatabase(ctx, r.Name); err != nil {
		return err
	}
	if _, err := s.db.ExecContext(ctx, "GRANT ALL PRIVILEGES ON "+pattern(r.Name)+".* TO ?@'%'", user); err != nil {
		return fmt.Errorf("grant rights on the database to %s: %w", user, err)
	}
	return s.checkVisible(ctx, user, r)
}

// createDatabase creates the database called name if it does not exist. The statement
// alone would also wait for an existing database in which the preview creates a table.
func (s *Server) createDatabase(ctx context.Context, name string) error {
	exists, err := s.databaseExists(ctx, name)
	if err != nil || exists {
		return err
	}
	_, err = s.db.ExecContext(ctx, "CREATE DATABASE IF NOT EXISTS "+identifier(name)+" CHARACTER SET utf8mb4")
	return err
}

func (s *Server) databaseExists(ctx context.Context, name string) (bool, error) {
	var n int
	err := s.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = ?", name).Scan(&n)
	return n > 0, err
}

// accountClause returns the clause of CREATE USER and ALTER USER that describes the
// user, and its arguments.
func (s *Server) accountClause(user string, r database.Request) (string, []any) {
	limit := " WITH MAX_USER_CONNECTIONS " + strconv.Itoa(r.ConnectionLimit)
	if !s.mariaDB {
		// MySQL removes passwords from its logs, and has several kinds of hashes.
		return "?@'%' IDENTIFIED BY ?" + limit + " ACCOUNT UNLOCK", []any{user, r.Password}
	}
	limit += " MAX_STATEMENT_TIME " + strconv.FormatFloat(r.StatementTimeout.Seconds(), 'f', -1, 64)
	return "?@'%' IDENTIFIED BY PASSWORD ?" + limit + " ACCOUNT UNLOCK", []any{user, nativeHash(r.Password)}
}

// nativeHash returns the hash of mysql_native_password, MariaDB's default, as PASSWORD()
// does. MariaDB writes complete statements to its general log, so no statement contains
// the password itself.
func nativeHash(password string) string {
	first := sha1.Sum([]byte(password)) //nolint:gosec // see the import
	second := sha1.Sum(first[:])        //nolint:gosec // see the import
	return "*" + strings.ToUpper(hex.EncodeToString(second[:]))
}
