package reconcile_test

import (
	"testing"

	"github.com/previewset/previewset/test/bench/reconcile"
)

func TestSetsAddNoCalls(t *testing.T) { reconcile.TestSetsAddNoCalls(t) }
