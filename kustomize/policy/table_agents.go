package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

const (
	checksAny   = "the monitoring agent would send requests to any address, or read its own files and variables"
	usePodHost  = "use only the address of the pod, such as %%host%% or ${data.host}"
	datadogHint = "https://docs.datadoghq.com/containers/kubernetes/integrations/"
	elasticHint = "https://www.elastic.co/docs/reference/beats/metricbeat/configuration-autodiscover-hints"
)

// agentRows has the annotations with which pods configure the agents of a monitoring system.
var agentRows = []Row{
	{Word: allowScrape, Annotation: "ad.datadoghq.com/*", Except: ownDatadogChecks, Why: checksAny, Fix: usePodHost, Source: datadogHint},
	{Word: allowScrape, Annotation: "service-discovery.datadoghq.com/*", Except: ownDatadogChecks, Why: checksAny, Fix: usePodHost, Source: datadogHint},
	{Word: allowScrape, Annotation: "co.elastic.*", Except: ownElasticHints, Why: checksAny, Fix: usePodHost, Source: elasticHint},
}

// ownDatadogChecks are settings that name no other host than the pod, and no files or variables
// of the agent.
var ownDatadogChecks = Values{"settings of checks with `%%host%%` and without files and `%%env_…%%`", func(p fields.Place, _ Scope) bool {
	if !slices.ContainsFunc([]string{".checks", ".instances", ".init_configs", ".logs"}, func(end string) bool { return strings.HasSuffix(p.Name, end) }) {
		return true
	}
	config := parsed(p.Node)
	return config.Kind != yaml.ScalarNode && isOwnCheck(config, "")
}}

// isOwnCheck reports whether a value of a check, in the field with this name, is about the pod.
func isOwnCheck(n *yaml.Node, field string) bool {
	n = object.Resolved(n)
	switch {
	case n.Kind == yaml.SequenceNode:
		return !slices.ContainsFunc(n.Content, func(item *yaml.Node) bool { return !isOwnCheck(item, field) })
	case n.Kind == yaml.MappingNode:
		return !slices.ContainsFunc(object.Keys(n), func(key string) bool { return !isOwnCheck(object.Child(n, key), strings.ToLower(key)) })
	case n.ShortTag() != yaml.NodeTagString:
		return true
	case strings.Contains(n.Value, "%%env_"), containsAny(field, "path", "file", "cert", "command", "socket"):
		return false
	}
	return !containsAny(field, "host", "url", "endpoint", "server", "address") || strings.Contains(n.Value, "%%host")
}

// ownElasticHints are hints that name no other host than the pod, and no files of the agent.
var ownElasticHints = Values{"hints with `${data.host}`, and without `raw` and `ssl`", func(p fields.Place, _ Scope) bool {
	_, hint, _ := strings.Cut(p.Name, "/")
	text := object.Scalar(p.Node)
	switch {
	case strings.HasSuffix(hint, "raw"), containsAny(hint, "ssl.", "file", "paths"):
		return false
	case strings.HasSuffix(hint, "host"), strings.HasSuffix(hint, "hosts"):
		return !slices.ContainsFunc(splitList(text), func(host string) bool {
			return !strings.Contains(host, "${data.") && !strings.Contains(host, "${kubernetes.")
		})
	}
	return true
}}

func containsAny(text string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
}
