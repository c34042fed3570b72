package kinds

// storageGroups has the kinds of operators for storage and backups.
var storageGroups = []group{
	{name: "ais.nvidia.com", namespaced: "AIStore", source: "github.com/NVIDIA/ais-k8s@8bb21bf84ef8"},
	{name: "auth.ais.nvidia.com", cluster: "AIStoreAuthProfile", namespaced: "AIStoreAuth", source: "github.com/NVIDIA/ais-k8s@8bb21bf84ef8"},
	{
		name:    "cdi.kubevirt.io",
		cluster: "CDIConfig ObjectTransfer StorageProfile",
		namespaced: `
			DataImportCron DataSource DataVolume VolumeCloneSource VolumeImportSource
			VolumeUploadSource`,
		source: "documentation of KubeVirt",
	},
	{
		name: "ceph.rook.io",
		namespaced: `
			CephBlockPool CephBlockPoolRadosNamespace CephBucketNotification CephBucketTopic
			CephCOSIDriver CephClient CephCluster CephFilesystem CephFilesystemMirror
			CephFilesystemSubVolumeGroup CephNFS CephNVMeOFGateway CephObjectRealm CephObjectStore
			CephObjectStoreAccount CephObjectStoreUser CephObjectZone CephObjectZoneGroup
			CephRBDMirror`,
		source: "github.com/rook/rook@d0c3b9ce6d64",
	},
	{name: "cns.vmware.com", namespaced: "CnsFileAccessConfig CnsNodeVmAttachment CnsRegisterVolume CnsUnregisterVolume CnsVolumeMetadata", source: "documentation of the vSphere CSI driver"},
	{
		name:       "config.kio.kasten.io",
		namespaced: "BlueprintBinding Policy PolicyPreset Profile TransformSet",
		source:     "documentation of Kasten",
	},
	{
		name:       "csi.ceph.io",
		namespaced: "CephConnection ClientProfile ClientProfileMapping Driver OperatorConfig",
		source:     "github.com/rook/rook@d0c3b9ce6d64",
	},
	{name: "csi.storage.k8s.io", cluster: "CSIDriver CSINodeInfo", source: "documentation of Kubernetes 1.13"},
	{
		name: "cstor.openebs.io",
		namespaced: `
			CStorBackup CStorCompletedBackup CStorPoolCluster CStorPoolInstance CStorRestore
			CStorVolume CStorVolumeAttachment CStorVolumeConfig CStorVolumePolicy CStorVolumeReplica`,
		source: "documentation of OpenEBS",
	},
	{
		name:    "data.fluid.io",
		cluster: "CacheRuntimeClass ThinRuntimeProfile",
		namespaced: `
			AlluxioRuntime CacheRuntime DataBackup DataLoad DataMigrate DataProcess Dataset EFCRuntime
			GooseFSRuntime JindoRuntime JuiceFSRuntime ThinRuntime VineyardRuntime`,
		source: "documentation of Fluid",
	},
	{
		name:       "forklift.cdi.kubevirt.io",
		namespaced: "OpenstackVolumePopulator OvirtVolumePopulator",
		source:     "documentation of KubeVirt",
	},
	{
		name:       "groupsnapshot.storage.k8s.io",
		cluster:    "VolumeGroupSnapshotClass VolumeGroupSnapshotContent",
		namespaced: "VolumeGroupSnapshot",
		source:     "github.com/kubernetes-csi/external-snapshotter@afb2f0d85e00",
	},
	{name: "job.min.io", namespaced: "MinIOJob", source: "documentation of the MinIO operator"},
	{
		name:       "k8up.io",
		namespaced: "Archive Backup Check PodConfig PreBackupPod Prune Restore Schedule Snapshot",
		source:     "github.com/k8up-io/k8up@80a2ae8c4124",
	},
	{name: "local.openebs.io", namespaced: "LVMNode LVMSnapshot LVMVolume", source: "documentation of OpenEBS"},
	{
		name: "longhorn.io",
		namespaced: `
			BackingImage BackingImageDataSource BackingImageManager Backup BackupBackingImage
			BackupTarget BackupVolume Engine EngineFrontend EngineImage InstanceManager Node Orphan
			RecurringJob Replica Setting Shard ShardGroup ShareManager Snapshot SupportBundle
			SystemBackup SystemRestore Volume VolumeAttachment`,
		source: "github.com/longhorn/longhorn@bb2f2223a6f7",
	},
	{name: "objectbucket.io", cluster: "ObjectBucket", namespaced: "ObjectBucketClaim", source: "github.com/rook/rook@d0c3b9ce6d64"},
	{
		name:       "objectstorage.k8s.io",
		cluster:    "Bucket BucketAccessClass BucketClass",
		namespaced: "BucketAccess BucketClaim",
		source:     cozystack,
	},
	{name: "openebs.io", namespaced: "BlockDevice BlockDeviceClaim DiskPool", source: "documentation of OpenEBS"},
	{
		name:    "piraeus.io",
		cluster: "LinstorCluster LinstorNodeConnection LinstorSatellite LinstorSatelliteConfiguration",
		source:  cozystack,
	},
	{name: "populator.storage.k8s.io", cluster: "VolumePopulator", source: "github.com/backube/volsync@5ca54dab3f41"},
	{
		name:       "snapshot.storage.k8s.io",
		cluster:    "VolumeSnapshotClass VolumeSnapshotContent",
		namespaced: "VolumeSnapshot",
		source:     "github.com/kubernetes-csi/external-snapshotter@afb2f0d85e00",
	},
	{
		name:    "stash.appscode.com",
		cluster: "BackupBlueprint Function Task",
		namespaced: `
			BackupBatch BackupConfiguration BackupSession Recovery Repository Restic RestoreBatch
			RestoreSession`,
		source: "documentation of Stash",
	},
	{
		name: "trident.netapp.io",
		namespaced: `
			TridentBackend TridentBackendConfig TridentMirrorRelationship TridentNode TridentSnapshot
			TridentSnapshotInfo TridentStorageClass TridentTransaction TridentVersion TridentVolume
			TridentVolumePublication TridentVolumeReference`,
		source: "documentation of Trident",
	},
	{
		name: "velero.io",
		namespaced: `
			Backup BackupRepository BackupStorageLocation DataDownload DataUpload DeleteBackupRequest
			DownloadRequest PodVolumeBackup PodVolumeRestore Restore Schedule ServerStatusRequest
			VolumeSnapshotLocation`,
		source: cozystack,
	},
	{
		name:       "volsync.backube",
		namespaced: "ReplicationDestination ReplicationSource",
		source:     "github.com/backube/volsync@5ca54dab3f41",
	},
	{name: "zfs.openebs.io", namespaced: "ZFSBackup ZFSNode ZFSRestore ZFSSnapshot ZFSVolume", source: "documentation of OpenEBS"},
}
