package policy

import "sigs.k8s.io/kustomize/kyaml/yaml"

// field is a field that is refused, because of why, unless its value is harmless or
// overlay.allow has word.
type field struct {
	harmless  func(value *yaml.Node) bool
	word, why string
}

// fields are the refused fields, by name. They require of pods what the baseline
// profile of Kubernetes' Pod Security Standards does, as of version 1.34
// (https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline,
// k8s.io/pod-security-admission/policy), and a little more.
var fields = map[string]field{
	// These give a pod access to its node.
	"hostIPC":           {isFalse, allowHostIPC, "it would share memory with the node's processes"},
	"hostNetwork":       {isFalse, allowHostNetwork, "it would be in the node's network"},
	"hostPID":           {isFalse, allowHostPID, "it would see the node's processes"},
	"hostPath":          {isNull, allowHostPath, "it would have files of the node"},
	"hostPort":          {isText("0"), allowHostPort, "it would take a port of the node"},
	"hostProcess":       {isFalse, allowHostProcess, "it would run on the node itself"},
	"nodeName":          {isText(""), allowNodeName, "it would choose its node, past the scheduler"},
	"priorityClassName": {isOrdinary, allowSystemPriority, "it could evict the pods of others, as the cluster's system pods can"},
	"volumeName":        {isText(""), allowVolumeName, "it would bind a volume that exists, with what others left there"},

	// These weaken the isolation of a container.
	"appArmorProfile": {isProfile, allowAppArmor, "it would not be held to an AppArmor profile"},
	"capabilities":    {addsOnlyUsual, allowCapabilities, "it would add capabilities that containers don't have by themselves"},
	"httpGet":         {isOrdinaryProbe, allowProbeHost, "the node would call any host for it"},
	"privileged":      {isFalse, allowPrivileged, "it would have every right on the node"},
	"procMount":       {isText("", "Default"), allowProcMount, "it would see all of /proc"},
	"seLinuxOptions":  {isUsualSELinux, allowSELinux, "it would choose its SELinux user, role or type"},
	"seccompProfile":  {isProfile, allowSeccomp, "it would not be held to a seccomp profile"},
	"sysctls":         {areSafeSysctls, allowSysctl, "it would set kernel parameters that are not known to stay in the pod"},
	"tcpSocket":       {isOrdinaryProbe, allowProbeHost, "the node would call any host for it"},
}

// takenHosts are annotations that make an object serve more hosts than the overlay
// sets: ingress-nginx and external-dns.
var takenHosts = []string{
	"nginx.ingress.kubernetes.io/server-alias",
	"external-dns.alpha.kubernetes.io/hostname",
	"external-dns.alpha.kubernetes.io/internal-hostname",
}

// named are fields whose keys are names that users choose, not fields.
var named = []string{"annotations", "labels", "matchLabels", "nodeSelector", "data", "stringData", "binaryData"}
