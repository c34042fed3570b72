package github_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/github"
	"github.com/previewset/previewset/internal/githubtest"
)

func TestAppTokens(t *testing.T) {
	server := githubtest.New(t)
	key := server.App(7, 8)
	app := &github.App{ID: 7, InstallationID: 8, PrivateKey: func() ([]byte, error) { return key, nil }}
	token, err := github.AppTokens(github.Options{App: app, APIURL: server.APIURL()})
	if err != nil {
		t.Fatal(err)
	}
	first, err := token(t.Context())
	if err != nil || first == "" {
		t.Fatalf("%q, %v", first, err)
	}
	if again, err := token(t.Context()); again != first || err != nil {
		t.Errorf("a token that is still good was replaced: %v", err)
	}

	wrong := *app
	wrong.InstallationID = 9
	token, err = github.AppTokens(github.Options{App: &wrong, APIURL: server.APIURL()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = token(t.Context()); !errors.Is(err, generator.ErrUnauthorized) {
		t.Errorf("another installation: %v", err)
	}
	server.Fault(func(w http.ResponseWriter, r *http.Request) bool {
		http.Error(w, r.Header.Get("Authorization"), http.StatusInternalServerError)
		return true
	})
	if _, err = token(t.Context()); err == nil || strings.Contains(err.Error(), "Bearer") || strings.Contains(err.Error(), "eyJ") {
		t.Errorf("a server that echoes: %v", err)
	}
	if _, err := github.AppTokens(github.Options{App: &github.App{ID: 1, InstallationID: 1}}); err == nil {
		t.Error("an App without a key is taken")
	}
}
