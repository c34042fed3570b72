package argocd_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/argocd"
)

func write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestKubeconfig(t *testing.T) {
	c := newCluster(t, []object{user(t, "a")})
	var login string
	c.hook = func(_ http.ResponseWriter, r *http.Request) { login = r.Header.Get("Authorization") }
	cluster, err := argocd.Connect(write(t, "kubeconfig", `apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: this, user: me}}]
clusters: [{name: this, cluster: {server: "`+c.server.URL+`", certificate-authority-data: `+base64.StdEncoding.EncodeToString(c.ca())+`}}]
users: [{name: me, user: {token: canary}}]
`))
	if err != nil {
		t.Fatal(err)
	}
	r, err := argocd.New(cluster, argocd.Options{Namespace: "argocd", ConfigMap: "previewset", Now: at})
	if err != nil {
		t.Fatal(err)
	}
	if names, err := r.Refresh(t.Context(), "shop"); err != nil || len(names) != 1 || login != "Bearer canary" {
		t.Errorf("got %q, %v as %q", names, err, login)
	}
}

func TestNoWayToACluster(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	tests := []struct{ name, file, want string }{
		{"outside, and no kubeconfig", "", "set argocd.kubeconfigFile"},
		{"no such file", filepath.Join(t.TempDir(), "none"), "no such file"},
		{"not a kubeconfig", write(t, "odd", "canary: ["), "odd"},
		{"no context", write(t, "empty", "apiVersion: v1\nkind: Config\n"), "empty"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := argocd.Connect(test.file)
			if !errors.Is(err, argocd.ErrNoCluster) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "canary") {
				t.Errorf("got %v\nwant %q", err, test.want)
			}
		})
	}
}

func TestAPodWithoutAToken(t *testing.T) {
	const token = "/var/run/secrets/kubernetes.io/serviceaccount/token"
	if _, err := os.Stat(token); err == nil {
		t.Skip("this is a pod, and it has a token")
	}
	t.Setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
	t.Setenv("KUBERNETES_SERVICE_PORT", "443")
	_, err := argocd.Connect("")
	if !errors.Is(err, argocd.ErrNoCluster) || !strings.Contains(err.Error(), "automountServiceAccountToken: true") {
		t.Errorf("got %v", err)
	}
}
