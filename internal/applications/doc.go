// Package applications watches the Argo CD Applications of previews, and reports the state of
// each in the words of package generator.
package applications
