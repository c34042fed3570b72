package mysql

import (
	"errors"
	"fmt"
	"slices"

	driver "github.com/go-sql-driver/mysql"
)

// The servers' error numbers: mariadb.com/kb/en/mariadb-error-codes and the MySQL
// manual, "Server Error Message Reference".
const (
	erUnknownDatabase  = 1049
	erParse            = 1064
	erNoSuchThread     = 1094
	erNoSuchTable      = 1146
	erTooManySessions  = 1203
	erUserLimitReached = 1226
)

// hasNumber reports whether err is an error of the server with one of these numbers.
func hasNumber(err error, numbers ...uint16) bool {
	var answer *driver.MySQLError
	return errors.As(err, &answer) && slices.Contains(numbers, answer.Number)
}

// withoutStatement returns an error of a statement that contains a password, without
// quoting the statement. Servers quote a statement only in a syntax error.
func withoutStatement(err error) error {
	if hasNumber(err, erParse) {
		return fmt.Errorf("error %d: the server does not understand the statement: use MariaDB 10.4, MySQL 8.0 or newer", erParse)
	}
	return err
}
