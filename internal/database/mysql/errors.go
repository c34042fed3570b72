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

// is reports whether err is one of the server's with one of these numbers.
func hasNumber(err error, numbers ...uint16) bool {
	var answer *driver.MySQLError
	return errors.As(err, &answer) && slices.Contains(numbers, answer.Number)
}

// withoutStatement returns err, of a statement that holds a password, without
// what quotes it: of all answers, that is the one to a statement that the server
// does not understand.
func withoutStatement(err error) error {
	if hasNumber(err, erParse) {
		return fmt.Errorf("error %d: the server is too old for the statement", erParse)
	}
	return err
}
