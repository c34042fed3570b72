package parts

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
)

// Definitions returns the files of the CustomResourceDefinitions that the library's
// components use.
func (b *Built) Definitions(ctx context.Context) ([]string, error) {
	files, err := b.DefinitionsOf(
		ctx, "gateway.networking.k8s.io/HTTPRoute", "keda.sh/ScaledObject", "postgresql.cnpg.io/Cluster",
		"postgresql.cnpg.io/Database", "external-secrets.io/ExternalSecret",
	)
	return slices.Sorted(maps.Values(files)), err
}

// DefinitionsOf returns the files of the CustomResourceDefinitions of kinds, by kind. A kind
// is written as group/Kind. The files are part of Go modules; a file can also define other
// kinds.
func (b *Built) DefinitionsOf(ctx context.Context, kinds ...string) (map[string]string, error) {
	files, dirs := map[string]string{}, map[string]string{}
	for _, kind := range kinds {
		d, ok := definitions()[kind]
		if !ok {
			return nil, fmt.Errorf("no definition of %s is known", kind)
		}
		if dirs[d.module] == "" {
			dir, err := b.download(ctx, part{module: "crds", source: d.module})
			if err != nil {
				return nil, err
			}
			dirs[d.module] = dir
		}
		files[kind] = filepath.Join(dirs[d.module], filepath.FromSlash(d.file))
	}
	return files, nil
}

// definition locates a CustomResourceDefinition in a Go module.
type definition struct{ module, file string }

// definitions returns where the CustomResourceDefinitions are, by group and kind.
func definitions() map[string]definition {
	const (
		gatewayAPI = "sigs.k8s.io/gateway-api"
		istio      = "istio.io/api"
		keda       = "github.com/kedacore/keda/v2"
		knative    = "knative.dev/serving"
		postgres   = "github.com/cloudnative-pg/cloudnative-pg"
		rollouts   = "github.com/argoproj/argo-rollouts"
		traefik    = "github.com/traefik/traefik/v3"
		workflows  = "github.com/argoproj/argo-workflows/v3"
	)
	const (
		istioFile   = "kubernetes/customresourcedefinitions.gen.yaml"
		traefikDir  = "docs/content/reference/dynamic-configuration/"
		workflowDir = "manifests/base/crds/full/"
	)
	return map[string]definition{
		"argoproj.io/AnalysisTemplate":          {rollouts, "manifests/crds/analysis-template-crd.yaml"},
		"argoproj.io/CronWorkflow":              {workflows, workflowDir + "argoproj.io_cronworkflows.yaml"},
		"argoproj.io/Rollout":                   {rollouts, "manifests/crds/rollout-crd.yaml"},
		"argoproj.io/WorkflowTemplate":          {workflows, workflowDir + "argoproj.io_workflowtemplates.yaml"},
		"cert-manager.io/Certificate":           {"github.com/cert-manager/cert-manager", "deploy/crds/cert-manager.io_certificates.yaml"},
		"external-secrets.io/ExternalSecret":    {"github.com/external-secrets/external-secrets", "config/crds/bases/external-secrets.io_externalsecrets.yaml"},
		"gateway.networking.k8s.io/GRPCRoute":   {gatewayAPI, "config/crd/standard/gateway.networking.k8s.io_grpcroutes.yaml"},
		"gateway.networking.k8s.io/HTTPRoute":   {gatewayAPI, "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml"},
		"keda.sh/ScaledJob":                     {keda, "config/crd/bases/keda.sh_scaledjobs.yaml"},
		"keda.sh/ScaledObject":                  {keda, "config/crd/bases/keda.sh_scaledobjects.yaml"},
		"monitoring.coreos.com/ServiceMonitor":  {"github.com/prometheus-operator/prometheus-operator", "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml"},
		"networking.istio.io/DestinationRule":   {istio, istioFile},
		"networking.istio.io/ServiceEntry":      {istio, istioFile},
		"networking.istio.io/Sidecar":           {istio, istioFile},
		"networking.istio.io/VirtualService":    {istio, istioFile},
		"postgresql.cnpg.io/Cluster":            {postgres, "config/crd/bases/postgresql.cnpg.io_clusters.yaml"},
		"postgresql.cnpg.io/Database":           {postgres, "config/crd/bases/postgresql.cnpg.io_databases.yaml"},
		"projectcontour.io/HTTPProxy":           {"github.com/projectcontour/contour", "examples/contour/01-crds.yaml"},
		"route.openshift.io/Route":              {"github.com/openshift/api", "route/v1/zz_generated.crd-manifests/routes.crd.yaml"},
		"security.istio.io/AuthorizationPolicy": {istio, istioFile},
		"security.istio.io/PeerAuthentication":  {istio, istioFile},
		"serving.knative.dev/DomainMapping":     {knative, "config/core/300-resources/domain-mapping.yaml"},
		"serving.knative.dev/Service":           {knative, "config/core/300-resources/service.yaml"},
		"traefik.io/IngressRoute":               {traefik, traefikDir + "traefik.io_ingressroutes.yaml"},
		"traefik.io/Middleware":                 {traefik, traefikDir + "traefik.io_middlewares.yaml"},
		"traefik.io/TraefikService":             {traefik, traefikDir + "traefik.io_traefikservices.yaml"},
	}
}
