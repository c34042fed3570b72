package argocd_test

import (
	"strings"
	"testing"
)

func TestRefreshFindsUsersOfASet(t *testing.T) {
	const (
		ours  = `{"plugin": {"configMapRef": {"name": "previewset"}, "input": {"parameters": {"set": "shop"}}}}`
		other = `{"plugin": {"configMapRef": {"name": "previewset"}, "input": {"parameters": {"set": "cart"}}}}`
		list  = `{"list": {"elements": [{"set": "shop"}]}}`
	)
	with := func(configMap, input string) string {
		return `[{"plugin": {"configMapRef": {"name": "` + configMap + `"}` + input + `}}]`
	}
	set := func(value string) string { return `, "input": {"parameters": {"set": ` + value + `}}` }
	in := func(kind string, generators ...string) string {
		return `{"` + kind + `": {"generators": [` + strings.Join(generators, ",") + `]}}`
	}
	tests := []struct {
		name, generators string
		want             bool
	}{
		{"the set", `[` + ours + `]`, true},
		{"another set", `[` + other + `]`, false},
		{"one of several", `[` + list + `,` + other + `,` + ours + `]`, true},
		{"another plugin", with("other", set(`"shop"`)), false},
		{"no set", with("previewset", ``), true},
		{"no set among parameters", with("previewset", `, "input": {"parameters": {"region": "eu"}}`), true},
		{"a set of null", with("previewset", set(`null`)), true},
		{"an empty set", with("previewset", set(`""`)), false},
		{"a number as the set", with("previewset", set(`7`)), false},
		{"a template as the set", with("previewset", set(`"{{ .team }}"`)), true},
		{"a template around the set", with("previewset", set(`"{{team}}-shop"`)), true},
		{"a template as another plugin's set", with("other", set(`"{{ .team }}"`)), false},
		{"a template as the ConfigMap", with("{{.plugin}}", set(`"shop"`)), true},
		{"a template as the ConfigMap, another set", with("{{.plugin}}", set(`"cart"`)), false},
		{"in a matrix", `[` + in("matrix", list, ours) + `]`, true},
		{"in a merge", `[` + in("merge", ours, list) + `]`, true},
		{"a merge in a matrix", `[` + in("matrix", list, in("merge", list, ours)) + `]`, true},
		{"a matrix in a matrix", `[` + in("matrix", in("matrix", other, ours), list) + `]`, true},
		{"another set in a matrix in a merge", `[` + in("merge", list, in("matrix", other, list)) + `]`, false},
		{"deeper than the CRD allows", `[` + in("matrix", in("merge", in("matrix", ours))) + `]`, true},
		{"no generators", `null`, false},
		{"an empty list", `[]`, false},
		{"a null generator", `[null, {}, {"plugin": null}, {"matrix": null}]`, false},
		{"odd shapes", `[{"matrix": {"generators": {"plugin": 1}}}, {"merge": "x"}, {"plugin": []}, 7]`, false},
		{"an odd shape beside the set", `[{"matrix": {"generators": "x"}}, ` + ours + `]`, true},
		{"an odd ConfigMap", `[{"plugin": {"configMapRef": {"name": ["previewset"]}}}]`, false},
		{"odd parameters", with("previewset", `, "input": {"parameters": ["set"]}`), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := newCluster(t, []object{appSet(t, "a", test.generators)})
			names, err := newRefresher(t, c).Refresh(t.Context(), "shop")
			if err != nil || (len(names) == 1) != test.want || len(c.marks) != len(names) {
				t.Errorf("got %q, %v and patches %q, want a use: %v", names, err, c.marks, test.want)
			}
		})
	}
}
