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
