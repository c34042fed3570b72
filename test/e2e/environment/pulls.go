package environment

import (
	"context"
	"fmt"

	"code.gitea.io/sdk/gitea"
)

// Open pushes a commit to a new branch and opens a pull request from that branch to main,
// with labels. It returns the number and the head of the pull request.
func (r *Repository) Open(ctx context.Context, branch, title string, labels ...string) (number int64, head string, err error) {
	if head, err = r.Push(ctx, branch, title); err != nil {
		return 0, "", err
	}
	number, err = r.open(branch, title, labels...)
	return number, head, err
}

// open opens a pull request from head, a branch or ACCOUNT:BRANCH, to main.
func (r *Repository) open(head, title string, labels ...string) (number int64, err error) {
	ids, err := r.labelIDs(labels)
	if err != nil {
		return 0, err
	}
	created, _, err := r.gitea.API.CreatePullRequest(Owner, r.name, gitea.CreatePullRequestOption{
		Head: head, Base: "main", Title: title, Labels: ids,
	})
	if err != nil {
		return 0, fmt.Errorf("open a pull request of %s: %w", head, err)
	}
	return created.Index, nil
}

// Push pushes a commit to a branch and returns the commit.
func (r *Repository) Push(ctx context.Context, branch, message string) (head string, err error) {
	return r.clone.Commit(ctx, branch, message, map[string]string{"changes/" + branch: message + "\n"})
}

// Amend replaces the last commit of a branch and returns the new commit.
func (r *Repository) Amend(ctx context.Context, branch, message string) (head string, err error) {
	return r.clone.Amend(ctx, branch, message)
}

// Edit changes a pull request.
func (r *Repository) Edit(number int64, o gitea.EditPullRequestOption) error {
	_, _, err := r.gitea.API.EditPullRequest(Owner, r.name, number, o)
	return err
}

// Close closes a pull request without merging it.
func (r *Repository) Close(number int64) error {
	state := gitea.StateClosed
	return r.Edit(number, gitea.EditPullRequestOption{State: &state})
}

// Reopen opens a closed pull request again.
func (r *Repository) Reopen(number int64) error {
	state := gitea.StateOpen
	return r.Edit(number, gitea.EditPullRequestOption{State: &state})
}

// Merge merges a pull request.
func (r *Repository) Merge(number int64) error {
	merged, _, err := r.gitea.API.MergePullRequest(Owner, r.name, number, gitea.MergePullRequestOption{Style: gitea.MergeStyleMerge})
	if err == nil && !merged {
		return fmt.Errorf("pull request %d was not merged", number)
	}
	return err
}

// Label adds a label to a pull request.
func (r *Repository) Label(number int64, label string) error {
	id, err := r.LabelID(label)
	if err != nil {
		return err
	}
	_, _, err = r.gitea.API.AddIssueLabels(Owner, r.name, number, gitea.IssueLabelsOption{Labels: []int64{id}})
	return err
}

// Unlabel removes a label from a pull request.
func (r *Repository) Unlabel(number int64, label string) error {
	id, err := r.LabelID(label)
	if err != nil {
		return err
	}
	_, err = r.gitea.API.DeleteIssueLabel(Owner, r.name, number, id)
	return err
}

// LabelID returns the id of a label in Gitea's API.
func (r *Repository) LabelID(name string) (int64, error) {
	ids, err := r.labelIDs([]string{name})
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// labelIDs returns the ids of labels. It creates missing labels.
func (r *Repository) labelIDs(names []string) ([]int64, error) {
	ids := make([]int64, len(names))
	for i, name := range names {
		if r.labels[name] == 0 {
			created, _, err := r.gitea.API.CreateLabel(Owner, r.name, gitea.CreateLabelOption{Name: name, Color: "#0e8a16"})
			if err != nil {
				return nil, fmt.Errorf("label %s: %w", name, err)
			}
			r.labels[name] = created.ID
		}
		ids[i] = r.labels[name]
	}
	return ids, nil
}

// RenameBranch renames a branch.
func (r *Repository) RenameBranch(from, to string) error {
	_, _, err := r.gitea.API.RenameRepoBranch(Owner, r.name, from, gitea.RenameRepoBranchOption{Name: to})
	return err
}

// DeleteBranch deletes a branch.
func (r *Repository) DeleteBranch(name string) error {
	deleted, _, err := r.gitea.API.DeleteRepoBranch(Owner, r.name, name)
	if err == nil && !deleted {
		return fmt.Errorf("branch %s was not deleted", name)
	}
	return err
}
