package service

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/metrics"
	"github.com/previewset/previewset/plugin"
	kubetest "github.com/previewset/previewset/test/fake/kube"
)

// These tests cover the keys of the configuration that the service itself uses. The tests of
// internal/wiring cover the other keys.

func parsed(t *testing.T, keys string) *config.Config {
	t.Helper()
	c, err := config.Parse("config.yaml", []byte("apiVersion: previewset.dev/v1alpha1\nkind: Config\n"+keys+`
sets:
- name: shop
  source: {git: {url: https://git.acme.dev/shop.git}}
  select: {branches: {}}
`))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newMetrics() *metrics.Metrics { return metrics.New(prometheus.NewRegistry(), time.Now, "v1.2.3") }

// TestMaxAgeIsConfigured lets an answer become older than maxAge.
func TestMaxAgeIsConfigured(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	for _, maxAge := range []time.Duration{2 * time.Hour, 3 * time.Hour} {
		now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		s := &server{log: log, metrics: newMetrics(), board: plugin.NewBoard(func() time.Time { return now })}
		s.feedback = newReportFeedback(s.board, s.metrics, log)
		if err := s.configure(parsed(t, fmt.Sprintf("auth: {tokenEnv: T}\nmaxAge: %s", maxAge))); err != nil {
			t.Fatal(err)
		}
		if _, err := s.board.Publish(&generator.Snapshot{Set: "shop", TakenAt: now}); err != nil {
			t.Fatal(err)
		}
		handler := plugin.New(plugin.Options{
			Board: s.board, Token: func() string { return "t" }, Log: log, Metrics: http.NotFoundHandler(), OnAnswer: func(string, int, time.Duration) {},
		})
		ask := func() int {
			r := httptest.NewRequest(http.MethodPost, "/api/v1/getparams.execute", strings.NewReader(`{"input": {"parameters": {"set": "shop"}}}`))
			r.Header.Set("Authorization", "Bearer t")
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			return w.Code
		}
		now = now.Add(maxAge - time.Second)
		if got := ask(); got != http.StatusOK {
			t.Errorf("%s, before: got %d, want %d", maxAge, got, http.StatusOK)
		}
		now = now.Add(2 * time.Second)
		if got := ask(); got != http.StatusServiceUnavailable {
			t.Errorf("%s, after: got %d, want %d", maxAge, got, http.StatusServiceUnavailable)
		}
	}
}

// Tokens that would be equal are not applied, whichever of them changes.
func TestReloadedTokensDiffer(t *testing.T) {
	t.Parallel()
	auth := config.Auth{TokenFile: filepath.Join(t.TempDir(), "token"), ReadTokenFile: filepath.Join(t.TempDir(), "read")}
	write := func(full, read string) {
		t.Helper()
		for file, text := range map[string]string{auth.TokenFile: full, auth.ReadTokenFile: read} {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	write("a", "b")
	tokens, err := newTokens("", auth)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ full, read, wantFull, wantRead string }{
		{"a", "a", "a", "b"},
		{"b", "b", "a", "b"},
		{"c", "c", "a", "b"},
		{"b", "", "a", "b"}, // the read token can't be read, so it is still b
		{"b", "a", "b", "a"},
		{"c", "$a", "c", "a"},
		{"", "d", "c", "d"},
		{"e", "c", "e", "c"},
	} {
		write(step.full, step.read)
		tokens.reload(auth, slog.New(slog.DiscardHandler))
		if full, read := tokens.full.value(), tokens.read.value(); full != step.wantFull || read != step.wantRead {
			t.Errorf("files %q and %q: got tokens %q and %q, want %q and %q", step.full, step.read, full, read, step.wantFull, step.wantRead)
		}
	}
}

// A token that can't be used is one line when it begins, with the remedy, and one when it ends.
func TestUnusableTokensAreLoggedOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return filepath.Join(dir, name)
	}
	absent, invalid, a, b, c := filepath.Join(dir, "absent"), file("invalid", "$x"), file("a", "a"), file("b", "b"), file("c", "c")
	const remedy, equal = ": write the token there, or correct the key", "auth.tokenFile and auth.readTokenFile have the same token: use another read token"
	tokens, err := newTokens("", config.Auth{TokenFile: a, ReadTokenFile: b})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		name, full, read string
		want             []string // a text of each line
	}{
		{"no change", a, b, nil},
		{"absent token", absent, b, []string{`the token can't be used: the old one stays in use" error="auth.tokenFile: open ` + absent + ": no such file or directory" + remedy}},
		{"invalid token", invalid, b, []string{`the token can't be used: the old one stays in use" error="auth.tokenFile: file ` + invalid + ": a token can't start with"}},
		{"the same token again", a, b, []string{"the token can be used again"}},
		{"token that equals the read token", b, b, []string{`the token can't be used: the old one stays in use" error="` + equal}},
		{"another token", c, b, []string{"the token can be used again", "a rotated token is in use"}},
		{"absent read token", c, absent, []string{`the read token can't be used: the old one stays in use" error="auth.readTokenFile: open ` + absent + ": no such file or directory" + remedy}},
		{"read token that equals the token", c, c, []string{`the read token can't be used: the old one stays in use" error="` + equal}},
		{"another read token", c, a, []string{"the read token can be used again", "a rotated read token is in use"}},
		{"both tokens become equal", b, b, []string{`the token can't be used: the old one stays in use" error="` + equal, `the read token can't be used: the old one stays in use" error="` + equal}},
		{"no read token", b, "", []string{"the token can be used again", "a rotated token is in use", "the configuration no longer has a read token"}},
		{"new read token is absent", b, absent, []string{`the read token can't be used: there is none" error="auth.readTokenFile: `}},
		{"no read token again", b, "", []string{"the configuration no longer has a read token"}},
	} {
		var log strings.Builder
		for range 3 {
			tokens.reload(config.Auth{TokenFile: step.full, ReadTokenFile: step.read}, slog.New(slog.NewTextHandler(&log, nil)))
		}
		lines := strings.SplitAfter(log.String(), "\n")
		lines = lines[:len(lines)-1]
		if !slices.EqualFunc(lines, step.want, strings.Contains) {
			t.Errorf("%s: got log %q, want lines with %q", step.name, lines, step.want)
		}
	}
}

