package policy

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

const (
	nodeDevices = "it would have access to devices of the node"
	nodeProgram = "it would choose programs and files of the node for the container"
	crio        = "github.com/cri-o/cri-o pkg/annotations"
	kata        = "https://github.com/kata-containers/kata-containers/blob/main/docs/how-to/how-to-set-sandbox-config-kata.md"
	nri         = "https://github.com/containerd/nri/tree/main/plugins/device-injector"
)

// runtimeRows has the annotations of pods that container runtimes read. Most clusters allow none
// of them. Some keys can have the name of a container at their end.
var runtimeRows = slices.Concat(
	inAnnotations(allowPrivileged, nodeDevices, crio, "io.kubernetes.cri-o.Devices*", "devices.crio.io*"),
	inAnnotations(allowPrivileged, "it would change the control groups of the node", crio,
		"io.kubernetes.cri-o.cgroup2-mount-hierarchy-rw*", "cgroup2-mount-hierarchy-rw.crio.io*", "io.kubernetes.cri-o.UnifiedCgroup*", "unified-cgroup.crio.io*"),
	inAnnotations(allowPrivileged, nodeProgram, crio,
		"io.kubernetes.cri-o.PlatformRuntimePath*", "platform-runtime-path.crio.io*", "org.criu.config"),
	inAnnotations(allowPrivileged, "systemd would run the container with any setting", "https://github.com/opencontainers/runc/blob/main/docs/systemd.md", "org.systemd.property.*"),
	inAnnotations(allowSeccomp, "it would choose its seccomp profile from an image", crio, "seccomp-profile.kubernetes.cri-o.io*", "seccomp-profile.crio.io*"),
	inAnnotations(allowSysctl, "it would change settings of the node's processors, which may affect other pods", crio,
		"cpu-load-balancing.crio.io*", "cpu-quota.crio.io*", "irq-load-balancing.crio.io*", "cpu-c-states.crio.io*", "cpu-freq-governor.crio.io*"),
	inAnnotations(allowHostPath, "the node would write its system calls to any file", "https://github.com/containers/oci-seccomp-bpf-hook", "io.containers.trace-syscall"),
	inAnnotations(allowHostPath, "it would have access to files of the node", nri, "mounts.noderesource.dev*", "mounts.nri.io*"),
	inAnnotations(allowPrivileged, nodeDevices, nri, "devices.noderesource.dev*", "devices.nri.io*", "cdi-devices.noderesource.dev*", "cdi-devices.nri.io*"),
	inAnnotations(allowPrivileged, nodeProgram, kata,
		"io.katacontainers.config_path", "io.katacontainers.pkg.oci.bundle_path",
		"io.katacontainers.config.hypervisor.entropy_source", "io.katacontainers.config.hypervisor.file_mem_backend",
		"io.katacontainers.config.hypervisor.firmware", "io.katacontainers.config.hypervisor.firmware_volume",
		"io.katacontainers.config.hypervisor.image", "io.katacontainers.config.hypervisor.initrd",
		"io.katacontainers.config.hypervisor.jailer_path", "io.katacontainers.config.hypervisor.kernel",
		"io.katacontainers.config.hypervisor.path", "io.katacontainers.config.hypervisor.vhost_user_store_path",
		"io.katacontainers.config.hypervisor.virtio_fs_daemon", "io.katacontainers.config.hypervisor.virtio_fs_extra_args"),
	[]Row{
		{Word: allowHostNetwork, Annotation: "io.katacontainers.config.runtime.disable_new_netns", Except: onlyFalseText, Why: "its virtual machine would be in the node's network", Source: kata},
		{Word: allowPrivileged, Annotation: "dev.gvisor.flag.*", Why: "it would change how gVisor isolates the container", Source: "https://gvisor.dev/docs/user_guide/, runsc --allow-flag-override"},
		{Word: allowPrivileged, Annotation: "run.oci.*", Except: wasmHandlers, Why: "it would change how crun isolates the container", Source: "https://github.com/containers/crun/blob/main/crun.1.md"},
	},
	profileKind(allowSeccomp, "SeccompProfile"), profileKind(allowSELinux, "SelinuxProfile"),
	profileKind(allowSELinux, "RawSelinuxProfile"), profileKind(allowAppArmor, "AppArmorProfile"),
)

// wasmHandlers are the handlers of crun for WebAssembly.
var wasmHandlers = anyOf("`wasm`, `wasm-smart`", func(n *yaml.Node) bool { return isOneOf(n, "wasm", "wasm-smart") })

// profileKind returns the row of a kind with a profile, which its operator installs on every node.
func profileKind(word, kind string) []Row {
	return []Row{{
		Word: word, Group: "security-profiles-operator.x-k8s.io", Kinds: []string{kind}, Why: "it would add a profile, with any content, to every node",
		Fix: "install the profile once for the cluster", Source: "https://github.com/kubernetes-sigs/security-profiles-operator/blob/main/installation-usage.md",
	}}
}
