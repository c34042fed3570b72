package kube_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/kube"
	kubetest "github.com/previewset/previewset/test/fake/kube"
)

// newClient returns a client whose timeout a busy machine does not reach.
func newClient(t *testing.T, kubeconfig string) *kube.Client {
	t.Helper()
	return newClientWith(t, kubeconfig, time.Minute)
}

func newClientWith(t *testing.T, kubeconfig string, timeout time.Duration) *kube.Client {
	t.Helper()
	cluster, err := kube.Connect(kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	client, err := kube.New(cluster, timeout)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestSecretRoundTrip(t *testing.T) {
	api := kubetest.Start(t, "shop")
	c := newClient(t, api.Kubeconfig(t))
	s := &kube.Secret{Type: "Opaque", Data: map[string][]byte{"a": []byte("\x00x")}}
	s.Namespace, s.Name, s.Labels = "shop", "db", map[string]string{"l": "v"}
	if err := c.CreateSecret(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	read, err := c.Secret(t.Context(), "shop", "db")
	if err != nil || string(read.Data["a"]) != "\x00x" || read.Type != "Opaque" || read.Labels["l"] != "v" || read.ResourceVersion == "" {
		t.Fatalf("got %+v, %v, want the Secret as it was created", read, err)
	}
	read.Annotations = map[string]string{"n": "1"}
	read.Data["a"] = []byte("y")
	if err := c.UpdateSecret(t.Context(), read); err != nil {
		t.Fatal(err)
	}
	if _, data := api.Secret(t, "shop", "db"); !maps.Equal(data, map[string]string{"a": "y"}) {
		t.Errorf("got %v, want a: y", data)
	}
	const path = "/api/v1/namespaces/shop/secrets"
	if want := []string{"POST " + path, "GET " + path + "/db", "PUT " + path + "/db"}; !slices.Equal(api.Calls(), want) {
		t.Errorf("got calls %q, want %q", api.Calls(), want)
	}
}

func TestWritesDetectConflicts(t *testing.T) {
	api := kubetest.Start(t, "shop")
	c := newClient(t, api.Kubeconfig(t))
	api.Put("shop", "db", map[string]string{"theirs": "1"}, map[string]string{"a": "x"})
	old, err := c.Secret(t.Context(), "shop", "db")
	if err != nil {
		t.Fatal(err)
	}
	api.Put("shop", "db", map[string]string{"theirs": "2"}, map[string]string{"a": "z"})
	if err := c.UpdateSecret(t.Context(), old); !errors.Is(err, kube.ErrConflict) {
		t.Errorf("update of an old version: got %v, want %v", err, kube.ErrConflict)
	}
	fresh := *old
	fresh.ResourceVersion = ""
	if err := c.CreateSecret(t.Context(), &fresh); !errors.Is(err, kube.ErrConflict) {
		t.Errorf("create of an existing Secret: got %v, want %v", err, kube.ErrConflict)
	}
	old.Name = "gone"
	if err := c.UpdateSecret(t.Context(), old); !errors.Is(err, kube.ErrConflict) {
		t.Errorf("update of a missing Secret: got %v, want %v", err, kube.ErrConflict)
	}
	if object, data := api.Secret(t, "shop", "db"); data["a"] != "z" {
		t.Errorf("got %v, want the data of the other writer", object)
	}
}

func TestSlowServerIsAnError(t *testing.T) {
	api := kubetest.Start(t, "shop")
	api.Hook(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	_, err := newClientWith(t, api.Kubeconfig(t), 100*time.Millisecond).Secret(t.Context(), "shop", "db")
	if !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), kubetest.Token) || strings.Contains(err.Error(), api.URL()) {
		t.Errorf("got %v, want %v without the token and the URL", err, context.DeadlineExceeded)
	}
}

func TestSecretErrors(t *testing.T) {
	const password = "canary-password-0123456789"
	encoded := base64.StdEncoding.EncodeToString([]byte(password))
	refuse := func(code int, reason, message string, causes ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { kubetest.Refuse(w, code, reason, message, causes...) }
	}
	tests := []struct {
		name      string
		namespace string
		hook      http.HandlerFunc
		read      bool  // whether the test reads or creates a Secret
		wantErr   error // nil for no error of this package
		want      string
	}{
		{"no such Secret", "shop", nil, true, kube.ErrNotFound, "read Secret shop/db: not found"},
		{"no such namespace", "none", nil, false, kube.ErrNoNamespace, "create Secret none/db: no such namespace: create none first"},
		{"terminating namespace", "shop", refuse(403, "Forbidden", "unable to create new content in namespace shop", "NamespaceTerminating"), false, kube.ErrNoNamespace, "shop is being deleted"},
		{"forbidden to read", "shop", refuse(403, "Forbidden", "User cannot get it"), true, kube.ErrForbidden, `bind a Role with the verb "get" on secrets to this ServiceAccount: status 403: User cannot get it`},
		{"forbidden to create", "shop", refuse(403, "Forbidden", "User cannot create it"), false, kube.ErrForbidden, `the verb "create" on secrets`},
		{"refused by a policy", "shop", refuse(422, "Invalid", "ValidatingAdmissionPolicy 'x' denied request"), false, nil, "status 422: ValidatingAdmissionPolicy 'x' denied request"},
		{"repeated in the message", "shop", refuse(400, "BadRequest", "can't have "+password), false, nil, "status 400: can't have (redacted)"},
		{"repeated in base64", "shop", refuse(403, "Forbidden", "can't have "+encoded), false, kube.ErrForbidden, "status 403: can't have (redacted)"},
		{"repeated as the body", "shop", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.Copy(w, r.Body)
		}, false, nil, "status 400: Bad Request"},
		{"huge", "shop", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(strings.Repeat(" ", 32<<20+1)))
		}, true, kube.ErrTooLarge, "more than 32 MiB"},
		{"another Secret", "shop", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"kind":"Secret","metadata":{"name":"other","namespace":"shop"}}`))
		}, true, nil, "another object"},
		{"redirect", "shop", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, true, nil, "status 307"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := kubetest.Start(t, "shop")
			api.Hook(func(w http.ResponseWriter, r *http.Request) {
				if test.hook != nil {
					test.hook(w, r)
				}
			})
			c := newClient(t, api.Kubeconfig(t))
			var err error
			if test.read {
				_, err = c.Secret(t.Context(), test.namespace, "db")
			} else {
				s := &kube.Secret{Type: "Opaque", Data: map[string][]byte{"password": []byte(password)}}
				s.Namespace, s.Name = test.namespace, "db"
				err = c.CreateSecret(t.Context(), s)
			}
			if err == nil || (test.wantErr != nil && !errors.Is(err, test.wantErr)) || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v\nwant %q", err, test.want)
			}
			for _, leak := range []string{password, encoded, kubetest.Token, api.URL()} {
				if strings.Contains(err.Error(), leak) {
					t.Errorf("the error holds a secret or the URL: %v", err)
				}
			}
			if len(api.Calls()) != 1 {
				t.Errorf("got calls %q, want one", api.Calls())
			}
		})
	}
}
