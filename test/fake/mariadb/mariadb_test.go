package mariadb_test

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"

	mariadbtest "github.com/previewset/previewset/test/fake/mariadb"
)

func TestServerLivesAsLongAsItsTest(t *testing.T) {
	temporary := t.TempDir()
	// The server's own user has to get there.
	for dir := temporary; dir != filepath.Clean(os.TempDir()) && len(dir) > 1; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("TMPDIR", temporary)
	var address string
	ran := t.Run("life", func(t *testing.T) {
		s := mariadbtest.Start(t)
		address = s.Address
		got, err := mariadbtest.Query(t.Context(), s.Root(t), "SHOW DATABASES")
		if err != nil {
			t.Fatal(err)
		}
		if want := []string{"information_schema", "mysql", "performance_schema", "sys"}; !slices.Equal(got, want) {
			t.Errorf("databases %v, want %v", got, want)
		}
		if err := s.Connect(t, "root", "not the password", "").PingContext(t.Context()); err == nil {
			t.Error("root is let in without its password")
		}
		got, err = mariadbtest.Query(t.Context(), s.Root(t), "SELECT user, host FROM mysql.user WHERE user = '' OR host = '%'")
		if err != nil || len(got) != 0 {
			t.Errorf("open accounts %v, %v", got, err)
		}
	})
	if !ran || address == "" {
		return
	}
	if c, err := net.Dial("tcp", address); err == nil {
		c.Close()
		t.Error("it still listens")
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) != 0 {
		t.Errorf("left in the temporary folder: %v, %v", left, err)
	}
}
