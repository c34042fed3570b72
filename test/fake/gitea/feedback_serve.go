package gitea

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
)

// call is a parsed request.
type call struct {
	*http.Request
	body []byte
	// path has the segments below /api/v1.
	path []string
	user token
}

// reply is an answer before it is written. body is nil for none.
type reply struct {
	status int
	body   any
	header map[string]string
}

func refusal(status int, message string) reply {
	return reply{status: status, body: map[string]any{"message": message, "url": "http://gitea.acme.dev/api/swagger"}}
}

func absent() reply { return refusal(http.StatusNotFound, "not found") }

// ServeHTTP implements http.Handler.
func (s *FeedbackServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	fault := s.fault
	s.mu.Unlock()
	if fault != nil && fault(w, r) {
		return
	}
	answer := s.Answer(r)
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// Answer returns the response to r without a fault. It fails the test if the exchange
// violates Gitea's description.
func (s *FeedbackServer) Answer(r *http.Request) *httptest.ResponseRecorder {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Errorf("read request: %v", err)
	}
	recorder := httptest.NewRecorder()
	s.mu.Lock()
	s.serve(&call{Request: r, body: body, path: segments(r)}).write(recorder)
	s.mu.Unlock()
	if violation := check(s.router, r, body, recorder); violation != nil {
		s.t.Errorf("%s %s does not conform to Gitea's description: %v", r.Method, r.URL.RequestURI(), violation)
	}
	return recorder
}

func segments(r *http.Request) []string {
	return strings.Split(strings.Trim(strings.TrimPrefix(r.URL.Path, "/api/v1"), "/"), "/")
}

