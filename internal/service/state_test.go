package service_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/plugin"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// states returns the status and the states for a token.
func (h *harness) states(token string) (int, plugin.StatesView) {
	h.t.Helper()
	status, body := h.send(http.MethodGet, "/api/v1/previews", "", http.Header{"Authorization": {"Bearer " + token}})
	var view plugin.StatesView
	if err := json.Unmarshal([]byte(body), &view); err != nil {
		h.t.Fatal(err)
	}
	return status, view
}

// awaitStates waits until the JSON of the states contains a text.
func (h *harness) awaitStates(text string, want bool) {
	h.t.Helper()
	h.await(fmt.Sprintf("states with %q: %t", text, want), func() bool {
		_, view := h.states(bearerToken)
		data, err := json.Marshal(view)
		if err != nil {
			h.t.Fatal(err)
		}
		return strings.Contains(string(data), text) == want
	})
}

// Warnings of a sync, and about entries that no configured set has, are in the API until
// they end.
func TestStatesHaveWarnings(t *testing.T) {
	t.Parallel()
	h, app := newHarness(t), newApp(t, "cart")
	app.DisableExtensions(t)
	keys := func(sets string) string { return fmt.Sprintf("gitops: {url: %q}\nsets:\n%s", h.gitops.URL(), sets) }
	shop := branchSet("shop", app.URL(), overlay, "  lifetime: {idle: 720000h}\n")
	h.configure("1s", keys(shop+branchSet("old", app.URL(), overlay)))
	h.start()
	h.awaitIDs("old", "br-cart")
	h.awaitStates(`"subject":"lifetime.idle"`, true)
	h.awaitStates(`"subject":"previews/old"`, false)
	h.configure("1s", keys(shop))
	h.awaitStates(`{"set":"old","stale":false,"warnings":[{"subject":"previews/old"`, true)
	h.awaitSeries(`warnings{set="old"}`, 1)
	entries := h.gitops.Files(t, "main", "previews/old")
	h.gitops.Commit(t, "main", "Remove the entries", map[string]string{"previews/old": gittest.Delete})
	h.awaitStates(`"old"`, false)
	h.await("the end of the series", func() bool { return !strings.Contains(fmt.Sprint(h.series()), `set="old"`) })
	if log := h.logText(); strings.Count(log, "a set that is not configured has entries") != 1 || strings.Count(log, "a set that is not configured no longer has entries") != 1 {
		t.Errorf("got log %s, want one line at the begin and one at the end", log)
	}

	// Entries of a set that nobody configures are pushed while the service runs.
	h.awaitSyncs("shop", 2)
	h.gitops.Commit(t, "main", "Add entries", entries)
	h.awaitStates(`{"set":"old","stale":false,"warnings":[{"subject":"previews/old"`, true)
	h.awaitSeries(`warnings{set="old"}`, 1)
	app.Config(t, "uploadpack.allowFilter", "true")
	h.awaitStates(`"lifetime.idle"`, false)
}

// A set that can't be read is listed with its problem.
func TestStatesHaveProblems(t *testing.T) {
	t.Parallel()
	h, app := newHarness(t), newApp(t, "cart")
	h.configure("1s", "sets:\n"+branchSet("broken", app.URL()+"-absent")+branchSet("shop", app.URL()))
	h.start()
	h.awaitIDs("shop", "br-cart")
	h.awaitStates("the source is not found, see previewset's log", true)
	if status, view := h.states(bearerToken); status != http.StatusOK || len(view.Sets) != 2 || view.Sets[0].Set != "broken" || view.Sets[0].Problem == "" || view.Sets[1].Problem != "" {
		t.Errorf("got %d %+v, want a problem of the first set", status, view.Sets)
	}
}

