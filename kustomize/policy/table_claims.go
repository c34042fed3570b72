package policy

// claimRows has claims of volumes.
var claimRows = []Row{
	{Word: allowVolumeName, Field: "volumeName", Except: texts(""), Why: "it would bind an existing volume, with the data of others", Source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume"},
}
