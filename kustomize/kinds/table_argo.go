package kinds

// argoGroups has the kinds of Argo CD, Rollouts, Workflows and Events, and of Kargo.
var argoGroups = []group{
	{name: "argoproj.io", namespaced: "AppProject Application ApplicationSet", source: "github.com/argoproj/argo-cd@37ee0097cf85"},
	{name: "argoproj.io", namespaced: "RolloutManager", source: "github.com/argoproj-labs/argo-rollouts-manager@b6fe85b3bfd8"},
	{name: "argoproj.io", namespaced: "EventBus EventSource Sensor", source: "github.com/argoproj/argo-events@6478ece495f9"},
	{
		name:       "argoproj.io",
		cluster:    "ClusterAnalysisTemplate",
		namespaced: "AnalysisRun AnalysisTemplate Experiment Rollout",
		source:     "github.com/argoproj/argo-rollouts@9f8d111d8f8e",
	},
	{
		name:    "argoproj.io",
		cluster: "ClusterWorkflowTemplate",
		namespaced: `
			CronWorkflow Workflow WorkflowArtifactGCTask WorkflowEventBinding WorkflowTaskResult
			WorkflowTaskSet WorkflowTemplate`,
		source: "github.com/argoproj/argo-workflows@f016ad89eb26",
	},
	{
		name:       "kargo.akuity.io",
		cluster:    "ClusterConfig ClusterPromotionTask Project",
		namespaced: "Freight ProjectConfig Promotion PromotionRequest PromotionTask Stage Target Warehouse",
		source:     "github.com/akuity/kargo@1c764767ae03",
	},
	{
		name:    "promoter.argoproj.io",
		cluster: "ClusterScmProvider",
		namespaced: `
			ArgoCDCommitStatus ChangeTransferPolicy CommitStatus ControllerConfiguration
			GitRepository PromotionStrategy PullRequest RevertCommit ScmProvider TimedCommitStatus`,
		source: "documentation of the GitOps Promoter",
	},
}
