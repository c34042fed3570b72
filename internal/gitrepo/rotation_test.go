package gitrepo_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

const (
	oldPassword = "canary-old/0123456789"
	newPassword = "canary-new/0123456789"
)

// rotating are credentials whose password changes between two readings. They record what
// the server has refused.
type rotating struct {
	passwords []string // the last one stays; "" is a failure to read it
	next      int
	refused   []string
}

func (c *rotating) HTTP(_ context.Context, refused string) (user, password string, err error) {
	password = c.passwords[min(c.next, len(c.passwords)-1)]
	c.next++
	if refused != "" {
		c.refused = append(c.refused, refused)
	}
	if password == "" {
		return "", "", errors.New("no such file")
	}
	return "u", password, nil
}

// accepting is a middleware that answers requests without the current password with a
// status, and records the requests.
type accepting struct {
	password atomic.Value
	status   int
	requests []string // the method, the service and the password
}

func (a *accepting) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, password, _ := r.BasicAuth()
		service := strings.TrimPrefix(r.URL.Query().Get("service")+r.URL.Path[strings.LastIndex(r.URL.Path, "/"):], "/")
		a.requests = append(a.requests, r.Method+" "+strings.TrimSuffix(service, "/refs")+" "+password)
		if password != a.password.Load() {
			http.Error(w, "bad credentials "+password, a.status)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Each kind of request is repeated once with the password that replaced the refused one.
func TestRefusedPasswordIsReadAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		operation func(*testing.T, *gitrepo.Remote, *gitrepo.Tree) error
		repeated  string
	}{
		"references": {func(t *testing.T, r *gitrepo.Remote, _ *gitrepo.Tree) error {
			_, err := r.Refs(t.Context())
			return err
		}, "GET git-upload-pack"},
		"fetch": {func(t *testing.T, _ *gitrepo.Remote, tree *gitrepo.Tree) error {
			return tree.Prefetch(t.Context(), "d")
		}, "POST git-upload-pack"},
		"push": {func(t *testing.T, r *gitrepo.Remote, tree *gitrepo.Tree) error {
			commit, err := tree.Commit(t.Context(), edit("e", "f", "1"), options("m"))
			if err == nil {
				_, err = r.Push(t.Context(), "main", commit)
			}
			return err
		}, "POST git-receive-pack"},
	} {
		for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
			t.Run(name+" "+http.StatusText(status), func(t *testing.T) {
				t.Parallel()
				repo := gittest.NewRepo(t, "r")
				repo.Commit(t, "main", "start", map[string]string{"d/sub/x": "1"})
				a := &accepting{status: status}
				a.password.Store(oldPassword)
				server := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: a.wrap})
				c := &rotating{passwords: []string{oldPassword}}
				remote := open(t, server.URL, gitrepo.Options{Credentials: c})
				tree := fetch(t, remote, "main", nil)
				a.password.Store(newPassword)
				a.requests, c.passwords, c.next = nil, []string{oldPassword, newPassword}, 0
				if err := test.operation(t, remote, tree); err != nil {
					t.Errorf("got error %v, want success", err)
				}
				want := []string{test.repeated + " " + oldPassword, test.repeated + " " + newPassword}
				if len(a.requests) < 2 || !slices.Equal(a.requests[:2], want) {
					t.Errorf("got requests %q, want first %q", a.requests, want)
				}
				if want := status == http.StatusUnauthorized; slices.Equal(c.refused, []string{oldPassword}) != want || len(c.refused) > 1 {
					t.Errorf("got refused passwords %q after status %d", c.refused, status)
				}
			})
		}
	}
}

func TestRefusedPasswordIsRepeatedOnlyOnce(t *testing.T) {
	t.Parallel()
	const third = "canary-third/0123456789"
	for name, test := range map[string]struct {
		passwords, sent []string
		want            string // a part of the error
	}{
		"unchanged":  {[]string{oldPassword}, []string{oldPassword}, "access denied"},
		"refused":    {[]string{oldPassword, newPassword, third}, []string{oldPassword, newPassword}, "access denied"},
		"unreadable": {[]string{oldPassword, ""}, []string{oldPassword}, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := &accepting{status: http.StatusUnauthorized}
			a.password.Store(third)
			repo := gittest.NewRepo(t, "r")
			server := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: a.wrap})
			_, err := open(t, server.URL, gitrepo.Options{Credentials: &rotating{passwords: test.passwords}}).Refs(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want %q", err, test.want)
			}
			var want []string
			for _, password := range test.sent {
				want = append(want, "GET git-upload-pack "+password)
			}
			if !slices.Equal(a.requests, want) {
				t.Errorf("got requests %q, want %q", a.requests, want)
			}
		})
	}
}

// The server repeats the refused password and the new one in an error.
func TestErrorsContainNeitherPassword(t *testing.T) {
	t.Parallel()
	repo := gittest.NewRepo(t, "r")
	server := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, password, _ := r.BasicAuth(); password == oldPassword {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			_, _ = w.Write([]byte(pktLine("ERR " + oldPassword + " " + newPassword)))
		})
	}})
	c := &rotating{passwords: []string{oldPassword, newPassword}}
	_, err := open(t, server.URL, gitrepo.Options{Credentials: c}).Refs(t.Context())
	if err == nil || strings.Contains(err.Error(), "canary") || !strings.Contains(err.Error(), "(redacted)") {
		t.Errorf("got error %v, want an error without the passwords", err)
	}
}

func TestRefusedSSHKeyIsReadAgain(t *testing.T) {
	t.Parallel()
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "one", sample)
	s := gittest.ServeSSH(t, repo)
	wrong := gittest.ServeSSH(t, repo).ClientKey
	noFile := errors.New("no such file")
	for name, test := range map[string]struct {
		keys  [][]byte // the last one stays; nil is a failure to read it
		reads int
		want  string // a part of the error, "" for success
	}{
		"rotated":    {[][]byte{wrong, s.ClientKey}, 2, ""},
		"unchanged":  {[][]byte{wrong}, 2, "access denied"},
		"unreadable": {[][]byte{wrong, nil}, 2, "no such file"},
		"accepted":   {[][]byte{s.ClientKey, wrong}, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, reads := sshOptions(s), 0
			o.SSHKey = func() ([]byte, error) {
				key := test.keys[min(reads, len(test.keys)-1)]
				reads++
				if key == nil {
					return nil, noFile
				}
				return key, nil
			}
			_, err := open(t, s.URL, o).Refs(t.Context())
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want %q", err, test.want)
			}
			if reads != test.reads {
				t.Errorf("the key was read %d times, want %d", reads, test.reads)
			}
		})
	}
}
