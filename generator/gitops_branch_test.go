package generator_test

import (
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/git"
)

func TestGitOpsBranchIsFoundUnderEachURL(t *testing.T) {
	t.Parallel()
	forge := generator.Repository{
		ID: "7", ForgeHost: "gitea.svc:3000", Organization: "acme", Name: "deploy",
		CloneURL: "https://acme.dev:8443/git/acme/deploy.git", PageURL: "https://www.acme.dev/git/acme/deploy",
	}
	plain := func(url string) generator.Repository { return repositoryOf(t, url) }
	for _, test := range []struct {
		name, url string
		source    generator.Repository
		want      bool
	}{
		{"clone URL", "https://acme.dev:8443/git/acme/deploy.git", forge, true},
		{"another case, no suffix", "https://ACME.dev/Git/Acme/Deploy/", forge, true},
		{"API host", "http://gitea.svc:3000/acme/deploy", forge, true},
		{"page host", "ssh://git@www.acme.dev:2222/acme/deploy.git", forge, true},
		{"SSH of a server below a path", "git@acme.dev:acme/deploy.git", forge, true},
		{"another repository", "git@acme.dev:acme/shop.git", forge, false},
		{"another owner", "git@acme.dev:team/acme/deploy.git", forge, false},
		{"another host", "git@other.dev:acme/deploy.git", forge, false},
		{"a directory", "/srv/acme/deploy.git", forge, false},
		{"SSH and HTTPS", "git@github.com:acme/deploy.git", plain("https://github.com/acme/deploy"), true},
		{"SSH on the port of HTTPS", "ssh://git@ssh.github.com:443/acme/deploy.git", plain("https://github.com/acme/deploy"), true},
		{"IPv6", "ssh://git@[::1]:22/acme/deploy.git", plain("http://[::1]:3000/acme/deploy"), true},
		{"plain Git, another repository", "https://github.com/acme/shop", plain("https://github.com/acme/deploy"), false},
		{"the same directory", "file:///srv/acme/deploy.git", plain("/srv/acme/deploy/"), true},
		{"the directory of a work tree", "/srv/acme/deploy/.git", plain("/srv/acme/../acme/deploy"), true},
		{"a directory of the same name", "/srv/b/acme/deploy", plain("/srv/a/acme/deploy"), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			at, _ := git.RepositoryOf(test.url) // a work tree has no name
			b := &generator.GitOpsBranch{Repository: at, Name: "main"}
			if got := b.In(test.source) == "main"; got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
			if b.IsSource = true; b.In(test.source) != "main" {
				t.Error("got false for the configured source, want true")
			}
		})
	}
	var none *generator.GitOpsBranch
	if got := none.In(forge); got != "" {
		t.Errorf("got the branch %q without a GitOps repository", got)
	}
}

func repositoryOf(t *testing.T, url string) generator.Repository {
	t.Helper()
	r, err := git.RepositoryOf(url)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestGitOpsBranchIsNoChange(t *testing.T) {
	t.Parallel()
	branch := func(name string) generator.Change {
		return generator.Change{Kind: generator.Branch, Branch: name, TargetBranch: name}
	}
	pull := func(head, target string, fork bool) generator.Change {
		return generator.Change{Kind: generator.PullRequest, Number: 1, Branch: head, TargetBranch: target, Fork: fork}
	}
	everything := generator.Selection{
		PullRequests: &generator.PullRequestRules{ForkLabel: "ok"},
		Branches:     &generator.BranchRules{Include: globs(t, "main", "**")},
		GitOpsBranch: "main",
	}
	for _, test := range []struct {
		name   string
		change generator.Change
		want   generator.Reason
	}{
		{"the branch", branch("main"), generator.ReasonGitOpsBranch},
		{"another branch", branch("main/x"), ""},
		{"a pull request of the branch", pull("main", "release", false), generator.ReasonGitOpsBranch},
		{"a pull request for the branch", pull("topic", "main", false), ""},
		{"a fork's branch of the same name", pull("main", "main", true), generator.ReasonFork},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := reasonOf(everything, test.change); got != test.want {
				t.Errorf("got reason %q, want %q", got, test.want)
			}
			elsewhere := everything
			elsewhere.GitOpsBranch = ""
			if got := reasonOf(elsewhere, test.change); got == generator.ReasonGitOpsBranch {
				t.Errorf("got reason %q in another repository", got)
			}
		})
	}
	if got := reasonOf(generator.Selection{PullRequests: everything.PullRequests, GitOpsBranch: "main"}, branch("main")); got != generator.ReasonKind {
		t.Errorf("got reason %q in a set of pull requests, want %q", got, generator.ReasonKind)
	}
}

func TestBranchesOfMergeQueuesNeedTheirName(t *testing.T) {
	t.Parallel()
	const queue = "gh-readonly-queue/main/pr-7-0123"
	for _, test := range []struct {
		branch  string
		include []string
		want    generator.Reason
	}{
		{queue, nil, generator.ReasonMergeQueue},
		{queue, []string{"**"}, generator.ReasonMergeQueue},
		{queue, []string{"gh-readonly-queue/**"}, generator.ReasonMergeQueue},
		{queue, []string{"gh-readonly-queue/main/pr-7-012[3]"}, generator.ReasonMergeQueue},
		{queue, []string{queue + "x?"}, generator.ReasonMergeQueue},
		{queue, []string{"**", queue}, ""},
		{queue, []string{"gh-readonly-queue/main/pr-7-012\\3"}, ""},
		{queue, []string{"**", "other"}, generator.ReasonMergeQueue},
		{queue, []string{"feature/*"}, generator.ReasonBranch},
		{"mergify/merge-queue/0123", nil, generator.ReasonMergeQueue},
		{"trunk-merge/pr-7/0123", nil, generator.ReasonMergeQueue},
		{"trunk-temp/pr-7/0123", nil, generator.ReasonMergeQueue},
		{"mq-bot-main-0123", nil, generator.ReasonMergeQueue},
		{"mq-tmp-0123", nil, generator.ReasonMergeQueue},
		{"gtmq_main_0123", nil, generator.ReasonMergeQueue},
		{"gh-readonly-queue", nil, ""},
		{"feature/gh-readonly-queue/main", nil, ""},
		{"mergify/other", nil, ""},
	} {
		s := generator.Selection{Branches: &generator.BranchRules{Include: globs(t, test.include...)}}
		if got := reasonOf(s, generator.Change{Kind: generator.Branch, Branch: test.branch}); got != test.want {
			t.Errorf("%s with %q: got reason %q, want %q", test.branch, test.include, got, test.want)
		}
	}
}

func reasonOf(s generator.Selection, c generator.Change) generator.Reason {
	if _, dropped := s.Filter([]generator.Change{c}); len(dropped) > 0 {
		return dropped[0].Reason
	}
	return ""
}
