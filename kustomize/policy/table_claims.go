package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

const (
	bindsExisting    = "it would bind an existing volume, with the data of others"
	removeNamespace  = "remove the namespace, and copy from the preview's own"
	volumeSnapshots  = "https://kubernetes.io/docs/concepts/storage/volume-snapshots/"
	dataVolumeSource = "https://github.com/kubevirt/containerized-data-importer/blob/main/doc/clone-datavolume.md"
)

// claimRows has claims of volumes, and their copies.
var claimRows = slices.Concat(
	[]Row{
		{Word: allowVolumeName, Field: "volumeName", Except: texts(""), Why: "it would bind an existing volume, with the data of others", Source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume"},
		{
			Word: allowVolumeName, Field: "selector", Except: besides("selectors without `accessModes` beside them", Values{}, "accessModes"), Why: bindsExisting,
			Source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#selector",
		},
		{
			Word: allowVolumeName, Field: "storageClassName", Except: besides("a name; the empty text without `accessModes` beside it", notEmpty, "accessModes"),
			Why: bindsExisting, Fix: "name a StorageClass, or remove the field", Source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1",
		},
		{
			Word: allowVolumeName, Annotation: "volume.beta.kubernetes.io/storage-class", Except: notEmpty, Why: bindsExisting,
			Source: "https://kubernetes.io/docs/reference/labels-annotations-taints/#volume-beta-kubernetes-io-storage-class",
		},
		{
			Word: allowVolumeName, Annotation: "nfs.io/storage-path", Why: "it can name the directory of another volume",
			Source: "https://github.com/kubernetes-sigs/nfs-subdir-external-provisioner#configuration",
		},
		{Word: allowVolumeName, Group: "snapshot.storage.k8s.io", Kinds: []string{"VolumeSnapshot"}, Path: "spec.source.volumeSnapshotContentName", Why: "it would bind an existing snapshot, with the data of others", Source: volumeSnapshots},
		{Word: allowVolumeName, Group: "groupsnapshot.storage.k8s.io", Kinds: []string{"VolumeGroupSnapshot"}, Path: "spec.source.volumeGroupSnapshotContentName", Why: "it would bind existing snapshots, with the data of others", Source: volumeSnapshots},
		{Word: allowVolumeName, Group: "objectstorage.k8s.io", Kinds: []string{"BucketClaim"}, Path: "spec.existingBucketName", Why: "it would bind an existing bucket, with the data of others", Source: "https://container-object-storage-interface.sigs.k8s.io/"},
		{Word: allowVolumeName, Group: "cns.vmware.com", Kinds: []string{"CnsRegisterVolume"}, Why: "it would bind an existing disk, with the data of others", Fix: useClaim, Source: "sigs.k8s.io/vsphere-csi-driver pkg/apis/cnsoperator/cnsregistervolume"},
		{
			Word: allowOtherNamespace, Field: "dataSourceRef", Except: ownReference, Why: copiesOther, Fix: removeNamespace,
			Source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#cross-namespace-data-sources",
		},
		{Word: allowOtherNamespace, Annotation: "k8s.io/CloneRequest", Why: copiesOther, Source: dataVolumeSource},
		{Word: allowOtherNamespace, Annotation: "stork.libopenstorage.org/snapshot-source-namespace", Except: ownNamespace, Why: copiesOther, Fix: removeNamespace, Source: "github.com/libopenstorage/stork pkg/snapshot"},
	},
	images("cdi.kubevirt.io"), images("kubevirt.io"), images("pool.kubevirt.io"),
	references("pool.kubevirt.io", copiesOther, dataVolumeSource, "pvc", "snapshot"),
)

// images returns the row of fields with a reference to a volume that KubeVirt copies. Many
// clusters have a namespace with images of operating systems for all.
func images(group string) []Row {
	except := Values{ownReference.Text + ", and those of a namespace that ends in `-os-images`", func(p fields.Place, in Scope) bool {
		return isOwnReference(p, in) || strings.HasSuffix(object.Scalar(object.At(p.Node, "namespace")), "-os-images")
	}}
	return []Row{{Word: allowOtherNamespace, Group: group, Field: "sourceRef", Except: except, Why: copiesOther, Fix: removeNamespace, Source: dataVolumeSource}}
}

// notEmpty are all texts but the empty one.
var notEmpty = anyOf("a text", func(n *yaml.Node) bool { return object.Scalar(n) != "" })
