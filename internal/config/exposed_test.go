package config_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/config"
)

// TestFormsOfSecrets tries each form of a secret that is refused, and similar texts
// that are not.
func TestFormsOfSecrets(t *testing.T) {
	t.Parallel()
	const tail = "0123456789abcdef"
	forms := map[string]bool{
		"github_pat_" + tail: true, "glpat-" + tail: true, "x-ghp_" + tail: true, "https://u:ghp_" + tail + "@host/": true, "ghp_" + strings.Repeat("-_", 8): true,
		"ghp_" + tail[1:]: false, "github_pat_" + tail[1:]: false, "glpat-" + tail[1:]: false, "xghp_" + tail: false, "GHP_" + tail: false, "glpat_" + tail: false,
		"-----BEGIN PUBLIC KEY-----": false, "-----BEGIN CERTIFICATE-----": false,
	}
	for c := 'a'; c <= 'z'; c++ { // docs.github.com: ghp, gho, ghu, ghs, ghr
		forms["gh"+string(c)+"_"+tail] = strings.ContainsRune("pousr", c)
	}
	for _, kind := range []string{"", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED ", "PGP "} {
		forms["-----BEGIN "+kind+"PRIVATE KEY-----"] = true
	}
	for text, want := range forms {
		_, err := config.Parse("config.yaml", []byte(strings.Replace(minimal, "{tokenEnv: TOKEN}", "{tokenFile: \""+text+"\"}", 1)))
		if got := err != nil && strings.Contains(err.Error(), "this line holds a secret"); got != want {
			t.Errorf("%s: got %v, want it to be refused: %v", text, err, want)
		}
	}
}
