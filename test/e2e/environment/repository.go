package environment

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"code.gitea.io/sdk/gitea"

	"github.com/previewset/previewset/test/e2e/stack"
)

// Repository is a private repository of acme.
type Repository struct {
	// ID is Gitea's id of the repository.
	ID int64

	name   string
	gitea  *stack.Gitea
	clone  *Clone // with the administrator's credentials
	labels map[string]int64
}

// createRepository creates an empty repository and clones it.
func (f *Forge) createRepository(ctx context.Context, name string) (*Repository, error) {
	created, _, err := f.gitea.API.CreateOrgRepo(Owner, gitea.CreateRepoOption{Name: name, Private: true, DefaultBranch: "main"})
	if err != nil {
		return nil, fmt.Errorf("repository %s: %w", name, err)
	}
	r := &Repository{ID: created.ID, name: name, gitea: f.gitea, labels: map[string]int64{}}
	r.clone, err = f.cloneOf(ctx, repositoryPath(Owner, name), fmt.Sprintf("%s-%d", name, r.ID), f.gitea.User, f.gitea.Password)
	return r, err
}

// AddRepository creates a repository with a commit, which the service can read, and its
// webhook.
func (e *Environment) AddRepository(ctx context.Context, name string) (*Repository, error) {
	r, err := e.Forge.createRepository(ctx, name)
	if err != nil {
		return nil, err
	}
	if _, err := r.Push(ctx, "main", "Begin"); err != nil {
		return nil, err
	}
	if err := stack.Await(ctx, r.notEmpty); err != nil {
		return nil, err
	}
	if err := e.Forge.grant(serviceBot, name, gitea.AccessModeRead); err != nil {
		return nil, err
	}
	secret, err := os.ReadFile(filepath.Join(filepath.Dir(e.Service.Config), "webhook-secret"))
	if err != nil {
		return nil, err
	}
	return r, e.Forge.Hook(name, e.Service.URL+"/webhooks/gitea", strings.TrimSpace(string(secret)))
}

// AddShop creates a repository with the content of acme/shop, which the service and Argo CD
// can read, and its webhook.
func (e *Environment) AddShop(ctx context.Context, name string) (*Repository, error) {
	r, err := e.AddRepository(ctx, name)
	if err != nil {
		return nil, err
	}
	if err := e.Forge.grant(argoBot, name, gitea.AccessModeRead); err != nil {
		return nil, err
	}
	files := map[string]string{}
	if err := readInto(files, filepath.Join(e.repository(), "examples/shop"), ""); err != nil {
		return nil, err
	}
	_, err = r.clone.Commit(ctx, "main", "A shop", files)
	return r, err
}

// notEmpty returns an error while Gitea treats the repository as empty, which ends some time
// after the first push. Until then, Gitea refuses pull requests.
func (r *Repository) notEmpty(context.Context) error {
	got, _, err := r.gitea.API.GetRepo(Owner, r.name)
	if err == nil && got.Empty {
		err = fmt.Errorf("the repository %s is empty", r.name)
	}
	return err
}

// Source returns a repository of acme as the source of a set of the service.
func (e *Environment) Source(repository string) map[string]any {
	return source(e.Gitea.URL, repository, filepath.Dir(e.Service.Config))
}

// Rename renames the repository.
func (r *Repository) Rename(ctx context.Context, name string) error {
	if _, _, err := r.gitea.API.EditRepo(Owner, r.name, gitea.EditRepoOption{Name: &name}); err != nil {
		return err
	}
	from, err := r.clone.Git(ctx, "remote", "get-url", "origin")
	if err != nil {
		return err
	}
	_, err = r.clone.Git(ctx, "remote", "set-url", "origin", strings.Replace(from, repositoryPath(Owner, r.name), repositoryPath(Owner, name), 1))
	r.name = name
	return err
}

// Delete deletes the repository.
func (r *Repository) Delete() error {
	_, err := r.gitea.API.DeleteRepo(Owner, r.name)
	return err
}

// Fork forks a repository to a new account that can only read it. It returns a clone of the
// fork with the credentials of the account.
func (f *Forge) Fork(ctx context.Context, r *Repository, account string) (*Clone, error) {
	if err := f.createAccount(account); err != nil {
		return nil, err
	}
	if err := f.grant(account, r.name, gitea.AccessModeRead); err != nil {
		return nil, err
	}
	client, err := f.clientOf(account)
	if err != nil {
		return nil, err
	}
	if _, _, err := client.CreateFork(Owner, r.name, gitea.CreateForkOption{}); err != nil {
		return nil, fmt.Errorf("fork of %s: %w", account, err)
	}
	return f.cloneOf(ctx, repositoryPath(account, r.name), account, account, passwordOf(account))
}

// OpenFork opens a pull request from a branch of a fork to main.
func (r *Repository) OpenFork(account, branch, title string) (number int64, err error) {
	return r.open(account+":"+branch, title)
}

// LastInTimeline returns the type of the last entry in the timeline of a pull request, and
// the time of the entry. It does not use the SDK, which cannot decode labels.
func (r *Repository) LastInTimeline(ctx context.Context, number int64) (kind string, at time.Time, err error) {
	url := fmt.Sprintf("%s/api/v1/repos/%s/%s/issues/%d/timeline", r.gitea.Direct, Owner, r.name, number)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", time.Time{}, err
	}
	request.Header.Set("Authorization", "token "+r.gitea.Token)
	data, err := stack.Send(request)
	if err != nil {
		return "", time.Time{}, err
	}
	var entries []struct {
		Type      string
		CreatedAt time.Time `json:"created_at"`
	}
	if err := json.Unmarshal(data, &entries); err != nil || len(entries) == 0 {
		return "", time.Time{}, err
	}
	last := entries[len(entries)-1]
	return last.Type, last.CreatedAt, nil
}
