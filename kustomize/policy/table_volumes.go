package policy

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

const (
	mountsAny    = "it would mount an address or a disk that the object names, with the rights of the node"
	useClaim     = "use a PersistentVolumeClaim"
	volumeSource = "https://kubernetes.io/docs/concepts/storage/volumes/, k8s.io/api/core/v1 VolumeSource"
)

// volumeRows has the types of volumes that a pod mounts without a claim, also those that
// current versions of Kubernetes ignore. Other kinds have fields with some of their names, so
// these rows look for the required fields of the volume.
var volumeRows = slices.Concat(
	networkVolumes(
		"awsElasticBlockStore", "azureDisk", "azureFile", "flexVolume", "flocker", "gcePersistentDisk",
		"photonPersistentDisk", "portworxVolume", "quobyte", "scaleIO", "vsphereVolume",
	),
	[]Row{
		networkVolume("cephfs", without("no `monitors`", "monitors")),
		networkVolume("cinder", without("no `volumeID`", "volumeID")),
		networkVolume("fc", without("no `targetWWNs`, no `wwids`", "targetWWNs", "wwids")),
		networkVolume("glusterfs", without("no `endpoints`", "endpoints")),
		networkVolume("iscsi", without("no `targetPortal`", "targetPortal")),
		networkVolume("nfs", without("no `server`", "server")),
		networkVolume("rbd", without("no `monitors`, no `image`", "monitors", "image")),
		networkVolume("storageos", without("no `volumeName`, no `volumeNamespace`", "volumeName", "volumeNamespace")),
		networkVolume("csi", ownDrivers),
		{
			Word: allowNetworkVolume, Field: "gitRepo", Except: without("no `repository`", "repository"),
			Why: "the node would run Git, which can execute programs of the repository",
			Fix: "clone the repository in an init container", Source: "CVE-2024-10220",
		},
		{
			// KubeVirt gives the file to the virtual machine as a disk.
			Word: allowHostPath, Field: "hostDisk", Why: "it would have access to files of the node",
			Fix: useClaim, Source: "kubevirt.io/api/core/v1 HostDisk",
		},
	},
)

func networkVolumes(names ...string) []Row {
	return atFields(networkVolume("", Values{}), names...)
}

func networkVolume(name string, except Values) Row {
	return Row{Word: allowNetworkVolume, Field: name, Except: except, Why: mountsAny, Fix: useClaim, Source: volumeSource}
}

// ownDrivers are drivers that give a pod only what belongs to the identity of the pod: secrets
// of its namespace, its certificates, the buckets that its ServiceAccount can read, and the sockets
// of a monitoring agent.
var ownDrivers = anyOf("no `driver`, or drivers for secrets, certificates and buckets that use the identity of the pod", func(n *yaml.Node) bool {
	return !slices.ContainsFunc(folded(n, "driver"), func(driver *yaml.Node) bool {
		return !slices.Contains(harmlessDrivers, object.Scalar(driver))
	})
})

// harmlessDrivers have their documentation at https://secrets-store-csi-driver.sigs.k8s.io/,
// https://cert-manager.io/docs/usage/csi/, https://github.com/spiffe/spiffe-csi,
// https://github.com/DataDog/datadog-csi-driver and
// https://cloud.google.com/kubernetes-engine/docs/how-to/cloud-storage-fuse-csi-driver-setup.
var harmlessDrivers = []string{
	"secrets-store.csi.k8s.io", "csi.cert-manager.io", "spiffe.csi.cert-manager.io", "csi.spiffe.io", "k8s.csi.datadoghq.com",
	"gcsfuse.csi.storage.gke.io",
}
