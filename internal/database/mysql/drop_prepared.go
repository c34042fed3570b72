package mysql

import (
	"context"
	"fmt"
	"slices"

	"github.com/previewset/previewset/internal/database"
)

// maxPrepared bounds the prepared transactions that one attempt rolls back.
const maxPrepared = 10_000

// systemDatabases have no tables of previews or applications.
var systemDatabases = []string{"information_schema", "performance_schema", "mysql", "sys", "previewset"}

// releaseLocks rolls back the prepared XA transactions that can hold locks in the database
// called name. They outlive their sessions. It returns the reason if others hold the
// locks.
//
// The server does not show who prepared a transaction, and which tables it locks. So
// releaseLocks rolls back all if each database belongs to a preview, and none otherwise.
func (s *Server) releaseLocks(ctx context.Context, name string) (string, error) {
	prepared, err := s.prepared(ctx)
	if isObstacle(err) {
		return "the prepared XA transactions can't be listed: " + err.Error(), nil
	}
	if err != nil {
		return "", err
	}
	if len(prepared) == 0 {
		return s.describeOthers(ctx, name)
	}
	foreign, err := s.foreignDatabase(ctx)
	if err != nil {
		return "", err
	}
	if foreign != "" {
		return fmt.Sprintf("a prepared XA transaction can hold locks, and with other databases, such as %s, on the server it can belong to somebody else (prepared: %d): "+
			"if it does not, run XA ROLLBACK %s", foreign, len(prepared), prepared[0]), nil
	}
	for _, xid := range prepared {
		_, err := s.db.ExecContext(ctx, "XA ROLLBACK "+xid)
		// The transaction of a session that exists is an unknown one.
		if err != nil && !isObstacle(err) {
			return "", fmt.Errorf("roll back the transaction %s: %w", xid, err)
		}
	}
	return "prepared XA transactions held locks", nil
}

// prepared returns the ids of the prepared XA transactions, as arguments of XA ROLLBACK.
// MySQL 8 requires the right XA_RECOVER_ADMIN.
func (s *Server) prepared(ctx context.Context) ([]string, error) {
	rows, err := s.db.QueryContext(ctx, "XA RECOVER")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []string
	for rows.Next() && len(list) < maxPrepared {
		var format, global, branch int
		var data []byte
		if err := rows.Scan(&format, &global, &branch, &data); err != nil {
			return nil, err
		}
		if global < 0 || branch < 0 || global+branch > len(data) {
			return nil, fmt.Errorf("the id of a prepared transaction is too short: %x", data)
		}
		list = append(list, fmt.Sprintf("X'%x',X'%x',%d", data[:global], data[global:global+branch], format))
	}
	return list, rows.Err()
}

// foreignDatabase returns a database that is neither the server's nor a preview's, or "".
func (s *Server) foreignDatabase(ctx context.Context) (string, error) {
	previews, err := s.List(ctx)
	if err != nil {
		return "", err
	}
	rows, err := s.db.QueryContext(ctx, "SELECT schema_name FROM information_schema.schemata")
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	foreign := ""
	for rows.Next() && foreign == "" {
		var name string
		if err := rows.Scan(&name); err != nil {
			return "", err
		}
		if isForeign(name, previews) {
			foreign = name
		}
	}
	return foreign, rows.Err()
}

// isForeign reports whether the database called name is neither the server's nor one of
// previews.
func isForeign(name string, previews []database.Object) bool {
	//promise:prepared-transactions-of-others-stay
	if !slices.Contains(systemDatabases, name) && !slices.ContainsFunc(previews, func(o database.Object) bool { return o.Name == name }) {
		return true
	}
	return false
}
