package kinds

// testGroups has the kinds of operators for tests and chaos experiments.
var testGroups = []group{
	{
		name:    "chaos-mesh.org",
		cluster: "RemoteCluster",
		namespaced: `
			AWSChaos AzureChaos BlockChaos DNSChaos GCPChaos HTTPChaos IOChaos JVMChaos KernelChaos
			NetworkChaos PhysicalMachine PhysicalMachineChaos PodChaos PodHttpChaos PodIOChaos
			PodNetworkChaos Schedule StatusCheck StressChaos TimeChaos Workflow WorkflowNode`,
		source: "github.com/chaos-mesh/chaos-mesh@608b61e7c1b1",
	},
	{
		name:       "executor.testkube.io",
		namespaced: "Executor Webhook WebhookTemplate",
		source:     "github.com/kubeshop/testkube@2b73b1310e9d",
	},
	{name: "k6.io", namespaced: "K6", source: "documentation of the k6 operator 0.0.9"},
	{name: "k6.io", namespaced: "PrivateLoadZone TestRun", source: "github.com/grafana/k6-operator@e2c9571ac480"},
	{
		name:       "tests.testkube.io",
		namespaced: "Script Template Test TestExecution TestSource TestSuite TestSuiteExecution TestTrigger",
		source:     "github.com/kubeshop/testkube@2b73b1310e9d",
	},
	{
		name:       "testworkflows.testkube.io",
		namespaced: "TestWorkflow TestWorkflowExecution TestWorkflowTemplate WorkflowTrigger",
		source:     "github.com/kubeshop/testkube@2b73b1310e9d",
	},
}
