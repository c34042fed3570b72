package github

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// Repo is a repository on a Server.
type Repo struct {
	server        *Server
	id            int64
	owner, name   string
	defaultBranch string
	private       bool
	branches      []string          // sorted by name, as GitHub lists them
	heads         map[string]string // branch → commit
	renamed       map[string]string // former name of a branch → its name
	commits       map[string]commit
	pulls         []*pull
	created       time.Time
	archived      bool
	feedback      feedback
}

type commit struct {
	author string
	when   time.Time
}

// Pull describes a new pull request.
type Pull struct {
	Title  string // default "Change <number>"
	Author string // default "octocat"
	Head   string // branch; default "change-<number>"
	Base   string // branch; default the repository's default branch
	Labels []string
	Draft  bool
	// Fork is the owner of the fork with the head branch; "" if the head branch is in
	// the repository itself.
	Fork string
	// ForkGone reports that the fork has been deleted.
	ForkGone bool
}

type pull struct {
	Pull
	number           int64
	sha              string
	created, updated time.Time
	closed, merged   time.Time
	forkID           int64
	locked           bool
}

// Repo creates a public repository with the default branch main.
func (s *Server) Repo(owner, name string) *Repo {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nextID++
	r := &Repo{
		server: s, id: 1000 + s.nextID, owner: owner, name: name, defaultBranch: "main",
		heads: map[string]string{}, renamed: map[string]string{}, commits: map[string]commit{}, created: s.tick(),
	}
	r.push("main", "octocat")
	s.repos = append(s.repos, r)
	return r
}

// tick advances the clock by a minute and returns the time.
func (s *Server) tick() time.Time {
	s.clock = s.clock.Add(time.Minute)
	return s.clock
}

// Private makes the repository private: requests without a token get 404.
func (r *Repo) Private() {
	defer r.lock()()
	r.private = true
}

// Rename renames the repository. Requests for the former name are redirected.
func (r *Repo) Rename(name string) {
	defer r.lock()()
	r.server.renamed[r.owner+"/"+r.name] = r.id
	r.name = name
}

// Push adds a commit by author to a branch and updates the open pull requests from that
// branch. It creates the branch if missing, and returns the commit.
func (r *Repo) Push(branch, author string) string {
	defer r.lock()()
	sha := r.push(branch, author)
	for _, p := range r.pulls {
		if p.Head == branch && p.Fork == "" && p.closed.IsZero() {
			p.sha, p.updated = sha, r.server.clock
		}
	}
	return sha
}

// PushFork adds a commit to the head branch of a pull request from a fork. It returns
// the commit.
func (r *Repo) PushFork(number int64) string {
	defer r.lock()()
	p := r.pulls[number-1]
	p.updated = r.server.tick()
	sum := sha1.Sum(fmt.Appendf(nil, "fork %d %s", p.forkID, p.updated))
	p.sha = hex.EncodeToString(sum[:])
	return p.sha
}

func (r *Repo) push(branch, author string) string {
	now := r.server.tick()
	sum := sha1.Sum(fmt.Appendf(nil, "%d %s %s", r.id, branch, now))
	sha := hex.EncodeToString(sum[:])
	r.commits[sha] = commit{author: author, when: now}
	r.setHead(branch, sha)
	return sha
}

func (r *Repo) setHead(branch, sha string) {
	if i, found := slices.BinarySearch(r.branches, branch); !found {
		r.branches = slices.Insert(r.branches, i, branch)
	}
	r.heads[branch] = sha
}

// RenameBranch renames a branch. Requests for the former name are redirected until
// another branch takes that name.
func (r *Repo) RenameBranch(branch, name string) {
	defer r.lock()()
	sha := r.heads[branch]
	r.deleteBranch(branch)
	r.setHead(name, sha)
	r.renamed[branch] = name
}

// DeleteBranch deletes a branch. It also deletes the default branch.
func (r *Repo) DeleteBranch(branch string) {
	defer r.lock()()
	r.deleteBranch(branch)
}

func (r *Repo) deleteBranch(branch string) {
	r.branches = slices.DeleteFunc(r.branches, func(b string) bool { return b == branch })
	delete(r.heads, branch)
}

// OpenPull opens a pull request and returns its number. It pushes the head branch if
// that is missing.
func (r *Repo) OpenPull(p Pull) int64 {
	defer r.lock()()
	number := int64(len(r.pulls) + 1)
	setDefault(&p.Title, fmt.Sprintf("Change %d", number))
	setDefault(&p.Author, "octocat")
	setDefault(&p.Head, fmt.Sprintf("change-%d", number))
	setDefault(&p.Base, r.defaultBranch)
	opened := &pull{Pull: p, number: number, sha: r.heads[p.Head]}
	switch {
	case p.Fork != "" || p.ForkGone:
		r.server.nextID++
		opened.forkID = 1000 + r.server.nextID
		sum := sha1.Sum(fmt.Appendf(nil, "fork %d", opened.forkID))
		opened.sha = hex.EncodeToString(sum[:])
	case opened.sha == "":
		opened.sha = r.push(p.Head, p.Author)
	}
	opened.created = r.server.tick()
	opened.updated = opened.created
	r.pulls = append(r.pulls, opened)
	return number
}

func setDefault(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

// ClosePull closes a pull request without merging it.
func (r *Repo) ClosePull(number int64) {
	r.change(number, func(p *pull, now time.Time) { p.closed = now })
}

// Merge merges a pull request.
func (r *Repo) Merge(number int64) {
	r.change(number, func(p *pull, now time.Time) { p.closed, p.merged = now, now })
}

// Reopen opens a closed pull request again.
func (r *Repo) Reopen(number int64) {
	r.change(number, func(p *pull, _ time.Time) { p.closed = time.Time{} })
}

// Label replaces the labels of a pull request.
func (r *Repo) Label(number int64, labels ...string) {
	r.change(number, func(p *pull, _ time.Time) { p.Labels = labels })
}

// Draft marks a pull request as a draft or as ready for review.
func (r *Repo) Draft(number int64, draft bool) {
	r.change(number, func(p *pull, _ time.Time) { p.Draft = draft })
}

// Head returns the commit at the head of a branch, or "" if the branch is missing.
func (r *Repo) Head(branch string) string {
	defer r.lock()()
	return r.heads[branch]
}

// PullHead returns the commit at the head of a pull request.
func (r *Repo) PullHead(number int64) string {
	defer r.lock()()
	return r.pulls[number-1].sha
}

func (r *Repo) change(number int64, change func(*pull, time.Time)) {
	defer r.lock()()
	p := r.pulls[number-1]
	p.updated = r.server.tick()
	change(p, p.updated)
}

// lock acquires the server's lock and returns its Unlock.
func (r *Repo) lock() func() {
	r.server.mu.Lock()
	return r.server.mu.Unlock
}
