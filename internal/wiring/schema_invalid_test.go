package wiring_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/wiring"
)

// brokenConfigurations are files that the schema must refuse, because previewset refuses
// them. Each replaces text of soundConfiguration.
var brokenConfigurations = map[string]struct{ old, replacement string }{
	"an unknown key":                 {"poll: 60s", "pol: 60s"},
	"an unknown key of a set":        {"select: {", "filter: {}, select: {"},
	"an unknown key of a stanza":     {"owner: acme", "owner: acme, branch: main"},
	"an unknown key of an overlay":   {"base: apps/shop", "base: apps/shop, patches: []"},
	"an unknown key of a database":   {"engine: postgres", "engine: postgres, host: db"},
	"an unknown forge":               {"github:", "sourceforge:"},
	"text for a list":                {"all: [preview]", "all: preview"},
	"a list for text":                {"owner: acme", "owner: [acme]"},
	"a mapping for a list":           {"images: [{name: shop, newTag: x}]", "images: {name: shop, newTag: x}"},
	"text for a number":              {"previews: 30", "previews: many"},
	"a negative number":              {"previews: 30", "previews: -1"},
	"text for a boolean":             {"drafts: true", "drafts: sometimes"},
	"a percentage above 100":         {"percent: 50", "percent: 101"},
	"no version":                     {"apiVersion: previewset.dev/v1alpha1\n", ""},
	"another version":                {"v1alpha1", "v2"},
	"no kind":                        {"kind: Config\n", ""},
	"no auth":                        {"auth: {tokenEnv: TOKEN}\n", ""},
	"no token":                       {"{tokenEnv: TOKEN}", "{}"},
	"no sets":                        {"sets:", "x-sets:"},
	"an empty list of sets":          {"sets:", "sets: []\nx-sets:"},
	"no name":                        {"name: shop,", ""},
	"no source":                      {"source: {github: {owner: acme, repo: shop}},", ""},
	"an empty source":                {"{github: {owner: acme, repo: shop}}", "{}"},
	"no owner":                       {"owner: acme, ", ""},
	"no repository":                  {", repo: shop", ""},
	"no URL of a server":             {"github: {", "gitea: {"},
	"no URL of a repository":         {"github: {owner: acme, repo: shop}", "git: {}"},
	"no select":                      {"select: {pullRequests: {labels: {all: [preview]}, drafts: true}},", ""},
	"an empty select":                {"select: {pullRequests: {labels: {all: [preview]}, drafts: true}}", "select: {}"},
	"no base":                        {"base: apps/shop, ", ""},
	"no engine":                      {"engine: postgres, ", ""},
	"no image of a migration":        {"migrate: {image: shop}", "migrate: {command: [up]}"},
	"no URL of the GitOps":           {"gitops: {url: /r}", "gitops: {branch: main}"},
	"an App without a key":           {"repo: shop}", "repo: shop, app: {id: 1, installationID: 2}}"},
	"an App of GitOps without an id": {"{url: /r}", "{url: /r, app: {installationID: 2, privateKeyEnv: K}}"},
	"a duration without a unit":      {"60s", "60"},
	"a duration with a word":         {"60s", "1 minute"},
	"an unknown unit":                {"60s", "1w"},
	"a negative duration":            {"idle: 72h", "idle: -72h"},
	"two tokens":                     {"{tokenEnv: TOKEN}", "{tokenEnv: TOKEN, tokenFile: /token}"},
	"two tokens of a source":         {"repo: shop}", "repo: shop, tokenEnv: T, tokenFile: /t}"},
	"a token and an App":             {"repo: shop}", "repo: shop, tokenEnv: T, app: {id: 1, installationID: 2, privateKeyEnv: K}}"},
	"two secrets of a webhook":       {"repo: shop}", "repo: shop, webhookSecretEnv: T, webhookSecretFile: /t}"},
	"two keys of an App":             {"repo: shop}", "repo: shop, app: {id: 1, installationID: 2, privateKeyEnv: K, privateKeyFile: /k}}"},
	"two passwords":                  {"{url: /r}", "{url: /r, passwordEnv: P, passwordFile: /p}"},
	"two user names":                 {"{url: /r}", "{url: /r, passwordEnv: P, usernameEnv: U, usernameFile: /u}"},
	"two SSH keys":                   {"{url: /r}", "{url: /r, sshKeyEnv: K, sshKeyFile: /k}"},
	"two signing keys":               {"{url: /r}", "{url: /r, signingKeyEnv: K, signingKeyFile: /k}"},
	"two sources":                    {"repo: shop}", "repo: shop}, git: {url: /s}"},
	"a repository with its owner":    {"repo: shop", "repo: acme/shop"},
	"a set name in capitals":         {"name: shop,", "name: Shop,"},
	"a long set name":                {"name: shop,", "name: a2345678901234567890123456789012345678901,"},
	"an absolute directory":          {"base: apps/shop", "base: /apps/shop"},
	"a directory outside":            {"base: apps/shop", "base: apps/../../shop"},
	"the root directory":             {"base: apps/shop", "base: ."},
	"an unknown component":           {"components: []", "components: [builtin:quotas]"},
	"the component of a database":    {"components: []", "components: [builtin:postgres-schema]"},
	"an unknown word":                {"allow: []", "allow: [everything]"},
	"an unknown engine":              {"engine: postgres", "engine: oracle"},
	"an unknown strategy":            {"strategy: schema", "strategy: table"},
	"a database name with a dot":     {"strategy: schema", "strategy: schema, name: a.b"},
	"a namespace in capitals":        {"adminNamespace: admin", "adminNamespace: Admin"},
	"a seed that is reverted":        {"migrate: {image: shop}", "seed: {image: shop, back: [down]}"},
	"a parameter in capitals":        {"parameters: {}", "parameters: {Tier: small}"},
	"a variant without a name":       {"variants: []", "variants: [{parameters: {tier: small}}]"},
	"a variant in capitals":          {"variants: []", "variants: [{name: Blue}]"},
	"a day after hours":              {"72h", "12h3d"},
	"an image without a name":        {"{name: shop, newTag: x}", "{newTag: x}"},
	"a scope without its kind":       {"allow: []", "allow: [], kinds: {scopes: Namespaced}"},
	"a kind with its version":        {"allow: []", "allow: [], kinds: {scopes: {example.com/v1: Namespaced}}"},
	"an unknown scope":               {"allow: []", "allow: [], kinds: {scopes: {Thing.example.com: Global}}"},
	"a scope without a value":        {"allow: []", "allow: [], kinds: {scopes: {Thing.example.com: }}"},
	"an empty list of kinds":         {"allow: []", "allow: [], kinds: {only: []}"},
	"a list of kinds without values": {"allow: []", "allow: [], kinds: {only: }"},
	"a version in the list of kinds": {"allow: []", "allow: [], kinds: {only: [apps/v1]}"},
	"an unknown key of kinds":        {"allow: []", "allow: [], kinds: {scope: {}}"},
	"a host that is a URL":           {"allow: []", "allow: [], hosts: {'https://api.dev': x}"},
	"a wildcard inside a host":       {"allow: []", "allow: [], hosts: {'api.*.dev': x}"},
	"a host without a template":      {"allow: []", "allow: [], hosts: {api.dev: }"},
	"a field without a kind":         {"allow: []", "allow: [], fields: [{path: a, is: host}]"},
	"a field without a path":         {"allow: []", "allow: [], fields: [{kind: A, is: host}]"},
	"a field without a value":        {"allow: []", "allow: [], fields: [{kind: A, path: a}]"},
	"an unknown value of a field":    {"allow: []", "allow: [], fields: [{kind: A, path: a, is: secret}]"},
	"two tokens of feedback":         {"guard:", "feedback: {tokenEnv: T, tokenFile: /t}, guard:"},
	"a status without a name":        {"guard:", "feedback: {tokenEnv: T, status: true}, guard:"},
	"an unknown key of feedback":     {"guard:", "feedback: {tokenEnv: T, label: x}, guard:"},
	"text for a comment":             {"guard:", "feedback: {tokenEnv: T, comment: sometimes}, guard:"},
	"a notice without a unit":        {"idle: 72h", "idle: 72h, notice: 24"},
	"an Argo CD that is a host":      {"poll: 60s", "argocd: {url: argocd.acme.dev}"},
	"a URL of a file":                {"repo: shop}", "repo: shop, apiURL: 'file:///api'}"},
}

