package environment

import (
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"

	"code.gitea.io/sdk/gitea"

	"github.com/previewset/previewset/test/e2e/stack"
)

// The names on the forge.
const (
	Owner      = "acme"
	Shop       = "shop"   // repository of the application
	GitOps     = "gitops" // repository of the entries
	serviceBot = "previewset"
	argoBot    = "argocd"
)

// Forge is the content of Gitea: two private repositories, and accounts for previewset
// and Argo CD with the least privileges that these need.
type Forge struct {
	// Shop and GitOps are clones with the administrator's credentials.
	Shop, GitOps *Clone
	// ServiceToken can read acme/shop and acme/gitops, and push to acme/gitops.
	ServiceToken string
	// ArgoToken can read both repositories.
	ArgoToken string

	gitea  *stack.Gitea
	labels map[string]int64
}

func newForge(ctx context.Context, g *stack.Gitea, clones, repository string) (*Forge, error) {
	f := &Forge{gitea: g, labels: map[string]int64{}}
	if _, _, err := g.API.CreateOrg(gitea.CreateOrgOption{Name: Owner}); err != nil {
		return nil, fmt.Errorf("organization: %w", err)
	}
	for _, name := range []string{Shop, GitOps} {
		if _, _, err := g.API.CreateOrgRepo(Owner, gitea.CreateRepoOption{Name: name, Private: true, DefaultBranch: "main"}); err != nil {
			return nil, fmt.Errorf("repository %s: %w", name, err)
		}
	}
	if err := f.commitFiles(ctx, clones, repository); err != nil {
		return nil, err
	}
	var err error
	if f.ServiceToken, err = f.bot(serviceBot, gitea.AccessModeWrite); err != nil {
		return nil, err
	}
	f.ArgoToken, err = f.bot(argoBot, gitea.AccessModeRead)
	return f, err
}

// commitFiles makes the first commits of both repositories.
func (f *Forge) commitFiles(ctx context.Context, clones, repository string) (err error) {
	if f.Shop, err = f.clone(ctx, clones, Shop); err != nil {
		return err
	}
	shop := map[string]string{"README.md": "# Shop\n"}
	if err := readInto(shop, filepath.Join(repository, "examples/shop"), ""); err != nil {
		return err
	}
	if _, err = f.Shop.Commit(ctx, "main", "A shop", shop); err != nil {
		return err
	}
	files := map[string]string{"README.md": "# What runs where\n"}
	for from, to := range map[string]string{
		"examples/shop/base":           "apps/shop/base",
		"test/e2e/testdata/components": "components",
	} {
		if err := readInto(files, filepath.Join(repository, from), to); err != nil {
			return err
		}
	}
	if f.GitOps, err = f.clone(ctx, clones, GitOps); err != nil {
		return err
	}
	_, err = f.GitOps.Commit(ctx, "main", "The shop's base", files)
	return err
}

func (f *Forge) clone(ctx context.Context, clones, name string) (*Clone, error) {
	from, err := url.Parse(f.gitea.Direct + repositoryPath(name))
	if err != nil {
		return nil, err
	}
	return clone(ctx, from, filepath.Join(clones, name), f.gitea.User, f.gitea.Password)
}

// CloneURL returns the URL of a repository, without credentials.
func (f *Forge) CloneURL(name string) string { return f.gitea.URL + repositoryPath(name) }

func repositoryPath(name string) string { return "/" + Owner + "/" + name + ".git" }

// bot creates an account that can read acme/shop and has the access mode for acme/gitops.
// It returns a token of the account whose scope is repositories.
func (f *Forge) bot(name string, mode gitea.AccessMode) (token string, err error) {
	api, changePassword := f.gitea.API, false
	if _, _, err := api.AdminCreateUser(gitea.CreateUserOption{
		Username: name, Password: name + "-password", Email: name + "@acme.example", MustChangePassword: &changePassword,
	}); err != nil {
		return "", fmt.Errorf("account %s: %w", name, err)
	}
	read := gitea.AccessModeRead
	for repository, mode := range map[string]*gitea.AccessMode{Shop: &read, GitOps: &mode} {
		if _, err := api.AddCollaborator(Owner, repository, name, gitea.AddCollaboratorOption{Permission: mode}); err != nil {
			return "", fmt.Errorf("account %s: %w", name, err)
		}
	}
	scope := gitea.AccessTokenScope("read:repository")
	if mode == gitea.AccessModeWrite {
		scope = "write:repository"
	}
	return f.newToken(name, "first", scope)
}

// clientOf returns the client of an account that bot created.
func (f *Forge) clientOf(name string) (*gitea.Client, error) {
	return gitea.NewClient(f.gitea.Direct, gitea.SetBasicAuth(name, name+"-password"))
}

func (f *Forge) newToken(account, name string, scope gitea.AccessTokenScope) (string, error) {
	client, err := f.clientOf(account)
	if err != nil {
		return "", err
	}
	created, _, err := client.CreateAccessToken(gitea.CreateAccessTokenOption{Name: name, Scopes: []gitea.AccessTokenScope{scope}})
	if err != nil {
		return "", fmt.Errorf("token of %s: %w", account, err)
	}
	return created.Token, nil
}

// RevokeServiceToken revokes the first ServiceToken.
func (f *Forge) RevokeServiceToken() error {
	client, err := f.clientOf(serviceBot)
	if err != nil {
		return err
	}
	_, err = client.DeleteAccessToken("first")
	return err
}

// NewServiceToken creates a second ServiceToken. It can be called once.
func (f *Forge) NewServiceToken() (err error) {
	f.ServiceToken, err = f.newToken(serviceBot, "second", "write:repository")
	return err
}

// Hook adds a webhook to a repository that sends events to target.
func (f *Forge) Hook(repository, target, secret string) error {
	_, _, err := f.gitea.API.CreateRepoHook(Owner, repository, gitea.CreateHookOption{
		Type: "gitea", Active: true,
		Config: map[string]string{"url": target, "content_type": "json", "secret": secret},
		Events: []string{"push", "create", "delete", "pull_request", "pull_request_label", "pull_request_sync"},
	})
	return err
}

// readInto adds the files below dir to files, in the folder to of a repository.
func readInto(files map[string]string, dir, to string) error {
	return filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		files[path.Join(to, filepath.ToSlash(name))] = string(data)
		return nil
	})
}
