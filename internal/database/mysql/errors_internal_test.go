package mysql

import (
	"errors"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"github.com/previewset/previewset/internal/database"
)

func TestClassify(t *testing.T) {
	for cause, want := range map[error]error{
		&driver.MySQLError{Number: erTooManyConnections}: database.ErrFull,
		&driver.MySQLError{Number: erShutdown}:           database.ErrUnavailable,
		driver.ErrInvalidConn:                            database.ErrUnavailable,
		&driver.MySQLError{Number: erLoginDenied}:        nil,
	} {
		got := classify(cause)
		if !errors.Is(got, cause) || database.Passing(got) != (want != nil) || want != nil && !errors.Is(got, want) {
			t.Errorf("%v: got %v, want %v", cause, got, want)
		}
	}
}

func TestWithoutStatement(t *testing.T) {
	quotes := &driver.MySQLError{Number: erParse, Message: "You have an error in your SQL syntax … near 'IDENTIFIED BY 'c4nary''"}
	if got := withoutStatement(quotes); strings.Contains(got.Error(), "c4nary") || !strings.Contains(got.Error(), "1064") {
		t.Errorf("got %q, want the number 1064 and no password", got)
	}
	policy := &driver.MySQLError{Number: 1819, Message: "Your password does not satisfy the current policy requirements"}
	if got := withoutStatement(policy); !errors.Is(got, policy) {
		t.Errorf("got %q, want %q", got, policy)
	}
}
