// Modules that ship CustomResourceDefinitions: nothing is built from them, so
// `go mod tidy` has no place here.
module github.com/previewset/previewset/test/e2e/parts/crds

go 1.26.0

require (
	github.com/argoproj/argo-rollouts v1.8.3
	github.com/argoproj/argo-workflows/v3 v3.7.2
	github.com/cert-manager/cert-manager v1.21.2
	github.com/cloudnative-pg/cloudnative-pg v1.28.0
	github.com/external-secrets/external-secrets v1.3.2
	github.com/kedacore/keda/v2 v2.21.0
	github.com/openshift/api v0.0.0-20251111193948-50e2ece149d7
	github.com/projectcontour/contour v1.33.8
	github.com/prometheus-operator/prometheus-operator v0.85.0
	github.com/traefik/traefik/v3 v3.7.13
	istio.io/api v1.32.0
	knative.dev/serving v0.51.0
	sigs.k8s.io/gateway-api v1.6.0
)