// The read token opens the state only. It is rotated, changed and removed without a restart.
func TestReadTokenThatChanges(t *testing.T) {
	t.Parallel()
	h, app := newHarness(t), newApp(t, "cart")
	configure := func(keys string) {
		h.write("config.yaml", fmt.Sprintf("apiVersion: previewset.dev/v1alpha1\nkind: Config\nauth: {tokenFile: %s%s}\npoll: 1s\nsets:\n%s",
			h.file("token"), keys, branchSet("shop", app.URL())))
	}
	opens := func(token string) bool { status, _ := h.states(token); return status == http.StatusOK }
	h.write("read", "first")
	configure(", readTokenFile: " + h.file("read"))
	h.start()
	h.awaitIDs("shop", "br-cart")
	if got := h.status("first"); !opens("first") || got != http.StatusForbidden {
		t.Errorf("got state %t and status %d for parameters with the read token, want true and %d", opens("first"), got, http.StatusForbidden)
	}
	h.write("read", "second")
	h.await("the rotated read token", func() bool { return opens("second") && !opens("first") })

	refusals := func() int { return strings.Count(h.logText(), "token can't be used: the old one stays in use") }
	for n, equal := range []string{"read", "token"} {
		h.write(equal, map[string]string{"read": bearerToken, "token": "second"}[equal])
		h.await("a report of equal tokens", func() bool { return refusals() == n+1 })
		h.awaitSyncs("shop", 3)
		if got := h.status("second"); refusals() != n+1 || got != http.StatusForbidden || h.status(bearerToken) != http.StatusOK || !opens("second") {
			t.Errorf("%s: got %d refusals, and %d with the read token, want the old tokens", equal, refusals(), got)
		}
		h.write("read", "second")
		h.write("token", bearerToken)
		h.awaitSyncs("shop", 3)
	}
	if err := os.Remove(h.file("read")); err != nil {
		t.Fatal(err)
	}
	h.await("a report of the absent file", func() bool { return refusals() == 3 })
	h.write("token", "rotated")
	h.await("the rotated token", func() bool { return opens("rotated") && !opens(bearerToken) && opens("second") })
	configure("")
	h.await("the end of the read token", func() bool { return !opens("second") && opens("rotated") })
}

func TestRunRefusesEqualTokens(t *testing.T) {
	h := newHarness(t)
	h.write("same", bearerToken+" \n")
	h.write("dollar", "$x")
	h.write("lines", "one\ntwo")
	t.Setenv("READ_TOKEN_OF_TEST", bearerToken)
	for _, test := range []struct {
		auth config.Auth
		want string
	}{
		{config.Auth{TokenFile: h.file("token"), ReadTokenFile: h.file("same")}, "auth.tokenFile and auth.readTokenFile have the same token"},
		{config.Auth{TokenFile: h.file("token"), ReadTokenEnv: "READ_TOKEN_OF_TEST"}, "auth.tokenFile and auth.readTokenEnv have the same token"},
		{config.Auth{TokenEnv: "READ_TOKEN_OF_TEST", ReadTokenFile: h.file("same")}, "auth.tokenEnv and auth.readTokenFile have the same token"},
		{config.Auth{TokenFile: h.file("token"), ReadTokenFile: h.file("absent")}, "auth.readTokenFile: open " + h.file("absent") + ": no such file or directory: write the token there, or correct the key"},
		{config.Auth{TokenEnv: "ABSENT_OF_TEST"}, "auth.tokenEnv: empty secret: environment variable ABSENT_OF_TEST is not set: write the token there, or correct the key"},
		{config.Auth{TokenFile: h.file("token"), ReadTokenFile: h.file("dollar")}, `can't start with "$"`},
		{config.Auth{TokenFile: h.file("token"), ReadTokenFile: h.file("lines")}, "can't have several lines"},
	} {
		_, err := run(t, "", test.auth, "127.0.0.1:0")
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), bearerToken) {
			t.Errorf("%+v: got %v, want %q", test.auth, err, test.want)
		}
	}
}

// An open stream does not delay the end of the service.
func TestStopEndsStreams(t *testing.T) {
	t.Parallel()
	h, app := newHarness(t), newApp(t, "cart")
	h.configure("1s", "sets:\n"+branchSet("shop", app.URL()))
	stop := h.start()
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, h.url+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+bearerToken)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data: ") {
		continue
	}
	start := time.Now()
	stop()
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("the service took %s to end, want at most 5s", took)
	}
	for lines.Scan() {
		continue
	}
	if err := lines.Err(); err != nil {
		t.Errorf("the stream ended with %v, want its end", err)
	}
}
