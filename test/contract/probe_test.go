package contract_test

import (
	"testing"

	"github.com/argoproj/argo-cd/v2/applicationset/generators"
	"github.com/argoproj/argo-cd/v2/applicationset/services/plugin"
	"github.com/argoproj/argo-cd/v2/applicationset/utils"
	argo "github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"
	"github.com/previewset/previewset/internal/githubtest"
	"github.com/previewset/previewset/internal/gittest"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
)

func TestProbe(t *testing.T) {
	var _ plugin.ServiceResponse
	var _ argo.ApplicationSet
	_ = generators.NewPluginGenerator
	_ = utils.Render{}
	_ = fake.NewClientBuilder
	_ = githubtest.New(t)
	_ = gittest.NewRepo(t, "x")
}
