package podsecurity_test

import (
	"maps"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	psa "k8s.io/pod-security-admission/policy"

	"github.com/previewset/previewset/kustomize/policy"
)

// lift is what a word of overlay.allow lifts from the baseline.
type lift struct {
	word  string
	check psa.CheckID
	// only removes from a pod what other words with the same check allow; nil for none.
	only func(*corev1.PodSpec)
}

// lifts has the words that stand for a check of the baseline, in the order of
// policy.Allowable.
func lifts() []lift {
	return []lift{
		{"apparmor", "appArmorProfile", nil},
		{"capabilities", "capabilities_baseline", nil},
		{"host-ipc", "hostNamespaces", func(s *corev1.PodSpec) { s.HostNetwork, s.HostPID = false, false }},
		{"host-network", "hostNamespaces", func(s *corev1.PodSpec) { s.HostIPC, s.HostPID = false, false }},
		{"host-path", "hostPathVolumes", nil},
		{"host-pid", "hostNamespaces", func(s *corev1.PodSpec) { s.HostIPC, s.HostNetwork = false, false }},
		{"host-port", "hostPorts", nil},
		{"host-process", "windowsHostProcess", nil},
		{"privileged", "privileged", nil},
		{"probe-host", "hostProbesAndHostLifecycle", nil},
		{"proc-mount", "procMount", nil},
		{"seccomp", "seccompProfile_baseline", nil},
		{"selinux", "seLinuxOptions", nil},
		{"sysctl", "sysctls", nil},
	}
}

// beyondBaseline has the other words, with the reason why no check of the baseline
// corresponds to them.
func beyondBaseline() map[string]string {
	const notOfPods = "no field of a pod"
	return map[string]string{
		"annotation":      "only for an allow list of kinds",
		"cloud-resource":  notOfPods,
		"cluster-role":    notOfPods,
		"control-plane":   "the baseline trusts whoever chooses the node",
		"credentials":     "the baseline does not read from where credentials come",
		"daemon-set":      "a kind, whose pods the baseline judges like others",
		"deletion":        "the baseline does not read how long a pod can stay",
		"deployer":        notOfPods,
		"endpoints":       notOfPods,
		"external-ip":     notOfPods,
		"external-name":   notOfPods,
		"foreign-subject": notOfPods,
		"load-balancer":   notOfPods,
		"network-volume":  "of volumes, the baseline reads only hostPath",
		"node-name":       "the baseline trusts whoever chooses the node",
		"node-port":       notOfPods,
		"other-host":      notOfPods,
		"other-namespace": notOfPods,
		"pod-network":     "the baseline does not read annotations of networks",
		"pod-security":    "a label of the Namespace, which turns the baseline off",
		"pod-text":        notOfPods,
		"proxy-target":    notOfPods,
		"priority":        "only for an allow list of kinds",
		"reference-grant": notOfPods,
		"role":            notOfPods,
		"scheduling":      "only for an allow list of kinds",
		"scrape":          notOfPods,
		"service-account": "only for Jobs in the administration namespace",
		"snippet":         "an annotation of Ingresses",
		"storage-class":   "only for an allow list of kinds",
		"system-priority": "quotas limit priority classes, not the baseline",
		"volume-name":     "a field of claims",
	}
}

// baselineWords returns the words of lifts, sorted.
func baselineWords() []string {
	var words []string
	for _, l := range lifts() {
		words = append(words, l.word)
	}
	return words
}

// beyondWords returns the words of beyondBaseline, sorted.
func beyondWords() []string { return slices.Sorted(maps.Keys(beyondBaseline())) }

// accepted is a value that the policy accepts, because newer versions of the baseline do.
type accepted struct {
	check psa.CheckID
	// since is the minor version of Kubernetes from which the baseline accepts everything
	// that the policy accepts.
	since  int
	reason string
}

// newerThan has the checks of older versions that refuse what the policy accepts.
func newerThan() []accepted {
	return []accepted{
		{"procMount", 35, "before, the baseline refused procMount also in user namespaces"},
		{"seLinuxOptions", 31, "before, the baseline refused the type container_engine_t"},
		{"seccompProfile_baseline", 19, "before, the baseline read annotations, which the API server ignores since 1.27"},
		{"sysctls", 32, "before, the baseline refused some sysctls of TCP"},
	}
}

// TestEveryWordIsInATable fails if a word of overlay.allow is in neither table, or in both.
func TestEveryWordIsInATable(t *testing.T) {
	t.Parallel()
	listed := slices.Sorted(slices.Values(append(baselineWords(), beyondWords()...)))
	if got := policy.Allowable(); !slices.Equal(listed, got) {
		t.Errorf("the tables have the words %q, the policy has %q", listed, got)
	}
}

// TestEveryCheckHasAWord fails if the baseline has a check for which no word stands.
func TestEveryCheckHasAWord(t *testing.T) {
	t.Parallel()
	want, got := map[psa.CheckID]bool{}, map[psa.CheckID]bool{}
	for _, c := range psa.DefaultChecks() {
		if c.Level == api.LevelBaseline {
			want[c.ID] = true
		}
	}
	for _, l := range lifts() {
		got[l.check] = true
	}
	if !maps.Equal(got, want) {
		t.Errorf("the table has the checks %q, the baseline has %q", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
}

// TestNewerThan fails for a row of newerThan without a pod that the policy accepts and the
// version before refuses.
func TestNewerThan(t *testing.T) {
	t.Parallel()
	c := newCourt(t)
	seen := map[psa.CheckID]bool{}
	singles(containerLists(), func(p pod) {
		j := c.parse(t, nativeKinds()[0].object(p), true)
		for _, a := range newerThan() {
			before := api.MajorMinorVersion(1, a.since-1)
			seen[a.check] = seen[a.check] || j.passes(beyondWords()...) && c.baseline.refuses(a.check, before, j.meta, j.spec)
		}
	})
	for _, a := range newerThan() {
		if !seen[a.check] {
			t.Errorf("no pod needs the row of %s: %s", a.check, a.reason)
		}
	}
}
