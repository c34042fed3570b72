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
	branches      []string          // in the order that GitHub lists: by name
	heads         map[string]string // branch → commit
	formerly      map[string]string // former name of a branch → its name
	commits       map[string]commit
	pulls         []*pull
	created       time.Time
}

type commit struct {
	author string
	when   time.Time
}

// Pull is what a pull request is opened with.
type Pull struct {
	Title  string // default "Change <number>"
	Author string // default "octocat"
	Head   string // branch; default "change-<number>"
	Base   string // branch; default the repository's default branch
	Labels []string
	Draft  bool
	// Fork is the owner of the fork that the head branch lives in; "" where it
	// lives in the repository itself.
	Fork string
	// ForkGone is true where the fork was deleted since.
	ForkGone bool
}

type pull struct {
	Pull
	number           int64
	sha              string
	created, updated time.Time
	closed, merged   time.Time
	forkID           int64
}

// Repo makes a public repository with the default branch main.
func (s *Server) Repo(owner, name string) *Repo {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nextID++
	r := &Repo{
		server: s, id: 1000 + s.nextID, owner: owner, name: name, defaultBranch: "main",
		heads: map[string]string{}, formerly: map[string]string{}, commits: map[string]commit{}, created: s.tick(),
	}
	r.push("main", "octocat")
	s.repos = append(s.repos, r)
	return r
}

// tick returns a new moment, a minute after the one before.
func (s *Server) tick() time.Time {
	s.clock = s.clock.Add(time.Minute)
	return s.clock
}

// Private hides the repository from requests without a token.
func (r *Repo) Private() {
	defer r.lock()()
	r.private = true
}

// Rename gives the repository a new name. Requests for the former one are
// redirected.
func (r *Repo) Rename(name string) {
	defer r.lock()()
	r.server.renamed[r.owner+"/"+r.name] = r.id
	r.name = name
}

// Push puts a new commit by author on a branch, which it makes where it is
// new, and on the open pull requests from it. It returns the commit.
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

// PushFork puts a new commit on the head branch of a pull request from a fork. It
// returns the commit.
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
	if at, found := slices.BinarySearch(r.branches, branch); !found {
		r.branches = slices.Insert(r.branches, at, branch)
	}
	r.heads[branch] = sha
}

// RenameBranch gives a branch a new name, at the commit that it has. Requests for
// the former one are redirected until another branch has it.
func (r *Repo) RenameBranch(branch, name string) {
	defer r.lock()()
	sha := r.heads[branch]
	r.deleteBranch(branch)
	r.setHead(name, sha)
	r.formerly[branch] = name
}

// DeleteBranch deletes a branch, the default one included.
func (r *Repo) DeleteBranch(branch string) {
	defer r.lock()()
	r.deleteBranch(branch)
}

func (r *Repo) deleteBranch(branch string) {
	r.branches = slices.DeleteFunc(r.branches, func(b string) bool { return b == branch })
	delete(r.heads, branch)
}

// OpenPull opens a pull request and returns its number. Where its head branch
// is not there, it is pushed.
func (r *Repo) OpenPull(p Pull) int64 {
	defer r.lock()()
	number := int64(len(r.pulls) + 1)
	fill(&p.Title, fmt.Sprintf("Change %d", number))
	fill(&p.Author, "octocat")
	fill(&p.Head, fmt.Sprintf("change-%d", number))
	fill(&p.Base, r.defaultBranch)
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

func fill(field *string, value string) {
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

// Label gives a pull request exactly these labels.
func (r *Repo) Label(number int64, labels ...string) {
	r.change(number, func(p *pull, _ time.Time) { p.Labels = labels })
}

// Draft makes a pull request a draft, or ready for review.
func (r *Repo) Draft(number int64, draft bool) {
	r.change(number, func(p *pull, _ time.Time) { p.Draft = draft })
}

// Head returns the commit at the head of a branch, or "".
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

// lock takes the server's lock and returns what gives it back.
func (r *Repo) lock() func() {
	r.server.mu.Lock()
	return r.server.mu.Unlock
}
