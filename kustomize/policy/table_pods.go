package policy

// The standards of Kubernetes for pods, and the package that implements them.
const podSecurity = "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline, k8s.io/pod-security-admission/policy"

// podRows has fields of pods, which many kinds contain. They enforce the baseline profile of
// Kubernetes' Pod Security Standards, as of version 1.36, and a few further restrictions.
var podRows = []Row{
	// These give a pod access to its node.
	{Word: allowHostIPC, Field: "hostIPC", Except: onlyFalse, Why: "it would share memory with the node's processes", Source: podSecurity},
	{Word: allowHostNetwork, Field: "hostNetwork", Except: onlyFalse, Why: "it would be in the node's network", Source: podSecurity},
	{Word: allowHostPID, Field: "hostPID", Except: onlyFalse, Why: "it would see the node's processes", Source: podSecurity},
	{Word: allowHostPath, Field: "hostPath", Why: "it would have access to files of the node", Source: podSecurity},
	{Word: allowHostPort, Field: "hostPort", Except: texts("0"), Why: "it would take a port of the node", Source: podSecurity},
	{Word: allowHostProcess, Field: "hostProcess", Except: onlyFalse, Why: "it would run on the node itself", Source: podSecurity},
	{Word: allowNodeName, Field: "nodeName", Except: texts(""), Why: "it would choose its node and bypass the scheduler", Source: "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename"},
	{Word: allowSystemPriority, Field: "*priorityClassName", Except: nonSystemPriority, Why: "it could evict other pods, as the cluster's system pods can", Source: "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/"},

	// These weaken the isolation of a container.
	{Word: allowAppArmor, Field: "appArmorProfile", Except: profiles, Why: "no AppArmor profile would confine it", Source: podSecurity},
	{Word: allowCapabilities, Field: "capabilities", Except: defaultCapabilities, Why: "it would add capabilities that containers don't have by default", Source: podSecurity},
	{Word: allowProbeHost, Field: "httpGet", Except: ownPodProbe, Why: "the node would connect to any host for it", Fix: "remove its host", Source: podSecurity},
	{Word: allowPrivileged, Field: "privileged", Except: onlyFalse, Why: "it would have every right on the node", Source: podSecurity},
	{Word: allowProcMount, Field: "procMount", Except: maskedProc, HarmlessInUserNamespace: true, Why: "it would see all of /proc", Source: podSecurity},
	{Word: allowSELinux, Field: "seLinuxOptions", Except: containerSELinux, Why: "it would choose its SELinux user, role or type", Source: podSecurity},
	{Word: allowSeccomp, Field: "seccompProfile", Except: profiles, Why: "no seccomp profile would confine it", Source: podSecurity},
	{Word: allowSysctl, Field: "sysctls", Except: safeSysctls, Why: "it would set kernel parameters that may affect other pods", Source: podSecurity},
	{Word: allowProbeHost, Field: "tcpSocket", Except: ownPodProbe, Why: "the node would connect to any host for it", Fix: "remove its host", Source: podSecurity},

	{Word: allowAppArmor, Annotation: "container.apparmor.security.beta.kubernetes.io/*", Except: appArmorAnnotation, Why: "no AppArmor profile would confine it", Source: podSecurity},
}
