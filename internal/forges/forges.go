package forges

import (
	"context"
	"net/url"
	"slices"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/git"
	"github.com/previewset/previewset/generator/gitea"
	"github.com/previewset/previewset/generator/github"
	"github.com/previewset/previewset/internal/spelling"
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
	// Recognize returns the stanza that reads the repository with a web page over the
	// forge's API instead of plain Git, with the token in access. It returns nil if the
	// repository is not known to be on this forge. It may send a request to the server of
	// the page, without credentials. Recognize may be nil.
	Recognize func(ctx context.Context, page *url.URL, access forge.Access) forge.Stanza
	// NeedsToken is true if the forge allows too few requests without a token to poll.
	NeedsToken bool
}

// All returns the rows, in the order in which messages name them.
func All() []Forge {
	return []Forge{
		{Key: "git", Stanza: func() forge.Stanza { return new(git.Stanza) }},
		{
			Key: "github", Stanza: func() forge.Stanza { return new(github.Stanza) },
			PullRequests: true, Webhooks: github.Webhooks, Recognize: github.Recognize, NeedsToken: true,
		},
		{
			Key: "gitea", Stanza: func() forge.Stanza { return new(gitea.Stanza) },
			PullRequests: true, Webhooks: gitea.Webhooks, Recognize: gitea.Recognize,
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
	return spelling.Enumerate(keys, "and")
}

// Recognize returns the forge of the repository with a web page, and the stanza that reads
// the repository over its API. It returns false if no forge recognizes the repository. See
// Forge.Recognize.
func Recognize(ctx context.Context, page *url.URL, access forge.Access) (Forge, forge.Stanza, bool) {
	for _, f := range All() {
		if f.Recognize == nil {
			continue
		}
		if stanza := f.Recognize(ctx, page, access); stanza != nil {
			return f, stanza, true
		}
	}
	return Forge{}, nil, false
}
