package preflight

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/argocd"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/kube"
)

// argocd checks how Argo CD is set up for the service. The group is empty if no cluster is
// configured.
func (k *checker) argocd(ctx context.Context) Group {
	defer k.Working("argocd")()
	g := Group{Name: "argocd"}
	setting := config.ArgoCD{Namespace: "argocd", ConfigMap: "previewset"}
	if k.config.ArgoCD != nil {
		setting = *k.config.ArgoCD
	}
	setup, err := k.connect(setting)
	// In a pod, only a missing token of the ServiceAccount is fs.ErrNotExist.
	elsewhere := k.Kubeconfig == "" && setting.KubeconfigFile == "" && (k.config.ArgoCD == nil || !errors.Is(err, fs.ErrNotExist))
	switch {
	case errors.Is(err, kube.ErrNoCluster) && elsewhere:
		k.notChecked("Argo CD: %v: run the check in the pod of the service, or name a kubeconfig with --kubeconfig", err)
		return g
	case err != nil:
		g.fail("cluster", "%v: correct the access to the cluster", err)
		return g
	}
	c := clusterCheck{checker: k, Group: &g, setup: setup, setting: setting}
	if c.applicationSets(ctx) {
		c.rights(ctx)
		c.plugin(ctx)
	}
	return g
}

func (k *checker) connect(setting config.ArgoCD) (*argocd.Setup, error) {
	cluster, err := kube.Connect(cmp.Or(k.Kubeconfig, setting.KubeconfigFile))
	if err != nil {
		return nil, err
	}
	return argocd.NewSetup(cluster, argocd.Options{Namespace: setting.Namespace, ConfigMap: setting.ConfigMap})
}

// clusterCheck checks one cluster.
type clusterCheck struct {
	*checker
	*Group
	setup   *argocd.Setup
	setting config.ArgoCD
}

// asService reports whether the cluster is read with the rights of the service. Without
// argocd in the configuration, the service needs none.
func (c clusterCheck) asService() bool { return c.config.ArgoCD != nil && c.Kubeconfig == "" }

const (
	toList  = "list ApplicationSets"
	toPatch = "patch ApplicationSets"
)

// rights reviews the rights of the service's ServiceAccount. The list of ApplicationSets has
// already shown whether the service may list them.
func (c clusterCheck) rights(ctx context.Context) {
	if c.config.ArgoCD == nil {
		return
	}
	who, account := "the service", kube.ServiceAccount{}
	if !c.asService() {
		who, account = fmt.Sprintf("ServiceAccount %s/%s", c.Account.Namespace, c.Account.Name), c.Account
		c.right(ctx, "list", toList, who, account)
	}
	c.right(ctx, "patch", toPatch, who, account)
	if c.config.GitOps != nil {
		c.applications(ctx, who, account)
	}
}

func (c clusterCheck) right(ctx context.Context, verb, subject, who string, account kube.ServiceAccount) {
	if allowed, known := c.review(ctx, verb, "applicationsets", subject, who, account); known {
		c.allowed(subject, who, allowed)
	}
}

// applications reviews the rights to watch Applications. Without them, states are less precise.
func (c clusterCheck) applications(ctx context.Context, who string, account kube.ServiceAccount) {
	for _, verb := range []string{"list", "watch"} {
		subject := verb + " Applications"
		switch allowed, known := c.review(ctx, verb, "applications", subject, who, account); {
		case known && !allowed:
			c.warn(subject, "%s may not do this in namespace %s, so that the state of a preview does not say whether it is live: apply manifests/components/applications, which has the Role previewset-applications", who, c.setting.Namespace)
		case known:
			c.ok(subject, "%s may do this in namespace %s", who, c.setting.Namespace)
		}
	}
}

// review reports whether the account may use a verb on a resource. known is false after a
// problem, which it reports.
func (c clusterCheck) review(ctx context.Context, verb, resource, subject, who string, account kube.ServiceAccount) (allowed, known bool) {
	allowed, err := c.setup.Allowed(ctx, verb, resource, account)
	switch {
	case errors.Is(err, kube.ErrForbidden):
		c.notChecked("whether %s may %s: %v", who, subject, err)
	case err != nil:
		c.fail(subject, "%v: %s", err, unreachable)
	default:
		return allowed, true
	}
	return false, false
}

