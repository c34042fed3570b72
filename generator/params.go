package generator

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Params are the parameters of one preview by name. Every value is a string, except
// "labels" ([]string, as in Argo CD's own pull request generator) and "input" (the
// parameters that the ApplicationSet sent).
type Params map[string]any

// ParameterNames returns the sorted names of the parameters that every preview has.
// The configuration can change the value of "flags" and of no other.
func ParameterNames() []string {
	return slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(Placed{}.Params())), "input")))
}

// Placement is the location of a preview's entry in the GitOps repository. It is zero
// if the preview has no entry.
type Placement struct {
	RepoURL string
	// Path of the entry, separated by slashes, without a leading slash.
	Path string
	// Revision is the newest commit that changed the entry.
	Revision string
}

// ChangeParams returns the parameters that depend only on the set, the ID, the change
// and the variant. Name templates can use them.
//
// The first group has the names and values of Argo CD's pull request generator
// (applicationset/generators/pull_request.go). The second group has those of its SCM
// provider generator (scm_provider.go).
func ChangeParams(set, id, variant string, c Change, r Repository) Params {
	number := ""
	if c.Kind == PullRequest {
		number = strconv.FormatInt(c.Number, 10)
	}
	labels := c.Labels
	if labels == nil {
		labels = []string{}
	}
	return Params{
		"number":             number,
		"title":              c.Title,
		"author":             c.Author,
		"branch":             c.Branch,
		"branch_slug":        argoSlug(c.Branch),
		"target_branch":      c.TargetBranch,
		"target_branch_slug": argoSlug(c.TargetBranch),
		"head_sha":           c.HeadSHA,
		"head_short_sha":     short(c.HeadSHA, 8),
		"head_short_sha_7":   short(c.HeadSHA, 7),
		"labels":             labels,

		"organization":     r.Organization,
		"repository":       r.Name,
		"url":              r.CloneURL,
		"sha":              c.HeadSHA,
		"short_sha":        short(c.HeadSHA, 8),
		"short_sha_7":      short(c.HeadSHA, 7),
		"branchNormalized": argoNormalize(c.Branch),

		"set":        set,
		"id":         id,
		"kind":       string(c.Kind),
		"variant":    variant,
		"change_url": c.URL,
		"created_at": timestamp(c.CreatedAt),
		"updated_at": timestamp(c.UpdatedAt),
	}
}

// Params returns the parameters of p that are known before its entry is committed:
// all except repo_url, path, revision and input.
func (p Preview) Params() Params {
	params := ChangeParams(p.Set, p.ID, p.Variant, p.Change, p.Repository)
	for name, value := range p.Parameters {
		if _, taken := params[name]; !taken {
			params[name] = value
		}
	}
	params["flags"] = p.Flags()
	params["name"] = p.Application
	params["namespace"] = p.Namespace
	params["host"] = p.Host
	params["hosts"] = strings.Join(p.AllHosts(), ",")
	params["preview_url"] = p.PreviewURL()
	params["db_schema"] = p.DBSchema
	params["expires_at"] = timestamp(p.ExpiresAt)
	return params
}

func short(sha string, n int) string {
	return sha[:min(n, len(sha))]
}

// timestamp formats t as RFC 3339 in UTC. It returns "" for the zero time.
func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
