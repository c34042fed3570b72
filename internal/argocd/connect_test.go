package argocd_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/argocd"
	"github.com/previewset/previewset/internal/kube"
)

func TestConnectFailsWithoutACluster(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	tests := []struct{ name, file, want string }{
		{"outside a cluster, no kubeconfig", "", ": set argocd.kubeconfigFile, or remove the key argocd"},
		{"no such file", filepath.Join(t.TempDir(), "none"), "no such file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := argocd.Connect(test.file)
			if !errors.Is(err, kube.ErrNoCluster) || !strings.HasPrefix(err.Error(), "argocd: ") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant %q", err, test.want)
			}
		})
	}
}