const soundConfiguration = `apiVersion: previewset.dev/v1alpha1
kind: Config
auth: {tokenEnv: TOKEN}
poll: 60s
gitops: {url: /r}
sets:
- {name: shop, source: {github: {owner: acme, repo: shop}},
   select: {pullRequests: {labels: {all: [preview]}, drafts: true}}, parameters: {}, variants: [],
   overlay: {base: apps/shop, components: [], images: [{name: shop, newTag: x}], adminNamespace: admin, allow: [],
     database: {engine: postgres, strategy: schema, migrate: {image: shop}}},
   lifetime: {idle: 72h}, limits: {previews: 30}, guard: {percent: 50}}
`

func TestSchemaRefusesInvalidConfigurations(t *testing.T) {
	t.Parallel()
	schema := compiled(t, "")
	if err := validate(soundConfiguration); err != nil {
		t.Fatal(err)
	}
	wantAccepted(t, "the sound configuration", "", soundConfiguration)
	for name, change := range brokenConfigurations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(soundConfiguration, change.old, change.replacement, 1)
			if text == soundConfiguration {
				t.Fatalf("the configuration lacks %q", change.old)
			}
			if validate(text) == nil {
				t.Errorf("the configuration is valid:\n%s", text)
			}
			if schemaError(t, schema, text) == nil {
				t.Errorf("the schema accepts\n%s", text)
			}
		})
	}
}

