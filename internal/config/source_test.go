package config_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/forges"
)

// Parse reports unknown keys of every stanza, at every depth, with their line.
func TestParseRejectsUnknownSourceKeys(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		source string
		want   []string
	}{
		"a forge that does not exist": {
			"{sourceforge: {project: acme/shop}}",
			[]string{`config.yaml:6: sets[0].source.sourceforge: unknown key "sourceforge": use git, github or gitea, or remove it`, "set exactly one of " + forges.Keys()},
		},
		"beside a forge": {
			"\n    brunch: main\n    git: {url: https://git.acme.dev/shop.git}",
			[]string{`config.yaml:7: sets[0].source.brunch: unknown key "brunch"`},
		},
		"in git":    {"\n    git:\n      url: https://git.acme.dev/shop.git\n      token: x", []string{`config.yaml:9: sets[0].source.git.token: unknown key "token"`}},
		"in github": {"\n    github:\n      owner: acme\n      repo: shop\n      url: x", []string{`config.yaml:10: sets[0].source.github.url: unknown key "url"`}},
		"in the App of github": {
			"\n    github:\n      owner: acme\n      repo: shop\n      app:\n        id: 1\n        installationID: 2\n        privateKeyEnv: K\n        key: x",
			[]string{`config.yaml:14: sets[0].source.github.app.key: unknown key "key"`},
		},
		"in gitea": {"\n    gitea:\n      url: https://gitea.acme.dev\n      owner: acme\n      repo: shop\n      app: {}", []string{`config.yaml:11: sets[0].source.gitea.app: unknown key "app"`}},
		"in two stanzas": {
			"\n    git: {uri: x}\n    gitea: {uri: y}",
			[]string{`config.yaml:7: sets[0].source.git.uri: unknown key "uri": did you mean "url"?`, `config.yaml:8: sets[0].source.gitea.uri: unknown key "uri": did you mean "url"?`, "set exactly one of " + forges.Keys()},
		},
		"twice":       {"{git: {url: https://a.test/a}, git: {url: https://a.test/b}}", []string{`the key "git" is already set`}},
		"not a map":   {"https://git.acme.dev/shop.git", []string{"config.yaml:6: ", "set exactly one of " + forges.Keys()}},
		"no stanza":   {"{git: }", []string{"set exactly one of " + forges.Keys()}},
		"not a value": {"{git: [x]}", []string{"config.yaml:6: "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Parse("config.yaml", []byte(strings.Replace(minimal, plainGit, test.source, 1)))
			if err == nil {
				t.Fatal("got no error")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error lacks %q:\n%v", want, err)
				}
			}
		})
	}
}

// Sources share a reader if their keys are equal, so different sources need different keys.
func TestSourceKeyIsUniquePerReader(t *testing.T) {
	t.Parallel()
	key := func(source string) string {
		t.Helper()
		text, err := parse(t, strings.Replace(minimal, plainGit, source, 1)).Sets[0].Source.Key()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	seen := map[string]string{}
	for _, source := range []string{
		"{git: {url: https://git.acme.dev/shop.git}}",
		"{git: {url: https://git.acme.dev/shop.git, passwordEnv: P}}",
		"{github: {owner: acme, repo: shop}}",
		"{github: {owner: acme, repo: web}}",
		"{github: {owner: acme, repo: shop, tokenEnv: T}}",
		"{github: {owner: acme, repo: shop, app: {id: 1, installationID: 2, privateKeyEnv: K}}}",
		"{github: {owner: acme, repo: shop, app: {id: 1, installationID: 3, privateKeyEnv: K}}}",
		"{gitea: {url: https://gitea.acme.dev, owner: acme, repo: shop}}",
	} {
		got := key(source)
		if other, taken := seen[got]; taken {
			t.Errorf("%s and %s have the same key, want different keys", source, other)
		}
		if key(source) != got {
			t.Errorf("%s has two keys, want one", source)
		}
		seen[got] = source
	}
}

// Keys of several forges in defaults are no mistake. A set without a source is one.
func TestSetsNeedOneForgeOfDefaults(t *testing.T) {
	t.Parallel()
	defaults := "defaults: {source: {git: {passwordFile: /p}, github: {owner: acme}}, select: {branches: {}}}\n"
	_, err := config.Parse("config.yaml", []byte(head+defaults+"sets:\n- {name: plain, source: "+plainGit+"}\n- {name: shop}\n"))
	want := "config.yaml:7: sets[1]: the set needs a source, because that of defaults is not of one forge: add source with one of git, github and gitea"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
