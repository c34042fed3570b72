package argocd

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/previewset/previewset/generator"
)

// MayRequest reports whether a requests set, or may request it: a generator that names no
// set requests the only one, and a template can yield any name.
func (a ApplicationSet) MayRequest(set string) bool {
	return slices.ContainsFunc(a.Sets, func(name string) bool { return name == set || name == "" || IsTemplate(name) })
}

// Users returns the ApplicationSets that request set, or may request it.
func Users(all []ApplicationSet, set string) (users []ApplicationSet) {
	for _, a := range all {
		if a.MayRequest(set) {
			users = append(users, a)
		}
	}
	return users
}

// SharedWarning returns the warning about several users of set, and false for fewer.
func SharedWarning(set string, users []ApplicationSet) (generator.Warning, bool) {
	if len(users) < 2 {
		return generator.Warning{}, false
	}
	names := make([]string, len(users))
	for i, a := range users {
		names[i] = a.Name
	}
	slices.Sort(names)
	return generator.Warning{Subject: "set " + set, Message: fmt.Sprintf(
		"several ApplicationSets request it (%s): if they deploy to the same cluster, they fight over its previews, and deleting one of them deletes namespaces of the other: keep one",
		strings.Join(names, ", "))}, true
}

// Warnings returns the options of a that leave objects behind, stop updates or can stop all
// deletions. With a database, Jobs drop the database of each preview that ends.
func (a ApplicationSet) Warnings(database bool) (warnings []generator.Warning) {
	warn := func(format string, args ...any) {
		warnings = append(warnings, generator.Warning{Subject: "ApplicationSet " + a.Name, Message: fmt.Sprintf(format, args...)})
	}
	if effect := effectOf(a.ApplicationsSync); effect != "" {
		warn("applicationsSync is %s, so that Argo CD %s: remove the key", a.ApplicationsSync, effect)
	}
	if a.PreserveResources && database {
		warn("preserveResourcesOnDeletion keeps the objects of a preview that ends, but Argo CD still runs the Job that drops its database: remove the key")
	}
	for _, key := range slices.Sorted(maps.Keys(a.Labels)) {
		if name := a.invalidIn(a.Labels[key]); name != "" {
			warn("the label %.100q has the parameter %s, which can be an invalid label value. One Application with an invalid label stops all deletions of the ApplicationSet: %s", key, name, remedyFor(name))
		}
	}
	return warnings
}

// effectOf returns what a policy of syncPolicy.applicationsSync keeps Argo CD from doing, or
// "" for sync. (argo-cd, ApplicationsSyncPolicy in pkg/apis/application/v1alpha1.)
func effectOf(policy string) string {
	const keeps = "keeps the Application of a preview that ends, although its entry is deleted"
	const stays = "never moves an existing preview to a new commit"
	switch policy {
	case "create-only":
		return stays + ", and " + keeps
	case "create-update":
		return keeps
	case "create-delete":
		return stays
	}
	return ""
}

// field matches an action that is only a parameter, with or without Go templates. An action
// with functions can make a label value of any parameter.
var field = regexp.MustCompile(`\{\{-?\s*\.?([A-Za-z0-9_]+)(?:\.\d+)?\s*-?\}\}`)

// invalidIn returns the first parameter of a label's template that can be an invalid label
// value, or "". It does not judge the parameters of the configuration.
func (a ApplicationSet) invalidIn(template string) string {
	for _, match := range field.FindAllStringSubmatch(template, -1) {
		if slices.Contains(generator.ParameterNames(), match[1]) && !isLabelValue(match[1]) {
			return match[1]
		}
	}
	return ""
}

const labelPrefix = "label_"

// isLabelValue reports whether a parameter is always a valid label value.
func isLabelValue(name string) bool {
	return strings.HasPrefix(name, labelPrefix) || slices.Contains([]string{
		"set", "id", "kind", "variant", "number", "name", "namespace", "branch_slug", "target_branch_slug", "revision",
		"head_sha", "head_short_sha", "head_short_sha_7", "sha", "short_sha", "short_sha_7",
	}, name)
}

func remedyFor(name string) string {
	if name == "branchNormalized" {
		name = "branch"
	}
	if slices.Contains(generator.ParameterNames(), labelPrefix+name) {
		return "use " + labelPrefix + name
	}
	return "write it to an annotation"
}
