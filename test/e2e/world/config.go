package world

import (
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/yaml"
)

// examples are the folders below examples/, whose sets previewset serves.
func examples() []string {
	return []string{"pull-requests", "branches", "matrix", "parameters", "helm", "components", "databases"}
}

// ComponentsSet is the set of examples/components, and the label of its pull
// requests.
const ComponentsSet = "guarded"

// HooksNamespace is where the Jobs of testdata/components/hooks run.
const HooksNamespace = "shop-admin"

// configure writes previewset's configuration: that of all examples in one,
// with this world's addresses and secrets, and sets that the suite has for
// itself.
func (w *World) configure(o Options, dir string) (file string, err error) {
	var config map[string]any
	var sets []any
	for _, name := range examples() {
		data, err := w.read("examples", name, "config.yaml")
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
		sets = append(sets, byHand(component))
	}
	for _, set := range sets {
		w.adapt(set.(map[string]any), dir)
	}
	config["sets"] = sets
	config["poll"] = o.Poll.String()
	config["auth"] = map[string]any{"tokenFile": filepath.Join(dir, "token")}
	config["argocd"] = map[string]any{"namespace": "argocd", "kubeconfigFile": filepath.Join(dir, "kubeconfig")}
	gitops := config["gitops"].(map[string]any)
	gitops["url"] = w.Forge.CloneURL(GitOps)
	gitops["passwordFile"] = filepath.Join(dir, "forge-token")
	file = filepath.Join(dir, "config.yaml")
	return file, writeYAML(file, config)
}

// adapt moves a set from GitHub to this world's forge, gives the one whose life
// is followed a hook that runs after a preview, and the one with databases what
// can be run here. The one with components is of few pull requests: it takes most
// to render.
func (w *World) adapt(set map[string]any, dir string) {
	set["source"] = shopAt(w.Gitea.URL, dir)
	switch set["name"] {
	case "shop":
		addComponent(set["overlay"].(map[string]any), "hooks")
	case ComponentsSet:
		selectLabel(set, ComponentsSet)
	case DatabaseSet:
		adaptDatabase(set)
	}
}

// selectLabel has a set be of pull requests with a label alone.
func selectLabel(set map[string]any, label string) {
	set["select"].(map[string]any)["pullRequests"] = map[string]any{"labels": map[string]any{"all": []any{label}}}
}

func addComponent(overlay map[string]any, name string) {
	overlay["components"] = []any{"components/" + name}
	overlay["adminNamespace"] = HooksNamespace
}

// byHand is a set without an ApplicationSet, whose Applications a test makes. It
// is of pull requests with the label of its name, that of a component.
func byHand(component string) map[string]any {
	overlay := map[string]any{"base": "apps/shop/base"}
	addComponent(overlay, component)
	return map[string]any{
		"name":    component,
		"select":  map[string]any{"pullRequests": map[string]any{"labels": map[string]any{"all": []any{component}}}},
		"overlay": overlay,
	}
}

// shopAt is acme/shop as a source, with the secrets in dir.
func shopAt(url, dir string) map[string]any {
	return map[string]any{"gitea": map[string]any{
		"url": url, "owner": Owner, "repo": Shop,
		"tokenFile": filepath.Join(dir, "forge-token"), "webhookSecretFile": filepath.Join(dir, "webhook-secret"),
	}}
}

// configurePolling writes a configuration of n sets that have parameters alone.
func (w *World) configurePolling(file, url string, n int) error {
	dir := filepath.Dir(file)
	var sets []any
	for i := range n {
		sets = append(sets, map[string]any{
			"name":   fmt.Sprintf("polling-%d", i),
			"source": shopAt(url, dir),
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

// replace writes a file of which nobody reads a half.
func replace(file string, data []byte) error {
	if err := os.WriteFile(file+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// EditConfig changes the configuration of the running service.
func (w *World) EditConfig(edit func(config map[string]any)) error {
	data, err := os.ReadFile(w.Service.Config)
	if err != nil {
		return err
	}
	var config map[string]any
	if err := yaml.Unmarshal(data, &config); err != nil {
		return err
	}
	edit(config)
	return writeYAML(w.Service.Config, config)
}

// RotateToken gives the service another token for the forge. The old one is to
// be revoked first.
func (w *World) RotateToken() error {
	if err := w.Forge.NewServiceToken(); err != nil {
		return err
	}
	w.secrets = append(w.secrets, w.Forge.ServiceToken)
	return replace(filepath.Join(filepath.Dir(w.Service.Config), "forge-token"), []byte(w.Forge.ServiceToken+"\n"))
}
