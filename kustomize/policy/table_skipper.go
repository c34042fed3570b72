package policy

import (
	"regexp"
	"slices"
	"strings"
)

const (
	skipperFilters = "https://opensource.zalando.com/skipper/reference/filters/"
	routeGroups    = "https://opensource.zalando.com/skipper/kubernetes/routegroup-crd/"
)

// skipperRows has Skipper, whose routes have filters with arguments in one text.
var skipperRows = slices.Concat(
	skipperFilter(Row{Word: allowSnippet, Except: withoutFilters("lua", "static"), Why: "a shared proxy would execute code, or send its files", Source: skipperFilters}),
	skipperFilter(Row{Word: allowCredentials, Except: withoutFilters("bearerinjector", "setRequestHeaderFromSecret"), Why: "the preview would get Secrets of a shared proxy", Source: skipperFilters}),
	skipperFilter(Row{
		Word: allowProxyTarget, Why: sendsAnywhere, Source: skipperFilters,
		Except: withoutFilters(
			"tee", "teenf", "teeResponse", "webhook", "setDynamicBackendHost", "setDynamicBackendHostFromHeader", "setDynamicBackendUrl", "setDynamicBackendUrlFromHeader",
		),
	}),
	[]Row{{Word: allowSnippet, Annotation: "zalando.org/skipper-routes", Why: "its routes can't be checked", Fix: "write a RouteGroup", Source: "https://opensource.zalando.com/skipper/kubernetes/ingress-usage/"}},
	atPaths(
		Row{Word: allowProxyTarget, Group: "zalando.org", Kinds: []string{"RouteGroup"}, Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: routeGroups},
		"spec.backends[].address", "spec.backends[].endpoints[]",
	),
	[]Row{{Word: allowProxyTarget, Group: "zalando.org", Kinds: []string{"StackSet"}, Path: "spec.routegroup.additionalBackends[].address", Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: "github.com/zalando-incubator/stackset-controller docs/stackset_crd.yaml"}},
)

// skipperFilter returns row for all texts with filters.
func skipperFilter(row Row) []Row {
	annotation := row
	annotation.Annotation = "zalando.org/skipper-filter"
	row.Group, row.Kinds = "zalando.org", []string{"RouteGroup"}
	groups := atPaths(row, "spec.routes[].filters[]")
	row.Kinds = []string{"StackSet"}
	return slices.Concat([]Row{annotation}, groups, atPaths(row, "spec.routegroup.routes[].filters[]"))
}

// withoutFilters returns the texts that do not call the filters.
func withoutFilters(names ...string) Values {
	calls := regexp.MustCompile(`(?:^|[^A-Za-z0-9_])(?:` + strings.Join(names, "|") + `)\s*\(`)
	return ifText("texts without the filters `"+strings.Join(names, "`, `")+"`", func(text string, _ Scope) bool { return !calls.MatchString(text) })
}
