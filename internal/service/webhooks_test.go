package service

import (
	"testing"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/config"
)

func TestIsGitOps(t *testing.T) {
	event := forge.Event{ForgeHost: "git.acme.dev", FullName: "acme/gitops"}
	for url, want := range map[string]bool{
		"https://git.acme.dev/acme/gitops.git":           true,
		"https://git.acme.dev/Acme/GitOps":               true,
		"ssh://git@git.acme.dev:2222/acme/gitops.git":    true,
		"git@git.acme.dev:acme/gitops.git":               true,
		"ssh://git@ssh.git.acme.dev:443/acme/gitops.git": true,
		"https://git.acme.dev/acme/shop.git":             false,
		"https://elsewhere.acme.dev/acme/gitops.git":     false,
		"/srv/git/acme/gitops":                           false,
		"https://git.acme.dev/team/acme/gitops.git":      false,
		"https://git.acme.dev.evil.example/acme/gitops":  false,
	} {
		if got := isGitOps(&config.GitOps{URL: url}, event); got != want {
			t.Errorf("%s: got %v, want %v", url, got, want)
		}
	}
	if isGitOps(nil, event) {
		t.Error("got true without a GitOps repository")
	}
}
