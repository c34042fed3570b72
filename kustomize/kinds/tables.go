package kinds

// tables returns all tables.
func tables() [][]group {
	return [][]group{
		argoGroups,
		certificatesGroups,
		cloudsGroups,
		clustersGroups,
		crossplaneGroups,
		databasesGroups,
		deployGroups,
		gatewaysGroups,
		identityGroups,
		jobsGroups,
		knativeGroups,
		kubernetesGroups,
		networksGroups,
		observabilityGroups,
		openshiftGroups,
		operatorsAToBGroups,
		operatorsCToDGroups,
		operatorsEToHGroups,
		operatorsIToLGroups,
		operatorsMToNGroups,
		operatorsOToPGroups,
		operatorsQToSGroups,
		operatorsTToZGroups,
		policiesGroups,
		secretsGroups,
		storageGroups,
		testingGroups,
	}
}
