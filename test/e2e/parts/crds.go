package parts

import (
	"context"
	"path/filepath"
)

// Definitions returns the files of the CustomResourceDefinitions that the library's
// components use. They are part of Go modules.
func (b *Built) Definitions(ctx context.Context) ([]string, error) {
	var files []string
	for _, d := range []struct{ module, file string }{
		{"sigs.k8s.io/gateway-api", "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml"},
		{"github.com/kedacore/keda/v2", "config/crd/bases/keda.sh_scaledobjects.yaml"},
		{"github.com/cloudnative-pg/cloudnative-pg", "config/crd/bases/postgresql.cnpg.io_clusters.yaml"},
		{"github.com/cloudnative-pg/cloudnative-pg", "config/crd/bases/postgresql.cnpg.io_databases.yaml"},
		{"github.com/external-secrets/external-secrets", "config/crds/bases/external-secrets.io_externalsecrets.yaml"},
	} {
		dir, err := b.download(ctx, part{module: "crds", source: d.module})
		if err != nil {
			return nil, err
		}
		files = append(files, filepath.Join(dir, filepath.FromSlash(d.file)))
	}
	return files, nil
}
