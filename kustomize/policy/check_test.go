package policy_test

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/kinds"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

// always stands for an objection that no word of overlay.allow waives.
const always = "never allowed"

var allowedBy = regexp.MustCompile(`, or allow it with overlay\.allow: \[([a-z-]+)\]$`)

// parse returns the objects of a YAML document.
func parse(t *testing.T, text string) []closure.Object {
	t.Helper()
	objects, err := provider.NewDefaultDepProvider().GetResourceFactory().SliceFromBytes([]byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return closure.View(objects)
}

// inFile returns a function that returns path as the file of every object.
func inFile(path string) func(*resource.Resource) (file, name string) {
	return func(r *resource.Resource) (string, string) { return path, object.Describe(r) }
}

// words returns, sorted, the words of overlay.allow that would waive each objection
// to the objects in text.
func words(t *testing.T, in policy.Scope, text string) []string {
	t.Helper()
	objects := parse(t, text)
	in.Kinds = unknownIn(t, objects)
	err := policy.Check(objects, in, inFile("base/objects.yaml"))
	found := map[string]bool{}
	for _, refused := range refusals(t, err) {
		if refused.Path != "base/objects.yaml" || refused.Resource == "" || refused.Reason == "" || refused.Fix == "" {
			t.Errorf("%+v lacks a part in\n%s", refused, text)
		}
		word := always
		if m := allowedBy.FindStringSubmatch(refused.Fix); m != nil {
			word = m[1]
		}
		found[word] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// refusals returns the errors that are joined in err.
func refusals(t *testing.T, err error) (all []*object.RefusedError) {
	t.Helper()
	if err == nil {
		return nil
	}
	for _, err := range err.(interface{ Unwrap() []error }).Unwrap() {
		var refused *object.RefusedError
		if !errors.As(err, &refused) {
			t.Fatalf("%T: %v", err, err)
		}
		all = append(all, refused)
	}
	return all
}

// expect fails unless the policy refuses the object and exactly this word of
// overlay.allow waives the refusal. "" is for an object that the policy accepts.
func expect(t *testing.T, in policy.Scope, text, word string) {
	t.Helper()
	want := []string{word}
	if word == "" {
		want = nil
	}
	if got := words(t, in, text); !slices.Equal(got, want) {
		t.Errorf("got the words %q, want %q for\n%s", got, want, text)
		return
	}
	if word == "" || word == always {
		return
	}
	in.Allow = []string{word}
	if got := words(t, in, text); got != nil {
		t.Errorf("with %s, got the words %q, want none for\n%s", word, got, text)
	}
	in.Allow = slices.DeleteFunc(policy.Allowable(), func(w string) bool { return w == word })
	if got := words(t, in, text); !slices.Equal(got, want) {
		t.Errorf("with all words but one, got the words %q, want %q for\n%s", got, want, text)
	}
}

// someWords returns words that can be in lists of other rules. Tests try each of them, so that
// they fail for a list with one word too many.
func someWords() []string {
	return []string{
		"ALL", "NET_ADMIN", "SYS_ADMIN", "CHOWN", "create", "get", "*", "pods", "secrets", "configmaps", "kernel.msgmax",
		"Unconfined", "RuntimeDefault", "Localhost", "spc_t", "container_t", "User", "Group", "ServiceAccount", "Role", "Skip",
		"PreSync", "HookSucceeded", "default", "Default", "baseline", "privileged", "ClusterIP", "runtime/default", "0", "-", "x",
	}
}

// quoted returns text as a YAML string.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// unknownIn declares those kinds of objects whose scope package kinds does not know, such as kinds
// that only tests have.
func unknownIn(t *testing.T, objects []closure.Object) policy.Kinds {
	t.Helper()
	scopes := map[string]string{}
	for _, r := range closure.Resources(objects) {
		gvk := r.GetGvk()
		key := strings.TrimSuffix(gvk.Kind+"."+gvk.Group, ".")
		if _, err := policy.NewKinds(map[string]string{key: "Namespaced"}, nil); err == nil && kinds.ScopeOf(gvk.Group, gvk.Kind) == kinds.Unknown {
			scopes[key] = "Namespaced"
		}
	}
	return declared(t, scopes)
}

// thing returns an object of a kind that only tests have.
func thing(spec string) string {
	return "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\nspec: " + spec + "\n"
}

// ofKind returns an object of a kind with more fields, in YAML.
func ofKind(apiVersion, kind, fields string) string {
	return fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: x}\n%s\n", apiVersion, kind, fields)
}

// TestAllowableWords lists the words of overlay.allow, which are part of the
// configuration and so of the contract.
func TestAllowableWords(t *testing.T) {
	t.Parallel()
	want := strings.Fields(`
		annotation apparmor capabilities cloud-resource cluster-role control-plane credentials daemon-set deletion deployer endpoints
		external-ip external-name foreign-subject host-ipc host-network host-path host-pid host-port host-process
		load-balancer network-volume node-name node-port other-host other-namespace pod-network pod-security pod-text
		priority privileged probe-host proc-mount proxy-target reference-grant role scheduling scrape seccomp selinux service-account
		snippet storage-class sysctl system-priority volume-name`)
	if got := policy.Allowable(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
