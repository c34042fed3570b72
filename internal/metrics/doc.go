// Package metrics has the Prometheus collectors of previewset, as fields of a struct
// on a given Registerer.
//
// It exists so that names and labels of metrics are in one place, and bounded. It
// counts what it is given: when to count belongs to internal/service and plugin.
package metrics
