package applications

import (
	"errors"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// metadata has the fields that every event of a watch has.
type metadata struct {
	Name              string    `json:"name"`
	Namespace         string    `json:"namespace"`
	ResourceVersion   string    `json:"resourceVersion"`
	CreationTimestamp time.Time `json:"creationTimestamp,omitzero"`
	DeletionTimestamp time.Time `json:"deletionTimestamp,omitzero"`
	Finalizers        []string  `json:"finalizers"`
}

type source struct {
	RepoURL        string `json:"repoURL"`
	Path           string `json:"path"`
	TargetRevision string `json:"targetRevision"`
}

type spec struct {
	Source      source   `json:"source"`
	Sources     []source `json:"sources"`
	Destination struct {
		Namespace string `json:"namespace"`
	} `json:"destination"`
	SyncPolicy struct {
		Automated *struct {
			Enabled *bool `json:"enabled"`
		} `json:"automated"`
	} `json:"syncPolicy"`
}

// revisions are the commits of an Application with one source, or with several.
type revisions struct {
	Revision  string   `json:"revision"`
	Revisions []string `json:"revisions"`
}

// of returns the commit of the source with an index; "" if it is not known.
func (r revisions) of(index int) string {
	if index < len(r.Revisions) {
		return r.Revisions[index]
	}
	return r.Revision
}

type health struct {
	Status             string    `json:"status"`
	Message            string    `json:"message"`
	LastTransitionTime time.Time `json:"lastTransitionTime,omitzero"`
}

// status has the fields of argo-cd's ApplicationStatus, in
// pkg/apis/application/v1alpha1/types.go, that states depend on.
type status struct {
	Sync struct {
		revisions
		Status string `json:"status"`
	} `json:"sync"`
	Health         health `json:"health"`
	OperationState struct {
		Phase      string    `json:"phase"`
		Message    string    `json:"message"`
		StartedAt  time.Time `json:"startedAt,omitzero"`
		FinishedAt time.Time `json:"finishedAt,omitzero"`
		RetryCount int64     `json:"retryCount"`
		Operation  struct {
			Sync revisions `json:"sync"`
		} `json:"operation"`
		SyncResult struct {
			revisions
			Resources []result `json:"resources"`
		} `json:"syncResult"`
	} `json:"operationState"`
	Conditions []struct {
		Type               string    `json:"type"`
		Message            string    `json:"message"`
		LastTransitionTime time.Time `json:"lastTransitionTime,omitzero"`
	} `json:"conditions"`
	Resources []struct {
		Kind   string `json:"kind"`
		Name   string `json:"name"`
		Health health `json:"health"`
	} `json:"resources"`
}

// result is the result of a sync for one resource.
type result struct {
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Status    string `json:"status"`
	Message   string `json:"message"`
	HookType  string `json:"hookType"`
	HookPhase string `json:"hookPhase"`
}

// unmarshal decodes JSON of the API server. Unlike encoding/json it reads a text once, and
// skips unknown fields without a copy.
func unmarshal(text []byte, value any) error {
	return json.Unmarshal(text, value, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// head has the fields of an Application that tell whether it deploys an entry.
type head struct {
	Metadata metadata `json:"metadata"`
	Spec     spec     `json:"spec"`
}

// decode decodes an Application, and returns its version. It does not decode the status of an
// Application that deploys no entry. The error is that of an object without a name.
func (p place) decode(text []byte) (l listed, version string, err error) {
	var h head
	if l.err = unmarshal(text, &h); l.err != nil {
		return unreadable(text, l.err)
	}
	if h.Metadata.Name == "" {
		return l, "", errNoName
	}
	l.name = h.Metadata.Name
	sources := h.Spec.Sources
	if len(sources) == 0 {
		sources = []source{h.Spec.Source}
	}
	for index, s := range sources {
		set, dir, ok := p.entry(s)
		if !ok {
			continue
		}
		var body struct {
			Status status `json:"status"`
		}
		if err := unmarshal(text, &body); err != nil {
			return unreadable(text, err)
		}
		l.set, l.facts = set, newApplication(h.Metadata, h.Spec, body.Status, index)
		l.facts.path, l.facts.target = dir, s.TargetRevision
		break
	}
	return l, h.Metadata.ResourceVersion, nil
}

// errNoName means that an object has no name.
var errNoName = errors.New("the response has an object without a name")

// unreadable returns an Application that can't be decoded, with its name and its version.
func unreadable(text []byte, problem error) (l listed, version string, err error) {
	var named struct {
		Metadata struct {
			Name            string `json:"name"`
			ResourceVersion string `json:"resourceVersion"`
		} `json:"metadata"`
	}
	if err := unmarshal(text, &named); err != nil || named.Metadata.Name == "" {
		return listed{}, "", errNoName
	}
	return listed{name: named.Metadata.Name, err: problem}, named.Metadata.ResourceVersion, nil
}
