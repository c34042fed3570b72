package closure_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
)

const (
	pointerOfLFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
	gitCrypt     = "\x00GITCRYPT\x00\x01\x02\xff"
	sopsOfYAML   = "sops: {mac: 'ENC[x]', version: 3.9.0}\n"
)

// TestForeignFilesAreRefused uses files that the build would parse, in a form that only
// another tool can read.
func TestForeignFilesAreRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, kustomization, path, content, want string }{
		{"LFS, resource", "resources: [x.yaml]", "base/x.yaml", pointerOfLFS, "Git LFS"},
		{"LFS, component", "components: [../c]", "c/kustomization.yaml", pointerOfLFS, "Git LFS"},
		{"LFS, patch", "resources: [plain.yaml]\npatches: [{path: x.yaml}]", "base/x.yaml", pointerOfLFS, "Git LFS"},
		{"LFS, environment", "configMapGenerator: [{name: x, envs: [x.env]}]", "base/x.env", pointerOfLFS, "Git LFS"},
		{"git-crypt, resource", "resources: [x.yaml]", "base/x.yaml", gitCrypt, "git-crypt"},
		{"git-crypt, environment", "secretGenerator: [{name: x, env: x.env}]", "base/x.env", gitCrypt, "git-crypt"},
		{"git-crypt, environment of a plugin", "generators: [\"{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: x}, envs: [x.env]}\"]", "base/x.env", gitCrypt, "git-crypt"},
		{"git-crypt, kustomization", "resources: [../c]", "c/kustomization.yaml", gitCrypt, "git-crypt"},
		{"Ansible Vault", "resources: [x.yaml]", "base/x.yaml", "$ANSIBLE_VAULT;1.1;AES256\n6162\n", "Ansible Vault"},
		{"SOPS, kustomization", "resources: [../c]", "c/kustomization.yaml", "resources: []\n" + sopsOfYAML, "SOPS"},
		{"SOPS, configuration", "resources: [plain.yaml]\nconfigurations: [x.yaml]", "base/x.yaml", "namePrefix: []\n" + sopsOfYAML, "SOPS"},
		{"SOPS, replacement", "resources: [plain.yaml]\nreplacements: [{path: x.yaml}]", "base/x.yaml", "source: {}\n" + sopsOfYAML, "SOPS"},
		{"SOPS, transformer", "resources: [plain.yaml]\ntransformers: [x.yaml]", "base/x.yaml", "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: x}\n" + sopsOfYAML, "SOPS"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := readError(t, map[string]string{"base/kustomization.yaml": tt.kustomization, tt.path: tt.content})
			var refused *object.RefusedError
			if !errors.As(err, &refused) || refused.Path != tt.path || !strings.Contains(refused.Reason, tt.want) || refused.Fix == "" {
				t.Errorf("got %v, want a *object.RefusedError of %s because of %s", err, tt.path, tt.want)
			}
		})
	}
}

// TestForeignFilesOutsideTheBuild uses the same files beside a base that does not refer to
// them, and files that are judged only in the built objects.
func TestForeignFilesOutsideTheBuild(t *testing.T) {
	t.Parallel()
	contents := map[string]string{
		"base/kustomization.yaml": "resources: [plain.yaml, sops.yaml]\nconfigMapGenerator: [{name: x, files: [lfs, git-crypt]}]\n",
		"base/plain.yaml":         oneConfigMap,
		"base/sops.yaml":          "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n" + sopsOfYAML,
		"base/lfs":                pointerOfLFS,
		"base/git-crypt":          gitCrypt,
		"base/unused.yaml":        pointerOfLFS,
		"other/unused.yaml":       gitCrypt,
	}
	c, err := closure.Read(files(contents), []string{"base"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Build("base", nil); err != nil {
		t.Error(err)
	}
}

// TestPluginsOfSOPSAreRefused checks that the remedy is not to commit their output.
func TestPluginsOfSOPSAreRefused(t *testing.T) {
	t.Parallel()
	for _, plugin := range []string{"{apiVersion: viaduct.ai/v1, kind: ksops, metadata: {name: x}, files: [a.yaml]}", "{apiVersion: goabout.com/v1beta1, kind: SopsSecretGenerator, metadata: {name: x}}"} {
		err := readError(t, map[string]string{"base/kustomization.yaml": "generators: [\"" + plugin + "\"]"})
		var refused *object.RefusedError
		if !errors.As(err, &refused) || !strings.Contains(refused.Reason, "SOPS") || !strings.Contains(refused.Fix, "ExternalSecret") {
			t.Errorf("%s: got %v", plugin, err)
		}
	}
}

// TestSubmodulesAreRefused uses a base, a component and files in a submodule. Git has the
// commit of a submodule, and none of its files.
func TestSubmodulesAreRefused(t *testing.T) {
	t.Parallel()
	tree := func(kustomization string) fs.FS {
		return fstest.MapFS{
			"base/kustomization.yaml": {Data: []byte(kustomization)},
			"base/plain.yaml":         {Data: []byte(oneConfigMap)},
			"vendor/shop":             {Mode: fs.ModeIrregular},
			"base/nested":             {Mode: fs.ModeIrregular},
		}
	}
	for _, tt := range []struct{ name, kustomization, root, path, want string }{
		{"base", "", "vendor/shop", "vendor/shop", "in the Git submodule vendor/shop"},
		{"base in a submodule", "", "vendor/shop/base", "vendor/shop/base", "in the Git submodule vendor/shop"},
		{"resource", "resources: [../vendor/shop]", "base", "base/kustomization.yaml", `resources: "../vendor/shop" is in the Git submodule vendor/shop`},
		{"resource in a submodule", "resources: [nested/a/b.yaml]", "base", "base/kustomization.yaml", `"nested/a/b.yaml" is in the Git submodule base/nested`},
		{"component", "components: [../vendor/shop/c]", "base", "base/kustomization.yaml", "components: "},
		{"patch", "resources: [plain.yaml]\npatches: [{path: nested/p.yaml}]", "base", "base/kustomization.yaml", "patches: "},
		{"generator", "configMapGenerator: [{name: x, files: [nested/f]}]", "base", "base/kustomization.yaml", "configMapGenerator.files: "},
		{"transformer", "transformers: [nested/t.yaml]", "base", "base/kustomization.yaml", "transformers: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := closure.Read(tree(tt.kustomization), []string{tt.root})
			var refused *object.RefusedError
			if !errors.As(err, &refused) || refused.Path != tt.path || !strings.Contains(refused.Reason, tt.want) || !strings.Contains(refused.Fix, "copy the files") {
				t.Errorf("got %v, want a *object.RefusedError of %s: %s", err, tt.path, tt.want)
			}
		})
	}
}
