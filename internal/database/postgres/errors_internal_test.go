package postgres

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/previewset/previewset/internal/database"
)

func TestClassify(t *testing.T) {
	t.Parallel()
	for state, want := range map[string]struct {
		kind   error
		remedy string
	}{
		outOfSharedMemory: {database.ErrFull, "wait, or restart the server; previewset db watch, started earlier, prevents it"},
		tooMany:           {database.ErrFull, endPreviews},
		cannotConnectNow:  {database.ErrUnavailable, ""},
		adminShutdown:     {database.ErrUnavailable, ""},
		crashShutdown:     {database.ErrUnavailable, ""},
		"28P01":           {nil, ""}, // a wrong password
		"3D000":           {nil, ""}, // no such database
	} {
		cause := &pgconn.PgError{Code: state}
		got := classify(cause)
		if !errors.Is(got, cause) || database.Passing(got) != (want.kind != nil) || want.kind != nil && !errors.Is(got, want.kind) || !strings.HasSuffix(got.Error(), want.remedy) {
			t.Errorf("%s: got %v, want %v", state, got, want)
		}
		if again := classify(got); again.Error() != got.Error() {
			t.Errorf("%s: got %v for the classified error", state, again)
		}
	}
}
