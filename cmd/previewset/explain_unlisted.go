package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/pipeline"
)

// findUnlisted looks up a change that no set lists. It returns how the change ended, or why
// the sets do not list it, and otherwise the reasons why nothing is known.
func (f explainFlags) findUnlisted(ctx context.Context, r reference, sets []plannedSet) (found []explanation, err error) {
	var all []error
	for _, set := range sets {
		if set.err != nil {
			continue
		}
		unlisted, err := set.unlisted(ctx, r)
		switch {
		case err == nil:
			found = append(found, explainUnlisted(set.Name, unlisted))
		case len(sets) > 1:
			all = append(all, fmt.Errorf("set %s: %w", set.Name, err))
		default:
			all = append(all, err)
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	return nil, errors.Join(all...)
}

// unlisted looks up the changes that r can name, until one is known.
func (s plannedSet) unlisted(ctx context.Context, r reference) (pipeline.Unlisted, error) {
	keys, err := s.keys(ctx, r)
	if err != nil {
		return pipeline.Unlisted{}, err
	}
	var first error
	for _, k := range keys {
		found, err := s.Unlisted(ctx, s.outcome, k)
		if err == nil || !errors.Is(err, pipeline.ErrUnknownChange) {
			return found, err
		}
		first = cmp.Or(first, err)
	}
	if s.outcome.Snapshot.Repository.ID == "" && len(keys) > 1 { // plain Git, where a number is a branch
		first = fmt.Errorf("%w: no branch is called %s, and %s", pipeline.ErrUnknownChange, r.text,
			strings.TrimPrefix(first.Error(), pipeline.ErrUnknownChange.Error()+": "))
	}
	return pipeline.Unlisted{}, first
}

// keys returns the changes that r can name, the most likely one first.
func (s plannedSet) keys(ctx context.Context, r reference) ([]generator.Key, error) {
	repository := s.outcome.Snapshot.Repository
	if r.url != nil {
		key, ok := r.keyBelow(pageOf(repository))
		if !ok {
			return nil, fmt.Errorf("%w: it is not the page of a pull request or branch of %s", pipeline.ErrUnknownChange, repository.Source())
		}
		return []generator.Key{key}, nil
	}
	branch := generator.Key{Kind: generator.Branch, Branch: r.text}
	if number, ok := numberOf(trimVariant(r.text, s.Variants)); ok {
		return []generator.Key{{Kind: generator.PullRequest, Number: number}, branch}, nil
	}
	if !strings.HasPrefix(r.text, "br-") && !strings.HasPrefix(r.text, "pr-") { // it is no id
		return []generator.Key{branch}, nil
	}
	removed, ok, err := s.RemovedKey(ctx, s.outcome, r.text)
	if !ok {
		return []generator.Key{branch}, err
	}
	return []generator.Key{removed, branch}, err
}

// pageOf returns the page of a repository, or its clone URL without .git, which is the page
// on most forges.
func pageOf(r generator.Repository) string {
	return cmp.Or(r.PageURL, strings.TrimSuffix(r.CloneURL, ".git"))
}
