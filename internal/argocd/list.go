package argocd

import (
	"context"
	"encoding/json"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/previewset/previewset/internal/kube"
)

const (
	// perPage keeps a page small: an ApplicationSet's status names each of its
	// Applications, so that one can have hundreds of KiB.
	perPage = 100
	// maxPages bounds a list to 10,000 ApplicationSets.
	maxPages = 100
	// maxReads is how often a list is begun anew that expired between pages.
	maxReads = 3
)

// page is what is read of an ApplicationSetList. The rest of it, which is most,
// is never decoded.
type page struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Continue string `json:"continue"`
	} `json:"metadata"`
	Items []applicationSet `json:"items"`
}

type applicationSet struct {
	Metadata struct {
		Name              string  `json:"name"`
		DeletionTimestamp *string `json:"deletionTimestamp"`
	} `json:"metadata"`
	Spec struct {
		Generators any `json:"generators"`
	} `json:"spec"`
}

// users returns the names of the ApplicationSets that use set. One that is
// being deleted is left alone.
func (r *Refresher) users(ctx context.Context, set string) (names []string, err error) {
	for range maxReads {
		names, err = r.listUsers(ctx, set)
		if !apierrors.IsResourceExpired(err) {
			return names, err
		}
	}
	return nil, err
}

func (r *Refresher) listUsers(ctx context.Context, set string) (names []string, err error) {
	next := ""
	for range maxPages {
		body, err := r.api.list(ctx, next)
		if err != nil {
			return nil, err
		}
		var p page
		if err := json.Unmarshal(body, &p); err != nil {
			return nil, fmt.Errorf("the answer is not of the right form: %w", err)
		}
		if p.Kind != "ApplicationSetList" {
			return nil, fmt.Errorf("the answer is no ApplicationSetList, but %.50q", p.Kind)
		}
		for _, a := range p.Items {
			if a.Metadata.DeletionTimestamp == nil && r.uses(a.Spec.Generators, set) {
				names = append(names, a.Metadata.Name)
			}
		}
		if next = p.Metadata.Continue; next == "" {
			return names, nil
		}
	}
	return nil, fmt.Errorf("%w: there are more than %d ApplicationSets", kube.ErrTooLarge, maxPages*perPage)
}
