package environment

import (
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/yaml"
)

// examples returns the folders below examples/ whose sets previewset serves.
func examples() []string {
	return []string{"pull-requests", "branches", "matrix", "parameters", "helm", "components", "databases"}
}

// ComponentsSet is the set of examples/components, and the label that selects its pull
// requests.
const ComponentsSet = "guarded"

// HooksNamespace is the namespace of the Jobs of testdata/components/hooks.
const HooksNamespace = "shop-admin"

// configure writes previewset's configuration. It merges the configurations of all
// examples, replaces addresses and secrets, and adds sets that only the suite uses.
func (e *Environment) configure(o Options, dir string) (file string, err error) {
	var config map[string]any
	var sets []any
	for _, name := range examples() {
		data, err := e.Read("examples", name, "config.yaml")
		if err != nil {
			return "", err
		}
		var example map[string]any
		if err := yaml.Unmarshal(data, &example); err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		if config == nil {
			config = example
		}
		sets = append(sets, example["sets"].([]any)...)
	}
	for _, component := range []string{"hooks", "early", "between"} {
		sets = append(sets, componentSet(component))
	}
	for _, set := range sets {
		e.adapt(set.(map[string]any), dir)
	}
	config["sets"] = sets
	config["poll"] = o.Poll.String()
	config["auth"] = map[string]any{"tokenFile": filepath.Join(dir, "token")}
	config["argocd"] = map[string]any{
		"namespace": "argocd", "kubeconfigFile": filepath.Join(dir, "kubeconfig"), "url": ArgoCDURL,
	}
	gitops := config["gitops"].(map[string]any)
	gitops["url"] = e.Forge.CloneURL(GitOps)
	gitops["passwordFile"] = filepath.Join(dir, "forge-token")
	file = filepath.Join(dir, "config.yaml")
	return file, writeYAML(file, config)
}

// ArgoCDURL is the URL in links to Applications. Nothing listens there.
const ArgoCDURL = "https://argocd.acme.example"

// adapt changes the source of a set from GitHub to the suite's forge. The set "shop" gets
// feedback and a hook that runs after the end of a preview, and the set with databases gets commands
// that the suite can run. The set with components selects fewer pull requests, because it
// is the slowest to render.
func (e *Environment) adapt(set map[string]any, dir string) {
	set["source"] = source(e.Gitea.URL, Shop, dir)
	switch set["name"] {
	case "shop":
		addComponent(set["overlay"].(map[string]any), "hooks")
		set["feedback"] = map[string]any{"tokenFile": filepath.Join(dir, "feedback-token")}
	case ComponentsSet:
		selectLabel(set, ComponentsSet)
	case DatabaseSet:
		adaptDatabase(set)
	}
}

// selectLabel makes a set select only pull requests with a label.
func selectLabel(set map[string]any, label string) {
	set["select"].(map[string]any)["pullRequests"] = map[string]any{"labels": map[string]any{"all": []any{label}}}
}

func addComponent(overlay map[string]any, name string) {
	overlay["components"] = []any{"components/" + name}
	overlay["adminNamespace"] = HooksNamespace
}

// componentSet returns a set with a component of the suite. Its name is the name of the
// component and the label that selects its pull requests. It has no ApplicationSet; a test
// creates its Applications.
func componentSet(component string) map[string]any {
	overlay := map[string]any{"base": "apps/shop/base"}
	addComponent(overlay, component)
	return map[string]any{
		"name":    component,
		"select":  map[string]any{"pullRequests": map[string]any{"labels": map[string]any{"all": []any{component}}}},
		"overlay": overlay,
	}
}

// source returns a repository of acme on the forge at url as a source, with the secrets in
// dir.
func source(url, repository, dir string) map[string]any {
	return map[string]any{"gitea": map[string]any{
		"url": url, "owner": Owner, "repo": repository,
		"tokenFile": filepath.Join(dir, "forge-token"), "webhookSecretFile": filepath.Join(dir, "webhook-secret"),
	}}
}

// configurePolling writes a configuration of n sets without overlays.
func (e *Environment) configurePolling(file, url string, n int) error {
	dir := filepath.Dir(file)
	var sets []any
	for i := range n {
		sets = append(sets, map[string]any{
			"name":   fmt.Sprintf("polling-%d", i),
			"source": source(url, Shop, dir),
			"select": map[string]any{"pullRequests": map[string]any{}},
		})
	}
	return writeYAML(file, map[string]any{
		"apiVersion": "previewset.dev/v1alpha1", "kind": "Config", "poll": "1s",
		"auth": map[string]any{"tokenFile": filepath.Join(dir, "token")}, "sets": sets,
	})
}

func writeYAML(file string, value any) error {
	data, err := yaml.Marshal(value)
	if err != nil {
		return err
	}
	return replace(file, data)
}

// replace replaces a file atomically.
func replace(file string, data []byte) error {
	if err := os.WriteFile(file+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// EditConfig changes the configuration of the running service.
func (e *Environment) EditConfig(edit func(config map[string]any)) error {
	data, err := os.ReadFile(e.Service.Config)
	if err != nil {
		return err
	}
	var config map[string]any
	if err := yaml.Unmarshal(data, &config); err != nil {
		return err
	}
	edit(config)
	return writeYAML(e.Service.Config, config)
}

// RotateToken gives the service a new token for the forge. Revoke the old token first.
func (e *Environment) RotateToken() error {
	if err := e.Forge.NewServiceToken(); err != nil {
		return err
	}
	e.secrets = append(e.secrets, e.Forge.ServiceToken)
	return replace(filepath.Join(filepath.Dir(e.Service.Config), "forge-token"), []byte(e.Forge.ServiceToken+"\n"))
}
