package fields_test

import (
	"sync"
	"testing"

	"github.com/previewset/previewset/kustomize/fields"
)

// TestConcurrentTables is for the race detector: the table of a set shares rows with those
// of other sets.
func TestConcurrentTables(t *testing.T) {
	t.Parallel()
	ingress := objects(t, "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\n")[0].GetGvk()
	own := []fields.Row{{Group: ingress.Group, Kinds: []string{ingress.Kind}, Path: "spec.own", Is: fields.Host}}
	known := len(table(t).Rows(ingress, fields.Host))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				mine, err := fields.NewTable(own)
				if err != nil {
					t.Error(err)
					return
				}
				if got := len(mine.Rows(ingress, fields.Host)); got != known+1 {
					t.Errorf("got %d rows, want %d", got, known+1)
				}
				if shared, err := fields.NewTable(nil); err != nil || len(shared.Rows(ingress, fields.Host)) != known {
					t.Errorf("got another row in the shared table, %v", err)
				}
			}
		})
	}
	group.Wait()
}
