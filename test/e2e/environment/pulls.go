package environment

import (
	"context"
	"fmt"

	"code.gitea.io/sdk/gitea"
)

// Open pushes a commit to a new branch and opens a pull request from that branch to main,
// with labels. It returns the number and the head of the pull request.
func (f *Forge) Open(ctx context.Context, branch, title string, labels ...string) (number int64, head string, err error) {
	if head, err = f.Push(ctx, branch, title); err != nil {
		return 0, "", err
	}
	ids, err := f.labelIDs(labels)
	if err != nil {
		return 0, "", err
	}
	created, _, err := f.gitea.API.CreatePullRequest(Owner, Shop, gitea.CreatePullRequestOption{
		Head: branch, Base: "main", Title: title, Labels: ids,
	})
	if err != nil {
		return 0, "", fmt.Errorf("open a pull request of %s: %w", branch, err)
	}
	return created.Index, head, nil
}

// Push pushes a commit to a branch of acme/shop and returns the commit.
func (f *Forge) Push(ctx context.Context, branch, message string) (head string, err error) {
	return f.Shop.Commit(ctx, branch, message, map[string]string{"changes/" + branch: message + "\n"})
}

// Amend replaces the last commit of a branch of acme/shop and returns the new commit.
func (f *Forge) Amend(ctx context.Context, branch, message string) (head string, err error) {
	return f.Shop.Amend(ctx, branch, message)
}

// Edit changes a pull request.
func (f *Forge) Edit(number int64, o gitea.EditPullRequestOption) error {
	_, _, err := f.gitea.API.EditPullRequest(Owner, Shop, number, o)
	return err
}

// Close closes a pull request without merging it.
func (f *Forge) Close(number int64) error {
	state := gitea.StateClosed
	return f.Edit(number, gitea.EditPullRequestOption{State: &state})
}

// Reopen opens a closed pull request again.
func (f *Forge) Reopen(number int64) error {
	state := gitea.StateOpen
	return f.Edit(number, gitea.EditPullRequestOption{State: &state})
}

// Merge merges a pull request.
func (f *Forge) Merge(number int64) error {
	merged, _, err := f.gitea.API.MergePullRequest(Owner, Shop, number, gitea.MergePullRequestOption{Style: gitea.MergeStyleMerge})
	if err == nil && !merged {
		return fmt.Errorf("pull request %d was not merged", number)
	}
	return err
}

// Label adds a label to a pull request.
func (f *Forge) Label(number int64, label string) error {
	id, err := f.LabelID(label)
	if err != nil {
		return err
	}
	_, _, err = f.gitea.API.AddIssueLabels(Owner, Shop, number, gitea.IssueLabelsOption{Labels: []int64{id}})
	return err
}

// Unlabel removes a label from a pull request.
func (f *Forge) Unlabel(number int64, label string) error {
	id, err := f.LabelID(label)
	if err != nil {
		return err
	}
	_, err = f.gitea.API.DeleteIssueLabel(Owner, Shop, number, id)
	return err
}

// LabelID returns the id of a label in Gitea's API.
func (f *Forge) LabelID(name string) (int64, error) {
	ids, err := f.labelIDs([]string{name})
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// labelIDs returns the ids of labels. It creates missing labels.
func (f *Forge) labelIDs(names []string) ([]int64, error) {
	ids := make([]int64, len(names))
	for i, name := range names {
		if f.labels[name] == 0 {
			created, _, err := f.gitea.API.CreateLabel(Owner, Shop, gitea.CreateLabelOption{Name: name, Color: "#0e8a16"})
			if err != nil {
				return nil, fmt.Errorf("label %s: %w", name, err)
			}
			f.labels[name] = created.ID
		}
		ids[i] = f.labels[name]
	}
	return ids, nil
}

// RenameBranch renames a branch of acme/shop.
func (f *Forge) RenameBranch(from, to string) error {
	_, _, err := f.gitea.API.RenameRepoBranch(Owner, Shop, from, gitea.RenameRepoBranchOption{Name: to})
	return err
}

// DeleteBranch deletes a branch of acme/shop.
func (f *Forge) DeleteBranch(name string) error {
	deleted, _, err := f.gitea.API.DeleteRepoBranch(Owner, Shop, name)
	if err == nil && !deleted {
		return fmt.Errorf("branch %s was not deleted", name)
	}
	return err
}
