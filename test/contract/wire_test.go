package contract_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v2/applicationset/services/plugin"
)

// TestRequestAndResponse checks the two HTTP messages. Argo CD 3 uses the same messages
// (applicationset/services/plugin of v3.5 and v3.6).
func TestRequestAndResponse(t *testing.T) {
	_, s, want := shopFixture(t)
	var request *http.Request
	var requestBody string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request = r.Clone(t.Context())
		body, _ := io.ReadAll(r.Body)
		requestBody = string(body)
		status, answer := s.post(t, requestBody, r.Header)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(proxy.Close)
	set := applicationSet(t, "any", "goTemplate: true\ngenerators: [{plugin: {configMapRef: {name: previewset}, input: {parameters: {set: shop, count: 1}}}}]\ntemplate: {metadata: {name: x}, spec: {project: x, destination: {}}}")
	newArgoCD(t, proxy.URL+"/").mustGenerate(t, set)
	if request.Method != http.MethodPost || request.URL.Path != "/api/v1/getparams.execute" {
		t.Errorf("got %s %s, want POST /api/v1/getparams.execute", request.Method, request.URL)
	}
	for name, value := range map[string]string{
		"Authorization": "Bearer " + token, "Content-Type": "application/json", "User-Agent": "argocd-applicationset",
	} {
		if got := request.Header.Get(name); got != value {
			t.Errorf("header %s: got %q, want %q", name, got, value)
		}
	}
	if want := `{"applicationSetName":"any","input":{"parameters":{"count":1,"set":"shop"}}}` + "\n"; requestBody != want {
		t.Errorf("request body: got %s, want %s", requestBody, want)
	}

	// The answer has only fields that Argo CD's type has.
	status, body := s.post(t, requestBody, request.Header)
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.DisallowUnknownFields()
	var response plugin.ServiceResponse
	if err := decoder.Decode(&response); err != nil || status != http.StatusOK {
		t.Fatalf("status %d, %v:\n%s", status, err, body)
	}
	for i, params := range want() {
		params["input"] = map[string]any{"set": "shop", "count": float64(1)}
		equalParams(t, response.Output.Parameters[i], params)
	}
}

// A generator without input sends "input":{}, and previewset returns its only set.
func TestRequestWithoutInput(t *testing.T) {
	_, s, _ := shopFixture(t)
	set := applicationSet(t, "any", "goTemplate: true\ngenerators: [{plugin: {configMapRef: {name: previewset}}}]\ntemplate: {metadata: {name: x}, spec: {project: x, destination: {}}}")
	got := newArgoCD(t, s.URL).mustGenerate(t, set)
	if want := []string{"br-checkout", "pr-1"}; !slices.Equal(ids(got), want) {
		t.Fatalf("got previews %q, want %q", ids(got), want)
	}
	if in, ok := got[0]["input"].(map[string]any); !ok || len(in) != 0 {
		t.Errorf("input = %#v, want an empty map", got[0]["input"])
	}
}
