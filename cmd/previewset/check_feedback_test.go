package main

import (
	"fmt"
	"net/http"
	"path"
	"strings"
	"testing"

	giteatest "github.com/previewset/previewset/test/fake/gitea"
)

// checkOfFeedback returns a fixture with a set that has feedback, and its kubeconfig.
func checkOfFeedback(t *testing.T) (f *checkFixture, forge *giteatest.Server, kubeconfig string) {
	t.Helper()
	f, forge = newCheckFixture(t), giteatest.New(t)
	f.write("gitea-token", giteatest.ReaderToken+"\n")
	f.write("feedback-token", giteatest.ReaderToken+"\n")
	f.configureSet(fmt.Sprintf(`- name: shop
  source: {gitea: {url: "%s", owner: acme, repo: shop, tokenFile: %s}}
  select: {pullRequests: {}}
  feedback: {tokenFile: %s}
`, forge.URL, f.file("gitea-token"), f.file("feedback-token")))
	forge.Fault(func(w http.ResponseWriter, r *http.Request) bool {
		answer, ok := map[string]string{"user": `{"id": 7, "login": "previewset"}`, "comments": "[]"}[path.Base(r.URL.Path)]
		if ok {
			answerWith(http.StatusOK, "application/json", answer)(w, r)
		}
		return ok
	})
	return f, forge, f.kube.Kubeconfig(t)
}

func TestCheckReviewsTheLeaseOfFeedback(t *testing.T) {
	t.Parallel()
	f, _, kubeconfig := checkOfFeedback(t)
	if _, out, _ := f.run("check", "--kubeconfig", kubeconfig); !strings.Contains(out, "ok       Lease: ServiceAccount previewset/previewset may hold the Lease previewset-feedback in namespace previewset") {
		t.Errorf("got\n%s", out)
	}
	for _, verb := range []string{"create", "get", "update"} {
		f.argocd.denied = []string{"review " + verb + " leases"}
		status, out, _ := f.run("check", "--kubeconfig", kubeconfig)
		if want := "may not " + verb + " the Lease previewset-feedback in namespace previewset: apply manifests/components/feedback"; status != statusFailed || !strings.Contains(out, want) {
			t.Errorf("%s: got status %d, want %d and %q\n%s", verb, status, statusFailed, want, out)
		}
	}
	f.argocd.denied = nil
	if _, out, _ := f.run("check"); !strings.Contains(out, "not checked: the right to hold the Lease of feedback") {
		t.Errorf("outside of a pod: got\n%s", out)
	}
}

func TestCheckWarnsWithoutRightToWatchApplications(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"list", "watch"} {
		f := newCheckFixture(t)
		f.argocd.denied = []string{"review " + verb + " applications"}
		status, out, _ := f.run("check")
		if want := "warning  " + verb + " Applications: the service may not do this in namespace argocd"; status != statusDone || !strings.Contains(out, want) {
			t.Errorf("%s: got status %d, want %d and %q\n%s", verb, status, statusDone, want, out)
		}
	}
}

func TestCheckOfTheLoginOfFeedback(t *testing.T) {
	t.Parallel()
	f, forge, _ := checkOfFeedback(t)
	if _, out, _ := f.run("check"); !strings.Contains(out, "feedback\n  ok       set shop: the login that writes feedback can read it") {
		t.Errorf("got\n%s", out)
	}
	forge.Fault(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/comments") && !strings.HasSuffix(r.URL.Path, "/user") {
			return false
		}
		answerWith(http.StatusUnauthorized, "application/json", `{"message": "invalid token"}`)(w, r)
		return true
	})
	if status, out, _ := f.run("check"); status != statusFailed || !strings.Contains(out, "feedback\n  failed   set shop: ") || !strings.Contains(out, "correct the token of feedback") {
		t.Errorf("got status %d, want %d and the remedy\n%s", status, statusFailed, out)
	}
}

// Without a change, the login is not checked, and the reason is not the rules if the source
// can't be read.
func TestCheckWithoutChangeForTheLoginOfFeedback(t *testing.T) {
	t.Parallel()
	const note = "not checked: the login that writes feedback of the set shop: "
	f, forge, _ := checkOfFeedback(t)
	f.replace("{pullRequests: {}}", "{pullRequests: {labels: {all: [none]}}}")
	if _, out, _ := f.run("check"); !strings.Contains(out, note+"no open change matches the rules now") {
		t.Errorf("no change: got\n%s", out)
	}
	forge.Fault(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusUnauthorized)
		return true
	})
	if _, out, _ := f.run("check"); !strings.Contains(out, note+"its source can't be read") || strings.Contains(out, "no open change matches") {
		t.Errorf("source that can't be read: got\n%s", out)
	}
}

func TestWarningAboutFeedbackWithoutArgoCD(t *testing.T) {
	t.Parallel()
	const want = "so that the status stays pending: add argocd to the configuration"
	f, _, kubeconfig := checkOfFeedback(t)
	for _, command := range []string{"validate", "check"} {
		if _, out, stderr := f.run(command); strings.Contains(out+stderr, want) {
			t.Errorf("%s with argocd: got\n%s%s", command, out, stderr)
		}
	}
	f.replace("argocd:", "# argocd:")
	for _, command := range [][]string{{"validate"}, {"check", "--kubeconfig", kubeconfig}} {
		if _, out, stderr := f.run(command...); strings.Count(out+stderr, want) != 1 {
			t.Errorf("%s: got\n%s%s", command[0], out, stderr)
		}
	}
}
