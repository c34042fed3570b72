package git_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/git"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// The file changes between the request and its refusal.
func TestPasswordFileIsReadAgainAfterRefusal(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		file := filepath.Join(t.TempDir(), "password")
		write := func(password string) {
			if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
				t.Error(err)
			}
		}
		write("old")
		repo := gittest.NewRepo(t, "shop")
		repo.Commit(t, "main", "one", map[string]string{"a": "1"})
		server := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if _, password, _ := r.BasicAuth(); password != "new" {
					write("new")
					w.WriteHeader(status)
					return
				}
				next.ServeHTTP(w, r)
			})
		}})
		stanza := &git.Stanza{URL: server.URL, Login: git.Login{PasswordFile: file}}
		source, err := stanza.Open(forge.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if listing, err := source.List(t.Context(), branches); err != nil || len(listing.Changes) != 1 {
			t.Errorf("status %d: got %+v, %v, want one branch", status, listing, err)
		}
	}
}
