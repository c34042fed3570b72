package postgres_test

import (
	"os"
	"testing"

	"github.com/previewset/previewset/test/fake/suite"
)

func TestMain(m *testing.M) {
	os.Exit(suite.Long(m, "each test starts database servers"))
}
