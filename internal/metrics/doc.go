// Package metrics registers the Prometheus collectors of previewset.
//
// It keeps the names and labels of all metrics in one place, and bounds the labels.
// internal/service and plugin decide when to count.
package metrics
