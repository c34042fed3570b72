package applications_test

import (
	"testing"
	"testing/synctest"

	kubetest "github.com/previewset/previewset/test/fake/kube"
)

// Sources are those of the GitOps repository if Argo CD takes their URLs for the same.
func TestSourcesOfEntries(t *testing.T) {
	t.Parallel()
	const repository = "https://git.acme.dev/ops/gitops.git"
	tests := []struct {
		repository, path string
		set, want        string // the set and the path of the entry; "" for none
	}{
		{repository, "previews/shop/pr-1", "shop", "previews/shop/pr-1"},
		{"https://git.acme.dev/ops/gitops", "previews/shop/pr-1", "shop", "previews/shop/pr-1"},
		{" HTTPS://Git.acme.dev/Ops/gitops.git ", "previews/shop/pr-1", "shop", "previews/shop/pr-1"},
		{repository, "./previews/shop/pr-1/", "shop", "previews/shop/pr-1"},
		{repository, "previews/shop/pr-1/base", "shop", "previews/shop/pr-1/base"},
		{repository, "previews/shop", "", ""},
		{repository, "previews/shop/", "", ""},
		{repository, "previews", "", ""},
		{repository, "previews2/shop/pr-1", "", ""},
		{repository, "previews/../other/shop/pr-1", "", ""},
		{repository, "", "", ""},
		{"https://git.acme.dev/ops/other.git", "previews/shop/pr-1", "", ""},
		{"http://git.acme.dev/ops/gitops.git", "previews/shop/pr-1", "", ""},
		{"git@git.acme.dev:ops/gitops.git", "previews/shop/pr-1", "", ""},
		{"%zz", "previews/shop/pr-1", "", ""},
		{"", "previews/shop/pr-1", "", ""},
	}
	synctest.Test(t, func(t *testing.T) {
		for _, test := range tests {
			api := kubetest.NewApplications()
			api.Put(app("a", "spec.source.repoURL", test.repository, "spec.source.path", test.path))
			f := start(t, api)
			if all := f.Of("shop"); (len(all.ByPath) != 0) != (test.want != "") || !all.Known {
				t.Errorf("%q %q: got %+v, want %q", test.repository, test.path, all, test.want)
			} else if test.want != "" && len(all.ByPath[test.want]) != 1 {
				t.Errorf("%q %q: got %+v, want the path %q", test.repository, test.path, all.ByPath, test.want)
			}
		}
	})
}

// The forms of one SSH URL are the same repository, as in argo-cd's tests of NormalizeGitURL.
func TestURLsOfSSH(t *testing.T) {
	t.Parallel()
	forms := []string{"git@git.acme.dev:ops/gitops", "git@git.acme.dev:ops/gitops.git", "ssh://git@git.acme.dev/ops/gitops.git", "ssh://git@GIT.acme.dev/ops/gitops", "git@git.acme.dev/ops/gitops.git"}
	synctest.Test(t, func(t *testing.T) {
		for _, ours := range forms {
			for _, theirs := range forms {
				api := kubetest.NewApplications()
				api.Put(app("a", "spec.source.repoURL", theirs))
				if f := startAt(t, api, ours, "/previews/"); len(f.Of("shop").ByPath) != 1 {
					t.Errorf("%s and %s differ", ours, theirs)
				}
			}
		}
		api := kubetest.NewApplications()
		api.Put(app("a", "spec.source.repoURL", "x", "spec.source.path", "shop/pr-1"))
		if f := startAt(t, api, "x", "."); len(f.Of("shop").ByPath["shop/pr-1"]) != 1 {
			t.Error("the root of the repository has no entries")
		}
	})
}
