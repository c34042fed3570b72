package argocd

import (
	"context"
	"encoding/json"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/previewset/previewset/internal/kube"
)

const (
	// perPage keeps a page small: the status of an ApplicationSet names each of its
	// Applications, so one ApplicationSet can have hundreds of KiB.
	perPage = 100
	// maxPages bounds a list to 10,000 ApplicationSets.
	maxPages = 100
	// maxReads bounds how often a list is read, if it expires between pages.
	maxReads = 3
)

// page has the fields of an ApplicationSetList that are needed. The other fields,
// which are most of the bytes, are not decoded.
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
		Generators        any      `json:"generators"`
		GoTemplate        bool     `json:"goTemplate"`
		GoTemplateOptions []string `json:"goTemplateOptions"`
		SyncPolicy        struct {
			ApplicationsSync            string `json:"applicationsSync"`
			PreserveResourcesOnDeletion bool   `json:"preserveResourcesOnDeletion"`
		} `json:"syncPolicy"`
		Template struct {
			Metadata struct {
				Labels map[string]string `json:"labels"`
			} `json:"metadata"`
		} `json:"template"`
	} `json:"spec"`
}

// users returns the names of the ApplicationSets that use set. It skips
// ApplicationSets that are being deleted.
func (r *Refresher) users(ctx context.Context, set string) (names []string, err error) {
	all, err := r.api.all(ctx)
	for _, a := range all {
		if uses(a.Spec.Generators, r.configMap, set) {
			names = append(names, a.Metadata.Name)
		}
	}
	return names, err
}

// all returns the ApplicationSets that are not being deleted.
func (a *api) all(ctx context.Context) (found []applicationSet, err error) {
	for range maxReads {
		found, err = a.pages(ctx)
		if !apierrors.IsResourceExpired(err) {
			return found, err
		}
	}
	return nil, err
}

func (a *api) pages(ctx context.Context) (found []applicationSet, err error) {
	next := ""
	for range maxPages {
		body, err := a.list(ctx, next)
		if err != nil {
			return nil, err
		}
		var p page
		if err := json.Unmarshal(body, &p); err != nil {
			return nil, fmt.Errorf("the response is not a valid list: %w", err)
		}
		if p.Kind != "ApplicationSetList" {
			return nil, fmt.Errorf("the response is of kind %.50q, want ApplicationSetList", p.Kind)
		}
		for _, s := range p.Items {
			if s.Metadata.DeletionTimestamp == nil {
				found = append(found, s)
			}
		}
		if next = p.Metadata.Continue; next == "" {
			return found, nil
		}
	}
	return nil, fmt.Errorf("%w: there are more than %d ApplicationSets", kube.ErrTooLarge, maxPages*perPage)
}
