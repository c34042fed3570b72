package git

import (
	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitrepo"
)

// RepositoryOf lets tests look at hosts that they can't reach.
func RepositoryOf(r *gitrepo.Remote) (generator.Repository, error) { return repositoryOf(r.URL()) }
