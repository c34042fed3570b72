package mysql

import (
	"errors"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"
)

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
