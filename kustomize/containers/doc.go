// Package containers reads the environment variables of containers, and finds the containers
// of an object that cannot get variables.
//
// Package kustomize/fields knows where the containers of a kind are. This package searches
// in all other fields for mappings that look like containers. It does not know which values
// the variables have: package kustomize decides that.
package containers
