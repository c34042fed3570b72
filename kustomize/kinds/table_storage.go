package kinds

// storageGroups has the kinds of operators for storage and backups.
var storageGroups = []group{
	{
		name:       "groupsnapshot.storage.k8s.io",
		cluster:    "VolumeGroupSnapshotClass VolumeGroupSnapshotContent",
		namespaced: "VolumeGroupSnapshot",
		source:     "github.com/kubernetes-csi/external-snapshotter@afb2f0d85e00",
	},
	{
		name:       "snapshot.storage.k8s.io",
		cluster:    "VolumeSnapshotClass VolumeSnapshotContent",
		namespaced: "VolumeSnapshot",
		source:     "github.com/kubernetes-csi/external-snapshotter@afb2f0d85e00",
	},
}
