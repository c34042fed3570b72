package policy

import "sigs.k8s.io/kustomize/kyaml/yaml"

// refusedField describes a field that is refused for the reason why, unless its value
// is harmless or overlay.allow has word.
type refusedField struct {
	harmless  func(value *yaml.Node) bool
	word, why string
}

// refusedFields has the refused fields, by name. They enforce the baseline profile of
// Kubernetes' Pod Security Standards, as of version 1.34
// (https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline,
// k8s.io/pod-security-admission/policy), and a few further restrictions.
var refusedFields = map[string]refusedField{
	// These give a pod access to its node.
	"hostIPC":           {isFalse, allowHostIPC, "it would share memory with the node's processes"},
	"hostNetwork":       {isFalse, allowHostNetwork, "it would be in the node's network"},
	"hostPID":           {isFalse, allowHostPID, "it would see the node's processes"},
	"hostPath":          {isNull, allowHostPath, "it would have access to files of the node"},
	"hostPort":          {isText("0"), allowHostPort, "it would take a port of the node"},
	"hostProcess":       {isFalse, allowHostProcess, "it would run on the node itself"},
	"nodeName":          {isText(""), allowNodeName, "it would choose its node and bypass the scheduler"},
	"priorityClassName": {isNonSystemPriority, allowSystemPriority, "it could evict other pods, as the cluster's system pods can"},
	"volumeName":        {isText(""), allowVolumeName, "it would bind an existing volume, with the data of others"},

	// These weaken the isolation of a container.
	"appArmorProfile": {isProfile, allowAppArmor, "no AppArmor profile would confine it"},
	"capabilities":    {addsOnlyDefaultCapabilities, allowCapabilities, "it would add capabilities that containers don't have by default"},
	"httpGet":         {isOwnPodProbe, allowProbeHost, "the node would connect to any host for it"},
	"privileged":      {isFalse, allowPrivileged, "it would have every right on the node"},
	"procMount":       {isText("", "Default"), allowProcMount, "it would see all of /proc"},
	"seLinuxOptions":  {isContainerSELinux, allowSELinux, "it would choose its SELinux user, role or type"},
	"seccompProfile":  {isProfile, allowSeccomp, "no seccomp profile would confine it"},
	"sysctls":         {areSafeSysctls, allowSysctl, "it would set kernel parameters that may affect other pods"},
	"tcpSocket":       {isOwnPodProbe, allowProbeHost, "the node would connect to any host for it"},
}

// freeFormFields are fields with keys that users choose.
var freeFormFields = []string{"annotations", "labels", "matchLabels", "nodeSelector", "data", "stringData", "binaryData"}
