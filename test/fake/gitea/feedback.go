package gitea

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/routers"
)

// FeedbackServer is a fake Gitea 1.26 with the repository acme/shop, for comments and
// statuses. It validates every exchange against Gitea's description of its API. Its methods
// are safe for concurrent use.
type FeedbackServer struct {
	*httptest.Server
	t      testing.TB
	router routers.Router

	mu        sync.Mutex
	fault     func(http.ResponseWriter, *http.Request) bool
	clock     time.Time
	nextID    int64
	name      string // of the repository
	former    string // former name of the repository, or ""
	archived  bool
	pageLimit int
	tokens    map[string]token
	readers   map[string]bool // users who may only read
	pulls     []*feedbackPull
	comments  []*Comment
	statuses  []*Status
}

type token struct {
	login  string
	scopes []string
}

type feedbackPull struct {
	head    string
	updated time.Time
	locked  bool
}

// Comment is a comment on a pull request.
type Comment struct {
	ID, Number   int64
	Author, Body string
	UpdatedAt    time.Time
}

// Status is a commit status. Its Index counts the statuses of the commit.
type Status struct {
	Index                   int64
	Author, Commit, Name    string
	State, Description, URL string
	created                 time.Time
}

// NewFeedback starts a server, and stops it when the test ends.
func NewFeedback(t testing.TB) *FeedbackServer {
	t.Helper()
	router, err := loadRouter()
	if err != nil {
		t.Fatalf("load Gitea's description: %v", err)
	}
	s := &FeedbackServer{
		t: t, router: router, clock: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC), name: "shop",
		pageLimit: 50, tokens: map[string]token{}, readers: map[string]bool{},
	}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// tick advances the clock by a minute and returns the time.
func (s *FeedbackServer) tick() time.Time {
	s.clock = s.clock.Add(time.Minute)
	return s.clock
}

// Token adds or replaces a token of a user with scopes, such as "write:issue".
func (s *FeedbackServer) Token(login, text string, scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[text] = token{login, scopes}
}

// Revoke invalidates a token.
func (s *FeedbackServer) Revoke(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tokens, text)
}

// Reader takes the right to write to the repository from a user.
func (s *FeedbackServer) Reader(login string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readers[login] = true
}

// OpenPull opens a pull request and returns its number.
func (s *FeedbackServer) OpenPull() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := sha1.Sum(fmt.Appendf(nil, "head %d", len(s.pulls)))
	s.pulls = append(s.pulls, &feedbackPull{head: hex.EncodeToString(sum[:]), updated: s.tick()})
	return int64(len(s.pulls))
}

// Head returns the head commit of a pull request.
func (s *FeedbackServer) Head(number int64) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pulls[number-1].head
}

// Comments returns the comments on a pull request, oldest first.
func (s *FeedbackServer) Comments(number int64) []Comment {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Comment
	for _, c := range s.comments {
		if c.Number == number {
			all = append(all, *c)
		}
	}
	return all
}

// Comment comments on a pull request as a user.
func (s *FeedbackServer) Comment(number int64, login, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addComment(number, login, body)
}

// addComment adds a comment. It moves the time of the pull request, as in Gitea, where an
// edit and a deletion do not (updateCommentInfos in models/issues/comment.go).
func (s *FeedbackServer) addComment(number int64, login, body string) *Comment {
	s.nextID++
	c := &Comment{ID: s.nextID, Number: number, Author: login, Body: body, UpdatedAt: s.tick()}
	s.pulls[number-1].updated = c.UpdatedAt
	s.comments = append(s.comments, c)
	return c
}

// Statuses returns the statuses of a commit, oldest first.
func (s *FeedbackServer) Statuses(commit string) []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Status
	for _, status := range s.of(commit) {
		all = append(all, *status)
	}
	return all
}

func (s *FeedbackServer) of(commit string) []*Status {
	return slices.DeleteFunc(slices.Clone(s.statuses), func(status *Status) bool { return status.Commit != commit })
}

// AddStatus adds a status.
func (s *FeedbackServer) AddStatus(status Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addStatus(&status)
}

// addStatus adds a status. The clock stands still: statuses of one second are usual.
func (s *FeedbackServer) addStatus(status *Status) {
	status.Index, status.created = int64(len(s.of(status.Commit))+1), s.clock
	status.Name, status.Description = strings.TrimSpace(status.Name), strings.TrimSpace(status.Description)
	s.statuses = append(s.statuses, status)
}

// Lock locks the conversation of a pull request: only users who may write can add a comment.
func (s *FeedbackServer) Lock(number int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pulls[number-1].locked = true
}

// Archive makes the repository read-only.
func (s *FeedbackServer) Archive() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.archived = true
}

// Rename renames the repository. Requests for the former name are redirected.
func (s *FeedbackServer) Rename(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.former, s.name = s.name, name
}

// PageLimit limits pages to n entries, as MAX_RESPONSE_ITEMS does.
func (s *FeedbackServer) PageLimit(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pageLimit = n
}

// Fault installs a hook that gets each request first and returns whether it has answered.
// nil removes it.
func (s *FeedbackServer) Fault(hook func(http.ResponseWriter, *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = hook
}

func userID(login string) int64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(login))
	return int64(h.Sum32()) + 1
}
