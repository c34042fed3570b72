package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/spelling"
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
		places = []string{"apps/" + q.Set + "/base", q.Set + "/base", "apps/" + q.Set, q.Set, "base", "apps/base", "deploy/base", "k8s/base"}
	}
	for _, place := range places {
		if found, err := hasKustomization(ctx, tree, place); err != nil {
			return q.GitOps.fail(err)
		} else if found {
			q.Base = place
			return nil
		}
	}
	candidates := ""
	if found := kustomizations(ctx, tree); len(found) > 0 {
		candidates = ", such as " + spelling.Enumerate(found, "or")
	}
	return fmt.Errorf("--gitops: %s has no kustomization.yaml in any of %s: name the directory of the base with --base%s", q.GitOps.URL, strings.Join(places, ", "), candidates)
}

// Bounds of the search for kustomizations: those that it returns, the directories that it reads,
// each with a request at most, and the length of their paths, in names.
const (
	maxKustomizations = 3
	maxSearched       = 100
	maxSearchDepth    = 4
)

// kustomizations returns the first directories below the root with a kustomization, those with
// short paths first. It ignores hidden directories. It ends after readTimeout, or if a directory
// can't be read, with those that it has found.
func kustomizations(ctx context.Context, tree *gitrepo.Tree) (found []string) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	dirs := []string{"."}
	for searched := 0; searched < len(dirs) && searched < maxSearched; searched++ {
		dir := dirs[searched]
		entries, err := tree.Entries(ctx, dir)
		if err != nil {
			return found
		}
		for _, e := range entries {
			switch below := path.Join(dir, e.Name); {
			case e.IsDir && !strings.HasPrefix(e.Name, ".") && strings.Count(below, "/") < maxSearchDepth:
				dirs = append(dirs, below)
			case !e.IsDir && dir != "." && slices.Contains(kustomizationNames(), e.Name):
				found = append(found, dir)
			}
		}
		if len(found) >= maxKustomizations {
			return found[:maxKustomizations]
		}
	}
	return found
}

// kustomizationNames returns the names of a kustomization that Kustomize accepts.
func kustomizationNames() []string {
	return []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}
}

// hasKustomization reports whether a directory has a kustomization.
func hasKustomization(ctx context.Context, tree *gitrepo.Tree, dir string) (bool, error) {
	for _, name := range kustomizationNames() {
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
