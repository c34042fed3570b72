package gitea

import (
	"fmt"
	"time"
)

const webRoot = "http://gitea.acme.dev"

func (s *FeedbackServer) user(login string) map[string]any {
	return map[string]any{
		"id": userID(login), "login": login, "login_name": "", "source_id": 0, "full_name": "", "email": login + "@noreply.acme.dev",
		"avatar_url": webRoot + "/avatars/" + login, "html_url": webRoot + "/" + login, "language": "", "is_admin": false,
		"last_login": "0001-01-01T00:00:00Z", "created": "2026-01-01T00:00:00Z", "restricted": false, "active": false, "visibility": "public",
	}
}

func (s *FeedbackServer) renderPull(p *feedbackPull, number int64) map[string]any {
	return map[string]any{
		"id": number, "number": number, "state": "open", "title": fmt.Sprintf("Change %d", number), "is_locked": p.locked, "merged": false,
		"html_url":   fmt.Sprintf("%s/acme/%s/pulls/%d", webRoot, s.name, number),
		"created_at": "2026-01-05T09:00:00Z", "updated_at": p.updated.Format(time.RFC3339), "head": map[string]any{"sha": p.head},
	}
}

func (s *FeedbackServer) renderComment(c *Comment) map[string]any {
	page := fmt.Sprintf("%s/acme/%s/pulls/%d", webRoot, s.name, c.Number)
	return map[string]any{
		"id": c.ID, "html_url": fmt.Sprintf("%s#issuecomment-%d", page, c.ID), "pull_request_url": page, "issue_url": "",
		"user": s.user(c.Author), "original_author": "", "original_author_id": 0, "body": c.Body, "assets": []any{},
		"created_at": c.UpdatedAt.Format(time.RFC3339), "updated_at": c.UpdatedAt.Format(time.RFC3339),
	}
}

func (s *FeedbackServer) renderStatus(status *Status) map[string]any {
	return map[string]any{
		"id": status.Index, "status": status.State, "target_url": status.URL, "description": status.Description, "context": status.Name,
		"url":     fmt.Sprintf("%s/api/v1/repos/acme/%s/statuses/%s", webRoot, s.name, status.Commit),
		"creator": s.user(status.Author), "created_at": status.created.Format(time.RFC3339), "updated_at": status.created.Format(time.RFC3339),
	}
}
