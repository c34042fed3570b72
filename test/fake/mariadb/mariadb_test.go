package mariadb_test

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"

	mariadbtest "github.com/previewset/previewset/test/fake/mariadb"
)

func TestServerEndsWithItsTest(t *testing.T) {
	temporary := t.TempDir()
	// The user of the server must be able to enter the folder.
	for dir := temporary; dir != filepath.Clean(os.TempDir()) && len(dir) > 1; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("TMPDIR", temporary)
	var address string
	passed := t.Run("owner", func(t *testing.T) {
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
			t.Error("root can log in with a wrong password")
		}
		got, err = mariadbtest.Query(t.Context(), s.Root(t), "SELECT user, host FROM mysql.user WHERE user = '' OR host = '%'")
		if err != nil || len(got) != 0 {
			t.Errorf("anonymous accounts or accounts for any host: got %v, %v; want none", got, err)
		}
	})
	if !passed || address == "" {
		return
	}
	if c, err := net.Dial("tcp", address); err == nil {
		c.Close()
		t.Error("the server still listens")
	}
	if entries, err := os.ReadDir(temporary); err != nil || len(entries) != 0 {
		t.Errorf("the temporary folder has %v, %v; want it to be empty", entries, err)
	}
}
