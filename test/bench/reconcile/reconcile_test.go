package reconcile_test

import (
	"testing"

	"github.com/previewset/previewset/test/bench/reconcile"
)

func TestSetsAreFree(t *testing.T) { reconcile.SetsAreFree(t) }
