package main

import (
	"net"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/git"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/forges"
	"github.com/previewset/previewset/internal/gitrepo"
)

// openSource opens a set's source. It does not connect.
func (w wiring) openSource(s config.Set) (generator.Source, error) {
	o := forge.Options{Log: w.log}
	if w.metrics != nil {
		o.OnRate = func(resource string, remaining, limit int, _ time.Time) {
			w.metrics.RateLimit(s.Name, resource, remaining, limit)
		}
	}
	return s.Source.Open(o)
}

// openRemote prepares access to the GitOps repository, of which so many levels of
// directories are read at once. It does not connect.
func openRemote(g *config.GitOps, levels int) (*gitrepo.Remote, error) {
	o := g.Options(levels)
	if g.App != nil {
		login, err := g.App.Login()
		if err != nil {
			return nil, err
		}
		o.Credentials = login
	}
	return gitrepo.Open(g.URL, o)
}

// verifiers returns what verifies the webhooks of each forge.
func (s *server) verifiers() map[string]forge.Verifier {
	all := map[string]forge.Verifier{}
	for _, f := range forges.All() {
		if f.Webhooks != nil {
			all[f.Key] = f.Webhooks(s.webhookSecrets(f.Key))
		}
	}
	return all
}

// isGitOps reports whether an event is about the repository of g. Ports are not
// compared, because that of ssh is not that of the pages.
func isGitOps(g *config.GitOps, e forge.Event) bool {
	if g == nil {
		return false
	}
	r, err := git.RepositoryOf(g.URL)
	return err == nil && strings.EqualFold(withoutPort(r.Host), withoutPort(e.Host)) && strings.EqualFold(r.FullName(), e.FullName)
}

func withoutPort(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}
