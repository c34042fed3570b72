package config_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/config"
)

// Each form of a secret is refused wherever it is, and no error repeats it.
func TestSecretsInConfigurationAreRefused(t *testing.T) {
	t.Parallel()
	forms := map[string]bool{
		"-----BEGIN PRIVATE KEY-----": true, "-----BEGIN RSA PRIVATE KEY-----": true, "-----BEGIN OPENSSH PRIVATE KEY": true,
		"-----BEGIN PUBLIC KEY-----": false, "-----BEGIN CERTIFICATE-----": false,
	}
	const sixteen = "Ab1-_678901234Xy"
	for _, prefix := range []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-"} {
		forms[prefix+sixteen], forms["x "+prefix+sixteen+"more"], forms[prefix+sixteen[1:]] = true, true, false
		forms["x"+prefix+sixteen] = false // part of another word
	}
	for _, prefix := range []string{"ghx_", "gh_", "github_", "GHP_"} {
		forms[prefix+sixteen] = false
	}
	for form, want := range forms {
		for name, text := range map[string]string{
			"value":    minimal + "  parameters: {key: \"" + form + "\"}\n",
			"key":      minimal + "  parameters: {\"" + form + "\": value}\n",
			"list":     strings.Replace(minimal, "branches: {}", "branches: {include: [\""+form+"\"]}", 1),
			"file":     strings.Replace(minimal, "{tokenEnv: TOKEN}", "{tokenFile: \""+form+"\"}", 1),
			"document": "\"" + form + "\"\n",
		} {
			_, err := config.Parse("config.yaml", []byte(text))
			if refused := err != nil && strings.Contains(err.Error(), "secret"); refused != want {
				t.Errorf("%s %q: got %v, want it to be refused: %t", name, form, err, want)
			}
			if want && err != nil && strings.Contains(err.Error(), form) {
				t.Errorf("%s: the error repeats the secret: %v", name, err)
			}
		}
	}
}

// Text in the place of a map may be a secret. The error has the key instead.
func TestErrorsOfTypesDoNotRepeatText(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	replace := func(old, with string) string { return strings.Replace(minimal, old, with, 1) }
	auth := func(value string) string { return replace("{tokenEnv: TOKEN}", value) }
	for name, test := range map[string]struct{ text, want string }{
		"text":              {auth(secret), "config.yaml:3: auth: got text, want a map of keys"},
		"quoted text":       {auth(`"` + secret + `"`), "config.yaml:3: auth: got text, want a map of keys"},
		"long text":         {auth(secret + " and much more"), "config.yaml:3: auth: got text, want a map of keys"},
		"lines of text":     {auth("|\n  " + secret + "\n  more"), "config.yaml:3: auth: got text, want a map of keys"},
		"list of text":      {auth("[" + secret + "]"), "config.yaml:3: auth: got a list, want a map of keys"},
		"map in a map":      {auth("{tokenEnv: {" + secret + ": x}}"), "config.yaml:3: auth.tokenEnv: got a map, want text"},
		"two lists":         {auth("{tokenEnv: [" + secret + "], tokenFile: [x]}"), "config.yaml:3: auth.tokenEnv: got a list, want text"},
		"number":            {auth("123"), "config.yaml:3: auth: got a number, want a map of keys"},
		"boolean":           {auth("true"), "config.yaml:3: auth: got a boolean, want a map of keys"},
		"date":              {auth("2026-03-01"), "config.yaml:3: auth: got text, want a map of keys"},
		"source":            {replace(plainGit, secret), "sets[0].source: got text, want a map of keys"},
		"forge":             {replace(plainGit, "{gitea: "+secret+"}"), "sets[0].source.gitea: got text, want a map of keys"},
		"part of a forge":   {replace(plainGit, "{github: {owner: acme, repo: shop, app: "+secret+"}}"), "sets[0].source.github.app: got text, want a map of keys"},
		"set":               {textBefore(minimal, "- name") + "- " + secret + "\n", "sets[0]: got text, want a map of keys"},
		"key without a map": {minimal + "maxAge: 5m\nargocd: " + secret + "\n", "argocd: got text, want a map of keys"},
		"document":          {secret, "config.yaml:1: got text, want a map of keys"},
		"unknown alias":     {auth("*" + secret), "config.yaml:3: the file is not valid YAML: an alias has no anchor"},
		"wrong tag":         {auth("!!int " + secret), "config.yaml:3: auth: got a number, want a map of keys"},
		"unknown tag":       {auth("!x " + secret), "config.yaml:3: auth: the text begins with !"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Parse("config.yaml", []byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), secret) {
				t.Errorf("got %v, want %q without %q", err, test.want, secret)
			}
		})
	}
}
