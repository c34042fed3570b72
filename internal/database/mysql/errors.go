package mysql

import (
	sqldriver "database/sql/driver"
	"errors"
	"fmt"
	"slices"

	driver "github.com/go-sql-driver/mysql"

	"github.com/previewset/previewset/internal/database"
)

// The servers' error numbers: mariadb.com/kb/en/mariadb-error-codes and the MySQL
// manual, "Server Error Message Reference".
const (
	erDiskFull           = 1021
	erOutOfMemory        = 1037
	erTooManyConnections = 1040
	erOutOfResources     = 1041
	erDatabaseDenied     = 1044
	erLoginDenied        = 1045
	erUnknownDatabase    = 1049
	erBadTable           = 1051
	erShutdown           = 1053
	erParse              = 1064
	erNoSuchThread       = 1094
	erTableDenied        = 1142
	erNoSuchTable        = 1146
	erTooManySessions    = 1203
	erLockWaitTimeout    = 1205
	erUserLimitReached   = 1226
	erPrivilegeMissing   = 1227
	erReadOnly           = 1290
	erIsView             = 1965
)

// hasNumber reports whether err is an error of the server with one of these numbers.
func hasNumber(err error, numbers ...uint16) bool {
	var answer *driver.MySQLError
	return errors.As(err, &answer) && slices.Contains(numbers, answer.Number)
}

// classify wraps database.ErrFull or database.ErrUnavailable around an error that ends by
// itself. Both servers keep one connection for administrators.
func classify(err error) error {
	switch {
	case database.Passing(err):
		return err
	case hasNumber(err, erTooManyConnections, erTooManySessions, erUserLimitReached):
		return fmt.Errorf("%w: %w: all connections are in use: wait, or find sessions of previews with SHOW PROCESSLIST and end them with KILL", database.ErrFull, err)
	case hasNumber(err, erShutdown), errors.Is(err, driver.ErrInvalidConn), errors.Is(err, sqldriver.ErrBadConn):
		return fmt.Errorf("%w: %w", database.ErrUnavailable, err)
	}
	return database.Unavailable(err)
}

// isObstacle reports whether err is about the object of a statement, such as a lock or a
// file. Other errors are about the server, the connection or the administrator's rights.
func isObstacle(err error) bool {
	var answer *driver.MySQLError
	return errors.As(err, &answer) && !hasNumber(err, erDiskFull, erOutOfMemory, erTooManyConnections, erOutOfResources,
		erDatabaseDenied, erLoginDenied, erShutdown, erTableDenied, erTooManySessions, erUserLimitReached, erPrivilegeMissing, erReadOnly)
}

// withoutStatement returns an error of a statement that contains a password, without
// quoting the statement. Servers quote a statement only in a syntax error.
func withoutStatement(err error) error {
	if hasNumber(err, erParse) {
		return fmt.Errorf("error %d: the server does not understand the statement: use MariaDB 10.4, MySQL 8.0 or newer", erParse)
	}
	return err
}
