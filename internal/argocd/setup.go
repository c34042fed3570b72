package argocd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	valid "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/client-go/rest"

	"github.com/previewset/previewset/internal/kube"
)

// Setup reads how Argo CD is set up for this service. It changes nothing.
type Setup struct {
	api       *api
	configMap string
}

// NewSetup returns the setup in the cluster. It makes no request.
func NewSetup(cluster *rest.Config, o Options) (*Setup, error) {
	client, err := kube.New(cluster, o.Timeout)
	if err != nil {
		return nil, fmt.Errorf("argocd: %w", err)
	}
	return &Setup{api: &api{client, o.Namespace}, configMap: o.ConfigMap}, nil
}

// ApplicationSet is an ApplicationSet that requests parameters from this service.
type ApplicationSet struct {
	Name string
	// Sets are the requested sets, without duplicates. A template that yields the name,
	// as in a matrix, is one of them, and so is "" for a generator that names no set.
	Sets []string
	// NotText is true if a generator names a set by a number or another value that is no
	// text. The service refuses its requests.
	NotText    bool
	GoTemplate bool
	// MissingKeyError is true if a template with an unknown parameter fails.
	MissingKeyError bool
	// Requeue is the longest time between two requests of a generator.
	Requeue time.Duration
	// ApplicationsSync and PreserveResources are syncPolicy.applicationsSync, "" for none,
	// and syncPolicy.preserveResourcesOnDeletion.
	ApplicationsSync  string
	PreserveResources bool
	// Labels are the templates of the labels of its Applications, without templatePatch.
	Labels map[string]string
}

// defaultRequeue applies to a generator without requeueAfterSeconds. (argo-cd,
// DefaultPluginRequeueAfter in applicationset/generators.)
const defaultRequeue = 30 * time.Minute

// IsTemplate reports whether a name is a template.
func IsTemplate(name string) bool { return strings.Contains(name, "{{") }

// ApplicationSets returns the ApplicationSets of the namespace that use this service, or may
// use it.
func (s *Setup) ApplicationSets(ctx context.Context) (found []ApplicationSet, err error) {
	all, err := s.api.all(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the ApplicationSets of namespace %s: %w", s.api.namespace, err)
	}
	for _, a := range all {
		plugins := pluginsIn(a.Spec.Generators, s.configMap)
		if len(plugins) == 0 {
			continue
		}
		set := ApplicationSet{
			Name: a.Metadata.Name, GoTemplate: a.Spec.GoTemplate,
			MissingKeyError:   slices.Contains(a.Spec.GoTemplateOptions, "missingkey=error"),
			ApplicationsSync:  a.Spec.SyncPolicy.ApplicationsSync,
			PreserveResources: a.Spec.SyncPolicy.PreserveResourcesOnDeletion,
			Labels:            a.Spec.Template.Metadata.Labels,
		}
		for _, p := range plugins {
			set.Requeue = max(set.Requeue, requeueOf(p))
			value := lookup(p, setPath()...)
			name, isText := value.(string)
			switch {
			case value != nil && !isText:
				set.NotText = true
			case !slices.Contains(set.Sets, name):
				set.Sets = append(set.Sets, name)
			}
		}
		found = append(found, set)
	}
	return found, nil
}

func requeueOf(plugin any) time.Duration {
	seconds, ok := lookup(plugin, "requeueAfterSeconds").(float64)
	if !ok || seconds <= 0 {
		return defaultRequeue
	}
	return time.Duration(min(seconds, 1e9)) * time.Second
}

// Allowed reports whether the access rules allow the account to use a verb on a resource of
// Argo CD, such as applicationsets, in the namespace.
func (s *Setup) Allowed(ctx context.Context, verb, resource string, account kube.ServiceAccount) (bool, error) {
	return s.api.client.Allowed(ctx, kube.Access{
		Namespace: s.api.namespace, Group: "argoproj.io", Resource: resource, Verb: verb,
	}, account)
}

// Plugin is the ConfigMap of a plugin generator.
type Plugin struct {
	BaseURL string
	// Token is the value of the key token: a reference such as "$previewset:token".
	Token string
	// RequestTimeout is a whole number of seconds, or "" for the default.
	RequestTimeout string
}

// Plugin returns the ConfigMap that generators refer to. The error is kube.ErrNotFound if
// it does not exist.
func (s *Setup) Plugin(ctx context.Context) (Plugin, error) {
	data, err := s.api.client.ConfigMap(ctx, s.api.namespace, s.configMap)
	return Plugin{BaseURL: data["baseUrl"], Token: data["token"], RequestTimeout: data["requestTimeout"]}, err
}

// ErrReference means that the token of a plugin does not refer to a Secret.
var ErrReference = errors.New("it does not refer to the key of a Secret")

// Reference returns the Secret and the key that p.Token refers to. The error is
// ErrReference. (argo-cd, ParseSecretKey in applicationset/services/plugin.)
func (p Plugin) Reference() (name, key string, err error) {
	reference, ok := strings.CutPrefix(p.Token, "$")
	if !ok {
		return "", "", ErrReference
	}
	name, key, ok = strings.Cut(reference, ":")
	if !ok {
		name, key = "argocd-secret", reference
	}
	if len(valid.IsDNS1123Subdomain(name))+len(valid.IsConfigMapKey(key)) > 0 {
		return "", "", ErrReference // it may be the token itself
	}
	return name, key, nil
}

// Token is the token that Argo CD sends.
type Token struct {
	// Value is "" if the Secret lacks the key.
	Value string
	// Labelled is true if the Secret has the label that Argo CD requires.
	Labelled bool
}

// The label that the Secret of a plugin must have. (argo-cd,
// docs/operator-manual/applicationset/Generators-Plugin.md.)
const (
	PartOf      = "app.kubernetes.io/part-of"
	PartOfValue = "argocd"
)

// Token reads the token from a key of a Secret. The error is kube.ErrNotFound if the
// Secret does not exist.
func (s *Setup) Token(ctx context.Context, name, key string) (Token, error) {
	found, err := s.api.client.Secret(ctx, s.api.namespace, name)
	if err != nil {
		return Token{}, err
	}
	return Token{
		Value:    strings.TrimSpace(string(found.Data[key])), // as Argo CD: ReplaceStringSecret in util/settings
		Labelled: found.Labels[PartOf] == PartOfValue,
	}, nil
}
