package kinds

// The sources of many rows, as a repository and a commit, a Go module and a version, or
// documentation.
const (
	azureServiceOperator   = "documentation of Azure Service Operator 2"
	bitnamiCharts          = "github.com/bitnami/charts@5165628ae066"
	certifiedOperators     = "github.com/redhat-openshift-ecosystem/certified-operators@3b7b563a8acb"
	communityOperators     = "github.com/operator-framework/community-operators@1591b5e18d47"
	communityOperatorsProd = "github.com/redhat-openshift-ecosystem/community-operators-prod@699495f2ff52"
	cozystack              = "github.com/cozystack/cozystack@3c780acd417f"
	crossplane1            = "documentation of Crossplane 1: managed resources"
	kubernetes             = "k8s.io/kubernetes@v1.36.3: api/discovery"
	openshiftAPI           = "github.com/openshift/api@2a3d73913b5a"
	rancher                = "github.com/rancher/rancher@59bd052e4455"
	rancherCharts          = "github.com/rancher/charts@1da44791ab54"
)
