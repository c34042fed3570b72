package mysql

import (
	"context"
	"errors"
)

// maxTables bounds the tables that one attempt removes.
const maxTables = 100_000

// dropDatabase removes the database. If it is left, obstacle is the reason, and locked
// reports whether it is a lock. Then dropDatabase removes each table that nobody uses.
func (s *Server) dropDatabase(ctx context.Context, name string) (obstacle string, locked bool, err error) {
	wait := ""
	if s.mariaDB {
		// A waiting statement precedes new ones. Other sessions could use the database each
		// time, for example to read its size.
		wait = "SET STATEMENT lock_wait_timeout = 1, innodb_lock_wait_timeout = 1 FOR "
	}
	_, err = s.brief.ExecContext(ctx, wait+"DROP DATABASE IF EXISTS "+identifier(name))
	if !isObstacle(err) {
		return "", false, err
	}
	return err.Error(), hasNumber(err, erLockWaitTimeout), s.dropTables(ctx, name)
}

// dropTables removes each table of the database called name that nobody uses.
func (s *Server) dropTables(ctx context.Context, name string) error {
	tables, err := s.tables(ctx, name)
	if err != nil {
		return err
	}
	for _, table := range tables {
		if err := s.dropTable(ctx, identifier(name)+"."+identifier(table)); err != nil && !isObstacle(err) {
			return err
		}
	}
	return nil
}

// dropTable removes a table, sequence or view.
func (s *Server) dropTable(ctx context.Context, qualified string) error {
	_, err := s.brief.ExecContext(ctx, "DROP TABLE "+qualified)
	if hasNumber(err, erNoSuchTable, erBadTable, erIsView) {
		_, err = s.brief.ExecContext(ctx, "DROP VIEW "+qualified)
	}
	return err
}

// tables returns the names of the tables, sequences and views in the database called name.
// Without further columns, the server does not open them, and waits for no lock.
func (s *Server) tables(ctx context.Context, name string) (list []string, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT table_name FROM information_schema.tables WHERE table_schema = ? LIMIT ?", name, maxTables)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			return nil, err
		}
		list = append(list, table)
	}
	return list, rows.Err()
}
