package policy_test

import (
	"fmt"
	"testing"

	"github.com/previewset/previewset/kustomize/policy"
)

// TestTargetsOfProxies tries addresses in fields in which a proxy sends requests.
func TestTargetsOfProxies(t *testing.T) {
	t.Parallel()
	in := rowScope(t)
	for _, tt := range []struct {
		name, form string
		own, other []string
	}{
		{
			"complete names", "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x, namespace: preview, annotations: {nginx.ingress.kubernetes.io/mirror-target: '%s'}}\nspec: {rules: [{host: pr-1.preview.example.com}]}\n",
			[]string{
				"http://web.preview", "http://web.preview:80", "https://web.preview.svc/a?b=c#d", "web.preview.svc.cluster.local.:http", "http://pod-0.web.preview.svc",
				"https://pr-1.preview.example.com", "https://a.pr-1.preview.example.com/x", "HTTP-like.preview.svc", "http://web.preview.svc$request_uri",
			},
			[]string{
				"http://web", "http://localhost", "http://127.0.0.1", "http://[::1]", "http://169.254.169.254/latest", "http://2852039166", "http://web.production", "http://web.production.svc",
				"http://web.production.svc.cluster.local", "http://preview", "http://.preview.svc", "http://web.preview.svc.example.net", "http://web.preview.example.net", "http://xpreview.svc",
				"http://web.preview.svc@10.0.0.1", "http://user:web.preview.svc@10.0.0.1", "http://10.0.0.1/web.preview.svc", "http://10.0.0.1#web.preview.svc", `http://10.0.0.1\\web.preview.svc`,
				"http://web.preview.svc$http_x", "https://example.org", "http://web.preview.svc 10.0.0.1", "unix:/run/x.sock", "http://xpr-1.preview.example.com", "http:web.production",
			},
		},
		{
			"logins", "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x, namespace: preview, annotations: {nginx.ingress.kubernetes.io/auth-url: '%s'}}\nspec: {rules: [{host: pr-1.preview.example.com}]}\n",
			[]string{"https://$host/oauth2/auth", "http://$http_host:8080/auth", "https://login.example.org/auth", "http://login.preview.svc/auth", "svc://login:80", "svc://preview/login:80/auth"},
			[]string{
				"http://login.example.org/auth", "https://10.0.0.1", "https://login.auth.svc", "https://login.internal", "https://login", "https://$hostname", "https://$host.example.net", "https://$host$http_x",
				"svc://production/login:80/auth", "https://1.2.3.4.5", "https://user@login.example.org",
			},
		},
		{
			"short names", "apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: x, namespace: preview}\nspec: {hostname: pr-1.preview.example.com, prefix: /, service: '%s'}\n",
			[]string{"web", "web:80", "https://web", "web.preview", "web.preview.svc.cluster.local:443"},
			[]string{"localhost", "web.production", "10.0.0.1", "example.org"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, value := range tt.own {
				expect(t, in, fmt.Sprintf(tt.form, value), "")
			}
			for _, value := range tt.other {
				expect(t, in, fmt.Sprintf(tt.form, value), "proxy-target")
			}
			expect(t, in, fmt.Sprintf(tt.form, ""), "")
			expect(t, policy.Scope{Table: in.Table, Hosts: in.Hosts}, fmt.Sprintf(tt.form, "http://web.production.svc"), "")
		})
	}
}

// TestTextsInConfigurations tries texts that controllers write into the configuration of NGINX.
func TestTextsInConfigurations(t *testing.T) {
	t.Parallel()
	in := rowScope(t)
	const (
		annotation = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x, namespace: preview, annotations: {nginx.ingress.kubernetes.io/x: %q}}\nspec: {rules: [{host: pr-1.preview.example.com}]}\n"
		path       = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x, namespace: preview}\nspec: {rules: [{host: pr-1.preview.example.com, http: {paths: [{path: %q}]}}]}\n"
	)
	for _, tt := range []struct{ form, text, word string }{
		{annotation, "a b, \"c\" $d ${e_1}f ~* ^/[a-z]{2,4}(.*)$ x{3}y{1,}\nz", ""},
		{annotation, "a; b", "snippet"},
		{annotation, "a { b", "snippet"},
		{annotation, "a } b", "snippet"},
		{annotation, "${}", "snippet"},
		{annotation, "{a b}", "snippet"},
		{path, "/api(/|$)(.*)", ""},
		{path, "/[a-z]{2}/~a/%20?it's=@:+,!", ""},
		{path, "/a b", "snippet"},
		{path, "/a\nb", "snippet"},
		{path, "/a\tb", "snippet"},
		{path, "/a\"b", "snippet"},
		{path, "/a`b", "snippet"},
		{path, "/a;b", "snippet"},
		{path, "/a{b", "snippet"},
	} {
		expect(t, in, fmt.Sprintf(tt.form, tt.text), tt.word)
	}
}
