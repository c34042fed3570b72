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
	// FeedbackBot is the account that writes comments and statuses.
	FeedbackBot = "previews"
)

// Forge is the content of Gitea: two private repositories, and accounts for previewset
// and Argo CD with the least privileges that these need.
type Forge struct {
	// Repository is acme/shop.
	*Repository
	// GitOps is a clone with the administrator's credentials.
	GitOps *Clone
	// ServiceToken can read acme/shop, its issues and acme/gitops, and push to acme/gitops.
	ServiceToken string
	// ArgoToken can read both repositories.
	ArgoToken string
	// FeedbackToken can write comments and statuses of acme/shop.
	FeedbackToken string

	gitea  *stack.Gitea
	clones string // directory of the clones
}

func newForge(ctx context.Context, g *stack.Gitea, clones, repository string) (*Forge, error) {
	f := &Forge{gitea: g, clones: clones}
	if _, _, err := g.API.CreateOrg(gitea.CreateOrgOption{Name: Owner}); err != nil {
		return nil, fmt.Errorf("organization: %w", err)
	}
	if err := f.createRepositories(ctx, repository); err != nil {
		return nil, err
	}
	var err error
	if f.ServiceToken, err = f.bot(serviceBot, gitea.AccessModeWrite); err != nil {
		return nil, err
	}
	if f.ArgoToken, err = f.bot(argoBot, gitea.AccessModeRead); err != nil {
		return nil, err
	}
	f.FeedbackToken, err = f.feedbackBot()
	return f, err
}

// feedbackBot creates the account that writes comments and statuses, and returns its token.
func (f *Forge) feedbackBot() (token string, err error) {
	if err := f.createAccount(FeedbackBot); err != nil {
		return "", err
	}
	if err := f.grant(FeedbackBot, Shop, gitea.AccessModeWrite); err != nil {
		return "", err
	}
	return f.newToken(FeedbackBot, "feedback", "write:issue", "write:repository", "read:user")
}

// createRepositories creates both repositories with their first commits.
func (f *Forge) createRepositories(ctx context.Context, repository string) (err error) {
	if f.Repository, err = f.createRepository(ctx, Shop); err != nil {
		return err
	}
	gitOps, err := f.createRepository(ctx, GitOps)
	if err != nil {
		return err
	}
	f.GitOps = gitOps.clone
	shop := map[string]string{"README.md": "# Shop\n"}
	if err := readInto(shop, filepath.Join(repository, "examples/shop"), ""); err != nil {
		return err
	}
	if _, err = f.clone.Commit(ctx, "main", "A shop", shop); err != nil {
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
	_, err = f.GitOps.Commit(ctx, "main", "The shop's base", files)
	return err
}

// cloneOf clones OWNER/NAME.git for an account.
func (f *Forge) cloneOf(ctx context.Context, path, dir, user, password string) (*Clone, error) {
	from, err := url.Parse(f.gitea.Direct + path)
	if err != nil {
		return nil, err
	}
	return clone(ctx, from, filepath.Join(f.clones, dir), user, password)
}

// CloneURL returns the URL of a repository, without credentials.
func (f *Forge) CloneURL(name string) string { return f.gitea.URL + repositoryPath(Owner, name) }

func repositoryPath(owner, name string) string { return "/" + owner + "/" + name + ".git" }

// bot creates an account that can read acme/shop and has the access mode for acme/gitops.
// It returns a token of the account.
func (f *Forge) bot(name string, mode gitea.AccessMode) (token string, err error) {
	if err := f.createAccount(name); err != nil {
		return "", err
	}
	for repository, mode := range map[string]gitea.AccessMode{Shop: gitea.AccessModeRead, GitOps: mode} {
		if err := f.grant(name, repository, mode); err != nil {
			return "", err
		}
	}
	if mode == gitea.AccessModeWrite {
		return f.newToken(name, "first", serviceScopes()...)
	}
	return f.newToken(name, "first", "read:repository")
}

// serviceScopes returns the scopes of ServiceToken. Timelines require read:issue.
func serviceScopes() []gitea.AccessTokenScope {
	return []gitea.AccessTokenScope{"write:repository", "read:issue"}
}

func (f *Forge) createAccount(name string) error {
	changePassword := false
	if _, _, err := f.gitea.API.AdminCreateUser(gitea.CreateUserOption{
		Username: name, Password: passwordOf(name), Email: name + "@acme.example", MustChangePassword: &changePassword,
	}); err != nil {
		return fmt.Errorf("account %s: %w", name, err)
	}
	return nil
}

func passwordOf(account string) string { return account + "-password" }

// grant gives an account access to a repository.
func (f *Forge) grant(account, repository string, mode gitea.AccessMode) error {
	if _, err := f.gitea.API.AddCollaborator(Owner, repository, account, gitea.AddCollaboratorOption{Permission: &mode}); err != nil {
		return fmt.Errorf("access of %s to %s: %w", account, repository, err)
	}
	return nil
}

// clientOf returns the client of an account that createAccount created.
func (f *Forge) clientOf(name string) (*gitea.Client, error) {
	return gitea.NewClient(f.gitea.Direct, gitea.SetBasicAuth(name, passwordOf(name)))
}

func (f *Forge) newToken(account, name string, scopes ...gitea.AccessTokenScope) (string, error) {
	client, err := f.clientOf(account)
	if err != nil {
		return "", err
	}
	created, _, err := client.CreateAccessToken(gitea.CreateAccessTokenOption{Name: name, Scopes: scopes})
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
	f.ServiceToken, err = f.newToken(serviceBot, "second", serviceScopes()...)
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
