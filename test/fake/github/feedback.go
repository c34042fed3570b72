package github

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The App has one installation, and writes as a bot.
const (
	appSlug  = "previewset"
	botLogin = appSlug + "[bot]"
)

// actor is who sends a request. app is the ID of its App, or 0.
type actor struct {
	login string
	app   int64
}

// userID returns the ID of a user.
func userID(login string) int64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(login))
	return int64(h.Sum32()) + 1
}

// feedback is what a repository has about its pull requests and commits, oldest first.
type feedback struct {
	comments    []*comment
	statuses    []*Status
	deployments []*deployment
}

// Comment is a comment on a pull request.
type Comment struct {
	ID           int64
	Author, Body string
	UpdatedAt    time.Time
}

type comment struct {
	Comment
	number int64
	app    int64
}

// Status is a commit status, or a check run of an App.
type Status struct {
	ID int64
	// App is the ID of the App of a check run; 0 for a commit status.
	App          int64
	Author       string
	Commit, Name string
	// State is the state of a commit status, or the conclusion of a check run; "" if the
	// check run is not completed.
	State                     string
	Description, Details, URL string
	created                   time.Time
}

type deployment struct {
	Deployment
	app      int64
	created  time.Time
	statuses []object
}

// Deployment is a deployment with its newest state.
type Deployment struct {
	ID                          int64
	Author, Environment, Commit string
	State, URL                  string
}

// Comments returns the comments on a pull request, oldest first.
func (r *Repo) Comments(number int64) []Comment {
	defer r.lock()()
	var all []Comment
	for _, c := range r.feedback.comments {
		if c.number == number {
			all = append(all, c.Comment)
		}
	}
	return all
}

// Comment comments on a pull request as a user. It returns the ID of the comment.
func (r *Repo) Comment(number int64, login, body string) int64 {
	defer r.lock()()
	return r.addComment(number, actor{login: login}, body).ID
}

func (r *Repo) addComment(number int64, by actor, body string) *comment {
	p := r.pulls[number-1]
	p.updated = r.server.tick()
	r.server.nextID++
	c := &comment{Comment: Comment{ID: r.server.nextID, Author: by.login, Body: body, UpdatedAt: p.updated}, number: number, app: by.app}
	r.feedback.comments = append(r.feedback.comments, c)
	return c
}

// Statuses returns the commit statuses and check runs of a commit, oldest first.
func (r *Repo) Statuses(commit string) []Status {
	defer r.lock()()
	var all []Status
	for _, s := range r.feedback.statuses {
		if s.Commit == commit {
			all = append(all, *s)
		}
	}
	return all
}

// AddStatus adds a commit status, or a check run if s.App is not 0.
func (r *Repo) AddStatus(s Status) {
	defer r.lock()()
	r.addStatus(&s)
}

func (r *Repo) addStatus(s *Status) {
	r.server.nextID++
	s.ID, s.created = r.server.nextID, r.server.tick()
	r.feedback.statuses = append(r.feedback.statuses, s)
}

// Deployments returns the deployments, oldest first.
func (r *Repo) Deployments() []Deployment {
	defer r.lock()()
	var all []Deployment
	for _, d := range r.feedback.deployments {
		all = append(all, d.Deployment)
	}
	return all
}

// AddDeployment adds a deployment of a user without a state.
func (r *Repo) AddDeployment(login, environment, commit string) {
	defer r.lock()()
	r.addDeployment(actor{login: login}, environment, commit)
}

func (r *Repo) addDeployment(by actor, environment, commit string) *deployment {
	r.server.nextID++
	d := &deployment{
		Deployment: Deployment{ID: r.server.nextID, Author: by.login, Environment: environment, Commit: commit},
		app:        by.app, created: r.server.tick(),
	}
	r.feedback.deployments = append(r.feedback.deployments, d)
	return d
}

// Lock locks the conversation of a pull request: nobody can add a comment.
func (r *Repo) Lock(number int64) {
	r.change(number, func(p *pull, _ time.Time) { p.locked = true })
}

// Archive makes the repository read-only.
func (r *Repo) Archive() {
	defer r.lock()()
	r.archived = true
}

// Deny refuses requests that write with a status: 403 as for a missing permission, or 404
// as for a missing scope. 0 permits them.
func (s *Server) Deny(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.denied = status
}

func (r *Repo) findComment(id string) *comment {
	for _, c := range r.feedback.comments {
		if strconv.FormatInt(c.ID, 10) == id {
			return c
		}
	}
	return nil
}

func (r *Repo) deleteComment(c *comment) {
	r.feedback.comments = slices.DeleteFunc(r.feedback.comments, func(other *comment) bool { return other == c })
	r.pulls[c.number-1].updated = r.server.tick()
}

func (r *Repo) findDeployment(id string) *deployment {
	for _, d := range r.feedback.deployments {
		if strconv.FormatInt(d.ID, 10) == id {
			return d
		}
	}
	return nil
}

// hasCommit reports whether a commit is in the repository, or the head of a pull request
// from a fork.
func (r *Repo) hasCommit(sha string) bool {
	_, ok := r.commits[sha]
	return ok || slices.ContainsFunc(r.pulls, func(p *pull) bool { return p.sha == sha })
}

// by returns who sends a request.
func (s *Server) by(e *exchange) actor {
	_, token, _ := strings.Cut(e.request.Header.Get("Authorization"), " ")
	if a, ok := s.actors[token]; ok {
		return a
	}
	return actor{login: "octocat"}
}
