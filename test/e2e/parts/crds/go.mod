// Modules that ship CustomResourceDefinitions: nothing is built from them, so
// `go mod tidy` has no place here.
module github.com/previewset/previewset/test/e2e/parts/crds

go 1.26.0

require (
	github.com/cloudnative-pg/cloudnative-pg v1.28.0
	github.com/external-secrets/external-secrets v1.3.2
	github.com/kedacore/keda/v2 v2.21.0
	sigs.k8s.io/gateway-api v1.6.0
)