func (a reply) write(w http.ResponseWriter) {
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	text, err := json.Marshal(a.body)
	if err != nil {
		panic(err) // maps, strings and numbers always marshal
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(a.status)
	_, _ = w.Write(text)
}

func (s *FeedbackServer) serve(c *call) reply {
	user, known := s.tokens[strings.TrimPrefix(c.Header.Get("Authorization"), "token ")]
	if !known {
		return refusal(http.StatusUnauthorized, "user does not exist [uid: 0, name: ]")
	}
	c.user = user
	if missing := c.missingScope(); missing != "" {
		return refusal(http.StatusForbidden, fmt.Sprintf("token does not have at least one of required scope(s), required=[%s], token scope=%s", missing, strings.Join(user.scopes, ",")))
	}
	switch {
	case len(c.path) == 1 && c.path[0] == "user":
		return reply{status: http.StatusOK, body: s.user(user.login)}
	case len(c.path) < 4 || c.path[0] != "repos" || c.path[1] != "acme":
		return absent()
	case s.former != "" && c.path[2] == s.former:
		location := strings.Replace(c.URL.RequestURI(), "/acme/"+s.former, "/acme/"+s.name, 1)
		return reply{status: http.StatusMovedPermanently, header: map[string]string{"Location": location}}
	case c.path[2] != s.name:
		return absent()
	}
	return s.serveRepository(c, c.path[3:])
}

// missingScope returns a scope that the request needs and the token lacks, or "".
func (c *call) missingScope() string {
	category := "repository"
	switch {
	case c.path[0] == "user":
		category = "user"
	case len(c.path) > 3 && c.path[3] == "issues":
		category = "issue"
	}
	write := "write:" + category
	if slices.Contains(c.user.scopes, write) || c.Method == http.MethodGet && slices.Contains(c.user.scopes, "read:"+category) {
		return ""
	}
	if c.Method == http.MethodGet {
		return "read:" + category
	}
	return write
}

func (s *FeedbackServer) serveRepository(c *call, rest []string) reply {
	switch {
	case rest[0] == "pulls" && len(rest) == 2:
		if p, number := s.pull(rest[1]); p != nil {
			return reply{status: http.StatusOK, body: s.renderPull(p, number)}
		}
	case rest[0] == "git" && len(rest) == 3:
		if s.hasCommit(rest[2]) {
			return reply{status: http.StatusOK, body: map[string]any{"sha": rest[2]}}
		}
	case rest[0] == "statuses" && len(rest) == 2:
		return s.serveStatuses(c, rest[1])
	case rest[0] == "issues" && len(rest) == 3 && rest[1] == "comments":
		return s.serveComment(c, rest[2])
	case rest[0] == "issues" && len(rest) == 3 && rest[2] == "comments":
		return s.serveComments(c, rest[1])
	}
	return absent()
}

// pull returns the pull request with a number, or nil.
func (s *FeedbackServer) pull(text string) (*feedbackPull, int64) {
	number, _ := strconv.ParseInt(text, 10, 64)
	if number < 1 || number > int64(len(s.pulls)) {
		return nil, 0
	}
	return s.pulls[number-1], number
}

func (s *FeedbackServer) hasCommit(sha string) bool {
	return slices.ContainsFunc(s.pulls, func(p *feedbackPull) bool { return p.head == sha })
}

// form is the body of a request that writes.
type form struct {
	Body        string `json:"body"`
	Context     string `json:"context"`
	State       string `json:"state"`
	Description string `json:"description"`
	TargetURL   string `json:"target_url"`
}

func (s *FeedbackServer) form(c *call) form {
	var f form
	if err := json.Unmarshal(c.body, &f); err != nil {
		s.t.Errorf("%s %s: %v", c.Method, c.URL.Path, err)
	}
	return f
}

// serveComments lists or creates comments. If the pull request is missing, Gitea fails: its
// handlers do not check for it (routers/api/v1/repo/issue_comment.go).
func (s *FeedbackServer) serveComments(c *call, index string) reply {
	p, number := s.pull(index)
	write := c.Method == http.MethodPost
	switch {
	case write && s.archived:
		return refusal(http.StatusLocked, "acme/shop is archived")
	case p == nil:
		return refusal(http.StatusInternalServerError, "")
	case write && p.locked && s.readers[c.user.login]:
		return refusal(http.StatusForbidden, "You cannot comment on a locked issue.")
	case write:
		return reply{status: http.StatusCreated, body: s.renderComment(s.addComment(number, c.user.login, s.form(c).Body))}
	}
	all := []any{}
	for _, comment := range s.comments {
		if comment.Number == number {
			all = append(all, s.renderComment(comment))
		}
	}
	return reply{status: http.StatusOK, body: all, header: map[string]string{"X-Total-Count": strconv.Itoa(len(all))}}
}

func (s *FeedbackServer) serveComment(c *call, id string) reply {
	i := slices.IndexFunc(s.comments, func(comment *Comment) bool { return strconv.FormatInt(comment.ID, 10) == id })
	if c.Method == http.MethodPatch && s.archived {
		return refusal(http.StatusLocked, "acme/shop is archived")
	}
	if i < 0 {
		return absent()
	}
	comment := s.comments[i]
	if comment.Author != c.user.login && s.readers[c.user.login] {
		return reply{status: http.StatusForbidden}
	}
	if c.Method == http.MethodDelete {
		s.comments = slices.Delete(s.comments, i, i+1)
		return reply{status: http.StatusNoContent}
	}
	comment.Body, comment.UpdatedAt = s.form(c).Body, s.tick()
	return reply{status: http.StatusOK, body: s.renderComment(comment)}
}

// serveStatuses creates a status, or lists those of a commit. For the sort order
// leastindex, the newest is the first. In the default order, statuses of one second are in
// any order: here, the oldest is the first.
func (s *FeedbackServer) serveStatuses(c *call, sha string) reply {
	if c.Method == http.MethodPost {
		switch {
		case s.readers[c.user.login]:
			return refusal(http.StatusForbidden, "user should have a permission to write to a repo")
		case !s.hasCommit(sha):
			return refusal(http.StatusInternalServerError, "")
		}
		f := s.form(c)
		status := &Status{Author: c.user.login, Commit: sha, Name: f.Context, State: f.State, Description: f.Description, URL: f.TargetURL}
		s.addStatus(status)
		return reply{status: http.StatusCreated, body: s.renderStatus(status)}
	}
	all := s.of(sha)
	if c.URL.Query().Get("sort") == "leastindex" {
		slices.Reverse(all)
	}
	page, header := s.page(c, all)
	rendered := make([]any, len(page))
	for i, status := range page {
		rendered[i] = s.renderStatus(status)
	}
	return reply{status: http.StatusOK, body: rendered, header: header}
}

// page returns the requested page with its headers.
func (s *FeedbackServer) page(c *call, all []*Status) ([]*Status, map[string]string) {
	query := c.URL.Query()
	size, err := strconv.Atoi(query.Get("limit"))
	if err != nil || size > s.pageLimit {
		size = s.pageLimit
	}
	number, err := strconv.Atoi(query.Get("page"))
	if err != nil {
		number = 1
	}
	header := map[string]string{"X-Total-Count": strconv.Itoa(len(all))}
	if number*size < len(all) {
		query.Set("page", strconv.Itoa(number+1))
		header["Link"] = fmt.Sprintf(`<http://gitea.acme.dev%s?%s>; rel="next"`, c.URL.Path, query.Encode())
	}
	return all[min((number-1)*size, len(all)):min(number*size, len(all))], header
}
