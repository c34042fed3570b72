// Package examples has configurations, ApplicationSets, a sample application that runs
// without changes, and bases in different styles. The demo and the tests use these files,
// so that they stay correct.
package examples

import (
	"embed"
	"io/fs"
	"path"
)

// Shop is the sample application: the Kustomize base in shop/base.
//
//go:embed shop/base
var Shop embed.FS

// ShopBase returns the files of the base by their path in a repository, with the base in
// the directory dir.
func ShopBase(dir string) (map[string]string, error) {
	const base = "shop/base"
	entries, err := Shop.ReadDir(base)
	if err != nil {
		return nil, err
	}
	files := make(map[string]string, len(entries))
	for _, entry := range entries {
		content, err := fs.ReadFile(Shop, path.Join(base, entry.Name()))
		if err != nil {
			return nil, err
		}
		files[path.Join(dir, entry.Name())] = string(content)
	}
	return files, nil
}
