package forges

import (
	"slices"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/git"
	"github.com/previewset/previewset/generator/gitea"
	"github.com/previewset/previewset/generator/github"
)

// Forge is a row of the table.
type Forge struct {
	// Key is the forge's key below `source` in the configuration, and the last segment
	// of the path of its webhooks.
	Key string
	// Stanza returns an empty stanza to decode the configuration into.
	Stanza func() forge.Stanza
	// PullRequests is true if the forge has pull requests.
	PullRequests bool
	// Webhooks returns the verifier of the forge's webhooks. secrets returns the secrets
	// that are valid now. Webhooks is nil if the forge sends no webhooks.
	Webhooks func(secrets func() [][]byte) forge.Verifier
	// Suggest returns the stanza, on one line, that reads a repository over the forge's
	// API instead of plain Git. It returns "" if the repository is not known to be on
	// this forge. Suggest may be nil.
	Suggest func(r generator.Repository) string
}

// All returns the rows, in the order in which messages name them.
func All() []Forge {
	return []Forge{
		{Key: "git", Stanza: func() forge.Stanza { return new(git.Stanza) }},
		{
			Key: "github", Stanza: func() forge.Stanza { return new(github.Stanza) },
			PullRequests: true, Webhooks: github.Webhooks, Suggest: github.Suggest,
		},
		{
			Key: "gitea", Stanza: func() forge.Stanza { return new(gitea.Stanza) },
			PullRequests: true, Webhooks: gitea.Webhooks,
		},
	}
}

// ByKey returns the forge with a key, or false if no forge has this key.
func ByKey(key string) (Forge, bool) {
	all := All()
	if i := slices.IndexFunc(all, func(f Forge) bool { return f.Key == key }); i >= 0 {
		return all[i], true
	}
	return Forge{}, false
}

// Keys returns the keys of all forges for a message: "git, github and gitea".
func Keys() string {
	var keys []string
	for _, f := range All() {
		keys = append(keys, f.Key)
	}
	last := len(keys) - 1
	return strings.Join(keys[:last], ", ") + " and " + keys[last]
}

// Suggest returns the key and the stanza that reads a repository over the API of its
// forge, or "" if no forge recognizes the repository's host.
func Suggest(r generator.Repository) string {
	for _, f := range All() {
		if f.Suggest == nil {
			continue
		}
		if stanza := f.Suggest(r); stanza != "" {
			return f.Key + ": " + stanza
		}
	}
	return ""
}
