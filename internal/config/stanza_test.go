package config_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/config"
)

func TestAppUsesTheAPIOfItsSource(t *testing.T) {
	t.Parallel()
	const ghe, problem = `"https://ghe.acme.dev/api/v3"`, "config.yaml:6: sets[0].source.github.app.apiURL: the App uses the apiURL of its source"
	for _, tt := range []struct{ name, source, app, want string }{
		{"of the source alone", ", apiURL: " + ghe, "", ""},
		{"of both", ", apiURL: " + ghe, ", apiURL: " + ghe, ""},
		{"of the App alone", "", ", apiURL: " + ghe, problem},
		{"of two servers", `, apiURL: "https://other.acme.dev"`, ", apiURL: " + ghe, problem},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			source := "{github: {owner: acme, repo: shop" + tt.source + ", app: {id: 1, installationID: 2, privateKeyEnv: K" + tt.app + "}}}"
			_, err := config.Parse("config.yaml", []byte(strings.Replace(minimal, plainGit, source, 1)))
			if (err != nil) != (tt.want != "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
