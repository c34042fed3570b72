package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/previewset/previewset/internal/gitrepo"
)

// findBase sets the GitOps repository's branch and, unless --base is given, searches the
// usual directories for the base.
func (q *quickstart) findBase(ctx context.Context) error {
	defer q.t.working(ctx, "reading %s", q.GitOps.URL)()
	refs, err := q.GitOps.refs(ctx)
	if err != nil {
		return err
	}
	q.Branch = refs.DefaultBranch
	q.GitOps.noteGitLogin()
	remote, err := q.GitOps.open()
	if err != nil {
		return fmt.Errorf("--gitops: %w", err)
	}
	tree, err := remote.Fetch(ctx, q.Branch, nil)
	if err != nil {
		return q.GitOps.fail(err)
	}
	places := []string{q.Base}
	if q.Base == "" {
		places = []string{"apps/" + q.Set + "/base", q.Set + "/base", "apps/" + q.Set, q.Set, "base", "deploy/base", "k8s/base"}
	}
	for _, place := range places {
		if found, err := hasKustomization(ctx, tree, place); err != nil {
			return q.GitOps.fail(err)
		} else if found {
			q.Base = place
			return nil
		}
	}
	return fmt.Errorf("--gitops: %s has no kustomization.yaml in any of %s: name the directory of the base with --base", q.GitOps.URL, strings.Join(places, ", "))
}

// hasKustomization reports whether a directory has a kustomization, by any of the names
// that Kustomize accepts.
func hasKustomization(ctx context.Context, tree *gitrepo.Tree, dir string) (bool, error) {
	for _, name := range []string{"kustomization.yaml", "kustomization.yml", "Kustomization"} {
		_, err := tree.Hash(ctx, dir+"/"+name)
		if err == nil {
			return true, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return false, err
		}
	}
	return false, nil
}