// TestTokenIsConfigured reads the token from each place that auth can name.
func TestTokenIsConfigured(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("in the file"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TOKEN_OF_THIS_TEST", "in the variable")
	for auth, want := range map[string]string{"tokenFile: " + file: "in the file", "tokenEnv: TOKEN_OF_THIS_TEST": "in the variable"} {
		tokens, err := newTokens("", parsed(t, "auth: {"+auth+"}").Auth)
		if err != nil || tokens.full.value() != want || tokens.read.value() != "" {
			t.Errorf("%s: got other tokens or %v, want %q and no read token", auth, err, want)
		}
	}
}

// TestArgoCDIsConfigured marks the ApplicationSets of the namespace, by the ConfigMap
// and in the cluster that the configuration names.
func TestArgoCDIsConfigured(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ keys, namespace, configMap string }{
		{"", "argocd", "previewset"},
		{"namespace: gitops", "gitops", "previewset"},
		{"configMap: generator", "argocd", "generator"},
	} {
		api := kubetest.Start(t)
		var patched []string
		api.Hook(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if r.Method == http.MethodPatch {
				patched = append(patched, r.URL.Path)
				_, _ = io.WriteString(w, "{}")
				return
			}
			_ = json.NewEncoder(w).Encode(map[string]any{"kind": "ApplicationSetList", "items": []any{
				applicationSet("previewset"), applicationSet("generator"), applicationSet("other"),
			}})
		})
		c := parsed(t, "auth: {tokenEnv: T}\nargocd: {kubeconfigFile: "+api.Kubeconfig(t)+", "+tt.keys+"}")
		r, err := newRefresh(c.ArgoCD, newMetrics(), slog.New(slog.DiscardHandler), nil)
		if err != nil {
			t.Fatal(err)
		}
		names, err := r.mark(t.Context(), "shop")
		want := "/apis/argoproj.io/v1alpha1/namespaces/" + tt.namespace + "/applicationsets/" + tt.configMap
		if err != nil || !slices.Equal(names, []string{tt.configMap}) || !slices.Equal(patched, []string{want}) {
			t.Errorf("%q: got %q, %v, patched %q, want %s", tt.keys, names, err, patched, want)
		}
		for _, call := range api.Calls() {
			if !strings.Contains(call, "/namespaces/"+tt.namespace+"/") {
				t.Errorf("%q: got a call %s", tt.keys, call)
			}
		}
	}
}

// applicationSet returns an ApplicationSet with the name of the ConfigMap that its generator uses.
func applicationSet(configMap string) map[string]any {
	return map[string]any{
		"metadata": map[string]any{"name": configMap},
		"spec": map[string]any{"generators": []any{map[string]any{"plugin": map[string]any{
			"configMapRef": map[string]any{"name": configMap}, "input": map[string]any{"parameters": map[string]any{"set": "shop"}},
		}}}},
	}
}