func (c clusterCheck) allowed(subject, who string, allowed bool) {
	if !allowed {
		c.fail(subject, "%s may not do this in namespace %s: apply manifests/components/refresh, which has the Role previewset-refresh", who, c.setting.Namespace)
		return
	}
	c.ok(subject, "%s may do this in namespace %s", who, c.setting.Namespace)
}

// applicationSets checks the ApplicationSets that request parameters from the service. It
// reports whether the cluster answers.
func (c clusterCheck) applicationSets(ctx context.Context) (answers bool) {
	const subject = "ApplicationSets"
	found, err := c.setup.ApplicationSets(ctx)
	switch {
	case errors.Is(err, kube.ErrForbidden) && c.asService():
		c.allowed(toList, "the service", false)
		return true
	case errors.Is(err, kube.ErrForbidden):
		c.notChecked("the ApplicationSets: %v", err)
		return true
	case errors.Is(err, argocd.ErrNotInstalled):
		c.fail(subject, "%v", err)
		return false
	case err != nil:
		c.fail(subject, "%v: %s", err, unreachable)
		return false
	}
	if c.asService() {
		c.allowed(toList, "the service", true)
	}
	for _, a := range found {
		c.applicationSet(a)
	}
	for _, s := range c.config.Sets {
		c.users(ctx, s, found)
	}
	return true
}

// unreachable is the remedy for a cluster that does not answer as expected.
const unreachable = "check that this machine reaches the cluster, and that the credentials of the kubeconfig are valid"

// applicationSet checks one ApplicationSet.
func (c clusterCheck) applicationSet(a argocd.ApplicationSet) {
	subject, before := "ApplicationSet "+a.Name, len(c.Checks)
	for _, name := range a.Sets {
		switch configured := c.isConfigured(name); {
		case name == "" && len(c.config.Sets) > 1:
			c.fail(subject, "its plugin generator names no set, and the configuration has several: set input.parameters.set")
		case name != "" && !configured && !argocd.IsTemplate(name):
			c.fail(subject, "it requests the set %s, which is not configured, so that Argo CD changes nothing: add the set, or correct input.parameters.set", name)
		}
	}
	if a.NotText {
		c.fail(subject, "its input.parameters.set is not a text, so that the service refuses its requests: write the name in quotes")
	}
	if !a.GoTemplate {
		c.warn(subject, "goTemplate is not true, so that parameters with several values, such as labels, are not available: set goTemplate: true")
	} else if !a.MissingKeyError {
		c.warn(subject, "a misspelled parameter is written as \"<no value>\": set goTemplateOptions: [missingkey=error]")
	}
	if c.config.ArgoCD == nil && a.Requeue > 5*time.Minute {
		c.warn(subject, "Argo CD requests the parameters only every %s: set requeueAfterSeconds: 60 in the generator, or configure argocd", a.Requeue)
	}
	c.warnings(a.Warnings(c.hasDatabase(a)))
	if len(c.Checks) == before {
		c.ok(subject, "it requests %s", strings.Join(setNames(a), ", "))
	}
}

// hasDatabase reports whether Jobs drop databases of the previews of a.
func (c clusterCheck) hasDatabase(a argocd.ApplicationSet) bool {
	return slices.ContainsFunc(c.config.Sets, func(s config.Set) bool { return a.MayRequest(s.Name) && s.DropsDatabases() })
}

func setNames(a argocd.ApplicationSet) (names []string) {
	for _, name := range a.Sets {
		switch {
		case name == "":
			names = append(names, "the only set")
		case argocd.IsTemplate(name):
			names = append(names, "the sets that a template names")
		default:
			names = append(names, "the set "+name)
		}
	}
	return names
}

func (c clusterCheck) isConfigured(name string) bool {
	return slices.ContainsFunc(c.config.Sets, func(s config.Set) bool { return s.Name == name })
}

