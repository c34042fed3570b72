package policy_test

import (
	"sync"
	"testing"

	"github.com/previewset/previewset/kustomize/policy"
)

// TestConcurrentChecks is for the race detector: the checks of all sets share their tables.
func TestConcurrentChecks(t *testing.T) {
	t.Parallel()
	const text = "apiVersion: v1\nkind: Service\nmetadata: {name: a, annotations: {acme.dev/a: b, service.beta.kubernetes.io/a: b}}\nspec: {type: LoadBalancer, externalIPs: [10.0.0.1]}\n"
	var group sync.WaitGroup
	for range 8 {
		objects := parse(t, text)
		group.Go(func() {
			for range 20 {
				if policy.Check(objects, policy.Scope{}, inFile("f")) == nil {
					t.Error("Check accepts the Service")
				}
				if policy.CheckStrangers(objects, nil, policy.Scope{}, inFile("f")) == nil {
					t.Error("CheckStrangers accepts the Service")
				}
			}
		})
	}
	group.Wait()
}
