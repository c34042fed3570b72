package mysql_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/database/mysql"
	"github.com/previewset/previewset/test/literals"
)

// TestValuesOfTLS tries every word of the source code as the value of tls. The
// values of the driver are accepted (github.com/go-sql-driver/mysql, "tls"); then the
// connection fails.
func TestValuesOfTLS(t *testing.T) {
	t.Parallel()
	known := []string{"true", "false", "preferred", "skip-verify"}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, value := range slices.Concat(known, literals.Words(t, "."), []string{"custom", "True", "1", "require"}) {
		if strings.ContainsAny(value, "&#%;+'\"`@{}\\?=") || value == "" {
			continue
		}
		s, err := mysql.Open(ctx, "mysql://root:secret@127.0.0.1:1/?tls="+value)
		if err == nil {
			s.Close()
			t.Fatalf("%s: opened", value)
		}
		if refused := strings.Contains(err.Error(), "the value of tls is"); refused == slices.Contains(known, value) {
			t.Errorf("%s: got %v, want a refused value: %t", value, err, !refused)
		}
	}
}
