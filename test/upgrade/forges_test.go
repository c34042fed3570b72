package upgrade_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"testing"

	giteatest "github.com/previewset/previewset/test/fake/gitea"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// githubToken gives access to the repositories on the fake GitHub.
const githubToken = "upgrade-canary-github"

// forges are a GitHub with repositories of acme, and a recorded Gitea.
type forges struct {
	t      *testing.T
	github *githubtest.Server
	gitea  *giteatest.Server
	repos  map[string]*githubtest.Repo
	// history holds all operations so far, in order.
	history []op
}

// op is one operation on a forge. Its JSON form is frozen.
type op struct {
	Do     string   `json:"do"`
	Repo   string   `json:"repo,omitempty"`
	Number int64    `json:"number,omitempty"`
	Title  string   `json:"title,omitempty"`
	Base   string   `json:"base,omitempty"`
	Fork   string   `json:"fork,omitempty"`
	Branch string   `json:"branch,omitempty"`
	Labels []string `json:"labels,omitempty"`
	Draft  bool     `json:"draft,omitempty"`
	Scene  string   `json:"scene,omitempty"`
}

func newForges(t *testing.T, gitea *giteatest.Server) *forges {
	t.Helper()
	f := &forges{t: t, github: githubtest.New(t), gitea: gitea, repos: map[string]*githubtest.Repo{}}
	f.github.Token(githubToken)
	return f
}

// apply applies operations in order. The clock and the commits of the fake GitHub depend
// only on the operations.
func (f *forges) apply(ops ...op) {
	f.t.Helper()
	for _, o := range ops {
		f.history = append(f.history, o)
		if o.Do == "scene" {
			f.gitea.SetState(o.Scene)
			continue
		}
		if o.Do == "repo" {
			f.repos[o.Repo] = f.github.Repo("acme", o.Repo)
			continue
		}
		f.applyTo(f.repos[o.Repo], o)
	}
}

func (f *forges) applyTo(r *githubtest.Repo, o op) {
	f.t.Helper()
	switch o.Do {
	case "open":
		r.OpenPull(githubtest.Pull{Title: o.Title, Base: o.Base, Fork: o.Fork, Head: o.Branch, Labels: o.Labels, Draft: o.Draft})
	case "push":
		r.Push(o.Branch, "octocat")
	case "push-fork":
		r.PushFork(o.Number)
	case "label":
		r.Label(o.Number, o.Labels...)
	case "draft":
		r.Draft(o.Number, o.Draft)
	case "close":
		r.ClosePull(o.Number)
	case "merge":
		r.Merge(o.Number)
	case "reopen":
		r.Reopen(o.Number)
	default:
		f.t.Fatalf("unknown operation %q", o.Do)
	}
}

// encode returns the operations as JSON, one per line.
func (f *forges) encode() []byte {
	var out bytes.Buffer
	for _, o := range f.history {
		line, err := json.Marshal(o)
		if err != nil {
			f.t.Fatal(err)
		}
		out.Write(append(line, '\n'))
	}
	return out.Bytes()
}

func decodeOps(t *testing.T, data []byte) (ops []op) {
	t.Helper()
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		var o op
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Fatalf("%v in %s", err, lines.Text())
		}
		ops = append(ops, o)
	}
	return ops
}
