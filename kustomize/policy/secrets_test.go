package policy_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

// TestEncryptedObjects checks the reason for objects that nothing decrypts.
func TestEncryptedObjects(t *testing.T) {
	t.Parallel()
	const (
		sops    = "sops: {mac: 'ENC[x]', version: 3.9.0}\n"
		pointer = "version https://git-lfs.github.com/spec/v1\\noid sha256:4d7a\\nsize 12\\n"
	)
	encoded := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	sealed := func(annotations, template string) string {
		return "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: x, annotations: {" + annotations + "}}\n" +
			"spec: {encryptedData: {a: b}, template: {metadata: {annotations: {" + template + "}}}}\n"
	}
	const clusterWide = "sealedsecrets.bitnami.com/cluster-wide: 'true'"
	for _, tt := range []struct{ name, object, reason, fix string }{
		{"Secret of SOPS", ofKind("v1", "Secret", sops), "it is encrypted with SOPS", "ExternalSecret"},
		{"ConfigMap of SOPS", ofKind("v1", "ConfigMap", sops), "it is encrypted with SOPS", "cluster-wide"},
		{"other kind of SOPS", ofKind("example.com/v1", "Thing", sops), "it is encrypted with SOPS", ""},
		{"SOPS without a readable kind", "apiVersion: v1\nkind: ENC[AES256_GCM,data:x]\nmetadata: {name: x}\n" + sops, "it is encrypted with SOPS", ""},
		{"SopsSecret", ofKind("isindir.github.com/v1alpha3", "SopsSecret", sops), "", ""},
		{"dotenv of SOPS", ofKind("v1", "ConfigMap", "data: {a: 'ENC[x]', sops_mac: 'ENC[x]'}"), "its data is encrypted with SOPS", ""},
		{"file of SOPS", ofKind("v1", "ConfigMap", "data: {a.yaml: \"a: b\\nsops: {mac: x}\\n\"}"), "its data[a.yaml] is encrypted with SOPS", ""},
		{"file of SOPS in a Secret", ofKind("v1", "Secret", "data: {a.yaml: "+encoded("a: b\nsops: {mac: x}\n")+"}"), "its data[a.yaml] is encrypted with SOPS", ""},
		{"text of SOPS in a Secret", ofKind("v1", "Secret", "stringData: {a.json: '{\"sops\": {\"mac\": \"x\"}}'}"), "its stringData[a.json] is encrypted with SOPS", ""},
		{"git-crypt", ofKind("v1", "ConfigMap", "binaryData: {a.env: "+encoded("\x00GITCRYPT\x00\xff")+"}"), "its binaryData[a.env] is encrypted with git-crypt", "ExternalSecret"},
		{"LFS", ofKind("v1", "ConfigMap", "data: {logo.png: \""+pointer+"\"}"), "its data[logo.png] is a pointer of Git LFS", ".gitattributes"},
		{"data of another kind", ofKind("example.com/v1", "Thing", "data: {a.yaml: \"sops: {mac: x}\\n\"}"), "", ""},
		{"not base64", ofKind("v1", "ConfigMap", "binaryData: {a: '***'}"), "", ""},
		{"plain data", ofKind("v1", "ConfigMap", "data: {sops: mac, a: b}"), "", ""},
		{"strict", sealed("", ""), "it was not sealed with cluster-wide scope", "kubeseal --scope cluster-wide"},
		{"namespace-wide", sealed("sealedsecrets.bitnami.com/namespace-wide: 'true'", ""), "it was not sealed with cluster-wide scope", ""},
		{"cluster-wide: false", sealed("sealedsecrets.bitnami.com/cluster-wide: 'false'", ""), "it was not sealed with cluster-wide scope", ""},
		{"cluster-wide template", sealed("", clusterWide), "it was not sealed with cluster-wide scope", ""},
		{"cluster-wide", sealed(clusterWide, ""), "", ""},
		{"cluster-wide, of kubeseal", sealed(clusterWide, clusterWide), "", ""},
		{"SealedSecret of another group", ofKind("example.com/v1", "SealedSecret", ""), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			objects := parse(t, tt.object)
			err := policy.Check(objects, policy.Scope{Allow: policy.Allowable(), Kinds: unknownIn(t, objects)}, inFile("f"))
			if tt.reason == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var refused *object.RefusedError
			if !errors.As(err, &refused) || !strings.HasPrefix(refused.Reason, tt.reason) || !strings.Contains(refused.Fix, tt.fix) {
				t.Errorf("got %v, want the reason %q and the fix %q", err, tt.reason, tt.fix)
			}
		})
	}
}
