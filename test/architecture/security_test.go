package architecture_test

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestCredentialsAreInSecurityGuide checks that a table of SECURITY.md has a row for each
// key of the configuration that names a credential.
func TestCredentialsAreInSecurityGuide(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/configuration.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema node
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	schema.credentials(schema.Definitions, "", keys)
	schema.Definitions["set"].credentials(schema.Definitions, "", keys)
	for _, key := range []string{"auth.tokenFile", "gitops.app.privateKeyFile", "source.github.tokenFile"} {
		if !keys[key] {
			t.Errorf("the schema lacks %s", key)
		}
	}
	rows := securityRows(t)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if !slices.ContainsFunc(rows, func(r []string) bool { return strings.Contains(r[0], "`"+key+"`") }) {
			t.Errorf("no first column in SECURITY.md names `%s`: say what it needs, and what it gives access to", key)
		}
	}
}

// TestServiceAccountsAreInSecurityGuide checks that a table of SECURITY.md has a row for
// each ServiceAccount of the manifests, with its rights.
func TestServiceAccountsAreInSecurityGuide(t *testing.T) {
	t.Parallel()
	rows := securityRows(t)
	accounts, rights := accountsOf(t)
	if len(accounts) < 4 {
		t.Fatalf("got ServiceAccounts %q, want at least 4", accounts)
	}
	for _, account := range accounts {
		i := slices.IndexFunc(rows, func(r []string) bool {
			return strings.Contains(r[0], "`"+account+"`") && !strings.Contains(r[0], "Secret")
		})
		if i < 0 {
			t.Errorf("no first column in SECURITY.md names the ServiceAccount `%s`", account)
			continue
		}
		granted := rights[account]
		if len(granted) == 0 && rows[i][1] != "none" {
			t.Errorf("%s has no rights, and SECURITY.md says %q", account, rows[i][1])
		}
		for _, word := range granted {
			if !strings.Contains(rows[i][1], "`"+word+"`") {
				t.Errorf("SECURITY.md lacks the right `%s` of the ServiceAccount %s", word, account)
			}
		}
	}
}

// node is a part of a JSON Schema.
type node struct {
	Ref         string          `json:"$ref"`
	AllOf       []node          `json:"allOf"`
	Properties  map[string]node `json:"properties"`
	Definitions map[string]node `json:"definitions"`
}

// credentials adds the paths of keys that name a file below n. Each of them has a
// counterpart that ends in Env.
func (n node) credentials(definitions map[string]node, path string, keys map[string]bool) {
	if name, ok := strings.CutPrefix(n.Ref, "#/definitions/"); ok {
		n = definitions[name]
	}
	for _, part := range n.AllOf {
		part.credentials(definitions, path, keys)
	}
	for key, child := range n.Properties {
		if key == "defaults" { // the keys of sets
			continue
		}
		if strings.HasSuffix(key, "File") {
			keys[path+key] = true
		}
		child.credentials(definitions, path+key+".", keys)
	}
}

// securityRows returns the columns of all rows of tables in SECURITY.md.
func securityRows(t *testing.T) (rows [][]string) {
	t.Helper()
	for _, line := range linesOf(t, "../../SECURITY.md") {
		if inner, ok := strings.CutPrefix(line, "| "); ok {
			rows = append(rows, strings.Split(strings.TrimSuffix(inner, " |"), " | "))
		}
	}
	return rows
}

// manifest has the fields of ServiceAccounts, Roles and their bindings.
type manifest struct {
	Kind     string
	Metadata struct{ Name string }
	RoleRef  struct{ Kind, Name string } `yaml:"roleRef"`
	Subjects []struct{ Kind, Name string }
	Rules    []struct {
		Resources, Verbs []string
		ResourceNames    []string `yaml:"resourceNames"`
	}
}

// accountsOf returns the ServiceAccounts of the manifests, and the words of their rights.
func accountsOf(t *testing.T) (accounts []string, rights map[string][]string) {
	t.Helper()
	rights = map[string][]string{}
	roles := map[string][]string{} // by kind and name
	var bindings []manifest
	for _, m := range manifestsIn(t, "../../manifests") {
		switch m.Kind {
		case "ServiceAccount":
			accounts = append(accounts, m.Metadata.Name)
		case "Role", "ClusterRole":
			for _, rule := range m.Rules {
				key := m.Kind + m.Metadata.Name
				roles[key] = slices.Concat(roles[key], rule.Resources, rule.Verbs, rule.ResourceNames)
			}
		case "RoleBinding", "ClusterRoleBinding":
			bindings = append(bindings, m)
		}
	}
	for _, b := range bindings {
		words := roles[b.RoleRef.Kind+b.RoleRef.Name]
		if len(words) == 0 {
			t.Errorf("%s %s: the manifests lack its role", b.Kind, b.Metadata.Name)
		}
		for _, subject := range b.Subjects {
			rights[subject.Name] = append(rights[subject.Name], words...)
		}
	}
	return accounts, rights
}

// manifestsIn returns the documents of all YAML files below dir.
func manifestsIn(t *testing.T, dir string) (all []manifest) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".yaml" {
			return err
		}
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		for decoder := yaml.NewDecoder(file); ; {
			var m manifest
			if err := decoder.Decode(&m); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			all = append(all, m)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
