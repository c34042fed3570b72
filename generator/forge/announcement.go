package forge

import (
	"strings"

	"github.com/previewset/previewset/generator"
)

// announcing holds the fields of a payload that announce the state of a change.
type announcing struct {
	Number      int64 `json:"number"`
	PullRequest struct {
		Number  int64  `json:"number"`
		State   string `json:"state"`
		Updated string `json:"updated_at"`
		Head    struct {
			SHA string `json:"sha"`
		} `json:"head"`
	} `json:"pull_request"`
	Label struct {
		Name string `json:"name"`
	} `json:"label"`
	Ref     string `json:"ref"`
	RefType string `json:"ref_type"`
	After   string `json:"after"`
	Deleted bool   `json:"deleted"`
}

// announcement returns what the event with this name and action announces.
func (a announcing) announcement(name, action string) Announcement {
	switch name {
	case "pull_request":
		return a.pullRequest(action)
	case "push":
		if branch, ok := strings.CutPrefix(a.Ref, "refs/heads/"); ok {
			gone := a.After != "" && strings.Trim(a.After, "0") == ""
			return branchAt(branch, a.After, a.Deleted || gone)
		}
		return Announcement{Vague: a.Ref == ""}
	case "create", "delete":
		if a.RefType == "branch" {
			return branchAt(a.Ref, "", name == "delete")
		}
		return Announcement{Vague: a.RefType == ""}
	}
	return Announcement{Vague: true}
}

func branchAt(name, head string, ended bool) Announcement {
	if name == "" {
		return Announcement{Vague: true}
	}
	announced := Announcement{Key: generator.Key{Kind: generator.Branch, Branch: name}, Ended: ended}
	if !ended && generator.IsCommit(head) {
		announced.HeadSHA = head
	}
	return announced
}

func (a announcing) pullRequest(action string) Announcement {
	number := max(a.Number, a.PullRequest.Number)
	if number <= 0 {
		return Announcement{Vague: true}
	}
	announced := Announcement{
		Key:   generator.Key{Kind: generator.PullRequest, Number: number},
		Ended: action == "closed" || a.PullRequest.State == "closed",
	}
	if head := a.PullRequest.Head.SHA; !announced.Ended && generator.IsCommit(head) {
		announced.HeadSHA = head
	}
	switch action {
	case "opened", "reopened", "closed":
	case "synchronize", "synchronized": // GitHub and Gitea
		announced.Vague = announced.HeadSHA == ""
	case "labeled":
		announced.Labeled = a.Label.Name
		announced.Vague = a.Label.Name == ""
	case "unlabeled":
		announced.Unlabeled = a.Label.Name
		announced.Vague = a.Label.Name == ""
	default:
		announced.Vague = !announced.Ended
	}
	return announced
}
