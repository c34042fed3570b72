package kube_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/kube"
	kubetest "github.com/previewset/previewset/test/fake/kube"
)

func TestAllowedReviewsAnAccount(t *testing.T) {
	t.Parallel()
	access := kube.Access{Namespace: "argocd", Group: "argoproj.io", Resource: "applicationsets", Verb: "patch"}
	const attributes = `"resourceAttributes":{"namespace":"argocd","group":"argoproj.io","resource":"applicationsets","verb":"patch"}`
	for _, test := range []struct {
		name       string
		account    kube.ServiceAccount
		path, spec string
		answer     string
		want       bool
		wantErr    string // "" for none
	}{
		{"the user", kube.ServiceAccount{}, "selfsubjectaccessreviews", `{` + attributes + `}`, `{"kind":"SelfSubjectAccessReview","status":{"allowed":true}}`, true, ""},
		{"denied", kube.ServiceAccount{}, "selfsubjectaccessreviews", `{` + attributes + `}`, `{"kind":"SelfSubjectAccessReview","status":{"allowed":false}}`, false, ""},
		{
			"a ServiceAccount",
			kube.ServiceAccount{Namespace: "a", Name: "b"},
			"subjectaccessreviews",
			`{` + attributes + `,"user":"system:serviceaccount:a:b","groups":["system:serviceaccounts","system:serviceaccounts:a","system:authenticated"]}`,
			`{"kind":"SubjectAccessReview","status":{"allowed":true}}`, true, "",
		},
		{"another object", kube.ServiceAccount{}, "selfsubjectaccessreviews", `{` + attributes + `}`, `{"kind":"Status","status":{"allowed":true}}`, false, "another object"},
		{"no JSON", kube.ServiceAccount{}, "selfsubjectaccessreviews", `{` + attributes + `}`, `<html>`, false, "review the access to applicationsets"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			api := kubetest.Start(t, "argocd")
			api.Hook(func(w http.ResponseWriter, r *http.Request) {
				var body struct{ Spec json.RawMessage }
				if err := json.NewDecoder(r.Body).Decode(&body); err != nil || string(body.Spec) != test.spec {
					t.Errorf("got %s, %v, want %s", body.Spec, err, test.spec)
				}
				w.WriteHeader(http.StatusCreated)
				_, _ = w.Write([]byte(test.answer))
			})
			got, err := newClient(t, api.Kubeconfig(t)).Allowed(t.Context(), access, test.account)
			if got != test.want || (err == nil) != (test.wantErr == "") || err != nil && !strings.Contains(err.Error(), test.wantErr) {
				t.Errorf("got %t, %v, want %t, %q", got, err, test.want, test.wantErr)
			}
			if want := "POST /apis/authorization.k8s.io/v1/" + test.path; api.Calls()[0] != want {
				t.Errorf("got the call %s, want %s", api.Calls()[0], want)
			}
		})
	}
}

func TestAnswerIsTheRequestedConfigMap(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		want   error // nil for any error
		data   string
	}{
		{"the ConfigMap", write(`{"kind":"ConfigMap","metadata":{"namespace":"argocd","name":"previewset"},"data":{"a":"b"}}`), nil, "b"},
		{"another kind", write(`{"kind":"Secret","metadata":{"namespace":"argocd","name":"previewset"},"data":{"a":"b"}}`), nil, ""},
		{"another name", write(`{"kind":"ConfigMap","metadata":{"namespace":"argocd","name":"x"},"data":{"a":"b"}}`), nil, ""},
		{"another namespace", write(`{"kind":"ConfigMap","metadata":{"name":"previewset"},"data":{"a":"b"}}`), nil, ""},
		{"missing", func(w http.ResponseWriter, _ *http.Request) {
			kubetest.Refuse(w, http.StatusNotFound, "NotFound", "not found")
		}, kube.ErrNotFound, ""},
		{"forbidden", func(w http.ResponseWriter, _ *http.Request) {
			kubetest.Refuse(w, http.StatusForbidden, "Forbidden", "you may not")
		}, kube.ErrForbidden, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			api := kubetest.Start(t, "argocd")
			api.Hook(test.answer)
			data, err := newClient(t, api.Kubeconfig(t)).ConfigMap(t.Context(), "argocd", "previewset")
			if data["a"] != test.data || (err == nil) != (test.data != "") || test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("got %v, %v, want %q, %v", data, err, test.data, test.want)
			}
		})
	}
}

func write(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }
}
