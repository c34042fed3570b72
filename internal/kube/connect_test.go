package kube_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/kube"
	kubetest "github.com/previewset/previewset/test/fake/kube"
)

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestConnectReadsKubeconfig(t *testing.T) {
	api := kubetest.Start(t, "shop")
	one := api.Kubeconfig(t)
	missing := filepath.Join(t.TempDir(), "none")
	for _, kubeconfig := range []string{one, missing + string(filepath.ListSeparator) + one} {
		api.Put("shop", "a", nil, nil)
		if s, err := newClient(t, kubeconfig).Secret(t.Context(), "shop", "a"); err != nil || s.Name != "a" {
			t.Errorf("%s: got %+v, %v, want the Secret a", kubeconfig, s, err)
		}
	}
}

func TestConnectFailsWithoutACluster(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	none := filepath.Join(t.TempDir(), "none")
	tests := []struct{ name, file, want string }{
		{"outside a cluster, no kubeconfig", "", "the process does not run in a pod, and no kubeconfig is set"},
		{"no such file", none, "no such file"},
		{"no such files", none + string(filepath.ListSeparator) + none, "none"},
		{"not a kubeconfig", writeFile(t, "odd", "canary: ["), "odd"},
		{"no context", writeFile(t, "empty", "apiVersion: v1\nkind: Config\n"), "empty"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := kube.Connect(test.file)
			if !errors.Is(err, kube.ErrNoCluster) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "canary") {
				t.Errorf("got %v\nwant %q", err, test.want)
			}
		})
	}
}

func TestConnectFailsInAPodWithoutAToken(t *testing.T) {
	const token = "/var/run/secrets/kubernetes.io/serviceaccount/token"
	if _, err := os.Stat(token); err == nil {
		t.Skip("the test runs in a pod with a token")
	}
	t.Setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
	t.Setenv("KUBERNETES_SERVICE_PORT", "443")
	_, err := kube.Connect("")
	if !errors.Is(err, kube.ErrNoCluster) || !strings.Contains(err.Error(), "automountServiceAccountToken: true") {
		t.Errorf("got %v, want automountServiceAccountToken: true", err)
	}
}
