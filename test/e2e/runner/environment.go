package runner

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// environment returns the variables of the container.
func (p *process) environment(ctx context.Context) (map[string]string, error) {
	if len(p.container.EnvFrom) > 0 {
		return nil, fmt.Errorf("container %s: envFrom is not supported", p.container.Name)
	}
	env := map[string]string{}
	for name, value := range p.images[repository(p.container.Image)].Env {
		env[name] = p.files.relocate(value)
	}
	for _, variable := range p.container.Env {
		value, set, err := p.value(ctx, variable, env)
		if err != nil {
			return nil, fmt.Errorf("variable %s: %w", variable.Name, err)
		}
		if set {
			env[variable.Name] = p.files.relocate(value)
		}
	}
	return env, nil
}

// value returns the value of a variable. set is false if an optional source is missing.
func (p *process) value(ctx context.Context, v corev1.EnvVar, before map[string]string) (value string, set bool, err error) {
	from := v.ValueFrom
	switch {
	case from == nil:
		return expand(v.Value, before), true, nil
	case from.SecretKeyRef != nil:
		data, err := p.secret(ctx, from.SecretKeyRef.Name)
		return find(data, from.SecretKeyRef.Key, from.SecretKeyRef.Optional, err)
	case from.ConfigMapKeyRef != nil:
		data, err := p.configMap(ctx, from.ConfigMapKeyRef.Name)
		return find(data, from.ConfigMapKeyRef.Key, from.ConfigMapKeyRef.Optional, err)
	}
	return "", false, fmt.Errorf("source is not supported: %v", from)
}

// find returns the value of key in data. err is the error of reading data. If optional is
// true, a missing key or object is not an error.
func find(data map[string]string, key string, optional *bool, err error) (string, bool, error) {
	value, ok := data[key]
	missing := apierrors.IsNotFound(err) || err == nil && !ok
	switch {
	case missing && optional != nil && *optional:
		return "", false, nil
	case err == nil && !ok:
		return "", false, fmt.Errorf("key %s does not exist", key)
	}
	return value, ok, err
}

func (p *process) secret(ctx context.Context, name string) (map[string]string, error) {
	found, err := p.cluster.Kubernetes.CoreV1().Secrets(p.pod.Namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	data := map[string]string{}
	for key, value := range found.Data {
		data[key] = string(value)
	}
	return data, nil
}

func (p *process) configMap(ctx context.Context, name string) (map[string]string, error) {
	found, err := p.cluster.Kubernetes.CoreV1().ConfigMaps(p.pod.Namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	return maps.Clone(found.Data), nil
}

// reference matches a variable reference in a command, an argument or a value, and the
// escaped dollar sign.
var reference = regexp.MustCompile(`\$\$|\$\([A-Za-z_][A-Za-z0-9_.-]*\)`)

// expand replaces variable references as Kubernetes does: $(NAME) stays unchanged if the
// variable does not exist, and $$ is a dollar sign.
func expand(text string, env map[string]string) string {
	return reference.ReplaceAllStringFunc(text, func(found string) string {
		if found == "$$" {
			return "$"
		}
		if value, ok := env[strings.Trim(found, "$()")]; ok {
			return value
		}
		return found
	})
}
