package world

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"

	"github.com/previewset/previewset/test/e2e/parts"
	"github.com/previewset/previewset/test/e2e/stack"
)

// Kind returns one of Argo CD's kinds, by its plural.
func (w *World) Kind(plural string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: "argoproj.io", Version: "v1alpha1", Resource: plural}
}

// Argo is an administrator's client of one of Argo CD's kinds.
func (w *World) Argo(plural string) dynamic.ResourceInterface {
	return w.Cluster.Dynamic.Resource(w.Kind(plural)).Namespace(stack.ArgoCDNamespace)
}

// Applications returns all Applications.
func (w *World) Applications(ctx context.Context) ([]unstructured.Unstructured, error) {
	list, err := w.Argo("applications").List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	return list.Items, nil
}

// Parameters asks previewset for a set, as Argo CD does.
func (w *World) Parameters(ctx context.Context, set string) ([]map[string]any, error) {
	question := fmt.Sprintf(`{"applicationSetName":"e2e","input":{"parameters":{"set":%q}}}`, set)
	data, err := w.Service.ask(ctx, http.MethodPost, "/api/v1/getparams.execute", question)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Output struct {
			Parameters []map[string]any `json:"parameters"`
		} `json:"output"`
	}
	err = json.Unmarshal(data, &answer)
	return answer.Output.Parameters, err
}

// Metrics returns the lines that Prometheus would read from the service.
func (s *Service) Metrics(ctx context.Context) ([]string, error) {
	data, err := s.ask(ctx, http.MethodGet, "/metrics", "")
	return strings.Split(string(data), "\n"), err
}

func (s *Service) ask(ctx context.Context, method, path, body string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, s.URL+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+s.Token)
	request.Header.Set("Content-Type", "application/json")
	return stack.Ask(request)
}

// Previewset runs a command of previewset and returns what it prints.
func (w *World) Previewset(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, w.parts.Binary(parts.PreviewsetPlain), args...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("previewset %s: %w\n%s", args[0], err, said.String())
	}
	return out, nil
}

// Plan returns what `previewset plan` prints of all sets, as JSON.
func (w *World) Plan(ctx context.Context) ([]byte, error) {
	return w.Previewset(ctx, "plan", "--config", w.Service.Config, "--output", "json")
}