// validate checks a configuration as the command validate does.
func validate(text string) error {
	c, err := config.Parse("config.yaml", []byte(text))
	if err == nil {
		_, err = wiring.Wire(c, wiring.Options{Now: time.Now})
	}
	return err
}

// TestSchemaAgreesWithValidate changes one value of the configurations at a time. The
// schema must accept what validate accepts, and must refuse unknown keys.
func TestSchemaAgreesWithValidate(t *testing.T) {
	place, schema := newPlace(t), compiled(t, "")
	for name, text := range configurations {
		t.Run(name, func(t *testing.T) {
			eachChange(t, place.replace(text), func(what, changed string) {
				invalid, refused := validate(changed), schemaError(t, schema, changed)
				if invalid == nil && refused != nil {
					t.Errorf("%s: the schema refuses a valid configuration: %v", what, refused)
				}
				if refused == nil && invalid != nil && strings.Contains(invalid.Error(), "unknown key") {
					t.Errorf("%s: the schema accepts it: %v", what, invalid)
				}
			})
		})
	}
}

// eachChange calls do with copies of a configuration that lack a key, have an unknown key,
// or have another value for a key.
func eachChange(t *testing.T, text string, do func(what, changed string)) {
	t.Helper()
	root := document(t, text)
	try := func(what string) {
		out, err := yaml.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		do(what, string(out))
	}
	var walk func(n *yaml.Node, path string)
	walk = func(n *yaml.Node, path string) {
		whole := *n
		for _, value := range []string{"[[x]]", "{brunch: [x]}", "word", "null"} {
			*n = *document(t, value)
			try(path + ": " + value)
		}
		*n = whole
		if n.Kind != yaml.MappingNode {
			for i, item := range n.Content {
				walk(item, path+"["+strconv.Itoa(i)+"]")
			}
			return
		}
		n.Content = append(slices.Clone(whole.Content), document(t, "brunch"), document(t, "word"))
		try(path + ": unknown")
		for i := 0; i < len(whole.Content); i += 2 {
			key := path + "." + whole.Content[i].Value
			n.Content = slices.Delete(slices.Clone(whole.Content), i, i+2)
			try(key + ": missing")
			n.Content = whole.Content
			walk(whole.Content[i+1], key)
		}
	}
	walk(root, "")
}
