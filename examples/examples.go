// Package examples holds configurations, ApplicationSets and a sample
// application that run as they are. The demo and the tests use these files, so
// that they stay true.
package examples

import "embed"

// Shop is the sample application: the Kustomize base in shop/base.
//
//go:embed shop/base
var Shop embed.FS
