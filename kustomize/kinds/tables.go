package kinds

// tables returns all tables.
func tables() [][]group {
	return [][]group{
		argoGroups,
		certificatesGroups,
		cloudsGroups,
		crossplaneGroups,
		kubernetesGroups,
		networkingGroups,
		openshiftGroups,
		policiesGroups,
		scalingGroups,
		secretsGroups,
		storageGroups,
	}
}
