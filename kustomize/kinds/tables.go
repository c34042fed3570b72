package kinds

// tables returns all tables.
func tables() [][]group {
	return [][]group{
		argoGroups,
		certificateGroups,
		cloudGroups,
		clusterGroups,
		crossplaneGroups,
		databaseGroups,
		deliveryGroups,
		gatewayGroups,
		identityGroups,
		jobGroups,
		knativeGroups,
		kubernetesGroups,
		networkGroups,
		observabilityGroups,
		openshiftGroups,
		operatorGroupsAToB,
		operatorGroupsCToD,
		operatorGroupsEToH,
		operatorGroupsIToL,
		operatorGroupsMToN,
		operatorGroupsOToP,
		operatorGroupsQToS,
		operatorGroupsTToZ,
		policyGroups,
		secretGroups,
		storageGroups,
		testGroups,
	}
}
