package databases_test

import (
	"os"
	"testing"

	"github.com/previewset/previewset/test/fake/suite"
)

func TestMain(m *testing.M) {
	suite.Parallel(2) // most of them wait for locks
	os.Exit(suite.Long(m, "each test starts database servers"))
}
