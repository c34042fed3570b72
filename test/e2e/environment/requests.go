package environment

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"

	"github.com/previewset/previewset/test/e2e/parts"
	"github.com/previewset/previewset/test/e2e/stack"
)

// Kind returns the resource of one of Argo CD's kinds, given its plural name.
func (e *Environment) Kind(plural string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: "argoproj.io", Version: "v1alpha1", Resource: plural}
}

// Argo returns an administrator's client for one of Argo CD's kinds.
func (e *Environment) Argo(plural string) dynamic.ResourceInterface {
	return e.Cluster.Dynamic.Resource(e.Kind(plural)).Namespace(stack.ArgoCDNamespace)
}

// Applications returns all Applications.
func (e *Environment) Applications(ctx context.Context) ([]unstructured.Unstructured, error) {
	list, err := e.Argo("applications").List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	return list.Items, nil
}

// Parameters requests the parameter sets of a set from previewset, as Argo CD does.
func (e *Environment) Parameters(ctx context.Context, set string) ([]map[string]any, error) {
	body := fmt.Sprintf(`{"applicationSetName":"e2e","input":{"parameters":{"set":%q}}}`, set)
	data, err := e.Service.send(ctx, http.MethodPost, "/api/v1/getparams.execute", body)
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

// State is the state of a preview in the API.
type State struct{ ID, State, Reason, Message string }

// States requests the states of a set from previewset.
func (e *Environment) States(ctx context.Context, set string) ([]State, error) {
	data, err := e.Service.send(ctx, http.MethodGet, "/api/v1/previews?set="+url.QueryEscape(set), "")
	if err != nil {
		return nil, err
	}
	var answer struct{ Previews []State }
	err = json.Unmarshal(data, &answer)
	return answer.Previews, err
}

// Metrics returns the lines of the service's metrics.
func (s *Service) Metrics(ctx context.Context) ([]string, error) {
	data, err := s.send(ctx, http.MethodGet, "/metrics", "")
	return strings.Split(string(data), "\n"), err
}

func (s *Service) send(ctx context.Context, method, path, body string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, s.URL+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+s.Token)
	request.Header.Set("Content-Type", "application/json")
	return stack.Send(request)
}

// Previewset runs a command of previewset and returns its standard output.
func (e *Environment) Previewset(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, e.parts.Binary(parts.PreviewsetPlain), args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("previewset %s: %w\n%s", args[0], err, stderr.String())
	}
	return out, nil
}

// Plan returns the output of `previewset plan` for all sets, as JSON.
func (e *Environment) Plan(ctx context.Context) ([]byte, error) {
	return e.Previewset(ctx, "plan", "--config", e.Service.Config, "--output", "json")
}