// users checks that exactly one ApplicationSet requests a set.
func (c clusterCheck) users(ctx context.Context, s config.Set, all []argocd.ApplicationSet) {
	users := argocd.Users(all, s.Name)
	subject := "set " + s.Name
	shared, several := argocd.SharedWarning(s.Name, users)
	switch {
	case len(users) == 0:
		c.warn(subject, "no ApplicationSet in namespace %s requests it from the ConfigMap %s%s: apply an ApplicationSet, such as one of the examples, or remove the set",
			c.setting.Namespace, c.setting.ConfigMap, c.entries(ctx, s))
	case several:
		c.warnings([]generator.Warning{shared})
	default:
		c.ok(subject, "ApplicationSet %s requests it", users[0].Name)
	}
}

// entries describes the entries of a set that no ApplicationSet requests, or returns "".
func (c clusterCheck) entries(ctx context.Context, s config.Set) string {
	if s.Overlay == nil {
		return ""
	}
	state, err := c.parts.Repository.State(ctx, s.Name)
	if err != nil || len(state.Entries) == 0 {
		return ""
	}
	return fmt.Sprintf(", and nothing deploys its entries (%d)", len(state.Entries))
}

// plugin checks the ConfigMap and the Secret from which Argo CD takes the address and the
// token.
func (c clusterCheck) plugin(ctx context.Context) {
	subject := "ConfigMap " + c.setting.ConfigMap
	p, err := c.setup.Plugin(ctx)
	switch {
	case errors.Is(err, kube.ErrForbidden):
		c.notChecked("the ConfigMap %s and the Secret of Argo CD, which the service may not read: name the kubeconfig of a person who may with --kubeconfig", c.setting.ConfigMap)
		return
	case errors.Is(err, kube.ErrNotFound):
		c.fail(subject, "it does not exist in namespace %s: apply manifests/base/plugin.yaml, or set argocd.configMap to its name", c.setting.Namespace)
		return
	case err != nil:
		c.fail(subject, "%v: %s", err, unreachable)
		return
	}
	c.baseURL(subject, p.BaseURL)
	if _, err := strconv.Atoi(p.RequestTimeout); err != nil && p.RequestTimeout != "" {
		c.fail(subject, "its key requestTimeout is not a number of seconds, so that Argo CD requests nothing: write a whole number without a unit")
	}
	name, key, err := p.Reference()
	if err != nil {
		c.fail(subject, "its key token must be a reference such as $previewset:token, which names a Secret and its key: correct it")
		return
	}
	c.secret(ctx, name, key)
}

func (c clusterCheck) baseURL(subject, raw string) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		c.fail(subject, "its key baseUrl is not a URL: set it to the address of the service, such as http://previewset.previewset.svc:4355")
		return
	}
	c.ok(subject, "baseUrl is %s", u.Redacted())
}

func (c clusterCheck) secret(ctx context.Context, name, key string) {
	subject := "Secret " + name
	namespace := c.setting.Namespace
	token, err := c.setup.Token(ctx, name, key)
	switch {
	case errors.Is(err, kube.ErrForbidden):
		c.notChecked("the Secret %s of Argo CD, which this user may not read: name the kubeconfig of a person who may with --kubeconfig", name)
		return
	case errors.Is(err, kube.ErrNotFound):
		c.fail(subject, "it does not exist: run \"kubectl -n %s create secret generic %s --from-file=%s\"", namespace, name, key)
		return
	case err != nil:
		c.fail(subject, "%v: %s", err, unreachable)
		return
	}
	if !token.Labelled {
		c.fail(subject, "it lacks the label that Argo CD requires: run \"kubectl -n %s label secret %s %s=%s\"", namespace, name, argocd.PartOf, argocd.PartOfValue)
	}
	if token.Value == "" {
		c.fail(subject, "its key %s is missing or empty: write the token of the service there", key)
		return
	}
	configured, err := c.config.Auth.Token().Read()
	if err != nil {
		return // already reported
	}
	if subtle.ConstantTimeCompare([]byte(token.Value), []byte(configured)) != 1 {
		c.fail(subject, "its key %s is another token than auth.tokenFile or auth.tokenEnv, so that the service refuses Argo CD: write the same token to both", key)
		return
	}
	if token.Labelled {
		c.ok(subject, "its key %s is the token of the service", key)
	}
}
