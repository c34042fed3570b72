package object_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize/object"
)

const sopsOfYAML = "sops:\n  age: [{recipient: age1x}]\n  lastmodified: \"2026-01-02T03:04:05Z\"\n  mac: ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]\n  version: 3.9.0\n"

func TestForeign(t *testing.T) {
	t.Parallel()
	const secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: {a: 'ENC[AES256_GCM,data:x,type:str]'}\n"
	for _, tt := range []struct{ name, content, want string }{
		{"LFS", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", "Git LFS"},
		{"LFS with CRLF", "version https://git-lfs.github.com/spec/v1\r\noid sha256:4d7a\r\nsize 12\r\n", "Git LFS"},
		{"LFS with extensions", "version https://git-lfs.github.com/spec/v1\next-0-foo sha256:aa\noid sha256:4d7a\nsize 12\n", "Git LFS"},
		{"old LFS", "version https://hawser.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", "Git LFS"},
		{"git-crypt", "\x00GITCRYPT\x00\xff\xfe", "git-crypt"},
		{"Ansible Vault", "$ANSIBLE_VAULT;1.1;AES256\n6162\n", "Ansible Vault"},
		{"SOPS, YAML", secret + sopsOfYAML, "SOPS"},
		{"SOPS, second document", "a: b\n---\n" + secret + sopsOfYAML, "SOPS"},
		{"SOPS, JSON", `{"data": "ENC[AES256_GCM,data:x,type:str]", "sops": {"mac": "ENC[x]", "version": "3.9.0"}}`, "SOPS"},
		{"SOPS, dotenv", "A=ENC[AES256_GCM,data:x,type:str]\nsops_mac=ENC[x]\nsops_version=3.9.0\n", "SOPS"},
		{"SOPS, INI", "[database]\npassword = ENC[x]\n\n[sops]\nversion = 3.9.0\nmac     = ENC[x]\n", "SOPS"},
		{"text about LFS", "# version https://git-lfs.github.com/spec/v1\n", ""},
		{"address of LFS", "version: https://git-lfs.github.com/spec/v1\n", ""},
		{"configuration of SOPS", "creation_rules:\n- path_regex: .*\n  mac_only_encrypted: true\n  age: age1x\n  note: sops\n", ""},
		{"sops without mac", "sops: {enabled: true}\nmac: yes\n", ""},
		{"sops in data", "data:\n  sops: {mac: x}\n", ""},
		{"text of sops", "sops: mac\n", ""},
		{"SopsSecret", "apiVersion: isindir.github.com/v1alpha3\nkind: SopsSecret\nmetadata: {name: x}\n" + sopsOfYAML, ""},
		{"not YAML", "sops: mac: {\n", ""},
		{"empty", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			what, fix := object.Foreign([]byte(tt.content))
			if (what == "") != (tt.want == "") || !strings.Contains(what, tt.want) || (fix == "") != (what == "") {
				t.Errorf("got %q with the fix %q, want %q", what, fix, tt.want)
			}
			unparsable, _ := object.Unparsable([]byte(tt.content))
			if want := tt.want != "" && tt.want != "SOPS"; (unparsable != "") != want {
				t.Errorf("unparsable: got %q, want one: %t", unparsable, want)
			}
		})
	}
}

// TestUnparsableFormsThatApplicationsRead uses forms that only a file of the build must not
// have.
func TestUnparsableFormsThatApplicationsRead(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"age-encryption.org/v1\n-> X25519 x\n":               "age",
		"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n":         "age",
		"-----BEGIN PGP MESSAGE-----\n\nhQE\n":               "PGP",
		"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nhQE\n":      "",
		"Salted__\x00\x01":                                   "OpenSSL",
		"U2FsdGVkX1+abc\n":                                   "OpenSSL",
		"a: age-encryption.org/v1\nb: U2FsdGVkX1 Salted__\n": "",
	} {
		what, fix := object.Unparsable([]byte(content))
		if (what == "") != (want == "") || !strings.Contains(what, want) || (fix == "") != (what == "") {
			t.Errorf("%q: got %q with the fix %q, want %q", content, what, fix, want)
		}
		if what, _ := object.Foreign([]byte(content)); what != "" {
			t.Errorf("%q: got %q for the data of a ConfigMap", content, what)
		}
	}
}
