package service

import (
	"context"
	"log/slog"
	"sync"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/git"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/forges"
	"github.com/previewset/previewset/internal/secret"
)

// verifiers returns the verifiers of webhooks, by the key of their forge.
func (s *server) verifiers() map[string]forge.Verifier {
	all := map[string]forge.Verifier{}
	for _, f := range forges.All() {
		if f.Webhooks != nil {
			all[f.Key] = f.Webhooks(s.webhookSecrets(f.Key))
		}
	}
	return all
}

// webhookSecrets returns a function that reads the webhook secrets of a forge's sets. It reads
// each one once, and returns no value twice, because anyone can send a webhook, and each secret
// costs a hash of its body.
func (s *server) webhookSecrets(key string) func() [][]byte {
	unread := &causes{log: s.log, level: slog.LevelError, begins: "the secret of a webhook can't be read", ends: "the secret of a webhook can be read again"}
	return func() (secrets [][]byte) {
		var failed []cause
		read, known := map[secret.Ref]func() (string, error){}, map[string]bool{}
		for _, set := range s.current().parts.Config.Sets {
			ref := set.Source.WebhookSecret()
			if set.Source.Forge.Key != key || !ref.Given() {
				continue
			}
			if read[ref] == nil {
				read[ref] = sync.OnceValues(ref.Read)
			}
			text, err := read[ref]()
			if err != nil {
				failed = append(failed, cause{key: set.Name, text: err.Error(), attributes: []any{"set", set.Name, "error", err}})
				continue
			}
			if !known[text] {
				known[text] = true
				secrets = append(secrets, []byte(text))
			}
		}
		unread.report(context.Background(), "", failed)
		return secrets
	}
}

// isGitOps reports whether an event is of the repository of g.
func isGitOps(g *config.GitOps, e forge.Event) bool {
	if g == nil {
		return false
	}
	r, err := git.RepositoryOf(g.URL)
	return err == nil && r.IsAt(generator.Repository{ForgeHost: e.ForgeHost, Name: e.FullName})
}
