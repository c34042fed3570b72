package wiring

import (
	"context"
	"fmt"
	"strings"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/secret"
)

// OpenGitOps prepares access to the GitOps repository. It does not connect; errors
// are mistakes in the configuration, or secrets that can't be read.
func OpenGitOps(g *config.GitOps, o Options) (*gitops.Repository, error) {
	entries := strings.Count(g.Path, "/") + 3 // root, path, set
	remote, err := openRemote(g, o.Logins.GitOps, entries)
	if err != nil {
		return nil, fmt.Errorf("gitops: %w", err)
	}
	options := gitops.Options{
		Branch: g.Branch, Path: g.Path,
		Author:  gitrepo.Signature{Name: g.Author.Name, Email: g.Author.Email},
		Now:     o.Now,
		Log:     o.Log,
		OnRetry: func(string) {},
	}
	if o.OnRetry != nil {
		options.OnRetry = o.OnRetry
	}
	if g.SigningKey().Given() {
		if _, err := openSigner(g.SigningKey()); err != nil {
			return nil, fmt.Errorf("gitops: %w", err)
		}
		options.Sign = func(ctx context.Context, payload []byte) (string, error) {
			sign, err := openSigner(g.SigningKey()) // read for each commit: it may be rotated
			if err != nil {
				return "", err
			}
			return sign(ctx, payload)
		}
	}
	return gitops.New(remote, options), nil
}

// openRemote prepares access to the GitOps repository. levels is the number of levels of
// directories that are read together with a commit. It does not connect.
func openRemote(g *config.GitOps, login forge.Login, levels int) (*gitrepo.Remote, error) {
	o := g.OptionsOr(login, "gitops", levels)
	if g.App != nil {
		login, err := g.App.Login("gitops")
		if err != nil {
			return nil, err
		}
		o.Credentials = login
	}
	return gitrepo.Open(g.URL, o)
}

func openSigner(key secret.Ref) (func(context.Context, []byte) (string, error), error) {
	text, err := key.Read()
	if err != nil {
		return nil, err
	}
	sign, err := gitrepo.NewSigner([]byte(text + "\n"))
	if err != nil {
		return nil, fmt.Errorf("signing key in %s: %w", key, err)
	}
	return sign, nil
}
