package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"
	"time"

	"github.com/previewset/previewset/generator/git"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/forges"
	"github.com/previewset/previewset/internal/gitrepo"
)

//go:embed quickstart
var quickstartFiles embed.FS

// quickstart is a configuration that serve makes from a repository's URL.
type quickstart struct {
	Repo, GitOps, Branch, Base, Set string
	// Suggestion is the stanza that reads Repo through the API of its forge; "" if
	// the URL belongs to no known forge.
	Suggestion string
	// Exclude are the branches without a preview: the default branch of Repo.
	Exclude []string
	text    []byte
	config  *config.Config // parsed from text
	token   string
}

// tokenEnv is the environment variable with the token in the printed configuration.
const tokenEnv = "PREVIEWSET_TOKEN"

// quickstart makes the configuration from the flags.
func (f serveFlags) quickstart(ctx context.Context) (*quickstart, error) {
	q := &quickstart{Repo: repoURL(f.repo), GitOps: repoURL(f.gitops), Base: f.base}
	q.Set = setNameOf(q.Repo)
	if r, err := git.RepositoryOf(q.Repo); err == nil {
		q.Suggestion = forges.Suggest(r)
	}
	q.Exclude = defaultBranches(ctx, q.Repo)
	q.token = cmp.Or(os.Getenv(tokenEnv), strings.ToLower(rand.Text()))
	if q.GitOps != "" {
		if err := q.findBase(ctx); err != nil {
			return nil, err
		}
	}
	var err error
	if q.text, err = q.render("config.yaml", q); err != nil {
		return nil, err
	}
	q.config, err = config.Parse("the configuration made from --repo", q.text)
	return q, err
}

// defaultBranches returns the default branch of a repository. If it can't be read,
// defaultBranches returns the usual names, and serve reports the error.
func defaultBranches(ctx context.Context, repo string) []string {
	if remote, err := gitrepo.Open(repo, gitrepo.Options{Timeout: 5 * time.Second}); err == nil {
		if refs, err := remote.Refs(ctx); err == nil && refs.DefaultBranch != "" {
			return []string{refs.DefaultBranch}
		}
	}
	return []string{"main", "master"}
}

// repoURL makes the path of a local directory absolute, because it is written to a
// configuration. It returns anything else unchanged.
func repoURL(repo string) string {
	if info, err := os.Stat(repo); repo == "" || err != nil || !info.IsDir() {
		return repo
	}
	if abs, err := filepath.Abs(repo); err == nil {
		return abs
	}
	return repo
}

var notInSetName = regexp.MustCompile(`[^a-z0-9]+`)

// setNameOf derives the name of a set from the last segment of a URL.
func setNameOf(url string) string {
	name := strings.TrimSuffix(path.Base(strings.TrimRight(filepath.ToSlash(url), "/")), ".git")
	name = strings.Trim(notInSetName.ReplaceAllString(strings.ToLower(name), "-"), "-")
	name = strings.TrimRight(name[:min(len(name), 20)], "-")
	return cmp.Or(name, "previews")
}

// findBase sets the GitOps repository's default branch and, unless --base is given,
// searches the usual directories for the base.
func (q *quickstart) findBase(ctx context.Context) error {
	remote, err := gitrepo.Open(q.GitOps, gitrepo.Options{})
	if err != nil {
		return fmt.Errorf("--gitops: %w", err)
	}
	refs, err := remote.Refs(ctx)
	if err != nil {
		return fmt.Errorf("--gitops: %w", err)
	}
	q.Branch = cmp.Or(refs.DefaultBranch, "main")
	tree, err := remote.Fetch(ctx, q.Branch, nil)
	if err != nil {
		return fmt.Errorf("--gitops: %w", err)
	}
	if q.Base != "" {
		return nil
	}
	places := []string{"apps/" + q.Set + "/base", q.Set + "/base", "apps/" + q.Set, q.Set, "base", "deploy/base", "k8s/base"}
	for _, place := range places {
		if _, err := tree.Hash(ctx, place+"/kustomization.yaml"); err == nil {
			q.Base = place
			return nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("--gitops: %w", err)
		}
	}
	return fmt.Errorf("--gitops: %s has no kustomization.yaml in any of %s: name the directory of the base with --base", q.GitOps, strings.Join(places, ", "))
}

func (q *quickstart) render(name string, data any) ([]byte, error) {
	t, err := template.ParseFS(quickstartFiles, "quickstart/"+name)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, data)
	return out.Bytes(), err
}

// announce prints the configuration, an example request and manifests for Argo CD.
func (q *quickstart) announce(t *terminal, address net.Addr) {
	_, port, _ := net.SplitHostPort(address.String())
	data := struct {
		*quickstart
		Config, Token, URL, TokenEnv string
	}{q, string(q.text), q.token, "http://localhost:" + port, tokenEnv}
	for _, part := range []struct{ title, file string }{
		{"The configuration in use; save it to a file to change it:", "config.yaml"},
		{"Send the request that Argo CD sends:", "curl.sh"},
		{"Manifests for Argo CD, if it can reach this service:", "applicationset.yaml"},
	} {
		text, err := q.render(part.file, data)
		if err != nil {
			t.printError(err)
			return
		}
		t.printf("%s\n\n%s\n", t.bold(part.title), text)
	}
}
